"""Signs for emphasis in Markdown, where a parser understands them; elsewhere the tags of HTML.

Source: https://spec.commonmark.org/0.31.2/#delimiter-run and "process emphasis" there.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

#: Signs for a format, and the tags for where the signs would not be understood.
SIGNS: Final = {"strong": "**", "em": "*", "del": "~~"}
TAGS: Final = {
    "strong": ("<strong>", "</strong>"), "em": ("<em>", "</em>"), "del": ("<del>", "</del>"),
    "sub": ("<sub>", "</sub>"), "sup": ("<sup>", "</sup>"), "ruby": ("", ""), "rt": ("(", ")"),
}  # fmt: skip
#: A format, and the places in a line where it begins and ends.
Sign = tuple[str, int, int]
#: What usually stands beside a format.
_OUTSIDE: Final = frozenset(" \n.,;:?!)(“”\"'-–—")
#: Formats that are tried one by one in a line that a parser would not read as it is meant.
_MANY: Final = 50


@dataclass(slots=True)
class _Run:
    """Signs side by side: what is left of them, how many they were, and what they can do."""

    char: str
    begin: int
    end: int
    size: int = 0
    opens: bool = False
    closes: bool = False


def write_signs(out: list[str], signs: list[Sign]) -> None:
    """Write what formats begin and end with into their places in a line.

    Args:
        out: The line in pieces; empty where a format begins or ends.
        signs: The formats, inner ones before those round them.
    """
    plain = all(_is_plain(out, begin, end) for _, begin, end in signs)
    for kind, begin, end in signs:
        out[begin] = out[end] = SIGNS[kind]
    if plain or _are_read(out, signs):
        return
    for kind, begin, end in signs:
        out[begin], out[end] = TAGS[kind]
    if len(signs) > _MANY:
        return
    understood: list[Sign] = []
    for sign in signs:
        kind, begin, end = sign
        out[begin] = out[end] = SIGNS[kind]
        if _are_read(out, [*understood, sign]):
            understood.append(sign)
        else:
            out[begin], out[end] = TAGS[kind]


def _is_plain(out: list[str], begin: int, end: int) -> bool:
    """Whether signs at two places, words inside and none outside, can only begin and only end."""
    before = out[begin - 1][-1:] if begin else " "
    after = out[end + 1][:1] if end + 1 < len(out) else " "
    return (
        before in _OUTSIDE and after in _OUTSIDE
        and out[begin + 1][:1].isalnum() and out[end - 1][-1:].isalnum()
    )  # fmt: skip


def _are_read(out: list[str], signs: list[Sign]) -> bool:
    """Whether a parser reads all signs as the formats that they stand for."""
    line = "".join(out)
    offsets = [0, *accumulate(map(len, out))]
    runs: list[_Run] = []
    run_at: dict[int, int] = {}
    for place in sorted(place for _, *places in signs for place in places):
        begin, end = offsets[place], offsets[place + 1]
        if runs and runs[-1].end == begin and runs[-1].char == line[begin]:
            runs[-1].end = end
        else:
            runs.append(_Run(line[begin], begin, end))
        run_at[place] = len(runs) - 1
    if not all(_can_stand(run, line) for run in runs):
        return False
    wanted = [(run_at[begin], run_at[end], len(SIGNS[kind])) for kind, begin, end in signs]
    return sorted(wanted) == sorted(_pairs(runs))


def _can_stand(run: _Run, line: str) -> bool:
    """Work out what a run can do; False if nothing, or if text beside it would be part of it."""
    before, after = line[run.begin - 1 : run.begin] or " ", line[run.end : run.end + 1] or " "
    part_before, part_after = _is_punctuation(before), _is_punctuation(after)
    left = not after.isspace() and (not part_after or before.isspace() or part_before)
    right = not before.isspace() and (not part_before or after.isspace() or part_after)
    run.size, run.opens, run.closes = run.end - run.begin, left, right
    return (left or right) and "~" not in {before, after}


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


def _pairs(runs: list[_Run]) -> list[tuple[int, int, int]]:
    """Return the numbers of the runs that a parser pairs up, and by how many signs."""
    pairs = []
    waiting: list[int] = []
    for number, closer in enumerate(runs):
        while closer.closes and closer.begin < closer.end:
            found = next((k for k in reversed(waiting) if _meet(runs[k], closer)), None)
            if found is None:
                break
            del waiting[waiting.index(found) + 1 :]
            opener = runs[found]
            size = min(2, opener.end - opener.begin, closer.end - closer.begin)
            pairs.append((found, number, size))
            opener.end -= size
            closer.begin += size
            if opener.begin == opener.end:
                waiting.pop()
        if closer.opens and closer.begin < closer.end:
            waiting.append(number)
    return pairs


def _meet(opener: _Run, closer: _Run) -> bool:
    """Whether two runs can be the ends of a format."""
    if opener.char != closer.char:
        return False
    either = opener.closes or closer.opens
    return not either or (opener.size + closer.size) % 3 != 0 or opener.size % 3 == 0
