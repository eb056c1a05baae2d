"""Pages that hurt others: kept, empty or quarantined for a stated reason, and in time.

Each case was seen to cost a peer minutes, gigabytes or the text. (Encodings and bytes that are no
text are tested with `decode`, files and processes with `dumps`, model files with `model`.)
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import prose
from tiny_model import tiny_model

from boilerkill.cleaner import Article, Cleaner

TEXT = prose(40)
PARAGRAPH = f"<p>{TEXT}</p>"


def clean(source: str) -> Article:
    return Cleaner(tiny_model()).clean(source, kind="html")


def assert_kept(article: Article) -> None:
    assert (article.status, article.text) == ("kept", TEXT)


@pytest.mark.parametrize("tag", ["div", "span", "b", "blockquote", "ul><li", "font", "x-y"])
def test_300_nested_tags_round_a_paragraph(tag: str) -> None:
    assert_kept(clean(f"<{tag}>" * 300 + PARAGRAPH))


#: What nests deeply, or opens and never closes.
DEEP: dict[str, Callable[[], str]] = {
    "10k div": lambda: "<div>" * 10_000 + PARAGRAPH,
    "100k div": lambda: "<div>" * 100_000 + PARAGRAPH + "</div>" * 100_000,
    "100k span": lambda: "<span>" * 100_000 + PARAGRAPH,
    "50k lists": lambda: "<ul><li>" * 50_000 + PARAGRAPH,
    "30k tables": lambda: "<table><tr><td>" * 30_000 + PARAGRAPH,
    "100k misnested": lambda: "<b><div>" * 50_000 + PARAGRAPH + "</b></div>" * 50_000,
    "b and i, unclosed": lambda: "".join(f"<b {i}><i {i}>" for i in range(4000)) + PARAGRAPH,
    "end tags that reach too far": lambda: (
        "<section><table><td>" + "<span>" * 480 + "</section>" * 50_000 + PARAGRAPH
    ),
    "adoption": lambda: "<b>" + "<div>" * 400 + "</b><b>" * 20_000 + PARAGRAPH,
    "headings": lambda: "<h1><h2>" * 50_000 + PARAGRAPH,
}
#: What is long in one place.
LONG: dict[str, Callable[[], str]] = {
    "100k attributes": lambda: f"<p {' '.join(f'a{i}=1' for i in range(100_000))}>{TEXT}</p>",
    "a 19 MB attribute": lambda: f'<p title="{"x" * 19_000_000}">{TEXT}</p>',
    "a 19 MB class": lambda: f'<p class="{"aB " * 6_300_000}">{TEXT}</p>',
    "quotes": lambda: "<p " + "\"'" * 2_000_000 + f">{TEXT}",
    "equal signs": lambda: "<p " + "= " * 2_000_000 + f">{TEXT}",
    "a table of 10^17 cells": lambda: (
        f'<table><tr><td colspan="999999999" rowspan="999999999">{TEXT}</table>'
    ),
    "a title of 100k parts": lambda: (
        f"<title>{' | '.join(map(str, range(100_000)))}</title>{PARAGRAPH}"
    ),
    "a title of white space": lambda: (
        f'<meta property="og:title" content="a{" " * 1_000_000}b">{PARAGRAPH}'
    ),
    "linked data of white space": lambda: (
        f'<script type="application/ld+json">"@type":{" " * 1_000_000}</script>{PARAGRAPH}'
    ),
    "5 MB of comments": lambda: "<!-- - -->" * 500_000 + PARAGRAPH,
    "entities": lambda: PARAGRAPH + "<!--" + "&amp;" * 1_000_000,
}


@pytest.mark.parametrize("name", [*DEEP, *LONG])
def test_hostile_markup_is_kept_within_two_seconds(name: str) -> None:
    source = (DEEP | LONG)[name]()
    start = time.process_time()
    article = clean(source)
    assert time.process_time() - start < 2
    assert_kept(article)
    article.to_dict(blocks=True, structure=True)
    assert time.process_time() - start < 5


@pytest.mark.parametrize(
    ("piece", "times", "reason"),
    [
        ("word ", 6_000_000, "too large: 30,000,000 characters"),
        ("<p>Some words.</p>", 200_000, "too large: more than 150,000 blocks"),
    ],
)
def test_what_is_too_large_is_quarantined(piece: str, times: int, reason: str) -> None:
    article = clean(piece * times)
    assert article.status == "quarantined"
    assert (article.reason or "").startswith(reason)


def test_a_million_line_breaks() -> None:
    assert_kept(clean(TEXT + "<br>" * 1_000_000))


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_memory_is_bounded() -> None:
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}\n"
        "from test_reliability import DEEP, clean\n"
        "clean(DEEP['b and i, unclosed']()); clean(DEEP['100k div']())\n"
        "print(*(line for line in open('/proc/self/status') if line.startswith('VmHWM')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    kilobytes = int(done.stdout.split()[1])
    assert kilobytes < 512 * 1024


@pytest.mark.parametrize(
    "opening",
    ["<!--", "<script>", "<title>", "<textarea>", "<style>", "<plaintext>", "<template>", "<svg>",
     "<iframe>", "<select>", "<noscript>", "<![CDATA[", "<a href='", '<p title="', "<table>", "</"],
)  # fmt: skip
def test_what_never_closes_leaves_the_text_before_it(opening: str) -> None:
    article = clean(f"{PARAGRAPH}{opening} lost")
    assert article.text.startswith(TEXT)
    assert article.to_dict(blocks=True, structure=True)["markdown"].startswith(TEXT)


@pytest.mark.parametrize(
    "odd",
    ["\0", "\ud800", "\udc00\ud800", "\ufffe", "\uffff", "\u202e", "\u2066", "\u200b", "\ufeff"],
)
def test_odd_characters_cost_no_text(odd: str) -> None:
    article = clean(f"<p>{odd}Begin{odd} {TEXT}{odd}</p>")
    assert article.status == "kept"
    assert TEXT in article.text
    assert "\0" not in article.text
    article.text.encode()
    article.to_dict(blocks=True, structure=True)


@pytest.mark.parametrize(
    "prolog",
    [
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "x" "http://www.w3.org/TR/xhtml1.dtd">',
        '<!DOCTYPE html [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&x;</p>',
        '<!DOCTYPE html SYSTEM "http://127.0.0.1:9/x.dtd">',
        '<link rel=stylesheet href="http://127.0.0.1:9/x.css"><img src="file:///etc/passwd">',
    ],
)
def test_nothing_is_expanded_or_fetched(prolog: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a page made the cleaner open something")

    cleaner = Cleaner(tiny_model())
    monkeypatch.setattr("socket.socket", refuse)
    monkeypatch.setattr("builtins.open", refuse)
    article = cleaner.clean(f"{prolog}<html><body>{PARAGRAPH}</body></html>")
    assert article.text.endswith(TEXT)
    assert "root:" not in article.text


@pytest.mark.parametrize("source", ["", " \n\t", "<p> </p>", "<script>var x = 1</script>"])
def test_what_cannot_be_read_is_empty(source: str) -> None:
    assert (clean(source).status, clean(source).reason) == ("empty", "no readable text on the page")


def test_only_a_menu_is_empty() -> None:
    article = clean("<nav>" + "<a href=x>Menu</a> <a href=y>Item</a><br><br>" * 9 + "</nav>")
    assert article.status == "empty"
    assert article.reason == "no block is likely enough to be main text"
