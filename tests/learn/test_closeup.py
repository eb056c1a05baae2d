"""A closer look: curves, true blocks, calibration."""

import numpy as np
import pytest
from articles import a_block, an_article
from tiny_model import tiny_model

from boilerkill.learn import closeup
from boilerkill.learn.closeup import THRESHOLDS, CloseUp
from boilerkill.learn.corpora import LabelledPage

MAIN = "This is the first of ten words of main text."


def a_page(**known):
    fields = {"id": "1", "corpus": "any", "domain": "a.example", "kind": "text"}
    return LabelledPage(**fields | {"source": f"Menu here\n{MAIN}", "truth": MAIN} | known)


def likely(text, chance, **more):
    chances = {"content": chance, "navigation": 1 - chance, "filler": 0.0, "widget": 0.0}
    label = "content" if chance > 0.5 else "navigation"
    return a_block(text, label, probabilities=chances, **more)


def curve_at(page, blocks, threshold):
    _, found = closeup.look(page, an_article(*blocks))
    return found.curve[:, np.searchsorted(THRESHOLDS, threshold)].tolist()


def test_a_lower_threshold_keeps_more():
    blocks = [likely("Menu here", 0.3), likely(MAIN, 0.8)]
    assert curve_at(a_page(), blocks, 0.5) == [1, 1]
    assert curve_at(a_page(), blocks, 0.1) == [10 / 12, 1]
    nothing = curve_at(a_page(), blocks, 0.9)
    assert np.isnan(nothing[0])
    assert nothing[1] == 0


def test_the_headline_is_no_part_of_the_curve():
    blocks = [likely("Headline", 0.99, kept=False), likely(MAIN, 0.8)]
    assert curve_at(a_page(source=f"Headline\n{MAIN}"), blocks, 0.5) == [1, 1]


def test_text_without_spaces_is_counted_by_characters():
    page = a_page(source="菜单菜单\n网页的正文在这里", truth="网页的正文在这里", language="zh")
    blocks = [likely("菜单菜单", 0.3), likely("网页的正文在这里", 0.8)]
    assert curve_at(page, blocks, 0.1) == [5 / 6, 1]


def test_without_truth_there_is_no_curve():
    _, found = closeup.look(
        a_page(truth=None), an_article(likely("Menu here", 0.1), likely(MAIN, 1))
    )
    assert np.isnan(found.curve).all()
    assert found.true.tolist() == [-1, -1]
    assert closeup.mean_curve([found]) == []


def test_the_mean_curve_leaves_out_precision_of_nothing():
    full, half = np.ones((2, len(THRESHOLDS))), np.full((2, len(THRESHOLDS)), 0.5)
    half[0, -1] = np.nan
    pages = [CloseUp(np.zeros(0), np.zeros(0), curve) for curve in (full, half)]
    found = closeup.mean_curve(pages)
    assert [(p["precision"], p["recall"]) for p in found[-2:]] == [(0.75, 0.75), (1, 0.75)]


def test_blocks_are_binned_by_what_the_model_said():
    page = CloseUp(np.array([0.1, 0.15, 0.9, 0.9]), np.array([0, 1, 1, -1]), np.zeros((2, 1)))
    low, high = closeup.block_calibration([page])
    assert (low["told"], low["true"], low["count"]) == (pytest.approx(0.125), 0.5, 2)
    assert (high["true"], high["count"]) == (1, 1)
    assert closeup.block_calibration([]) == []


def test_pages_without_confidence_or_f1_are_not_binned():
    assert closeup.page_calibration([0.95, None, 0.5], [0.9, 0.9, None]) == [
        {"told": 0.95, "true": 0.9, "count": 1}
    ]


def test_a_model_is_run_over_pages_in_order():
    pages = [a_page(id=str(i), source=f"Menu {i}\n{MAIN}") for i in range(3)]
    found = closeup.run(tiny_model(), pages, jobs=1)
    assert [prediction.text for prediction, _ in found] == [MAIN] * 3
    assert [close.true.tolist() for _, close in found] == [[0, 1]] * 3
