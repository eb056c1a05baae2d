"""Models small enough to reason about, so that tests need not the shipped one.

The tiny model calls a block main text if it has more than `ENOUGH` words; else the headline if it
is an h1, navigation if it is linked, and a widget otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from boilerkill.estimators import Network, Trees
from boilerkill.features import COLUMN, FEATURES, SCHEMA
from boilerkill.model import Model, dump, loads
from boilerkill.revise import WIDTH
from boilerkill.score import EXPERTS, KINDS, NETWORKS, Expert, golden_layout

ENOUGH = 8
Arrays = dict[str, NDArray[Any]]


class Unit(NamedTuple):
    """A hidden unit: passes `factor` times an input on to an output while it is positive."""

    source: int
    target: int
    factor: float = 1
    sign: int = 1


def network(prefix: str, inputs: int, units: Iterable[Unit]) -> Arrays:
    """Build the arrays of a network of these units."""
    units = list(units)
    hidden = np.zeros((inputs, len(units)), np.float32)
    output = np.zeros((len(units), NETWORKS[prefix]), np.float32)
    for place, unit in enumerate(units):
        hidden[unit.source, place] = unit.sign
        output[place, unit.target] = unit.factor
    return {
        f"{prefix}_shift": np.zeros(inputs, np.float32),
        f"{prefix}_scale": np.ones(inputs, np.float32),
        f"{prefix}_hidden": hidden,
        f"{prefix}_hidden_bias": np.zeros(len(units), np.float32),
        f"{prefix}_output": output,
        f"{prefix}_output_bias": np.zeros(NETWORKS[prefix], np.float32),
    }


def with_golden(arrays: Arrays) -> Arrays:
    """Add golden predictions to the arrays of a model."""
    trees = Trees(*(arrays[f"tree_{name}"] for name in ("feature", "threshold", "value")), 0.0)
    networks = (
        Network(*(arrays[f"{prefix}_{name}"] for name in Network.__slots__)) for prefix in NETWORKS
    )
    columns = np.random.default_rng(0).random((4, len(FEATURES)), np.float32)
    scores = Expert(trees, *networks).score(columns, golden_layout(columns))
    return arrays | {"golden_columns": columns, "golden_scores": scores}


def for_all_kinds(arrays: Arrays) -> Arrays:
    """Return the arrays of a model that judges all kinds of pages alike."""
    common = {
        "words": np.frombuffer(b"menu\nnews", np.uint8),
        "word_weights": np.zeros((2, 4), np.float32),
        "confidence": np.array([[0.0, 0.0], [1.0, 1.0]]),
    }
    return common | {f"{kind}_{name}": a for kind in EXPERTS for name, a in arrays.items()}


def tiny_arrays() -> Arrays:
    """Return the arrays of the tiny model."""
    return for_all_kinds(with_golden(_tiny()))


def _tiny() -> Arrays:
    navigation, widget, headline = map(KINDS.index, ("navigation", "widget", "headline"))
    first = network(
        "net",
        len(FEATURES),
        [
            Unit(COLUMN["link_share"], navigation, 6),
            Unit(COLUMN["tag_h1"], headline, 9),
            Unit(COLUMN["words"], widget, 2),
        ],
    )
    # Inputs of the second model: log odds of main text, its chance, the chances of the kinds.
    main = network("revised_main", WIDTH, [Unit(0, 1, 4), Unit(0, 0, 4, sign=-1)])
    kinds = network("revised_kinds", WIDTH, [Unit(2 + k, k, 8) for k in range(len(KINDS))])
    return {
        "tree_feature": np.array([[COLUMN["words"]]], np.int32),
        "tree_threshold": np.array([[np.log1p(ENOUGH)]]),
        "tree_value": np.array([[-4.0, 4.0]]),
        "tree_bias": np.zeros(1),
        **first,
        **main,
        **kinds,
    }


def random_arrays(seed: int, trees: int = 5, depth: int = 3) -> Arrays:
    """Return the arrays of a model of random trees over the tiny one's networks."""
    rng = np.random.default_rng(seed)
    inner = 2**depth - 1
    forest = {
        "tree_feature": rng.integers(len(FEATURES), size=(trees, inner), dtype=np.int32),
        "tree_threshold": rng.random((trees, inner)),
        "tree_value": rng.normal(size=(trees, inner + 1)),
    }
    return for_all_kinds(with_golden(_tiny() | forest))


def model_bytes(arrays: Arrays, schema: str = SCHEMA) -> bytes:
    """Return the bytes of a model file with these arrays."""
    return dump({"made": "for tests"}, arrays, schema)


@cache
def tiny_model() -> Model:
    """Return the tiny model."""
    return loads(model_bytes(tiny_arrays()))
