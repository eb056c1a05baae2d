"""Plain text to blocks: one a line, or one a paragraph where lines are hard-wrapped.

The blocks are the same values as those of an HTML page; they simply have no markup.
"""

from __future__ import annotations

import re
from itertools import pairwise

from boilerkill.errors import InputError
from boilerkill.marks import BLOCK
from boilerkill.page import INVISIBLE, Page
from boilerkill.values import Limits

#: Lines of hard-wrapped text are about as long as each other and rarely end a sentence.
_WRAPPED = range(55, 100)
#: Fewer lines than this that follow another directly say nothing about wrapping.
_FEW_LINES = 4
_MOSTLY = 0.45
_FEW_LONG = 0.1


def cut_text(source: str, limits: Limits) -> Page:
    """Cut a plain text into blocks: its lines, or its paragraphs where lines are hard-wrapped.

    Args:
        source: The text.
        limits: Number of blocks allowed.

    Returns:
        The page, with one element that holds all blocks.

    Raises:
        InputError: The text has more blocks than `limits` allow.
    """
    spans = _paragraphs(source) if _is_wrapped(source) else _lines(source)
    if len(spans) > limits.max_blocks:
        raise InputError(f"too large: more than {limits.max_blocks:,} blocks")
    zeros = [0] * len(spans)
    return Page(
        kind="text",
        texts=[" ".join(source[a:b].translate(INVISIBLE).split()) for a, b in spans],
        owners=zeros, linked=zeros, links=zeros, bold=zeros, marks=zeros, images=zeros,
        inputs=zeros, spans=spans, tags=[""], parents=[-1], containers=[-1], attributes=[""],
        classes=[""], own=[BLOCK], first=[0], end=[len(spans)],
    )  # fmt: skip


_LINE = re.compile(r"[^\n\r\v\f\x85\u2028\u2029]+")
_WRAPPED_LINE = re.compile(r"[^\n]+")
_VISIBLE = re.compile(r"[^\s\u200b\ufeff\u2060\xad]")


def _lines(source: str) -> list[tuple[int, int]]:
    return [_trim(source, *m.span()) for m in _LINE.finditer(source) if _VISIBLE.search(m[0])]


def _paragraphs(source: str) -> list[tuple[int, int]]:
    """Join lines that no blank line parts."""
    found: list[tuple[int, int]] = []
    for line in _WRAPPED_LINE.finditer(source):
        if not _VISIBLE.search(line[0]):
            continue
        start, end = line.span()
        if found and found[-1][1] + 1 == start:
            start = found.pop()[0]
        found.append((start, end))
    return [_trim(source, *span) for span in found]


def _trim(source: str, start: int, end: int) -> tuple[int, int]:
    """Leave white space at both ends out of a span."""
    piece = source[start:end]
    left = len(piece) - len(piece.lstrip())
    return start + left, start + left + len(piece.strip())


def _is_wrapped(source: str) -> bool:
    """Tell whether lines are broken by width: of like lengths, and sentences go on in the next."""
    lines = [line.strip() for line in source.splitlines()]
    inner = [(a, b) for a, b in pairwise(lines) if a and b]
    if len(inner) < _FEW_LINES:
        return False
    broken = sum(
        len(a) in _WRAPPED and a[-1] not in ".!?:;\"'”»" and b[0].islower() for a, b in inner
    )
    longer = sum(len(line) >= _WRAPPED.stop for line in lines)
    return broken >= _MOSTLY * len(inner) and longer <= _FEW_LONG * len(lines)
