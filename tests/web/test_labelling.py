"""The labelling page in a real browser: done as a person does it."""

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from browser import browser, expect
from builders import OWN_PAGES
from made_site import write_site
from payloads import PAYLOADS
from test_cli import run
from web.served import served

from boilerkill.features.view import View
from boilerkill.learn import samples
from boilerkill.learn.corpora import open_corpus
from boilerkill.values import LABELS

LONG = "This is the first of ten words of main text."
PAGE = f"<h2>Menu</h2><p>{LONG}<p>{LONG} Again.<p style='display:none'>Hidden<p>End"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with browser() as started:
        yield started


def opened(chromium: Any, address: str) -> Any:
    page = chromium.new_page(viewport={"width": 1200, "height": 800})
    page.set_default_timeout(60_000)
    page.goto(address)
    page.wait_for_selector("#blocks li")
    return page


def ready(page: Any) -> Any:
    """Wait for the page in the frame, and return it."""
    inner = page.frame_locator("#frame")
    inner.locator("bk-box").first.wait_for(state="attached")
    return inner


def settled(page: Any) -> None:
    expect(page.locator("#saved")).to_have_text("Saved")


def labels(folder: Path, name: str = "a") -> list[str | None]:
    page = json.loads((folder / f"pages/{name}.json").read_text("utf-8"))
    return [block["label"] for block in page["blocks"]]


def test_twenty_blocks_are_labelled_by_keys_and_nothing_is_lost(
    chromium: Any, tmp_path: Path
) -> None:
    source = next(path for path in OWN_PAGES if path.stem == "en-news-noisy")
    with served(tmp_path, {source.name: source.read_text("utf-8")}) as server:
        page = opened(chromium, server.address)
        for key in "12341" * 4:
            page.keyboard.press(key)
        settled(page)
        page.reload()
        page.wait_for_selector("#blocks li.labelled")
        assert page.locator("#blocks li.labelled").count() == 20
        assert page.locator("#blocks li.chosen .number").text_content() == "21"
        page.close()
    given = labels(tmp_path, source.stem)
    assert given[:5] == ["content", "navigation", "filler", "widget", "content"]
    assert sum(label is not None for label in given) == 20
    (labelled,) = open_corpus(tmp_path)
    cut = samples.cut(labelled)
    found = samples.label(labelled, cut, View(cut))
    assert found.source == "hand"
    assert np.flatnonzero(found.kinds >= 0).tolist() == list(range(20))


def test_guesses_are_accepted_undone_and_redone_without_a_mouse(
    chromium: Any, tmp_path: Path
) -> None:
    with served(tmp_path, {"a.html": PAGE}) as server:
        page = opened(chromium, server.address)
        page.keyboard.press("Enter")
        page.keyboard.press("a")
        settled(page)
        assert labels(tmp_path) == ["widget", "content", "content", "widget", "widget"]
        page.keyboard.press("u")
        expect(page.locator("li.guessed")).to_have_count(4)
        settled(page)
        assert labels(tmp_path) == ["widget", None, None, None, None]
        page.keyboard.press("Shift+U")
        expect(page.locator("li.guessed")).to_have_count(0)
        page.keyboard.press("Home")
        page.keyboard.press("Shift+ArrowDown")
        page.keyboard.press("0")
        expect(page.locator("li.guessed")).to_have_count(2)
        settled(page)
        assert labels(tmp_path) == [None, None, "content", "widget", "widget"]
        page.close()


def test_a_range_is_dragged_on_the_page_and_labelled_by_a_click(
    chromium: Any, tmp_path: Path
) -> None:
    with served(tmp_path, {"a.html": PAGE}) as server:
        page = opened(chromium, server.address)
        inner = ready(page)
        first, last = (
            inner.get_by_text("Menu").bounding_box(),
            inner.get_by_text("Again").bounding_box(),
        )
        page.mouse.move(first["x"] + 5, first["y"] + 5)
        page.mouse.down()
        page.mouse.move(last["x"] + 5, last["y"] + 5, steps=5)
        page.mouse.up()
        assert page.locator("#blocks li.chosen").count() == 3
        page.get_by_role("button", name="filler").click()
        settled(page)
        assert labels(tmp_path) == ["filler"] * 3 + [None, None]
        page.locator("#blocks li").nth(4).click()
        page.get_by_role("button", name="navigation").click()
        settled(page)
        assert labels(tmp_path)[4] == "navigation"
        assert inner.locator("bk-box.navigation.labelled").count() == 1
        page.close()


def test_rows_keep_their_place_while_a_range_is_dragged_over_them(
    chromium: Any, tmp_path: Path
) -> None:
    source = next(path for path in OWN_PAGES if path.stem == "en-news-noisy")
    with served(tmp_path, {source.name: source.read_text("utf-8")}) as server:
        page = opened(chromium, server.address)
        ready(page)
        for _ in range(20):
            page.keyboard.press("ArrowDown")
        page.locator("#blocks li").nth(20).hover()
        first, last = (page.locator("#blocks li").nth(at).bounding_box() for at in (20, 24))
        page.mouse.move(first["x"] + 60, first["y"] + 8)
        page.mouse.down()
        page.mouse.move(last["x"] + 60, last["y"] + 8, steps=8)
        page.mouse.up()
        assert page.locator("#blocks li.chosen").count() == 5
        page.close()


