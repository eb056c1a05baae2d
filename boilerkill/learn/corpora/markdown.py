"""Markdown to the text that a reader sees, for truths that are written in it.

Only what changes the words is undone: addresses, images, emphasis, escapes, tags. Marks of
headings and lists are taken off too; words are not touched.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

_TARGET: Final = r"\((?:<[^>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+[\"'(][^\n]*?[\"')])?\)"
_FENCE: Final = re.compile(r"(?m)^[ \t]{0,3}(?:```|~~~)[^\n]*$")
#: Each is replaced in turn, outside code.
_STEPS: Final = tuple(
    (re.compile(pattern), new)
    for pattern, new in (
        (rf"!\[[^\]\n]*\](?:{_TARGET}|\[[^\]\n]*\])", ""),
        (rf"\[([^\]\n]*)\](?:{_TARGET}|\[[^\]\n]*\])", r"\1"),
        (r"(?m)^[ \t]{0,3}\[[^\]\n]+\]:[ \t]*\S+[^\n]*$", ""),
        (r"<((?:https?|mailto):[^>\s]+)>", r"\1"),
        (r"(?i)<br\s*/?>", "\n"),
        (r"</?[A-Za-z][^<>\n]*>", ""),
        (r"(?m)^[ \t]{0,3}(?:=+|-{2,}|(?:[-*_][ \t]*){3,}|\|?[ \t]*:?-+:?[-|: \t]*\|?)[ \t]*$", ""),
        (r"(?m)^[ \t]*(?:>[ \t]?)+", ""),
        (r"(?m)^[ \t]*#{1,6}[ \t]+(.*?)[ \t]*#*[ \t]*$", r"\1"),
        (r"(?m)^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+", ""),
        (r"(?m)^[ \t]*\||\|[ \t]*$", ""),
        (r"(\*{1,3}|~~)(?=\S)([^*~\n]+?)(?<=\S)\1", r"\2"),
        (r"(?<![\w\\])(_{1,3})(?=\S)([^\n]+?)(?<=\S)\1(?!\w)", r"\2"),
        (r"\\([!-/:-@\[-`{-~])", r"\1"),
    )
)
_CODE: Final = re.compile(r"(`+)(.+?)(?<!`)\1(?!`)")


def plain_text(markdown: str) -> str:
    """Return the words of a Markdown text, its paragraphs still parted by blank lines."""
    pieces = _FENCE.split(markdown)
    # What stands between two fences is code, and says what it says.
    return "".join(
        piece if place % 2 else _outside_fences(piece) for place, piece in enumerate(pieces)
    ).strip()


def _outside_fences(text: str) -> str:
    out, end = [], 0
    for code in _CODE.finditer(text):
        out += [_prose(text[end : code.start()]), code[2].strip()]
        end = code.end()
    return "".join([*out, _prose(text[end:])])


def _prose(text: str) -> str:
    for pattern, new in _STEPS:
        text = pattern.sub(new, text)
    return unescape(text)
