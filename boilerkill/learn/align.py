"""Truth text to block labels: which blocks of a page does its main text consist of?

Method: 4-grams of words (characters in scripts without spaces) are looked up in the truth; rare
ones give a block its place in the truth, and short blocks are decided by the places around them.
Time and memory grow linearly with page and truth.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkill.words import tokens

_GRAM = 4
#: A short block before the first or after the last anchor must stand this near to it in the truth.
_NEAR = 40


@dataclass(frozen=True, slots=True)
class Alignment:
    """What of a page its truth consists of.

    Attributes:
        positive: (n,) bool, whether the block is main text.
        covered: Share of the truth's words that stand in the positive blocks, 0 to 1.
    """

    positive: NDArray[np.bool_]
    covered: float


def align(texts: Sequence[str], truth: str) -> Alignment:
    """Label blocks by the main text of their page.

    Args:
        texts: The blocks, in page order.
        truth: The main text; "" labels every block negative.
    """
    words = [tokens(text) for text in texts]
    sizes = np.array([len(w) for w in words], dtype=np.int64)
    truth_words = tokens(truth)
    if not len(texts) or not truth_words:
        return Alignment(np.zeros(len(texts), dtype=bool), 0.0)
    ids: dict[str, int] = {}
    stream = _ids([w for block in words for w in block], ids)
    target = _ids(truth_words, ids)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    block_of = np.repeat(np.arange(len(texts)), sizes)
    inside, across, place = _cover(stream, target, block_of)
    share = np.bincount(block_of, inside, len(texts)) / np.maximum(sizes, 1)
    positive = (sizes >= _GRAM) & (share >= 0.5)
    anchors = _anchors(place, block_of, positive, starts)
    across_share = np.bincount(block_of, across, len(texts)) / np.maximum(sizes, 1)
    _short_blocks(words, truth_words, positive, anchors, across_share)
    _limit_copies(words, truth_words, positive)
    found = Counter(w for block, yes in zip(words, positive, strict=True) if yes for w in block)
    overlap = sum((found & Counter(truth_words)).values())
    return Alignment(positive, overlap / len(truth_words))


def _ids(words: list[str], ids: dict[str, int]) -> NDArray[np.uint64]:
    return np.array([ids.setdefault(w, len(ids) + 1) for w in words], dtype=np.uint64)


def _grams(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a hash of the 4-gram that starts at each word; (max(0, n - 3),)."""
    if len(ids) < _GRAM:
        return np.zeros(0, dtype=np.uint64)
    mix = np.uint64(0x9E3779B97F4A7C15)
    h = ids[: len(ids) - _GRAM + 1].copy()
    for k in range(1, _GRAM):
        h = (h * mix) ^ ids[k : len(ids) - _GRAM + 1 + k]
        h ^= h >> np.uint64(29)
    return h


def _cover(
    stream: NDArray[np.uint64], target: NDArray[np.uint64], block_of: NDArray[np.int64]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_], NDArray[np.int64]]:
    """Return words covered by the truth's 4-grams inside blocks and across them, and places.

    A word's place is its position in the truth where the 4-gram that starts at it is unique
    there and lies inside one block; -1 elsewhere.
    """
    n = len(stream)
    page, truth = _grams(stream), _grams(target)
    known, first, counts = np.unique(truth, return_index=True, return_counts=True)
    at = np.searchsorted(known, page)
    hit = np.zeros(len(page), dtype=bool)
    inside_range = at < len(known)
    hit[inside_range] = known[at[inside_range]] == page[inside_range]
    single = block_of[: len(page)] == block_of[_GRAM - 1 :] if n >= _GRAM else hit
    place = np.full(n, -1, dtype=np.int64)
    unique = np.flatnonzero(hit & single)
    unique = unique[counts[at[unique]] == 1]
    place[unique] = first[at[unique]]
    return _spread(hit & single, n), _spread(hit, n), place


def _spread(hit: NDArray[np.bool_], n: int) -> NDArray[np.bool_]:
    """Mark all words of the 4-grams that start where `hit` is true."""
    covered = np.zeros(n, dtype=bool)
    for k in range(_GRAM):
        covered[k : k + len(hit)] |= hit
    return covered


def _anchors(
    place: NDArray[np.int64],
    block_of: NDArray[np.int64],
    positive: NDArray[np.bool_],
    starts: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return (first, last) place in the truth of each positive block; -1 where unknown; (n, 2)."""
    anchors = np.full((len(positive), 2), -1, dtype=np.int64)
    for i in np.flatnonzero(place >= 0):
        block = block_of[i]
        if positive[block]:
            if anchors[block, 0] < 0:
                anchors[block, 0] = place[i] - (i - starts[block])
            anchors[block, 1] = place[i] + (starts[block + 1] - i)
    return anchors


def _short_blocks(
    words: list[list[str]],
    truth: list[str],
    positive: NDArray[np.bool_],
    anchors: NDArray[np.int64],
    across: NDArray[np.float64],
) -> None:
    """Decide blocks too short for a 4-gram of their own, in place."""
    where: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for size in range(1, _GRAM):
        for i in range(len(truth) - size + 1):
            where[tuple(truth[i : i + size])].append(i)
    after = _next_anchor(anchors)
    before = -1
    for i, block in enumerate(words):
        if anchors[i, 1] >= 0:
            before = int(anchors[i, 1])
        if not 0 < len(block) < _GRAM:
            continue
        places = where.get(tuple(block))
        if not places:
            continue
        low = before if before >= 0 else after[i] - _NEAR
        high = after[i] if after[i] >= 0 else before + _NEAR
        fits = (before >= 0 or after[i] >= 0) and any(
            low <= p and p + len(block) <= high for p in places
        )
        positive[i] = across[i] >= 0.99 or fits


def _next_anchor(anchors: NDArray[np.int64]) -> list[int]:
    """Return for each block the place at which the next anchored block begins; -1 for none."""
    after = [-1] * len(anchors)
    for i in range(len(anchors) - 2, -1, -1):
        after[i] = int(anchors[i + 1, 0]) if anchors[i + 1, 1] >= 0 else after[i + 1]
    return after


def _limit_copies(words: list[list[str]], truth: list[str], positive: NDArray[np.bool_]) -> None:
    """Leave no more positives among equal blocks than the truth has copies, in place."""
    groups: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for i in np.flatnonzero(positive).tolist():
        groups[tuple(words[i])].append(i)
    again = {key: members for key, members in groups.items() if len(members) > 1}
    if not again:
        return
    counts = _occurrences(set(again), truth)
    n = len(positive)
    for key, members in again.items():
        spare = len(members) - max(1, counts[key])
        if spare <= 0:
            continue

        def company(i: int) -> int:
            near = positive[max(0, i - 4) : min(n, i + 5)]
            return int(near.sum())

        for i in sorted(members, key=lambda i: (company(i), -i))[:spare]:
            positive[i] = False


def _occurrences(keys: set[tuple[str, ...]], truth: list[str]) -> Counter[tuple[str, ...]]:
    """Count how often each phrase stands in the truth (its first words decide for long ones)."""
    heads: defaultdict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    for key in keys:
        heads[key[:8]].append(key)
    counts: Counter[tuple[str, ...]] = Counter()
    for size in {len(head) for head in heads}:
        for i in range(len(truth) - size + 1):
            for key in heads.get(tuple(truth[i : i + size]), ()):
                counts[key] += 1
    return counts
