"""A decision to what the user gets of it: the blocks, each with the reason for its verdict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from boilerkill.decide import Decision
from boilerkill.estimators import Trees
from boilerkill.features import FEATURES
from boilerkill.features.view import View
from boilerkill.page import Page
from boilerkill.values import LABELS, Block

#: A block at least so likely to be content would have been kept, had the page any.
_LIKELY: Final = 0.5
#: Blocks explained at a time; bounds the memory of the working arrays.
_CHUNK: Final = 4096


def blocks_of(
    view: View, decision: Decision, trees: Trees, columns: NDArray[np.float32]
) -> tuple[Block, ...]:
    """Return all blocks of a page with the verdict on each.

    Args:
        view: The page.
        decision: The verdicts.
        trees: The trees that gave the probabilities; asked for the reasons.
        columns: (n, len(FEATURES)) the features they saw.
    """
    page = view.page
    paths = selectors(page)
    html = page.kind == "html"
    placed = html and not page.carried
    # What is the same for all blocks of the page does not tell one from another.
    varies = np.flatnonzero(np.ptp(columns, axis=0) > 0)
    evidence = strongest(trees, columns, varies if len(varies) else np.arange(columns.shape[1]))
    questions = _questions(trees)
    blocks = []
    for i, text in enumerate(page.texts):
        label = LABELS[int(decision.labels[i])]
        chances = decision.probabilities[i]
        blocks.append(
            Block(
                text=text,
                label=label,
                probabilities=dict(zip(LABELS, map(float, chances), strict=True)),
                kept=bool(decision.kept[i]),
                reason=_reason(decision, i, evidence[i], columns[i], questions),
                path=paths[page.owners[i]] if placed else None,
                tag=page.tags[page.owners[i]],
                span=None if html else page.spans[i],
            )
        )
    return tuple(blocks)


class Evidence(NamedTuple):
    """A feature that spoke for or against a block; `high` if it did so by being high, not low."""

    feature: int
    high: bool


def _reason(
    decision: Decision, i: int, evidence: tuple[Evidence, Evidence], row: NDArray[Any],
    questions: frozenset[int],
) -> str:  # fmt: skip
    """Say what decided over a block: a rule by its name, else the strongest feature."""
    if decision.copies[i]:
        return "repeats a block that was kept"
    if not decision.kept[i] and decision.title is not None and decision.labels[i] == 0:
        return "is the headline: given as the title"
    if not decision.kept.any() and decision.probabilities[i, 0] >= _LIKELY:
        return "the page as a whole has no main text"
    side, (feature, high) = ("for", evidence[0]) if decision.kept[i] else ("against", evidence[1])
    name, meaning = FEATURES[feature]
    value = float(row[feature])
    way = f", by being {'high' if high else 'low'}"
    if feature in questions and value in {0, 1}:
        way = "" if value else ", by not being so"
    return f"most {side} keeping it{way}: {meaning} ({name} = {value:.3g})"


def _questions(trees: Trees) -> frozenset[int]:
    """Return the features that say yes or no: trees cut them half way from 0 to 1, nowhere else."""
    half = trees.threshold == 0.5  # noqa: PLR2004  (no and yes are 0 and 1)
    return frozenset(np.setdiff1d(trees.feature[half], trees.feature[~half]).tolist())


def strongest(
    trees: Trees, columns: NDArray[np.float32], among: NDArray[np.int64]
) -> list[tuple[Evidence, Evidence]]:
    """Find the features, of those `among`, that spoke most for and most against main text.

    A tree's step from a node to its child changes the mean of what it says below; the change is
    put down to the feature the node looks at (Saabas, 2014), and summed over all trees. The mean is
    over the blocks of the page, so that what nearly all of them share counts for little.

    Returns:
        For each block the evidence most for it and most against it.
    """
    means = _means(trees, columns)
    tree, width = np.arange(len(trees.feature)), columns.shape[1]
    found = []
    for start in range(0, len(columns), _CHUNK):
        part = columns[start : start + _CHUNK]
        effect, rising = np.zeros(part.size), np.zeros(part.size)
        for node, right in _ways(trees, part):
            change = means[tree, 2 * node + 1 + right] - means[tree, node]
            place = trees.feature[tree, node] + np.arange(len(part))[:, None] * width
            effect += np.bincount(place.ravel(), change.ravel(), part.size)
            upward = np.where(right, change, -change)
            rising += np.bincount(place.ravel(), upward.ravel(), part.size)
        for said, rose in zip(effect.reshape(part.shape), rising.reshape(part.shape), strict=True):
            best, worst = among[said[among].argmax()], among[said[among].argmin()]
            found.append((
                Evidence(int(best), bool(rose[best] > 0)),
                Evidence(int(worst), bool(rose[worst] < 0)),
            ))  # fmt: skip
    return found


def _ways(
    trees: Trees, columns: NDArray[np.float32]
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.bool_]]]:
    """Yield the node (n, trees) that each block stands at, and whether it goes right from there."""
    count, inner = trees.feature.shape
    tree, block = np.arange(count), np.arange(len(columns))[:, None]
    node = np.zeros((len(columns), count), np.intp)
    for _ in range((inner + 1).bit_length() - 1):
        right = columns[block, trees.feature[tree, node]] > trees.threshold[tree, node]
        yield node, right
        node = 2 * node + 1 + right


def _means(trees: Trees, columns: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return the mean of what is said of the blocks below every node of every tree.

    All leaves together count for one block more, for the sake of nodes that no block comes by.
    """
    count, inner = trees.feature.shape
    blocks = np.full((count, inner + 1), 1 / (inner + 1))
    for start in range(0, len(columns), _CHUNK):
        *_, (node, right) = _ways(trees, columns[start : start + _CHUNK])
        np.add.at(blocks, (np.arange(count), 2 * node + 1 + right - inner), 1)
    above = np.zeros((count, inner))
    weight = np.concatenate([above, blocks], axis=1)
    total = np.concatenate([above, blocks * trees.value], axis=1)
    for at in range(inner - 1, -1, -1):
        for sums in (weight, total):
            sums[:, at] = sums[:, 2 * at + 1] + sums[:, 2 * at + 2]
    means: NDArray[np.float64] = total / weight
    return means


def selectors(page: Page) -> dict[int, str]:
    """Return a CSS selector for every element that a block stands in directly.

    It holds for the page as a browser parses it. (All elements would be too many: the selectors
    of a page of 100,000 nested ones take a gigabyte.)
    """
    seen: Counter[tuple[int, str]] = Counter()
    steps: list[str] = []
    for tag, parent in zip(page.tags, page.parents, strict=True):
        seen[parent, tag] += 1
        name = re.sub(r"([^\w-])", r"\\\1", tag)
        alone = parent < 0 or (parent == 0 and tag == "body")
        steps.append(name if alone else f"{name}:nth-of-type({seen[parent, tag]})")
    found: dict[int, str] = {}
    for element in set(page.owners):
        path, at = [], element
        while at >= 0:
            path.append(steps[at])
            at = page.parents[at]
        found[element] = " > ".join(reversed(path))
    return found
