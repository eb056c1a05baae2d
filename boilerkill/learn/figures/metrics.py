"""What one page scores, and how the pages of a set sum up to its figure.

A set's figure is never more than a function of sums over its pages, so each kind of figure
comes as two functions: the page's counts, and the figure of summed counts. The second kind
works on the last axis of an array, which is what makes thousands of resamples cheap.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from boilerkill.values import LABELS

Floats = NDArray[np.float64]
Item = TypeVar("Item", bound=Hashable)

_WORD = re.compile(r"\w+")
_SPACE = re.compile(r"\s+")
_GRAM = 4
_COLUMN: dict[str, int] = {label: number for number, label in enumerate(LABELS)}


class Score(NamedTuple):
    """Precision, recall and F1, each in [0, 1]."""

    precision: float
    recall: float
    f1: float


class SegmentScore(NamedTuple):
    """Figures of must-have and must-not-have snippets, each in [0, 1]."""

    precision: float
    recall: float
    f1: float
    accuracy: float


def word_prf(predicted: str | None, truth: str | None) -> Score:
    r"""Score the bag of lower-cased `\w+` words (WCXB); two texts without words agree fully."""
    ours, theirs = words_of(predicted), words_of(truth)
    if not ours and not theirs:
        return Score(1.0, 1.0, 1.0)
    return _bag_prf(ours, theirs)


def char_prf(predicted: str | None, truth: str | None) -> Score:
    """Score the bag of character 4-grams, white space removed: for text without spaces."""
    return _bag_prf(char_grams(predicted), char_grams(truth))


def words_of(text: str | None) -> Counter[str]:
    r"""Return the bag of lower-cased `\w+` words."""
    return Counter(_WORD.findall((text or "").lower()))


def char_grams(text: str | None) -> Counter[str]:
    """Return the bag of character 4-grams, white space removed; of "" the bag of one ""."""
    letters = _SPACE.sub("", text or "")
    # A text shorter than one gram is one gram itself, the empty text too.
    return Counter(letters[i : i + _GRAM] for i in range(max(1, len(letters) - _GRAM + 1)))


def _bag_prf(ours: Counter[Item], theirs: Counter[Item]) -> Score:
    common = _common(ours, theirs)
    precision = common / max(1, ours.total())
    recall = common / max(1, theirs.total())
    return Score(precision, recall, _f1(precision, recall))


def _common(ours: Counter[Item], theirs: Counter[Item]) -> int:
    small, large = sorted((ours, theirs), key=len)
    return sum(min(count, large.get(item, 0)) for item, count in small.items())


def _f1(precision: float, recall: float) -> float:
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0


def shingle_counts(predicted: str | None, truth: str | None) -> tuple[float, float, float]:
    """Return (true positive, false positive, false negative) shares of the page's shingles (AEB).

    Shingles are four words in a row, case kept. The three shares sum to 1, or are all 0 where
    neither text has a word.
    """
    ours, theirs = _shingles(predicted), _shingles(truth)
    hits = _common(ours, theirs)
    extra, missed = ours.total() - hits, theirs.total() - hits
    whole = hits + extra + missed
    return (hits / whole, extra / whole, missed / whole) if whole else (0.0, 0.0, 0.0)


def _shingles(text: str | None) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text or "")
    if len(words) < _GRAM:
        return Counter([tuple(words)] if words else [])
    return Counter(zip(words, words[1:], words[2:], words[3:], strict=False))


def shingle_prf(pages: Iterable[tuple[float, float, float]]) -> Score:
    """Return mean precision, mean recall and *their* F1 over `shingle_counts` of pages."""
    sums = np.sum([shingle_terms(*page) for page in pages], axis=0)
    return Score(*(float(value) for value in shingle_figures(sums)))


def shingle_terms(hits: float, extra: float, missed: float) -> tuple[float, float, float, float]:
    """Return a page's (precision, counts for precision, recall, counts for recall).

    A page where nothing was predicted has no precision, one without truth has no recall.
    """
    ours, theirs = hits + extra, hits + missed
    return (
        hits / ours if ours else 0.0,
        float(ours > 0),
        hits / theirs if theirs else 0.0,
        float(theirs > 0),
    )


def shingle_figures(sums: ArrayLike) -> Floats:
    """Return (3, ...): precision, recall, F1 of summed `shingle_terms` (..., 4)."""
    precision, predicted, recall, wanted = np.moveaxis(np.asarray(sums, dtype=float), -1, 0)
    precision = precision / np.maximum(predicted, 1)
    recall = recall / np.maximum(wanted, 1)
    both = precision + recall
    return np.stack([precision, recall, 2 * precision * recall / np.where(both, both, 1)])


def segment_counts(
    predicted: str | None, must: Iterable[str], must_not: Iterable[str]
) -> tuple[int, int, int, int]:
    """Return (must found, must-not found, must missed, must-not left out) of one page.

    White space is folded in text and snippets before looking.
    """
    text = _SPACE.sub(" ", predicted or "")
    wanted = [_SPACE.sub(" ", snippet).strip() in text for snippet in must]
    unwanted = [_SPACE.sub(" ", snippet).strip() in text for snippet in must_not]
    return sum(wanted), sum(unwanted), wanted.count(False), unwanted.count(False)


def segment_prf(pages: Iterable[tuple[int, int, int, int]]) -> SegmentScore:
    """Return the figures of `segment_counts` summed over pages (trafilatura's evaluation)."""
    sums = np.sum(list(pages), axis=0)
    return SegmentScore(*(float(value) for value in segment_figures(sums)))


def segment_figures(sums: ArrayLike) -> Floats:
    """Return (4, ...): precision, recall, F1, accuracy of summed `segment_counts` (..., 4)."""
    counts = np.asarray(sums, dtype=float)
    found, extra, missed, avoided = np.moveaxis(counts, -1, 0)
    precision = found / np.maximum(found + extra, 1)
    recall = found / np.maximum(found + missed, 1)
    both = precision + recall
    f1 = 2 * precision * recall / np.where(both, both, 1)
    accuracy = (found + avoided) / np.maximum(counts.sum(axis=-1), 1)
    return np.stack([precision, recall, f1, accuracy])


def confusion(truth: Sequence[str], predicted: Sequence[str | None]) -> Floats:
    """Count blocks by true label (4 rows) and predicted label (4 columns and one for none)."""
    counts = np.zeros((len(LABELS), len(LABELS) + 1))
    for true, guess in zip(truth, predicted, strict=True):
        counts[_COLUMN[true], len(LABELS) if guess is None else _COLUMN[guess]] += 1
    return counts


def class_f1(counts: ArrayLike) -> Floats:
    """Return F1 of each label (..., 4) from confusion counts (..., 4, 5).

    NaN for a label that is neither true nor predicted anywhere.
    """
    table = np.asarray(counts, dtype=float)
    hits = np.diagonal(table, axis1=-2, axis2=-1)
    either = table.sum(axis=-1) + table[..., : len(LABELS)].sum(axis=-2)
    return np.where(either > 0, 2 * hits / np.maximum(either, 1), np.nan)


def macro_f1(counts: ArrayLike) -> Floats:
    """Return the mean (...) of `class_f1` over the labels that occur; NaN where none does."""
    scores = class_f1(counts)
    occurs = ~np.isnan(scores)
    many = occurs.sum(axis=-1)
    total = np.where(occurs, scores, 0.0).sum(axis=-1)
    return np.asarray(np.where(many > 0, total / np.maximum(many, 1), np.nan))
