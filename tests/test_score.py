"""Features to probabilities."""

import numpy as np
import pytest
from builders import cut, prose
from numpy.typing import NDArray
from tiny_model import model_bytes, tiny_arrays, tiny_model

from boilerkill import features
from boilerkill.errors import ModelError
from boilerkill.features import FEATURES
from boilerkill.features.view import View
from boilerkill.model import loads
from boilerkill.revise import layout_of
from boilerkill.score import KINDS, scorer


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
