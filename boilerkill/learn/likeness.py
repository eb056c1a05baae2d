"""Which texts are nearly the same: shingles, min-hashes and bands (Broder 1997)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from boilerkill.words import tokens

Shingles = NDArray[np.uint64]

_WORDS: Final = 5
_BANDS: Final = 24
_ROWS: Final = 4  # with 24 bands, likenesses of 0.8 are missed once in 200,000 times
_FIRST: Final = 4
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)
_NOTHING: Final = np.uint64(2**64 - 1)


def shingles(text: str) -> Shingles:
    """Return the hashes of all runs of five words, each once, sorted; of fewer words, of them."""
    words = np.array([crc32(word.encode("utf-8", "replace")) for word in tokens(text)], np.uint64)
    if not len(words):
        return words
    many = max(1, len(words) - _WORDS + 1)
    mixed = np.zeros(many, np.uint64)
    for k in range(min(_WORDS, len(words))):
        mixed = (mixed ^ words[k : k + many]) * _MIX
        mixed ^= mixed >> np.uint64(31)
    return np.unique(mixed)


def likeness(first: Shingles, second: Shingles) -> float:
    """Return the share of shingles that two texts have in common, 0 to 1 (Jaccard)."""
    common = len(np.intersect1d(first, second, assume_unique=True))
    return common / max(1, len(first) + len(second) - common)


def near_copies(texts: Sequence[Shingles], least: float) -> Iterator[tuple[int, int, float]]:
    """Yield pairs of texts that are alike by `least` or more, in order; empty texts are in none.

    A text that is met in many copies is paired with the first few of them, not each with each.
    """
    draws = np.random.default_rng(0).integers(1, 2**63, _BANDS * _ROWS, dtype=np.uint64)
    buckets: defaultdict[tuple[int, bytes], list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if len(text):
            signature = np.array([_hashed(text, draw).min() for draw in draws])
            for band in range(_BANDS):
                key = signature[band * _ROWS : (band + 1) * _ROWS].tobytes()
                buckets[band, key].append(place)
    pairs = {pair for members in buckets.values() for pair in _each_with_the_first(members)}
    for first, second in sorted(pairs):
        share = likeness(texts[first], texts[second])
        if share >= least:
            yield first, second, share


def _each_with_the_first(members: Sequence[int]) -> Iterator[tuple[int, int]]:
    return (pair for pair in product(members[:_FIRST], members) if pair[0] < pair[1])


def _hashed(text: Shingles, draw: np.uint64) -> Shingles:
    mixed = (text ^ draw) * _MIX
    return mixed ^ (mixed >> np.uint64(29))
