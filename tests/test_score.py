"""Features to probabilities."""

from copy import deepcopy

import numpy as np
import pytest
from builders import cut, prose
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tiny_model import model_bytes, random_arrays, tiny_arrays, tiny_model

from boilerkill import features
from boilerkill.errors import ModelError
from boilerkill.features import FEATURES
from boilerkill.features.view import View
from boilerkill.model import loads
from boilerkill.revise import layout_of
from boilerkill.score import KINDS, Network, Trees, scorer


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


def scores(markup: str) -> NDArray[np.float64]:
    view = View(cut(markup))
    expert = scorer(tiny_model()).experts["html"]
    return expert.score(features.from_view(view), layout_of(view))


def test_the_tiny_model_knows_long_text_links_and_headlines() -> None:
    found = scores(f"<h1>News</h1><p>{prose(30)}</p><p><a href=x>Home</a></p><p>12 views</p>")
    names = ["main", *KINDS]
    assert [names[k] for k in found.argmax(axis=1)] == ["headline", "main", "navigation", "widget"]


def test_probabilities_sum_to_one() -> None:
    found = scores(f"<h1>News</h1><p>{prose(30)}</p>")
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found.min() >= 0


def test_confidence_is_read_off_the_line() -> None:
    points = np.array([[0.0, 0.0], [0.5, 0.8], [1.0, 1.0]])
    built = scorer(loads(model_bytes(tiny_arrays() | {"confidence": points})))
    assert [built.confidence(x) for x in (0, 0.25, 0.5, 2)] == [0, 0.4, 0.8, 1]


ARRAYS = tiny_arrays()


@pytest.mark.parametrize(
    ("name", "array", "fault"),
    [
        (
            "html_tree_feature",
            np.array([[len(FEATURES)]], np.int32),
            "a feature that does not exist",
        ),
        ("html_tree_feature", np.array([[-1]], np.int32), "a feature that does not exist"),
        ("html_tree_value", np.zeros((1, 3)), "'html_tree_value' has shape"),
        ("html_tree_feature", np.zeros((1, 1)), "'html_tree_feature' is missing, or not <i4 in 2"),
        ("html_tree_threshold", np.zeros(1), "'html_tree_threshold' is missing, or not <f8 in 2"),
        ("html_tree_bias", np.zeros(0), "holds broken arrays"),
        ("words", np.frombuffer(b"\xff\xfe", np.uint8), "holds broken arrays"),
        ("words", np.frombuffer(b"one\ntwo\nthree", np.uint8), "'word_weights' has shape"),
        ("html_net_shift", np.zeros(3, np.float32), "'html_net_shift' has shape"),
        (
            "html_revised_main_hidden",
            np.zeros((3, 2), np.float32),
            "'html_revised_main_hidden' has shape",
        ),
        ("html_revised_kinds_output_bias", np.zeros(2, np.float32), "output_bias' has shape"),
        ("confidence", np.zeros((2, 3)), "'confidence' has shape"),
        ("html_golden_columns", np.zeros((1, 2), np.float32), "for other features"),
        ("html_golden_columns", np.zeros((0, len(FEATURES)), np.float32), "for other features"),
        ("html_golden_scores", np.zeros((4, 5)), "golden predictions: it is damaged"),
    ],
)
def test_a_model_whose_arrays_do_not_fit_is_refused(
    name: str, array: NDArray[np.float64], fault: str
) -> None:
    with pytest.raises(ModelError, match=fault):
        scorer(loads(model_bytes(ARRAYS | {name: array})))


@pytest.mark.parametrize("name", sorted(ARRAYS))
def test_no_array_may_be_missing(name: str) -> None:
    rest = {key: array for key, array in ARRAYS.items() if key != name}
    with pytest.raises(ModelError, match="is missing"):
        scorer(loads(model_bytes(rest)))


@pytest.mark.parametrize("inner", [0, 2, 5])
def test_trees_must_be_complete(inner: int) -> None:
    shapes = {
        "text_tree_feature": np.zeros((1, inner), np.int32),
        "text_tree_threshold": np.zeros((1, inner)),
        "text_tree_value": np.zeros((1, inner + 1)),
    }
    with pytest.raises(ModelError, match="complete binary trees"):
        scorer(loads(model_bytes(ARRAYS | shapes)))


def test_a_model_for_other_features_is_refused_with_both_schemas() -> None:
    with pytest.raises(ModelError, match=f"schema other.*computes {features.SCHEMA}.*train"):
        scorer(loads(model_bytes(ARRAYS, schema="other")))
