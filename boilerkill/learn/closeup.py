"""A closer look at a model's run over labelled pages: block by block, and at every threshold.

`Evaluation` holds what any system can be measured by, its text; this holds what only a model
tells: how likely it thinks each block to be main text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.cleaner import Article, Cleaner
from boilerkill.errors import MissingExtraError
from boilerkill.features.view import View
from boilerkill.learn import samples
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.evaluation import UNSPACED, Prediction
from boilerkill.learn.figures.metrics import char_grams, words_of
from boilerkill.model import Model
from boilerkill.values import Block

try:
    from joblib import Parallel, delayed
except ImportError:
    raise MissingExtraError("joblib", "train") from None

Floats = NDArray[np.float64]

#: Thresholds of the curve: even steps of log odds, since most blocks are nearly certain.
THRESHOLDS: Final[Floats] = 1 / (1 + np.exp(-np.linspace(-6, 6, 49)))
#: Bins of a reliability diagram.
_BINS: Final = 10


@dataclass(frozen=True, slots=True)
class CloseUp:
    """What a model said of the blocks of one page, beside the truth.

    Attributes:
        chances: (n,) probability of main text.
        true: (n,) 1 main text, 0 not, -1 unknown.
        curve: (2, len(THRESHOLDS)) precision and recall of the text of all blocks at least so
            likely; NaN where nothing would be kept, and where the page's text is unknown.
    """

    chances: NDArray[np.float32]
    true: NDArray[np.int8]
    curve: Floats


def run(
    model: Model, pages: Sequence[LabelledPage], jobs: int = 2
) -> list[tuple[Prediction, CloseUp]]:
    """Run the shipped line over pages and look at each closely; in order."""
    size = max(1, min(32, -(-len(pages) // jobs)))
    parts = [pages[i : i + size] for i in range(0, len(pages), size)]
    done = Parallel(n_jobs=jobs)(delayed(_run)(model, part) for part in parts)
    return [found for part in done for found in part]


def _run(model: Model, pages: Sequence[LabelledPage]) -> list[tuple[Prediction, CloseUp]]:
    cleaner = Cleaner(model)
    return [look(page, clean(cleaner, page)) for page in pages]


def clean(cleaner: Cleaner, page: LabelledPage) -> Article:
    """Clean a labelled page as any other."""
    return cleaner.clean(page.source, url=page.url, kind=page.kind)


def look(page: LabelledPage, article: Article) -> tuple[Prediction, CloseUp]:
    """Return what was made of a page, and of its blocks."""
    blocks = article.blocks
    labels = tuple((b.text, b.label) for b in blocks) if page.labels else ()
    chances = np.array([b.probabilities["content"] for b in blocks], np.float32)
    true = np.where([is_aside(b) for b in blocks], np.int8(-1), true_blocks(page, len(blocks)))
    found = CloseUp(chances, true, _curve(page, blocks))
    return Prediction(article.text, article.confidence, labels), found


def true_blocks(page: LabelledPage, count: int) -> NDArray[np.int8]:
    """Return for each block 1 if it is main text by the page's truth, 0 if not, -1 if unknown.

    Args:
        page: The labelled page.
        count: Number of its blocks; 0 for a page that could not be cut.
    """
    if not count:
        return np.zeros(0, np.int8)
    cut = samples.cut(page)
    return samples.label(page, cut, View(cut)).main


def is_aside(block: Block) -> bool:
    """Tell whether a block is content that is never part of the text: headline or copy."""
    return block.label == "content" and not block.kept


def _curve(page: LabelledPage, blocks: Sequence[Block]) -> Floats:
    """Return (2, thresholds) precision and recall, from one walk down the blocks by chance."""
    if not page.truth:
        return np.full((2, len(THRESHOLDS)), np.nan)
    bag = char_grams if page.language in UNSPACED else words_of
    missing = bag(page.truth)
    whole = max(1, missing.total())
    ranked = sorted(
        ((b.probabilities["content"], b.text) for b in blocks if not is_aside(b)),
        key=lambda each: -each[0],
    )
    hits, size = [0], [0]
    for _, text in ranked:
        words = bag(text)
        hits.append(hits[-1] + _take(words, missing))
        size.append(size[-1] + words.total())
    kept = np.searchsorted([-chance for chance, _ in ranked], -THRESHOLDS, side="right")
    hit, emitted = np.array(hits, float)[kept], np.array(size, float)[kept]
    with np.errstate(invalid="ignore"):
        return np.stack([hit / emitted, hit / whole])


def _take(words: Counter[str], missing: Counter[str]) -> int:
    """Count the words that are still missing, and take them away, in place."""
    hits = 0
    for word, count in words.items():
        common = min(count, missing[word])
        missing[word] -= common
        hits += common
    return hits


def mean_curve(closeups: Sequence[CloseUp]) -> list[dict[str, float]]:
    """Return mean precision and recall over pages at each threshold; [] where none is known."""
    known = [c.curve for c in closeups if not np.isnan(c.curve[1]).all()]
    if not known:
        return []
    stacked = np.stack(known)
    emitted: NDArray[np.bool_] = ~np.isnan(stacked[:, 0])
    precision = np.nansum(stacked[:, 0], axis=0) / np.maximum(emitted.sum(axis=0), 1)
    recall = stacked[:, 1].mean(axis=0)
    return [
        {"threshold": float(t), "precision": float(p), "recall": float(r)}
        for t, p, r, some in zip(THRESHOLDS, precision, recall, emitted.sum(axis=0), strict=True)
        if some
    ]


def block_calibration(closeups: Sequence[CloseUp]) -> list[dict[str, float]]:
    """Return how often blocks were main text, by how likely the model thought so."""
    if not closeups:
        return []
    chances = np.concatenate([c.chances for c in closeups]).astype(float)
    true = np.concatenate([c.true for c in closeups])
    return list(_binned(chances[true >= 0], true[true >= 0].astype(float)))


def page_calibration(
    confidence: Sequence[float | None], f1: Sequence[float | None]
) -> list[dict[str, float]]:
    """Return the mean F1 of pages by the confidence that the system had in them."""
    told, true = np.array(confidence, dtype=float), np.array(f1, dtype=float)
    known = ~np.isnan(told + true)
    return list(_binned(told[known], true[known]))


def _binned(told: Floats, true: Floats) -> Iterator[dict[str, float]]:
    bins = np.minimum((told * _BINS).astype(int), _BINS - 1)
    for number in range(_BINS):
        inside = bins == number
        if inside.any():
            yield {
                "told": float(told[inside].mean()),
                "true": float(true[inside].mean()),
                "count": int(inside.sum()),
            }


def to_dict(closeups: Sequence[CloseUp]) -> dict[str, Any]:
    """Return the curve and the calibration of blocks as plain JSON types."""
    return {"curve": mean_curve(closeups), "block_calibration": block_calibration(closeups)}
