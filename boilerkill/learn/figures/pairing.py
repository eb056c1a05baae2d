"""Which predicted label a true block got, when the two sides cut the page differently.

Both sides' blocks are read as one stream of tokens in page order and the streams are aligned
as in a patience diff: equal ends are matched, then phrases that stand exactly once on both
sides, in the longest run that keeps their order; each gap between is treated the same way.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import TypeAlias

# Characters of scripts written without spaces are tokens of their own, and so is punctuation:
# a block of symbols alone can then be found as well.
_UNSPACED = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]|[^\W{_UNSPACED}]+|[^\w\s]")

#: Lengths of phrases tried in turn; on a long page hardly a single token is unique.
_PHRASES = (4, 1)

#: Gaps within gaps are looked at this many times; real pages need two or three.
_DEPTH = 8

_Gap: TypeAlias = tuple[range, range]


def predicted_labels(
    truth: Sequence[tuple[str, str]], predicted: Sequence[tuple[str, str]]
) -> list[str | None]:
    """Return the predicted label of every true block; both sides are (text, label) in page order.

    It is the label of the predicted block that covers most of the block's tokens (the earlier
    on a tie), and None where predicted blocks cover less than half of them together.
    """
    true_tokens = [_TOKEN.findall(text) for text, _ in truth]
    tokens = [_TOKEN.findall(text) for text, _ in predicted]
    owner = [block for block, found in enumerate(tokens) for _ in found]
    matches = align(list(chain.from_iterable(true_tokens)), list(chain.from_iterable(tokens)))
    labels: list[str | None] = []
    start = 0
    for found in true_tokens:
        covering = Counter(owner[at] for at in matches[start : start + len(found)] if at >= 0)
        start += len(found)
        enough = covering and covering.total() * 2 >= len(found)
        # Owners come in page order, and most_common keeps the earlier of equals first.
        labels.append(predicted[covering.most_common(1)[0][0]][1] if enough else None)
    return labels


def align(first: Sequence[str], second: Sequence[str]) -> list[int]:
    """Return for each token of `first` its place in `second`, or -1; places only ever rise."""
    places = [-1] * len(first)
    gaps: list[_Gap] = [(range(len(first)), range(len(second)))]
    for _ in range(_DEPTH):
        left: list[_Gap] = []
        for gap in gaps:
            ours, theirs = _match_ends(first, second, gap, places)
            anchors = _anchors(first, second, (ours, theirs))
            if not anchors:
                _match_greedily(first, second, (ours, theirs), places)
                continue
            for ours_at, theirs_at in anchors:
                places[ours_at] = theirs_at
            left.extend(_between(anchors, (ours, theirs)))
        gaps = left
    for gap in gaps:
        _match_greedily(first, second, gap, places)
    return places


def _match_ends(first: Sequence[str], second: Sequence[str], gap: _Gap, places: list[int]) -> _Gap:
    """Match equal tokens at both ends of the gap and return what is left of it."""
    (a, a_end), (b, b_end) = ((side.start, side.stop) for side in gap)
    while a < a_end and b < b_end and first[a] == second[b]:
        places[a] = b
        a, b = a + 1, b + 1
    while a < a_end and b < b_end and first[a_end - 1] == second[b_end - 1]:
        a_end, b_end = a_end - 1, b_end - 1
        places[a_end] = b_end
    return range(a, a_end), range(b, b_end)


def _anchors(first: Sequence[str], second: Sequence[str], gap: _Gap) -> list[tuple[int, int]]:
    """Return the longest rising run of places where the same unique phrase starts on each side."""
    ours, theirs = gap
    for size in _PHRASES:
        once = _places_of_unique(second, theirs, size)
        mine = _places_of_unique(first, ours, size)
        pairs = [(at, once[phrase]) for phrase, at in mine.items() if phrase in once]
        if pairs:
            return _longest_rising(pairs)
    return []


def _places_of_unique(
    tokens: Sequence[str], places: range, size: int
) -> dict[tuple[str, ...], int]:
    """Return where each phrase of `size` tokens starts that stands once in the places."""
    part = tokens[places.start : places.stop]
    phrases = list(zip(*(part[start:] for start in range(size)), strict=False))
    counts = Counter(phrases)
    return {phrase: at for at, phrase in enumerate(phrases, places.start) if counts[phrase] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of `pairs` (firsts rise) with rising seconds: patience sorting."""
    tops: list[int] = []  # smallest second that ends a run of this length
    ends: list[int] = []  # and the pair it belongs to
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        length = bisect_left(tops, second)
        before.append(ends[length - 1] if length else -1)
        tops[length : length + 1] = [second]
        ends[length : length + 1] = [number]
    run = []
    number = ends[-1] if ends else -1
    while number >= 0:
        run.append(pairs[number])
        number = before[number]
    return run[::-1]


def _between(anchors: Sequence[tuple[int, int]], gap: _Gap) -> Iterator[_Gap]:
    """Yield the gaps before, between and after the anchors that have tokens on both sides."""
    ours, theirs = gap
    edges = [(ours.start - 1, theirs.start - 1), *anchors, (ours.stop, theirs.stop)]
    for (a, b), (a_next, b_next) in pairwise(edges):
        if a + 1 < a_next and b + 1 < b_next:
            yield range(a + 1, a_next), range(b + 1, b_next)


def _match_greedily(
    first: Sequence[str], second: Sequence[str], gap: _Gap, places: list[int]
) -> None:
    """Match each token with its next occurrence: good enough where every token is repeated."""
    ours, theirs = gap
    where: dict[str, list[int]] = {}
    for at in theirs:
        where.setdefault(second[at], []).append(at)
    free = theirs.start
    for at in ours:
        found = where.get(first[at], [])
        number = bisect_left(found, free)
        if number < len(found):
            places[at] = found[number]
            free = found[number] + 1
