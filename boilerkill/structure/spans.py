"""Pieces of inline content as Markdown: CommonMark, and what GitHub adds."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from boilerkill.structure.line import common
from boilerkill.structure.nodes import Format, Piece

#: Signs for a format, and the tags for where the signs would not be understood.
_SIGNS: Final = {"strong": "**", "em": "*", "del": "~~"}
_TAGS: Final = {
    "strong": ("<strong>", "</strong>"), "em": ("<em>", "</em>"), "del": ("<del>", "</del>"),
    "sub": ("<sub>", "</sub>"), "sup": ("<sup>", "</sup>"), "ruby": ("", ""), "rt": ("(", ")"),
}  # fmt: skip
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
    if len(pieces) == 1 and pieces[0].kind == "text" and not pieces[0].formats:
        return _text(pieces[0], linked=False)
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

    __slots__ = ("_edges", "_links", "_places", "_signs", "formats", "linked", "out")

    def __init__(self) -> None:
        self.out: list[str] = []
        self.formats: tuple[Format, ...] = ()  # what is open
        self.linked = False
        self._places: list[int] = []  # where in `out` they begin
        self._links: list[int] = []  # where links begin
        self._signs: list[
            tuple[Format, int, int]
        ] = []  # what signs may say, and from where to where
        self._edges: dict[int, str] = {}  # where formats other than links begin and end

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
        out = self.out
        if shown.kind == "link":
            self._links.append(begin)
            out[begin], end = "[", f"]({address(shown.target)})"
        else:
            self._edges[begin], self._edges[len(out)] = "begin", "end"
            out[begin], end = _TAGS[shown.kind]
            if shown.kind in _SIGNS:
                self._signs.append((shown, begin, len(out)))
                out[begin] = end = ""
        out.append(end)

    def finish(self) -> str:
        """Return the line."""
        out = self.out
        for begin in self._links:
            if begin and out[begin - 1].endswith("!"):
                out[begin - 1] = out[begin - 1][:-1] + r"\!"
        # Signs last: whether they are understood depends on what stands beside them.
        for shown, begin, end in self._signs:
            sign = _SIGNS[shown.kind]
            understood = _is_understood(out, self._edges, begin, end)
            out[begin], out[end] = (sign, sign) if understood else _TAGS[shown.kind]
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


def _is_understood(out: list[str], edges: dict[int, str], begin: int, end: int) -> bool:
    """Whether signs at two places would be read as the two ends of a format.

    The rule of CommonMark for runs of signs, on the safe side: no sign that begins beside one
    that ends.
    """
    before = _neighbour(out, edges, begin, -1)
    first = _neighbour(out, edges, begin, 1)
    last = _neighbour(out, edges, end, -1)
    after = _neighbour(out, edges, end, 1)
    if {"sign", "~"} & {before, first, last, after} or not first.strip() or not last.strip():
        return False
    opens = not _is_punctuation(first) or not before or before.isspace() or _is_punctuation(before)
    closes = not _is_punctuation(last) or not after or after.isspace() or _is_punctuation(after)
    return opens and closes


def _neighbour(out: list[str], edges: dict[int, str], place: int, step: int) -> str:
    """Return the next character from a place on; "sign" where a format ends or begins first."""
    kind = edges[place]
    at = place + step
    while 0 <= at < len(out):
        if out[at]:
            text = out[at][0 if step > 0 else -1]
            is_sign = at in edges and out[at] in _SIGNS.values()
            if not is_sign:
                return text
            if edges[at] != kind:
                return "sign"
        elif at in edges and edges[at] != kind:
            return "sign"
        at += step
    return ""


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


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
    for char in _PARENTHESIS.findall(target):
        depth += 1 if char == "(" else -1
        lowest, highest = min(lowest, depth), max(highest, depth)
    if depth or lowest or highest > _MAX_DEPTH:
        target = _PARENTHESIS.sub(r"\\\g<0>", target)
    return _ENTITY.sub("&amp;", target) if "&" in target else target
