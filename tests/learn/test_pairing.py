"""Which predicted label a true block got, however the page was cut."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.learn.figures import predicted_labels
from boilerkill.learn.figures.pairing import align
from boilerkill.values import LABELS

tokens = st.lists(st.sampled_from("abcdef"), max_size=40)
blocks = st.lists(
    st.tuples(
        st.lists(st.sampled_from("ab中.é"), min_size=1).map(" ".join), st.sampled_from(LABELS)
    )
)


@given(tokens, tokens)
def test_aligned_tokens_are_equal_and_in_order(first, second):
    places = align(first, second)
    found = [place for place in places if place >= 0]
    assert found == sorted(set(found))
    assert all(first[i] == second[place] for i, place in enumerate(places) if place >= 0)


@given(blocks)
def test_the_same_blocks_get_their_own_labels(page):
    assert predicted_labels(page, page) == [label for _, label in page]


@given(blocks)
def test_blocks_cut_finer_give_the_same_labels(page):
    finer = [(token, label) for text, label in page for token in text.split()]
    assert predicted_labels(page, finer) == [label for _, label in page]


def test_the_block_that_covers_most_decides():
    truth = [("one two three", "content")]
    assert predicted_labels(truth, [("one", "widget"), ("two three", "filler")]) == ["filler"]
    assert predicted_labels(truth, [("zero one two three four", "widget")]) == ["widget"]


def test_a_block_mostly_missing_from_the_prediction_has_no_label():
    truth = [("one two three", "content"), ("four", "widget")]
    assert predicted_labels(truth, [("three", "content"), ("four", "widget")]) == [None, "widget"]


def test_repeats_are_told_apart_by_their_neighbours():
    truth = [("Share", "widget"), ("A long story", "content"), ("Share", "filler")]
    ours = [("A long story", "content"), ("Share", "navigation")]
    assert predicted_labels(truth, ours) == [None, "content", "navigation"]


@pytest.mark.parametrize("text", ["★★★★☆", "© »", "分享", "।"])
def test_blocks_without_words_are_found_too(text):
    assert predicted_labels([(text, "widget")], [("x", "content"), (text, "filler")]) == ["filler"]


def test_a_long_page_without_unique_words_is_aligned():
    words = Random(0).choices([str(i) for i in range(97)], k=20_000)
    changed = [word for i, word in enumerate(words) if i % 50]
    assert sum(place >= 0 for place in align(words, changed)) > 0.97 * len(words)
