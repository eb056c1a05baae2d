"""Features to probabilities, by numpy alone.

Boosted trees say how likely a block is to be part of the main text, and a small neural network says
what it is if it is not (the headline counts as content but is not part of the text). Two more
networks revise both in the light of the neighbours (`revise`). Pages of markup and bare texts share
features and lexicon, but each has such an expert of its own: half of what one leans on says nothing
of the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.errors import ModelError
from boilerkill.estimators import MAX_INNER, Network, Trees
from boilerkill.features import COLUMN, FEATURES, SCHEMA
from boilerkill.features.lexicon import Lexicon
from boilerkill.model import Arrays, Model
from boilerkill.revise import FIRST_MAIN, WIDTH, Layout, columns_of
from boilerkill.values import LABELS

#: What a block can be when it is not main text, in the order of the network's outputs.
KINDS: Final = ("navigation", "filler", "widget", "headline")


@dataclass(frozen=True, slots=True)
class Expert:
    """The models for pages of one kind.

    Attributes:
        trees: Main text or not, by the features.
        network: What else, by the features.
        revised_main: Main text (column 1) or not, by `revise.columns_of`.
        revised_kinds: What else, by the same.
    """

    trees: Trees
    network: Network
    revised_main: Network
    revised_kinds: Network

    def score(self, columns: NDArray[np.float32], layout: Layout) -> NDArray[np.float64]:
        """Score the blocks of a page.

        Args:
            columns: (n, len(FEATURES)).
            layout: Of the same page.

        Returns:
            (n, 5) probabilities that sum to 1: main text, then `KINDS`.
        """
        first = first_scores(self.trees, self.network, columns)
        again = columns_of(first, columns, layout)
        return revised_scores(self.revised_main, self.revised_kinds, again)


@dataclass(frozen=True, slots=True)
class Scorer:
    """A model ready to score.

    Attributes:
        lexicon: What words speak for.
        experts: By kind of page, as in `EXPERTS`.
        points: (k, 2) expected F and the F1 it comes to, both rising.
    """

    lexicon: Lexicon
    experts: Mapping[str, Expert]
    points: NDArray[np.float64]

    def confidence(self, expected: float) -> float:
        """Return the F1 that an expected F came to in training, out of fold; 0 to 1."""
        return float(np.interp(expected, self.points[:, 0], self.points[:, 1]))


def first_scores(
    trees: Trees, network: Network, columns: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Score blocks by their features alone; (n, 5)."""
    return _scores(trees.log_odds(columns), network.probabilities(columns))


#: Weight of the second model's log odds against the first's; chosen out of fold.
_REVISION: Final = 0.3
_CERTAIN: Final = 1e-5
#: Log odds of the surest that a second model is taken for.
_SURE: Final = math.log((1 - _CERTAIN) / _CERTAIN)


def revised_scores(
    main: Network, kinds: Network, columns: NDArray[np.float32]
) -> NDArray[np.float64]:
    """Score blocks by what the first scores say of them and their neighbours.

    Args:
        main: Revises main text or not.
        kinds: Says what else.
        columns: (n, WIDTH) from `revise.columns_of`.

    Returns:
        (n, 5)
    """
    no, yes = main.log_odds(columns)
    again = np.minimum(np.maximum(yes - no, -_SURE), _SURE)
    first = np.minimum(np.maximum(columns[:, FIRST_MAIN], _CERTAIN), 1 - _CERTAIN, dtype=np.float64)
    odds = _REVISION * again + (1 - _REVISION) * np.log(first / (1 - first))
    return _scores(odds, kinds.probabilities(columns))


