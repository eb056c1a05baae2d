"""Probabilities to a decision."""

from itertools import combinations

import numpy as np
import pytest
from builders import cut, prose, view
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from boilerkill.decide import Decision, best_prefix, decide, find_title
from boilerkill.features.view import View
from boilerkill.score import KINDS
from boilerkill.values import LABELS, MODES, Mode

#: A page of 1 to 12 blocks as (probability of main text, words).
BLOCKS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(1, 60)), min_size=1, max_size=12
)  # fmt: skip


def scored(main: list[float], other: str = "navigation") -> NDArray[np.float64]:
    """Return scores with these probabilities of main text; the rest is all of one kind."""
    scores = np.zeros((len(main), 1 + len(KINDS)))
    scores[:, 0] = main
    scores[:, 1 + KINDS.index(other)] = 1 - scores[:, 0]
    return scores


def decided(paragraphs: list[str], main: list[float], mode: Mode = "balanced") -> Decision:
    return decide(view(*paragraphs), scored(main), mode)


def labels(decision: Decision) -> list[str]:
    return [LABELS[k] for k in decision.labels]


def test_likely_blocks_are_kept_and_the_others_are_named() -> None:
    found = decided(["Home", prose(40), prose(30)], [0.01, 0.9, 0.8])
    assert found.kept.tolist() == [False, True, True]
    assert labels(found) == ["navigation", "content", "content"]
    assert found.threshold == 0.8


def test_modes_lean_to_less_and_to_more() -> None:
    page = [prose(40), prose(30), prose(20)], [0.9, 0.45, 0.3]
    modes: tuple[Mode, ...] = ("precision", "balanced", "recall")
    assert [int(decided(*page, mode).kept.sum()) for mode in modes] == [1, 2, 3]


@pytest.mark.parametrize(
    ("paragraphs", "main"),
    [
        (["Two words"] * 2, [0.9, 0.9]),
        ([prose(40)] * 3, [0.05, 0.05, 0.05]),
        ([prose(20), prose(30)], [0.0, 0.0]),
    ],
)
def test_a_page_without_main_text_gives_nothing(paragraphs: list[str], main: list[float]) -> None:
    found = decided(paragraphs, main)
    assert not found.kept.any()
    assert "content" not in labels(found)


def with_headline(headline: int, main: list[float]) -> NDArray[np.float64]:
    scores = scored(main)
    scores[headline] = 0
    scores[headline, 1 + KINDS.index("headline")] = 1
    return scores


def test_the_headline_is_content_but_not_text() -> None:
    found = decide(view("News", prose(40)), with_headline(0, [0, 0.9]), "balanced")
    assert (found.title, found.kept.tolist()) == (0, [False, True])
    assert labels(found) == ["content", "content"]
    assert found.probabilities[0].tolist() == [1, 0, 0, 0]


def test_copies_of_the_headline_are_dropped_with_it() -> None:
    page = view("The news of today", prose(40), "The News of Today", prose(30))
    found = decide(page, with_headline(0, [0, 0.9, 0.9, 0.9]), "balanced")
    assert found.kept.tolist() == [False, True, False, True]


def test_without_a_likely_headline_there_is_no_title() -> None:
    assert find_title(view("a", "b"), scored([0.5, 0.5])) is None


def test_a_copy_elsewhere_on_the_page_is_dropped() -> None:
    box = f"<div><p>{prose(20)}</p></div>"
    page = View(cut(f"<main>{box}{box}</main><aside>{box}</aside>"))
    found = decide(page, scored([0.9, 0.9, 0.9]), "balanced")
    assert found.kept.tolist() == [True, True, False]
    assert found.copies.tolist() == [False, False, True]
    assert labels(found) == ["content"] * 3


def test_repeats_in_one_container_and_short_ones_stay() -> None:
    found = decided([prose(20), prose(20), "So it goes.", "So it goes."], [0.9] * 4)
    assert found.kept.all()


def expected_f(main: NDArray[np.float64], words: NDArray[np.float64], beta: float) -> float:
    """Compute the best expected F over all subsets, as the module's docstring states it."""
    mass, square = main * words, beta * beta
    subsets = (list(s) for k in range(len(main)) for s in combinations(range(len(main)), k + 1))
    return max(
        (1 + square) * mass[s].sum() / (words[s].sum() + square * mass.sum()) for s in subsets
    )


@given(BLOCKS.filter(lambda b: len(b) <= 7), st.sampled_from([0.5, 1.0, 2.0]))
def test_the_prefix_is_the_best_of_all_subsets(
    blocks: list[tuple[float, int]], beta: float
) -> None:
    main, words = (np.array(column, float) for column in zip(*blocks, strict=True))
    expected = best_prefix(main, words, beta)[1]
    assert expected == pytest.approx(expected_f(main, words, beta), abs=1e-6)
    assert 0 <= expected <= 1 + 1e-9


@given(BLOCKS, st.sampled_from(MODES))
def test_what_is_kept_is_likelier_than_what_is_not(
    blocks: list[tuple[float, int]], mode: Mode
) -> None:
    main = [p for p, _ in blocks]
    found = decided([f"{i} {prose(words)}" for i, (_, words) in enumerate(blocks)], main, mode)
    assert 0 <= found.expected <= 1
    assert not (found.kept & found.copies).any()
    if found.kept.any():
        assert min(np.array(main)[found.kept]) == found.threshold
        assert max([0, *np.array(main)[~found.kept]]) <= found.threshold
    assert ((found.labels == 0) == found.kept).all()
    np.testing.assert_allclose(found.probabilities.sum(axis=1), 1)