def test_boxes_lie_round_their_text_and_hidden_blocks_are_said_to_be(
    chromium: Any, tmp_path: Path
) -> None:
    with served(tmp_path, {"a.html": PAGE}) as server:
        page = opened(chromium, server.address)
        inner = ready(page)
        box, text = (
            inner.locator("bk-box").nth(1).bounding_box(),
            inner.locator("bk-t").nth(1).bounding_box(),
        )
        assert abs(box["x"] + 4 - text["x"]) < 2
        assert abs(box["y"] + 2 - text["y"]) < 2
        assert not inner.locator("bk-box").nth(3).is_visible()
        assert page.locator("#blocks li").nth(3).get_by_text("hidden on the page").is_visible()
        page.close()


def test_a_second_tab_cannot_overwrite_the_first_unseen(chromium: Any, tmp_path: Path) -> None:
    with served(tmp_path, {"a.html": PAGE}) as server:
        one, two = opened(chromium, server.address), opened(chromium, server.address)
        one.keyboard.press("1")
        settled(one)
        two.keyboard.press("2")
        two.locator("#alarm").wait_for()
        assert "changed in another tab" in two.locator("#alarm").text_content()
        assert two.locator("#blocks li").first.get_attribute("class").startswith("content labelled")
        assert labels(tmp_path)[0] == "content"
        two.keyboard.press("Home")
        two.keyboard.press("2")
        settled(two)
        assert labels(tmp_path)[0] == "navigation"
        one.close()
        two.close()


def test_a_server_that_is_gone_is_told_and_what_waits_is_sent_later(
    chromium: Any, tmp_path: Path
) -> None:
    with served(tmp_path, {"a.html": PAGE}) as server:
        page = opened(chromium, server.address)
        page.context.set_offline(True)
        page.keyboard.press("1")
        page.get_by_text("the server does not answer").wait_for()
        page.keyboard.press("2")
        page.context.set_offline(False)
        settled(page)
        assert labels(tmp_path)[:2] == ["content", "navigation"]
        page.close()


def test_the_next_page_and_the_page_before_it(chromium: Any, tmp_path: Path) -> None:
    with served(tmp_path, {"a.html": PAGE, "b.html": PAGE + "<p>x", "c.html": PAGE}) as server:
        page = opened(chromium, server.address)
        first = page.locator("#name").text_content()
        page.keyboard.press("n")
        expect(page.locator("#name")).not_to_have_text(first)
        page.keyboard.press("p")
        expect(page.locator("#name")).to_have_text(first)
        page.get_by_role("button", name="All pages").click()
        page.get_by_role("button", name="c.html").click()
        expect(page.locator("#name")).to_have_text("c.html")
        page.select_option("#type", "forum")
        settled(page)
        assert json.loads((tmp_path / "pages/c.json").read_text())["page_type"] == "forum"
        page.close()


def test_nothing_of_a_labelled_page_ever_runs_or_is_fetched(chromium: Any, tmp_path: Path) -> None:
    hostile = "".join(f"<p>{payload}</p>" for payload in PAYLOADS)
    with socket.create_server(("127.0.0.1", 0)) as elsewhere:
        elsewhere.settimeout(0.1)
        away = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
        loads = (
            f"<img src={away}/a><style>p{{background:url({away}/b)}}</style><link href={away}/c>"
        )
        with served(tmp_path, {"a.html": f"<p>{LONG}{loads}{hostile}"}) as server:
            page = opened(chromium, server.address)
            inner = ready(page)
            page.wait_for_timeout(500)
            assert inner.locator("script, iframe, svg, [href], [onerror], [onload]").count() == 0
            assert inner.locator("bk-t").first.evaluate("it => it.ownerDocument.title") == "page"
            assert page.title() == "a.html – boilerkill label"
            page.close()
        with pytest.raises(TimeoutError):
            elsewhere.accept()


def test_what_is_labelled_makes_a_better_model(
    chromium: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    known = write_site(tmp_path / "known", pages=9, held_out=0) / "pages"
    with served(tmp_path, {f.name: f.read_text("utf-8") for f in known.glob("*.html")}) as server:
        page = opened(chromium, server.address)
        for left in reversed(range(9)):
            name = page.locator("#name").text_content()
            given = labels(tmp_path / "known", name.removesuffix(".html"))
            for label in given:
                page.keyboard.press(str(LABELS.index(label) + 1))
            settled(page)
            page.keyboard.press("n")
            if left:
                expect(page.locator("#name")).not_to_have_text(name)
            assert labels(tmp_path, name.removesuffix(".html")) == given
        expect(page.locator("#saved")).to_have_text("All pages are labelled.")
        page.close()
    model = tmp_path / "site.bk"
    assert run(monkeypatch, "train", tmp_path, "--from", "shipped", "-o", model) == 0
    assert "verdict: better beyond noise; word_f1 +0." in capsys.readouterr().out
    assert run(monkeypatch, "evaluate", tmp_path, "--model", model, "--jobs", 1) == 0
    assert float(re.search(r"word_f1 +(\d\.\d+)", capsys.readouterr().out)[1]) > 0.9
