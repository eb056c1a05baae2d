"""Scores seen beside each other."""

import numpy as np
import pytest
from builders import MARKUP, cut, prose, view
from hypothesis import assume, given

from boilerkill import features
from boilerkill.features.view import View
from boilerkill.revise import WIDTH, columns_of, layout_of


def test_the_layout_names_the_containers_one_and_two_steps_up() -> None:
    v = View(cut("<section><div><p>a</p><p>b</p></div><p>c</p></section><p>d</p>"))
    found = layout_of(v)
    assert found.spans.tolist() == [[0, 2, 0, 3], [0, 2, 0, 3], [0, 3, 0, 4], [0, 4, 0, 4]]
    assert found.kin.tolist() == [0, 0, 1, 2]


def test_a_block_sees_its_neighbours() -> None:
    v = view(prose(10), prose(10), prose(10))
    scores = np.zeros((3, 5))
    scores[:, 0], scores[:, 1] = [0.1, 0.5, 0.9], [0.9, 0.5, 0.1]
    seen = columns_of(scores, features.from_view(v), layout_of(v))
    own, before, after = seen[:, 1], seen[:, 7], seen[:, 13]
    np.testing.assert_allclose(own, [0.1, 0.5, 0.9])
    np.testing.assert_allclose(before, [0, 0.1, 0.5])
    np.testing.assert_allclose(after, [0.5, 0.9, 0])


@given(MARKUP)
def test_any_page_gives_finite_columns(markup: str) -> None:
    page = cut(markup)
    assume(page.texts)
    v = View(page)
    scores = np.random.default_rng(0).dirichlet(np.ones(5), v.n)
    seen = columns_of(scores, features.from_view(v), layout_of(v))
    assert seen.shape == (v.n, WIDTH)
    assert np.isfinite(seen).all()


@pytest.mark.parametrize("certain", [0.0, 1.0])
def test_certainty_is_finite_too(certain: float) -> None:
    v = view(prose(10))
    scores = np.array([[certain, 1 - certain, 0, 0, 0]])
    assert np.isfinite(columns_of(scores, features.from_view(v), layout_of(v))).all()
