"""Trees and networks: columns to log odds."""

from copy import deepcopy

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tiny_model import model_bytes, random_arrays

from boilerkill.estimators import Network, Trees
from boilerkill.features import FEATURES
from boilerkill.model import loads
from boilerkill.score import scorer


def by_hand(trees: Trees, row: NDArray[np.float32]) -> float:
    """Walk every tree from its root."""
    total = trees.bias
    for feature, threshold, value in zip(trees.feature, trees.threshold, trees.value, strict=True):
        node = 0
        while node < len(feature):
            node = 2 * node + 1 + int(row[feature[node]] > threshold[node])
        total += value[node - len(feature)]
    return float(total)


def random_trees(seed: int, depth: int) -> Trees:
    return scorer(loads(model_bytes(random_arrays(seed, 6, depth)))).experts["html"].trees


@given(st.integers(0, 99), st.integers(1, 5))
def test_trees_are_walked_to_the_leaf(seed: int, depth: int) -> None:
    trees = random_trees(seed, depth)
    rows = np.random.default_rng(seed).random((3, len(FEATURES)), np.float32)
    np.testing.assert_allclose(trees.log_odds(rows), [by_hand(trees, row) for row in rows])


def test_a_value_at_the_threshold_goes_left() -> None:
    trees = Trees(np.array([[0]]), np.array([[0.5]]), np.array([[1.0, 2.0]]), 0.25)
    rows = np.array([[0.5], [np.nextafter(np.float32(0.5), np.float32(1))]], np.float32)
    assert trees.log_odds(rows).tolist() == [1.25, 2.25]


def test_many_blocks_are_scored_in_parts() -> None:
    trees = random_trees(1, 3)
    rows = np.random.default_rng(1).random((5000, len(FEATURES)), np.float32)
    np.testing.assert_array_equal(trees.log_odds(rows)[4990:], trees.log_odds(rows[4990:]))


def a_network(seed: int) -> Network:
    rng = np.random.default_rng(seed)
    shapes = ((30,), (30,), (30, 9), (9,), (9, 4), (4,))
    return Network(*(rng.normal(size=shape).astype(np.float32) for shape in shapes))


def plainly(network: Network, columns: NDArray[np.float32]) -> NDArray[np.float64]:
    """Pass rows through a network without any rounding."""
    rows = np.clip((columns.astype(float) - network.shift) * network.scale, -5, 5)
    units = np.maximum(rows @ network.hidden + network.hidden_bias, 0)
    odds = np.exp(units @ network.output + network.output_bias)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


@given(st.integers(0, 99))
def test_rounding_moves_probabilities_by_next_to_nothing(seed: int) -> None:
    network = a_network(seed)
    rows = np.random.default_rng(seed).normal(size=(5, 30)).astype(np.float32)
    np.testing.assert_allclose(network.probabilities(rows), plainly(network, rows), atol=1e-4)


@given(st.integers(0, 99))
def test_inputs_and_units_may_be_summed_in_any_order(seed: int) -> None:
    network, rng = a_network(seed), np.random.default_rng(seed)
    rows = rng.normal(size=(40, 30)).astype(np.float32)
    inputs, units = rng.permutation(30), rng.permutation(9)
    other = Network(
        network.shift[inputs], network.scale[inputs], network.hidden[np.ix_(inputs, units)],
        network.hidden_bias[units], network.output[units], network.output_bias,
    )  # fmt: skip
    np.testing.assert_array_equal(other.log_odds(rows[:, inputs]), network.log_odds(rows))


def test_a_block_scores_the_same_beside_any_others() -> None:
    network, rows = a_network(1), np.random.default_rng(1).normal(size=(40, 30)).astype(np.float32)
    whole = network.probabilities(rows)
    for i in (0, 7, 39):
        np.testing.assert_array_equal(network.probabilities(rows[i : i + 1]), whole[i : i + 1])


def test_what_a_network_worked_out_is_not_copied() -> None:
    network = a_network(1)
    rows = np.zeros((1, 30), np.float32)
    before = network.probabilities(rows)
    np.testing.assert_array_equal(deepcopy(network).probabilities(rows), before)
