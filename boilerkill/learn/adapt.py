"""A trained model and a few labelled pages to a model that knows them too.

The trees of the model stay as they are. A few small ones are grown on top of them by Newton
boosting (Friedman 2001; Chen and Guestrin 2016) on the blocks of the new pages, and at the same
time on blocks of many other pages whose target is what the model says already: where the new
pages are like the rest of the web, nothing can move without moving those. Networks and words are
not touched; the model's second look at the scores works on the new ones.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from boilerkill import features
from boilerkill.errors import MissingExtraError
from boilerkill.estimators import Trees
from boilerkill.features.view import View
from boilerkill.learn import samples
from boilerkill.learn.corpora import LabelledPage
from boilerkill.model import Model, dump
from boilerkill.page import Page
from boilerkill.score import EXPERTS, Expert, Scorer, golden_layout, scorer

try:
    from sklearn.tree import DecisionTreeRegressor
except ImportError:
    raise MissingExtraError("scikit-learn", "train") from None

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How a model is adapted.

    Attributes:
        seed: Of the columns that each tree may look at.
        rounds: Trees added for each kind of page.
        depth: Their levels, at most those of the model's own trees.
        rate: Their learning rate.
        smallest: Fewest rows in a leaf.
        hold: Weight of all carried rows together, against 1 for all rows of the new pages.
        shrink: Added to the weight of a leaf, which pulls its value to 0.
    """

    seed: int = 0
    rounds: int = 40
    depth: int = 4
    rate: float = 0.2
    smallest: int = 12
    hold: float = 3.0
    shrink: float = 0.01


@dataclass(frozen=True, slots=True)
class Rows:
    """Blocks to learn from.

    Attributes:
        columns: (rows, len(FEATURES)).
        target: (rows,) chance of main text that is wanted, 0 to 1.
        weights: (rows,).
    """

    columns: NDArray[np.float32]
    target: Floats
    weights: Floats


def rows_of(model: Model, pages: Sequence[LabelledPage]) -> dict[str, Rows]:
    """Return the labelled blocks of pages by kind; a page of markup counts as bare text too."""
    lexicon = scorer(model).lexicon
    parts: dict[str, list[tuple[NDArray[Any], ...]]] = {kind: [] for kind in EXPERTS}
    for labelled in pages:
        page = samples.cut(labelled)
        if not page.texts:
            continue
        labels = samples.label(labelled, page, View(page))
        used = np.flatnonzero((labels.main >= 0) & (labels.weights > 0))
        seen: list[Page] = [page] if page.kind == "text" else [page, samples.flatten(page)]
        for each in seen:
            if len(used) and len(each.texts) == len(labels.main):
                columns = features.from_view(View(each, lexicon))
                parts[each.kind].append((columns[used], labels.main[used], labels.weights[used]))
    return {
        kind: Rows(*(np.concatenate(part) for part in zip(*found, strict=True)))
        for kind, found in parts.items()
        if found
    }


def adapt(
    model: Model, rows: Mapping[str, Rows], carried: Mapping[str, NDArray[np.float32]],
    how: Settings, info: Mapping[str, Any],
) -> bytes:  # fmt: skip
    """Return the bytes of a model that has learned from further rows.

    Args:
        model: The model to start from.
        rows: What to learn, by kind of page; a kind without rows stays as it is.
        carried: (rows, len(FEATURES)) of other pages by kind, on which nothing is to change.
        how: Settings.
        info: Entries of the header that differ from the model's own.
    """
    built = scorer(model)
    experts = {
        kind: _adapted(expert, rows[kind], carried[kind], how) if kind in rows else expert
        for kind, expert in built.experts.items()
    }
    arrays = dict(model.arrays)
    for kind, expert in experts.items():
        golden = arrays[f"{kind}_golden_columns"]
        arrays |= {
            f"{kind}_tree_feature": expert.trees.feature,
            f"{kind}_tree_threshold": expert.trees.threshold,
            f"{kind}_tree_value": expert.trees.value,
            f"{kind}_golden_scores": expert.score(golden, golden_layout(golden)),
        }
    kept = {k: v for k, v in model.header.items() if k not in _WRITTEN}
    return dump(kept | dict(info), arrays, str(model.header["schema"]))


