"""Pages that are shells: what they carry in their scripts."""

import json

import pytest
from builders import prose

from boilerkill import Cleaner, Limits
from boilerkill.segment import cut_markup
from boilerkill.shell import carried_page, is_prose

FIRST = (
    "The ferry to the island had not run for three weeks when the mayor called a meeting in the "
    "old fish hall. Nobody expected the captain to come, but he sat in the first row."
)
SECOND = (
    "He said that the engine could be mended in a day if the parts were there. The parts, it "
    "turned out, had lain at the customs office since March, because a form was missing."
)
STATE = {
    "props": {"id": "a-1", "post": {"body": f"<p>{FIRST}</p><p>{SECOND}</p>", "css": "a{b:c}"}}
}
LINKED = {"@type": "NewsArticle", "headline": "Ferry", "articleBody": f"{FIRST}\n{SECOND}"}
SHELL = "<title>The ferry - Island News</title><div id=root></div>"


def shell(script: str) -> str:
    return f"<html><head>{SHELL.replace('<div', f'</head><body>{script}<div')}"


SCRIPTS = {
    "linked data": f'<script type="application/ld+json">{json.dumps(LINKED)}</script>',
    "typed": f'<script id=__NEXT_DATA__ type="application/json">{json.dumps(STATE)}</script>',
    "assigned": f"<script>window.__STATE__ = {json.dumps(STATE)}; start()</script>",
    "declared": f"<script>var state={json.dumps([STATE])}</script>",
    "parsed": f"<script>window['s'] = JSON.parse({json.dumps(json.dumps(STATE))})</script>",
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_text_is_found(name: str) -> None:
    page = carried_page(cut_markup(shell(SCRIPTS[name]), Limits()), Limits())
    assert page is not None
    assert page.texts == [FIRST, SECOND]
    assert page.titles == ["The ferry - Island News"]


@pytest.mark.parametrize("name", SCRIPTS)
def test_it_is_the_article(name: str) -> None:
    article = Cleaner().clean(shell(SCRIPTS[name]))
    assert (article.status, article.text) == ("kept", f"{FIRST}\n\n{SECOND}")
    assert article.title == "The ferry"
    assert {block.path for block in article.blocks} == {None}


def test_more_than_the_limits_allow_is_left() -> None:
    article = Cleaner(limits=Limits(max_blocks=1)).clean(shell(SCRIPTS["typed"]))
    assert (article.status, article.text) == ("empty", "")


def test_what_the_body_shows_comes_first() -> None:
    shown = f"<article><h1>Rain</h1><p>{prose(60)}</p></article>"
    article = Cleaner().clean(shell(SCRIPTS["typed"]).replace("<div id=root>", shown))
    assert FIRST not in article.text


@pytest.mark.parametrize(
    "script",
    [
        "",
        "<script>track('page', {})</script>",
        '<script type="application/json">{"a": </script>',
        f'<script type="application/json">{"[" * 100_000}</script>',
        f"<script>window.a = JSON.parse({json.dumps('{')})</script>",
        '<script type="application/json">{"menu": ["Home", "About us"], "n": [1, null]}</script>',
        f"<script>/* {FIRST} */</script>",
    ],
)
def test_nothing_is_carried(script: str) -> None:
    assert carried_page(cut_markup(shell(script), Limits()), Limits()) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (FIRST, True),
        (f"<div class='a'>{FIRST}</div>", True),
        ("渡船已經三個星期沒有開往島上了，鎮長在舊魚市召開了會議。", True),
        ("Home About Contact Imprint Privacy Help Jobs Press Terms Login Search More Less", False),
        ("var a = 1; b = 2; c = 3; if (a) { b(); } c(); d = e; f = g; h = i; j = k.", False),
        ("Ferry runs again.", False),
    ],
)  # fmt: skip
def test_prose(text: str, expected: bool) -> None:
    assert is_prose(text) is expected
