"""What the user gets."""

from pathlib import Path

import numpy as np
import pytest
from builders import OWN_PAGES, cut, lines, prose, squeezed
from selectolax.lexbor import LexborHTMLParser
from tiny_model import tiny_model

from boilerkill import features
from boilerkill.decide import Decision, decide
from boilerkill.decode import decode
from boilerkill.estimators import Trees
from boilerkill.features import COLUMN, FEATURES
from boilerkill.features.view import View
from boilerkill.page import Page
from boilerkill.render import blocks_of, selectors, strongest
from boilerkill.revise import layout_of
from boilerkill.score import scorer
from boilerkill.values import Block

HTML = cut(
    "<title>Big News | Site</title><nav><a href=x>Home</a></nav><h1>Big News</h1>"
    f"<article><p>{prose(20)}</p><p>{prose(30)}</p></article><footer>{prose(20)}</footer>"
)


def decided(page: Page) -> tuple[View, Decision]:
    view = View(page)
    scores = scorer(tiny_model()).experts["html"].score(features.from_view(view), layout_of(view))
    return view, decide(view, scores, "balanced")


def explained(page: Page) -> tuple[Block, ...]:
    view, decision = decided(page)
    return blocks_of(
        view, decision, scorer(tiny_model()).experts["html"].trees, features.from_view(view)
    )


def test_every_block_is_explained() -> None:
    labels = [(block.label, block.kept) for block in explained(HTML)]
    assert labels == [
        ("navigation", False), ("content", False), ("content", True), ("content", True),
        ("content", False),
    ]  # fmt: skip


def test_reasons_name_the_rule_or_the_evidence() -> None:
    headline, text, copy = (explained(HTML)[i].reason for i in (1, 2, 4))
    assert headline == "is the headline: given as the title"
    assert copy == "repeats a block that was kept"
    words = FEATURES[COLUMN["words"]][1]
    assert text == f"most for keeping it, by being high: {words} (words = 3.04)"


def test_a_reason_tells_whether_a_feature_counts_by_being_low_or_not_so() -> None:
    trees = Trees(
        np.array([[COLUMN["in_nav"]], [COLUMN["words"]]]), np.array([[0.5], [2.5]]),
        np.array([[1.0, -1], [-0.5, 0.5]]), 0,
    )  # fmt: skip
    view, decision = decided(HTML)
    menu, *_, text, _ = blocks_of(view, decision, trees, features.from_view(view))
    assert menu.reason == "most against keeping it: inside something marked nav (in_nav = 1)"
    assert text.reason.startswith("most for keeping it, by not being so: inside something marked")
    words = Trees(trees.feature[1:], trees.threshold[1:], trees.value[1:], 0)
    menu, *_ = blocks_of(view, decision, words, features.from_view(view))
    assert menu.reason.startswith("most against keeping it, by being low: log of the block's words")


def test_a_block_of_html_has_a_path_and_one_of_text_a_span() -> None:
    html, text = explained(HTML)[2], explained(lines(f"Home\n{prose(20)}"))[1]
    assert (html.path, html.tag, html.span) == (
        "html > body > article:nth-of-type(1) > p:nth-of-type(1)", "p", None,
    )  # fmt: skip
    assert (text.path, text.tag, text.span) == (None, "", (5, 5 + len(prose(20))))


def test_the_strongest_feature_is_the_one_the_trees_turned_on() -> None:
    trees = Trees(np.array([[0, 1, 1]]), np.full((1, 3), 0.5), np.array([[0.0, 1, 5, 4]]), 0)
    rows = np.array([[1, 0], [1, 1], [0, 0]], np.float32)
    features = [
        (best.feature, worst.feature) for best, worst in strongest(trees, rows, np.array([0, 1]))
    ]
    assert features == [(0, 1), (0, 1), (1, 0)]
    assert {each.feature for pair in strongest(trees, rows, np.array([1])) for each in pair} == {1}


def test_what_nearly_all_blocks_share_is_no_reason() -> None:
    trees = Trees(np.array([[0], [1]]), np.full((2, 1), 0.5), np.array([[0.0, 3], [0, 1]]), 0)
    rows = np.array([[0, 0]] * 9 + [[0, 1], [1, 1]], np.float32)
    (_, common), (rare, _) = strongest(trees, rows, np.array([0, 1]))[-3:-1]
    assert common == (0, False)
    assert rare == (1, True)


def matches(tree: LexborHTMLParser, path: str) -> list[str]:
    return [squeezed(node.text()) for node in tree.css(path)]


@pytest.mark.parametrize("path", OWN_PAGES, ids=lambda path: path.stem)
def test_a_path_leads_to_one_element_that_holds_the_text(path: Path) -> None:
    source = decode(path.read_bytes())
    page, tree = cut(source), LexborHTMLParser(source)
    found = {element: matches(tree, css) for element, css in selectors(page).items()}
    for text, owner in zip(page.texts, page.owners, strict=True):
        assert len(found[owner]) == 1
        assert squeezed(text) in found[owner][0]


def test_odd_tag_names_are_escaped() -> None:
    source = "<o:p><p>One"
    (path,) = selectors(cut(source)).values()
    assert matches(LexborHTMLParser(source), path) == ["One"]