def _scores(odds: NDArray[np.float64], kinds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Put (n,) log odds of main text and (n, 4) probabilities of what else together; (n, 5)."""
    scores = np.empty((1 + len(KINDS), len(odds)))
    scores[0] = 1 / (1 + np.exp(-odds))
    np.multiply(1 - scores[0], kinds.T, out=scores[1:])
    return scores.T


@lru_cache(maxsize=8)
def scorer(model: Model) -> Scorer:
    """Build the scorer of a model.

    Raises:
        ModelError: The model was made for other features, or its arrays do not fit together.
    """
    if model.header.get("schema") != SCHEMA:
        raise ModelError(
            f"the model was made for feature schema {model.header.get('schema')}, "
            f"this boilerkill computes {SCHEMA}; train the model again"
        )
    a = model.arrays
    for name, (kind, dimensions) in _ARRAYS.items():
        if name not in a or a[name].dtype != kind or a[name].ndim != dimensions:
            raise ModelError(
                f"array {name!r} is missing, or not {kind} in {dimensions} dimension(s)"
            )
    try:
        lexicon = Lexicon(model.vocabulary, a["word_weights"])
        biases = {kind: float(a[f"{kind}_tree_bias"][0]) for kind in EXPERTS}
    except (IndexError, UnicodeDecodeError) as error:
        raise ModelError(f"the model holds broken arrays: {error}") from None
    experts = {kind: _expert(kind, a, bias) for kind, bias in biases.items()}
    built = Scorer(lexicon, experts, a["confidence"])
    _check(built)
    _check_golden(built, a)
    return built


def _expert(kind: str, arrays: Arrays, bias: float) -> Expert:
    feature, threshold, value = (
        arrays[f"{kind}_tree_{name}"] for name in ("feature", "threshold", "value")
    )
    networks = (
        Network(*(arrays[f"{kind}_{prefix}_{name}"] for name in Network.__slots__))
        for prefix in NETWORKS
    )
    return Expert(Trees(feature, threshold, value, bias), *networks)


#: Kinds of page that have an expert.
EXPERTS: Final = ("html", "text")
#: Prefix of the arrays of each network -> number of its outputs.
NETWORKS: Final = {"net": len(KINDS), "revised_main": 2, "revised_kinds": len(KINDS)}
#: Type and number of dimensions of every array of a model.
_ARRAYS: Final = {
    "words": ("|u1", 1),
    "word_weights": ("<f4", 2),
    "confidence": ("<f8", 2),
    **{
        f"{kind}_{name}": form
        for kind in EXPERTS
        for name, form in {
            "tree_feature": ("<i4", 2),
            "tree_threshold": ("<f8", 2),
            "tree_value": ("<f8", 2),
            "tree_bias": ("<f8", 1),
            "golden_columns": ("<f4", 2),
            "golden_scores": ("<f8", 2),
            **{
                f"{prefix}_{part}": ("<f4", 2 if part in {"hidden", "output"} else 1)
                for prefix in NETWORKS
                for part in Network.__slots__
            },
        }.items()
    },
}


def _check(built: Scorer) -> None:
    """Raise ModelError unless all shapes and indices fit."""
    for name, array, shape in (
        ("word_weights", built.lexicon.weights, (len(built.lexicon.rows), len(LABELS))),
        ("confidence", built.points, (len(built.points), 2)),
    ):
        _check_shape(name, array, shape)
    for kind, expert in built.experts.items():
        _check_trees(kind, expert.trees)
        for prefix, network in zip(
            NETWORKS, (expert.network, expert.revised_main, expert.revised_kinds), strict=True
        ):
            inputs = len(FEATURES) if prefix == "net" else WIDTH
            shapes = {
                "shift": (inputs,),
                "scale": (inputs,),
                "hidden": (inputs, len(network.hidden_bias)),
                "output": (len(network.hidden_bias), NETWORKS[prefix]),
                "output_bias": (NETWORKS[prefix],),
            }
            for name, wanted in shapes.items():
                _check_shape(f"{kind}_{prefix}_{name}", getattr(network, name), wanted)


def _check_trees(kind: str, trees: Trees) -> None:
    count, inner = trees.feature.shape
    _check_shape(f"{kind}_tree_threshold", trees.threshold, (count, inner))
    _check_shape(f"{kind}_tree_value", trees.value, (count, inner + 1))
    if inner & (inner + 1) or not 1 <= inner <= MAX_INNER or count == 0:
        raise ModelError("the trees of the model are not complete binary trees")
    if trees.feature.min() < 0 or trees.feature.max() >= len(FEATURES):
        raise ModelError("a tree of the model looks at a feature that does not exist")


def _check_shape(name: str, array: NDArray[Any], shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise ModelError(f"array {name!r} has shape {array.shape}, wanted {shape}")


#: Scores may differ by so much between processors and numerical libraries.
_GOLDEN_TOLERANCE: Final = 1e-4


def _check_golden(built: Scorer, arrays: Arrays) -> None:
    """Raise ModelError unless the model scores as it did when it was made."""
    for kind, expert in built.experts.items():
        columns, wanted = arrays[f"{kind}_golden_columns"], arrays[f"{kind}_golden_scores"]
        if columns.shape != (len(wanted), len(FEATURES)) or not len(columns):
            raise ModelError("the model's golden predictions are for other features")
        got = expert.score(columns, golden_layout(columns))
        if got.shape != wanted.shape or np.abs(got - wanted).max(initial=0) > _GOLDEN_TOLERANCE:
            raise ModelError("the model does not give its golden predictions: it is damaged")


def golden_layout(columns: NDArray[np.float32]) -> Layout:
    """Lay rows of features from many pages out as one page, to score them together."""
    n = len(columns)
    spans = np.tile(np.array([0, n, 0, n], np.int32), (n, 1))
    return Layout(np.expm1(columns[:, COLUMN["words"]]), spans, np.zeros(n, np.int32))
