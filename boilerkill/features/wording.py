"""What the words of a block and of the lines over it speak for."""

from __future__ import annotations

from typing import Any

import numpy as np

from boilerkill.features.table import family
from boilerkill.features.view import Floats, View
from boilerkill.values import LABELS

_PLACES = (
    ("words", "of the block"),
    ("opener", "of the last short block before it"),
    ("previous", "of the block before"),
    ("next", "of the block after"),
    ("near", "of the five blocks round it, on average,"),
)


@family(
    *(
        (f"say_{place}_{label}", f"how far the words {meaning} speak for {label}")
        for place, meaning in _PLACES
        for label in LABELS
    ),
    ("say_known", "share of the block's words that the lexicon knows"),
)
def wording_features(v: View) -> Any:
    """Look the blocks' words up in the lexicon, and spread what they say to the neighbours."""
    if v.lexicon is None:
        return np.zeros((v.n, WIDTH), np.float32)
    own, known = v.beginnings.evidence(v.lexicon)
    return spread(own, known, v.words)


def spread(own: Floats, known: Floats, words: Floats) -> Floats:
    """Compute the features of this family from what the lexicon says of each block.

    Args:
        own: (n, 4) evidence of each block's words.
        known: (n,) share of the words known.
        words: (n,) words of each block.

    Returns:
        (n, WIDTH)
    """
    n = len(own)
    index = np.arange(n)
    opener = np.maximum.accumulate(np.where(words <= _OPENER_WORDS, index, -1))
    opener = np.concatenate([[-1], opener[:-1]])
    opened = np.where((opener >= 0)[:, None], own[opener], 0)
    blank = np.zeros((2, own.shape[1]), np.float32)
    padded = np.concatenate([blank, own, blank])
    near = sum(padded[k : k + n] for k in range(5)) / 5
    return np.concatenate(
        [own, opened, padded[1 : n + 1], padded[3 : n + 3], near, known[:, None]], axis=1
    ).astype(np.float32)


#: A block of so few words can be the heading of what follows.
_OPENER_WORDS = 6
WIDTH = len(_PLACES) * len(LABELS) + 1
