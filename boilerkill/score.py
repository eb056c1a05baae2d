"""Features to probabilities, by numpy alone.

Two models share the features: boosted trees say how likely a block is to be part of the main text,
and a small neural network says what it is if it is not (the headline counts as content but is not
part of the text). All trees are stored at the same depth, so that one step down is a handful of
array operations for all trees and blocks together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.errors import ModelError
from boilerkill.features import FEATURES, SCHEMA
from boilerkill.features.lexicon import Lexicon
from boilerkill.model import Arrays, Model

#: What a block can be when it is not main text, in the order of the network's outputs.
KINDS: Final = ("navigation", "filler", "widget", "headline")
#: Blocks scored at a time; bounds the memory of the working arrays.
_CHUNK: Final = 4096
#: Most inner nodes of a tree: ten levels.
_MAX_INNER: Final = 2**10 - 1


@dataclass(frozen=True, slots=True)
class Trees:
    """Boosted trees of equal depth d.

    Attributes:
        feature: (trees, 2**d - 1) column each inner node looks at; node i has children 2i+1, 2i+2.
        threshold: (trees, 2**d - 1) a value above it goes right.
        value: (trees, 2**d) contribution of each leaf to the log odds.
        bias: Log odds before any tree.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    value: NDArray[np.float64]
    bias: float

    def log_odds(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Score blocks; (n, f) features to (n,) log odds. Equal rows give equal bits."""
        parts = [
            self._chunk(columns[start : start + _CHUNK])
            for start in range(0, max(len(columns), 1), _CHUNK)
        ]
        return np.concatenate(parts)

    def _chunk(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        n = len(columns)
        trees, inner = self.feature.shape
        flat = np.ascontiguousarray(columns.T).ravel()
        feature, threshold = self.feature.ravel() * np.int32(n), self.threshold.ravel()
        block = np.arange(n, dtype=np.int32)
        first = (np.arange(trees, dtype=np.int32) * inner)[:, None]
        at = np.zeros((trees, n), dtype=np.int32)
        for _ in range((inner + 1).bit_length() - 1):
            node = at + first
            right = flat.take(feature.take(node) + block) > threshold.take(node)
            at = 2 * at + 1 + right
        leaf = at - inner + (np.arange(trees, dtype=np.int32) * (inner + 1))[:, None]
        total: NDArray[np.float64] = np.add.reduce(self.value.ravel().take(leaf), axis=0)
        return total + self.bias


@dataclass(frozen=True, slots=True)
class Network:
    """A perceptron with one hidden layer over standardised features.

    Attributes:
        shift: (f,) subtracted from the features.
        scale: (f,) multiplied with them then; the result is cut to ±5.
        hidden: (f, h) and `hidden_bias` (h,); rectified.
        output: (h, len(KINDS)) and `output_bias`.
    """

    shift: NDArray[np.float32]
    scale: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    output: NDArray[np.float32]
    output_bias: NDArray[np.float32]

    def probabilities(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Score blocks; (n, f) features to (n, len(KINDS)) probabilities."""
        scaled = np.clip((columns - self.shift) * self.scale, -5, 5)
        inner = np.maximum(scaled @ self.hidden + self.hidden_bias, 0)
        logits = (inner @ self.output + self.output_bias).astype(np.float64)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances: NDArray[np.float64] = odds / odds.sum(axis=1, keepdims=True)
        return chances


@dataclass(frozen=True, slots=True)
class Scorer:
    """A model ready to score."""

    lexicon: Lexicon
    trees: Trees
    network: Network
    points: NDArray[np.float64]

    def confidence(self, expected: float) -> float:
        """Return the F1 that an expected F came to in training, out of fold; 0 to 1."""
        return float(np.interp(expected, self.points[:, 0], self.points[:, 1]))

    def score(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Score blocks.

        Args:
            columns: (n, len(FEATURES)).

        Returns:
            (n, 5) probabilities that sum to 1: main text, then `KINDS`.
        """
        main = 1 / (1 + np.exp(-self.trees.log_odds(columns)))
        rest = self.network.probabilities(columns)
        return np.column_stack([main, (1 - main)[:, None] * rest])


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
    try:
        lexicon = Lexicon(model.vocabulary, a["word_weights"])
        trees = Trees(
            a["tree_feature"], a["tree_threshold"], a["tree_value"], float(a["tree_bias"][0])
        )
        network = Network(*(a[f"net_{name}"] for name in Network.__slots__))
        points = a["confidence"]
    except (KeyError, IndexError, ValueError) as error:
        raise ModelError(f"the model lacks arrays or holds broken ones: {error}") from None
    _check(lexicon, trees, network, points)
    built = Scorer(lexicon, trees, network, points)
    _check_golden(built, a)
    return built


def _check(lexicon: Lexicon, trees: Trees, network: Network, points: NDArray[np.float64]) -> None:
    """Raise ModelError unless all shapes and indices fit."""
    f, count, hidden = len(FEATURES), len(trees.feature), len(network.hidden_bias)
    inner = trees.feature.shape[-1]
    wanted: dict[str, tuple[Any, tuple[int, ...]]] = {
        "word_weights": (lexicon.weights, (len(lexicon.rows), 4)),
        "tree_feature": (trees.feature, (count, inner)),
        "tree_threshold": (trees.threshold, (count, inner)),
        "tree_value": (trees.value, (count, inner + 1)),
        "net_shift": (network.shift, (f,)),
        "net_scale": (network.scale, (f,)),
        "net_hidden": (network.hidden, (f, hidden)),
        "net_output": (network.output, (hidden, len(KINDS))),
        "net_output_bias": (network.output_bias, (len(KINDS),)),
        "confidence": (points, (len(points), 2)),
    }
    for name, (array, shape) in wanted.items():
        if array.shape != shape:
            raise ModelError(f"array {name!r} has shape {array.shape}, wanted {shape}")
    if inner & (inner + 1) or inner > _MAX_INNER or count == 0:
        raise ModelError("the trees of the model are not complete binary trees")
    if trees.feature.min() < 0 or trees.feature.max() >= f:
        raise ModelError("a tree of the model looks at a feature that does not exist")


#: Scores may differ by so much between processors and numerical libraries.
_GOLDEN_TOLERANCE: Final = 1e-4


def _check_golden(built: Scorer, arrays: Arrays) -> None:
    """Raise ModelError unless the model scores as it did when it was made."""
    columns, wanted = arrays["golden_columns"], arrays["golden_scores"]
    if columns.shape[1:] != (len(FEATURES),):
        raise ModelError("the model's golden predictions are for other features")
    got = built.score(columns)
    if got.shape != wanted.shape or np.abs(got - wanted).max(initial=0) > _GOLDEN_TOLERANCE:
        raise ModelError("the model does not give its golden predictions: it is damaged")
