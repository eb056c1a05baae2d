"""What words speak for."""

import numpy as np
from builders import KNOWN

from boilerkill.features.lexicon import WORDS, grams


def test_grams_are_words_and_pairs() -> None:
    assert grams(["a", "b", "c"]) == ["a", "b", "c", "a b", "b c"]


def test_only_the_first_words_are_looked_at() -> None:
    assert len(grams(["a"] * 500)) == 2 * WORDS - 1


def test_scores_sum_the_weights_over_the_root_of_the_words() -> None:
    scores, known = KNOWN.scores([["menu", "news", "x", "y"], ["z"], []])
    np.testing.assert_allclose(scores, [[0.5, 1, 2, -3.5], [0, 0, 0, 0], [0, 0, 0, 0]])
    np.testing.assert_allclose(known, [0.5, 0, 0])
