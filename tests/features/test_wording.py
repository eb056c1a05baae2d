"""Wording spread to the neighbours."""

import numpy as np
from builders import KNOWN, cut, feature, view

from boilerkill import features
from boilerkill.features.wording import WIDTH, spread, wording_features


def test_spread_is_what_the_family_computes() -> None:
    v = view("menu", "news and more", "menu news", "nothing", lexicon=KNOWN)
    own, known = KNOWN.scores(v.block_tokens)
    np.testing.assert_array_equal(spread(own, known, v.words), wording_features(v))


def test_the_columns_are_those_of_the_table() -> None:
    at = features.COLUMN["say_words_content"]
    assert features.COLUMN["say_known"] - at + 1 == WIDTH


def test_neighbours_and_openers() -> None:
    long = "some words that nobody has ever put into any lexicon"
    page = cut(f"<p>{long}</p><p>menu</p><p>{long}</p><p>{long}</p>")

    def said(place: str) -> list[float]:
        return feature(page, f"say_{place}_navigation", KNOWN).tolist()

    assert said("words") == [0, 2, 0, 0]
    assert said("previous") == [0, 0, 2, 0]
    assert said("next") == [2, 0, 0, 0]
    assert said("opener") == [0, 0, 2, 2]
    np.testing.assert_allclose(said("near"), [0.4, 0.4, 0.4, 0.4])


def test_without_a_lexicon_words_say_nothing() -> None:
    assert not feature(cut("<p>menu</p>"), "say_words_navigation").any()
