"""Probabilities to a decision: which blocks to emit, what to call the others, and how sure to be.

Blocks are kept from the likeliest down, as many as make the expected F1 of the emitted words
highest. With p the probability that a block is main text and w its words, keeping a set K gives

    expected F ≈ (1 + β²) · Σ_K w·p / (Σ_K w + β² · Σ_all w·p)

which is highest for a set of the likeliest blocks (Nan et al., Optimizing F-measure, ICML 2012).
β is 1; the modes for precision and recall move it along the same curve.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.features.view import View
from boilerkill.score import KINDS
from boilerkill.values import LABELS, Mode

_BETA: Final[Mapping[Mode, float]] = {"precision": 0.5, "balanced": 1.0, "recall": 2.0}
#: A page of fewer expected words of main text, or with a lower expected F, has none.
MIN_WORDS: Final = 4.0
MIN_EXPECTED: Final = 0.20
#: A copy of a block so long is emitted once if it stands in another container.
_COPY_WORDS: Final = 4
_HEADLINE: Final = 1 + KINDS.index("headline")
_MIN_HEADLINE: Final = 0.2


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with the blocks of a page.

    Attributes:
        kept: (n,) bool, whether each block is emitted.
        labels: (n,) index into `LABELS`.
        probabilities: (n, 4), in the order of `LABELS`; the headline counts as content.
        title: Index of the block that is the page's headline; None where there is none.
        copies: (n,) bool, main text that is not emitted because an equal block is.
        threshold: Lowest probability of main text among the blocks kept.
        expected: Expected F1 of what is emitted, before calibration.
    """

    kept: NDArray[np.bool_]
    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    title: int | None
    copies: NDArray[np.bool_]
    threshold: float
    expected: float


def decide(view: View, scores: NDArray[np.float64], mode: Mode) -> Decision:
    """Decide over a page.

    Args:
        view: The page, n ≥ 1 blocks.
        scores: (n, 1 + len(KINDS)) from `Scorer.score`.
        mode: "balanced", "precision" or "recall".
    """
    main = scores[:, 0]
    kept, expected = best_prefix(main, view.words.astype(np.float64), _BETA[mode])
    title = find_title(view, scores)
    if title is not None:
        same = view.key_numbers == view.key_numbers[title]
        headline = same & (view.index <= title + 8)
        kept &= ~headline
    else:
        headline = np.zeros(view.n, bool)
    if float((main * view.words).sum()) < MIN_WORDS or expected < MIN_EXPECTED or not kept.any():
        kept[:] = False
    copies = _copies(view, kept)
    threshold = float(main[kept].min()) if kept.any() else 1.0
    four = scores[:, : len(LABELS)].copy()
    four[:, 0] += scores[:, _HEADLINE]
    labels = 1 + np.argmax(four[:, 1:], axis=1)
    labels[kept | headline] = 0
    return Decision(kept & ~copies, labels, four, title, copies, threshold, expected)


def best_prefix(
    main: NDArray[np.float64], words: NDArray[np.float64], beta: float
) -> tuple[NDArray[np.bool_], float]:
    """Keep the likeliest blocks, as many as make the expected F highest.

    Args:
        main: (n,) probability of main text.
        words: (n,) words of each block.
        beta: Weight of recall against precision.

    Returns:
        (n,) bool, and the expected F of that choice.
    """
    order = np.argsort(-main, kind="stable")
    gain = np.cumsum((main * words)[order])
    total = gain[-1]
    square = beta * beta
    expected = (1 + square) * gain / np.maximum(np.cumsum(words[order]) + square * total, 1e-9)
    count = int(np.argmax(expected)) + 1
    kept = np.zeros(len(main), bool)
    kept[order[:count]] = True
    return kept, float(expected[count - 1])


def find_title(view: View, scores: NDArray[np.float64]) -> int | None:
    """Return the block that is the headline, if one is likely enough."""
    best = int(np.argmax(scores[:, _HEADLINE]))
    return best if scores[best, _HEADLINE] >= _MIN_HEADLINE else None


def _copies(view: View, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Find kept blocks whose text was kept before in another container.

    Templates print a text twice (for two screen widths, in a tab and below); what repeats inside
    one container, or in two side by side, is the text's own.
    """
    copies = np.zeros(view.n, bool)
    among = np.flatnonzero(kept & (view.words >= _COPY_WORDS))
    keys = view.key_numbers[among]
    first = np.empty(view.n, np.int64)
    first[keys[::-1]] = among[::-1]  # of several places for one key the last written stays
    outer = view.parent[view.parent[view.owner]]
    copies[among] = outer[first[keys]] != outer[among]
    return copies
