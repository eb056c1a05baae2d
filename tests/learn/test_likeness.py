"""Near copies: found where texts are alike, nowhere else."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.learn.likeness import likeness, near_copies, shingles

WORDS = [f"w{i}" for i in range(400)]


def text(*changed: int) -> str:
    return " ".join("other" if i in changed else word for i, word in enumerate(WORDS))


def test_texts_with_a_few_words_changed_are_found():
    texts = [shingles(t) for t in (text(), text(50, 200), " ".join(WORDS[::-1]), text(7))]
    assert [pair[:2] for pair in near_copies(texts, 0.9)] == [(0, 1), (0, 3), (1, 3)]


def test_two_changed_words_cost_ten_shingles():
    assert likeness(shingles(text()), shingles(text(50, 200))) == (396 - 10) / (396 + 10)


def test_empty_texts_are_no_copies_of_each_other():
    assert list(near_copies([shingles(""), shingles(" ")], 0.1)) == []


def test_many_copies_are_not_paired_each_with_each():
    assert len(list(near_copies([shingles(text())] * 50, 0.9))) == 49 + 48 + 47 + 46


@given(st.text(max_size=60), st.text(max_size=60))
def test_likeness_is_symmetric_and_one_for_equal_texts(a, b):
    first, second = shingles(a), shingles(b)
    assert likeness(first, second) == likeness(second, first)
    assert likeness(first, first) == (len(first) > 0)
    assert np.array_equal(first, np.unique(first))
