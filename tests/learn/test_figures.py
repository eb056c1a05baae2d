"""Figures of quality: hand-computed cases, the reference definitions, intervals."""

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.errors import UsageError
from boilerkill.learn.figures import (
    Measurement,
    bootstrap_interval,
    calibration,
    char_prf,
    class_f1,
    compare,
    confusion,
    figure_tables,
    macro_f1,
    paired_difference,
    segment_counts,
    segment_prf,
    shingle_counts,
    shingle_prf,
    word_prf,
)
from boilerkill.learn.figures.resampling import mean_of_sums, mean_rows

SCORE = Path(__file__).parents[3] / "shared" / "tools" / "score.py"
exactly = pytest.approx
texts = st.lists(st.sampled_from(["a", "B", "b", "ça", "中文", " ", "\n", "."])).map("".join)
pairs = st.lists(st.tuples(texts, texts), min_size=1)


@pytest.fixture(scope="module")
def score() -> ModuleType:
    """Return the project's reference definitions."""
    if not SCORE.is_file():
        pytest.skip(f"the reference definitions are not at {SCORE}")
    spec = importlib.util.spec_from_file_location("score", SCORE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def close(ours, theirs):
    return list(ours) == exactly(list(theirs), abs=1e-12)


def test_words_are_compared_without_case_and_as_often_as_they_stand():
    assert word_prf("The cat. the end", "THE cat") == exactly((2 / 4, 1, 2 / 3))


@pytest.mark.parametrize(
    ("ours", "truth", "wanted"),
    [("", "", (1, 1, 1)), (None, None, (1, 1, 1)), ("a", "", (0, 0, 0)), ("", "a", (0, 0, 0))],
)
def test_an_empty_side_agrees_only_with_an_empty_one(ours, truth, wanted):
    assert word_prf(ours, truth) == wanted


def test_characters_are_compared_in_fours_without_white_space():
    assert char_prf("中文 网页正", "中文网页") == exactly((1 / 2, 1, 2 / 3))


def test_shingle_shares_count_rows_of_four_words():
    assert shingle_counts("a b c d e", "a b c d") == (1 / 2, 1 / 2, 0)


def test_shingle_f1_is_that_of_the_means():
    assert shingle_prf([(0.5, 0.5, 0.0), (0.0, 0.0, 1.0)]) == exactly((1 / 2, 1 / 2, 1 / 2))


def test_snippets_are_found_whatever_the_white_space():
    assert segment_counts("one\n two three", ["one two", "four"], ["three"]) == (1, 1, 1, 0)
    assert segment_prf([(1, 1, 1, 0), (1, 0, 0, 1)]) == exactly((2 / 3, 2 / 3, 2 / 3, 3 / 5))


def test_class_f1_counts_a_block_without_prediction_as_missed():
    counts = confusion(
        ["content", "content", "filler", "widget"], ["content", None, "content", "widget"]
    )
    assert class_f1(counts) == exactly([1 / 2, np.nan, 0, 1], nan_ok=True)
    assert macro_f1(counts) == exactly(1 / 2)


@given(texts, texts)
def test_page_scores_are_the_reference_ones(score, ours, truth):
    assert close(word_prf(ours, truth), score.word_prf(ours, truth))
    assert close(char_prf(ours, truth), score.char_prf(ours, truth))
    assert close(shingle_counts(ours, truth), score.shingle_counts(ours, truth))


@given(pairs, st.lists(texts), st.lists(texts))
def test_set_figures_are_the_reference_ones(score, pages, must, must_not):
    rows = [segment_counts(ours, must, must_not) for ours, _ in pages]
    assert rows == [score.segments(ours, must, must_not) for ours, _ in pages]
    assert close(segment_prf(rows), score.seg_prf(rows))
    # The reference stops where no page of the set has truth.
    shares = [shingle_counts(ours, truth) for ours, truth in [*pages, ("a", "a")]]
    assert close(shingle_prf(shares), score.shingle_f1(shares))


def test_interval_is_wider_when_pages_come_from_fewer_sites():
    values = np.repeat([0.0, 1.0] * 10, 10)
    low, high = bootstrap_interval(values, [f"{i}" for i in range(200)])
    few_low, few_high = bootstrap_interval(values, [f"{i // 10}" for i in range(200)])
    assert few_low < low < 0.5 < high < few_high


def test_interval_of_independent_pages_is_the_textbook_one():
    values = np.random.default_rng(1).random(400)
    low, high = bootstrap_interval(values, [str(i) for i in range(400)])
    half = 1.96 * values.std() / 20
    assert (low, high) == exactly((values.mean() - half, values.mean() + half), abs=0.004)


@given(st.permutations(range(12)))
def test_interval_does_not_depend_on_the_order_of_pages(order):
    values, sites = np.arange(12.0), [f"{i % 5}" for i in range(12)]
    shuffled = bootstrap_interval(values[order], [sites[i] for i in order], n=50)
    assert shuffled == exactly(bootstrap_interval(values, sites, n=50))


def test_interval_wants_pages():
    with pytest.raises(UsageError, match="0 pages"):
        bootstrap_interval([], [])


def test_a_constant_gain_is_beyond_noise_and_a_random_one_is_not():
    rng = np.random.default_rng(0)
    values, sites = rng.random(100), [str(i // 2) for i in range(100)]
    gain = paired_difference(values + 0.01, values, sites)
    assert (gain.low, gain.high, gain.wins) == exactly((0.01, 0.01, 100))
    assert gain.beyond_noise
    assert not paired_difference(values, rng.permutation(values), sites).beyond_noise


def test_tables_hold_every_type_and_leave_out_what_has_no_value():
    rows = mean_rows([1.0, 0.0, np.nan])
    measured = [Measurement("f1", rows, mean_of_sums)]
    tables = figure_tables(measured, ["a", "b", "c"], ["forum", "article", "listing"])
    assert list(tables) == ["all", "article", "forum", "listing"]
    figure = tables["all"][0]
    assert (figure.value, figure.low, figure.high, figure.pages) == (0.5, 0, 1, 2)
    assert tables["listing"] == ()


def test_figures_that_are_not_means_are_recomputed_from_resampled_sums():
    hits = np.array([[9.0, 10.0], [0.0, 0.0], [1.0, 90.0]])  # a ratio of sums: 10 of 100
    (figure,) = figure_tables([Measurement("x", hits, mean_of_sums)], list("abc"), list("ttt"))[
        "all"
    ]
    assert (figure.value, figure.low, figure.high) == exactly((0.1, 1 / 90, 0.9))


def test_only_the_same_figure_is_compared():
    one, other = (Measurement(name, mean_rows([1.0]), mean_of_sums) for name in ("a", "b"))
    with pytest.raises(UsageError, match="same figure"):
        compare(one, other, ["site"])


def test_calibration_by_hand():
    error, rho = calibration([0.9, 0.5, 0.5, 0.1], [1.0, 0.6, 0.4, 0.2])
    assert error == exactly(0.1)
    assert rho == exactly(0.9486832980505138)  # ranks 4, 2.5, 2.5, 1 against 4, 3, 2, 1


def test_calibration_of_a_constant_has_no_rank_correlation():
    assert np.isnan(calibration([0.7] * 3, [0.1, 0.2, 0.3])[1])


@given(st.lists(st.integers(0, 100), min_size=2, max_size=30, unique=True))
def test_rank_correlation_sees_only_the_order(values):
    assert calibration(values, np.array(values) ** 3)[1] == exactly(1)
    assert calibration(values, -np.array(values))[1] == exactly(-1)
