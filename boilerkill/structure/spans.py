"""Pieces of inline content as Markdown: CommonMark, and what GitHub adds."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from boilerkill.structure.line import common
from boilerkill.structure.nodes import Format, Piece
from boilerkill.structure.signs import SIGNS, TAGS, Sign, write_signs

#: What would be read as markup in the middle of a line. A sign at the end may meet its other half.
_SPECIAL: Final = re.compile(
    r"""[`*]
    | \\(?=[!-/:-@\[-`{-~]|\Z)
    | (?<![^\W_])_ | _(?![^\W_])
    | <(?=[a-zA-Z/!?]|\Z)
    | &(?=\#?\w{1,32};)
    | ~(?=~) | (?<=~)~
    | \[(?=\^)
    | \](?=[(\[:]|\Z)""",
    re.VERBOSE,
)
#: One of the characters that the above is about; sought first, for most text has none.
_SIGN: Final = re.compile(r"[\\`*_<&~\[\]]")
_BRACKETS: Final = re.compile(r"(?<!\\)((?:\\\\)*)([\[\]])")
#: What would be read as markup at the start of a line.
_LINE_START: Final = re.compile(
    r"(?m)^(?:(?=[-+](?:[ ]|$)|\#{1,6}(?:[ ]|$)|>|[-=: |]+$|\[[ xX]\])|(\d{1,9})(?=[.)](?:[ ]|$)))"
)
_ENTITY: Final = re.compile(r"&(?=#?\w{1,32};)")
_PARENTHESIS: Final = re.compile(r"[()]")
#: Parentheses in parentheses that every reader of Markdown understands.
_MAX_DEPTH: Final = 20
_FENCE: Final = re.compile(r"`+")

_END: Final = Piece("text")


def inline(pieces: list[Piece], line_break: str = "\\\n") -> str:
    """Write pieces as Markdown.

    Args:
        pieces: As `inline.tidy` returns them.
        line_break: What a break becomes.
    """
    if len(pieces) == 1 and pieces[0].kind == "text" and len(pieces[0].formats) <= 1:
        formats = pieces[0].formats
        if not formats:
            return _text(pieces[0], linked=False)
        if formats[0].kind == "link":
            return f"[{_text(pieces[0], linked=True)}]({address(formats[0].target)})"
    writing = _Writing()
    for piece in (*pieces, _END):
        if piece.formats != writing.formats:
            writing.change(piece.formats)
        kind = piece.kind
        written = line_break if kind == "break" else _WRITERS[kind](piece, writing.linked)
        writing.out.append(written)
    _keep_dollars(writing.out, pieces)
    return writing.finish()


class _Writing:
    """A line under way; what formats begin and end with is told once all beside it is written."""

    __slots__ = ("_links", "_places", "_signs", "formats", "linked", "out")

    def __init__(self) -> None:
        self.out: list[str] = []
        self.formats: tuple[Format, ...] = ()  # what is open
        self.linked = False
        self._places: list[int] = []  # where in `out` they begin
        self._links: list[int] = []  # where links begin
        self._signs: list[Sign] = []

    def change(self, formats: tuple[Format, ...]) -> None:
        """Close what ends here, and open what begins."""
        shared = len(common(self.formats, formats))
        for shown in reversed(self.formats[shared:]):
            self._close(shown, self._places.pop())
        for _ in formats[shared:]:
            self._places.append(len(self.out))
            self.out.append("")
        self.formats = formats
        self.linked = any(shown.kind == "link" for shown in formats)

    def _close(self, shown: Format, begin: int) -> None:
        out, end = self.out, ""
        if shown.kind == "link":
            self._links.append(begin)
            out[begin], end = "[", f"]({address(shown.target)})"
        elif shown.kind in SIGNS:
            self._signs.append((shown.kind, begin, len(out)))
        else:
            out[begin], end = TAGS[shown.kind]
        out.append(end)

    def finish(self) -> str:
        """Return the line."""
        out = self.out
        for begin in self._links:
            if begin and out[begin - 1].endswith("!"):
                out[begin - 1] = out[begin - 1][:-1] + r"\!"
        if self._signs:
            write_signs(out, self._signs)
        return "".join(out)


def _keep_dollars(out: list[str], pieces: list[Piece]) -> None:
    """Escape dollars beside a formula, which would be read as its ends."""
    if not any(piece.kind == "math" for piece in pieces):
        return
    texts = {_text(p, linked=False) for p in pieces if p.kind == "text" and "$" in p.text}
    for place, text in enumerate(out):
        if text in texts:
            out[place] = text.replace("$", r"\$")


def paragraph(pieces: list[Piece]) -> str:
    """Write pieces as a paragraph: what would start another block is escaped."""
    text = inline(pieces)
    return text if text[:1].isalpha() and "\n" not in text else _LINE_START.sub(r"\1\\", text)


def _text(piece: Piece, linked: bool) -> str:
    if not _SIGN.search(piece.text):
        return piece.text
    escaped = _SPECIAL.sub(r"\\\g<0>", piece.text)
    return _BRACKETS.sub(r"\1\\\2", escaped) if linked else escaped


def code(text: str) -> str:
    """Write a span of code."""
    fence = "`"
    runs = _FENCE.findall(text)
    if runs:
        fence = "`" * (len(max(runs, key=len)) + 1)
        if text[0] == "`" or text[-1] == "`":
            text = f" {text} "
    return f"{fence}{text}{fence}"


def _image(piece: Piece, _: bool) -> str:
    return f"![{_text(piece, linked=True)}]({address(piece.target)})"


def _math(piece: Piece, _: bool) -> str:
    return f"$${piece.text}$$" if piece.target else f"${piece.text}$"


_WRITERS: Final[dict[str, Callable[[Piece, bool], str]]] = {
    "text": _text,
    "code": lambda piece, _: code(piece.text),
    "image": _image,
    "math": _math,
    "note": lambda piece, _: f"[^{piece.text}]",
}


def address(target: str) -> str:
    """Write the address of a link; parentheses stay as they are where they are balanced."""
    depth = lowest = highest = 0
    for char in _PARENTHESIS.findall(target) if "(" in target or ")" in target else ():
        depth += 1 if char == "(" else -1
        lowest, highest = min(lowest, depth), max(highest, depth)
    if depth or lowest or highest > _MAX_DEPTH:
        target = _PARENTHESIS.sub(r"\\\g<0>", target)
    return _ENTITY.sub("&amp;", target) if "&" in target else target