#: Entries of a header that writing the file makes anew.
_WRITTEN: Final = ("arrays", "labels", "schema", "sha256")


def _adapted(expert: Expert, rows: Rows, carried: NDArray[np.float32], how: Settings) -> Expert:
    old = expert.trees
    columns = np.concatenate([rows.columns, carried])
    before = old.log_odds(columns)
    n = len(rows.columns)
    target = np.concatenate([rows.target.astype(np.float64), _chance(before[n:])])
    weights = np.concatenate([
        rows.weights / rows.weights.sum(),
        np.full(len(carried), how.hold / max(len(carried), 1)),
    ]) * n  # fmt: skip
    inner = old.feature.shape[1]
    how = replace(how, depth=min(how.depth, (inner + 1).bit_length() - 1))
    grown = [old]
    odds = before.copy()
    for number in range(how.rounds):
        tree = _tree(columns, odds, (target, weights), how, number)
        grown.append(_complete(tree, inner))
        odds += tree.leaf[tree.place]
    added = {name: np.concatenate([getattr(t, name) for t in grown])
             for name in ("feature", "threshold", "value")}  # fmt: skip
    return replace(expert, trees=Trees(**added, bias=old.bias))


def _chance(odds: Floats) -> Floats:
    chance: Floats = 1 / (1 + np.exp(-odds))
    return chance


@dataclass(frozen=True, slots=True)
class _Grown:
    """A tree as scikit-learn stores it, the value of each node, and each row's leaf."""

    tree: Any
    leaf: Floats
    place: NDArray[np.intp]


#: Rows that the model is sure of count as if it were a little less so, or their steps would leap.
_SUREST: Final = 0.02


def _tree(
    columns: NDArray[np.float32], odds: Floats, wanted: tuple[Floats, Floats], how: Settings,
    number: int,
) -> _Grown:  # fmt: skip
    target, weights = wanted
    chance = _chance(odds)
    slope = weights * (target - chance)
    bend = weights * np.maximum(chance * (1 - chance), _SUREST)
    grower = DecisionTreeRegressor(
        max_depth=how.depth, min_samples_leaf=how.smallest, max_features=0.2,
        random_state=how.seed + number,
    )  # fmt: skip
    grower.fit(columns, slope / bend, sample_weight=bend)
    place = grower.apply(columns)
    count = grower.tree_.node_count
    up = np.bincount(place, slope, count)
    across = np.bincount(place, bend, count) + how.shrink * weights.sum()
    return _Grown(grower.tree_, how.rate * up / across, place)


def _complete(grown: _Grown, inner: int) -> Trees:
    """Store a tree as a complete one of `inner` inner nodes; a leaf repeats below itself."""
    tree = grown.tree
    feature = np.zeros((1, inner), np.int32)
    threshold = np.full((1, inner), np.finfo(np.float64).max)
    value = np.zeros((1, inner + 1))
    waiting = [(0, 0)]
    while waiting:
        node, at = waiting.pop()
        if at >= inner:
            value[0, at - inner] = grown.leaf[node]
            continue
        left, right = int(tree.children_left[node]), int(tree.children_right[node])
        if left >= 0:
            feature[0, at], threshold[0, at] = tree.feature[node], tree.threshold[node]
        else:
            left = right = node
        waiting += [(left, 2 * at + 1), (right, 2 * at + 2)]
    return Trees(feature, threshold, value, 0.0)


def moved(before: Scorer, after: Scorer, carried: Mapping[str, NDArray[np.float32]]) -> Floats:
    """Return how far the chance of main text moved on each carried row, by the trees alone."""
    parts = [
        _chance(after.experts[kind].trees.log_odds(rows))
        - _chance(before.experts[kind].trees.log_odds(rows))
        for kind, rows in carried.items()
    ]
    return np.concatenate(parts)
