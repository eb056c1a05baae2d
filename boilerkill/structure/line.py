"""A line of inline content under way: white space as a browser shows it, TeX told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from boilerkill.page import INVISIBLE
from boilerkill.structure.formulas import TEX, plain
from boilerkill.structure.nodes import Format, Piece, PieceKind

_WORD: Final = re.compile(r"[^\W_]")
_INVISIBLE: Final = re.compile(f"[{''.join(map(chr, INVISIBLE))}]")
WRITTEN: Final = frozenset({"text", "code"})
_EMPHASIS: Final = frozenset({"strong", "em", "del"})


class Line:
    """Takes inline content bit by bit, and gives it as pieces.

    White space is folded; it and breaks stand outside of formats that end there. What stands side
    by side and is of one kind in the same formats is one piece.
    """

    def __init__(self) -> None:
        self._out: list[Piece] = []
        self._texts: list[str] = []  # what will be one piece, and what it will be
        self._kind: PieceKind = "text"
        self._formats: tuple[Format, ...] = ()
        self._space = False  # what stands between the last piece and the next
        self._breaks = 0
        self._odd = False  # some emphasis has no word in it

    def write(self, text: str, formats: tuple[Format, ...], kind: PieceKind = "text") -> None:
        """Add text, or code."""
        if self._texts and (kind != self._kind or formats != self._formats):
            self._flush()
        self._texts.append(text)
        self._kind, self._formats = kind, formats

    def line_break(self) -> None:
        """Add a line break."""
        self._flush()
        self._breaks += 1

    def add(self, piece: Piece) -> None:
        """Add what is neither text, code nor a break."""
        self._flush()
        self._part(piece)

    def has(self, kind: PieceKind, text: str = "", target: str = "") -> bool:
        """Whether the last piece is of a kind, and has that text or that target."""
        self._flush()
        return any(
            piece.kind == kind and (piece.text == text if text else piece.target == target)
            for piece in self._out[-1:]
        )

    def finish(self) -> list[Piece]:
        """Return the pieces, without breaks and spaces at both ends."""
        self._flush()
        return _merged(_calmed(self._out)) if self._odd else self._out

    def _flush(self) -> None:
        texts = self._texts
        if not texts:
            return
        text = texts[0] if len(texts) == 1 else "".join(texts)
        texts.clear()
        if not text.isascii() and _INVISIBLE.search(text):
            text = text.translate(INVISIBLE)
        if self._kind == "text" and has_tex(text):
            for piece in _with_tex(text, self._formats):
                if piece.kind == "math":
                    self._part(piece)
                else:
                    self._fold(piece.text)
        else:
            self._fold(text)

    def _fold(self, text: str) -> None:
        folded = " ".join(text.split())
        if not folded:
            self._space = self._space or bool(text)
            return
        formats, kind, out = self._formats, self._kind, self._out
        if formats and kind == "text" and not _WORD.search(folded):
            self._odd = True
        if out and not self._breaks and (self._space or text[0].isspace()):
            shared = common(out[-1].formats, formats)
            if shared == formats and kind == "text":
                folded = f" {folded}"
            else:
                _join(out, Piece("text", " ", shared))
            self._space = False
        self._part(Piece(kind, folded, formats))
        self._space = text[-1].isspace()

    def _part(self, piece: Piece) -> None:
        """Add a piece that white space is folded in, and what stands before it."""
        out = self._out
        if out and self._breaks:
            shared = common(out[-1].formats, piece.formats)
            out += [Piece("break", "", shared)] * self._breaks
        elif out and self._space:
            _join(out, Piece("text", " ", common(out[-1].formats, piece.formats)))
        _join(out, piece)
        self._space, self._breaks = False, 0


def tidy(pieces: Iterable[Piece]) -> list[Piece]:
    """Return pieces as a line has them."""
    line = Line()
    for piece in pieces:
        if piece.kind == "break":
            line.line_break()
        elif piece.kind in WRITTEN:
            if piece.text:
                line.write(piece.text, piece.formats, piece.kind)
        else:
            line.add(piece)
    return line.finish()


def has_tex(text: str) -> bool:
    """Whether there may be TeX in a text."""
    return "\\" in text or "$$" in text


def calm(text: str, formats: tuple[Format, ...]) -> tuple[Format, ...]:
    """Return the formats of a text that stands alone: no emphasis on a comma and the like."""
    if not formats or _WORD.search(text):
        return formats
    return tuple(f for f in formats if f.kind not in _EMPHASIS)


def _calmed(pieces: list[Piece]) -> list[Piece]:
    """Drop emphasis on a comma and the like, where no word beside it has the same."""
    out: list[Piece] = []
    for k, piece in enumerate(pieces):
        shown = piece
        if piece.formats and piece.kind == "text" and not _WORD.search(piece.text):
            around = (*out[-1:], *pieces[k + 1 : k + 2])
            beside = {shown for other in around for shown in other.formats}
            kept = tuple(f for f in piece.formats if f in beside or f.kind not in _EMPHASIS)
            shown = piece._replace(formats=kept)
        out.append(shown)
    return out


def _merged(pieces: list[Piece]) -> list[Piece]:
    out: list[Piece] = []
    for piece in pieces:
        _join(out, piece)
    return out


def _join(out: list[Piece], piece: Piece) -> None:
    """Add a piece; to the last one, if that is of its kind in the same formats."""
    if out and piece.kind in WRITTEN:
        last = out[-1]
        if last.kind == piece.kind and last.formats == piece.formats:
            out[-1] = Piece(piece.kind, last.text + piece.text, piece.formats)
            return
    out.append(piece)


def common(one: tuple[Format, ...], other: tuple[Format, ...]) -> tuple[Format, ...]:
    """Return the formats that two pieces side by side share from the outermost on."""
    if not one or one == other:
        return one
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return one[:length]


def _with_tex(text: str, formats: tuple[Format, ...]) -> Iterator[Piece]:
    """Tell apart the TeX that scripts on the page would find in its text."""
    at = 0
    for found in TEX.finditer(text):
        inline, block, display, dollar = found.groups()
        yield Piece("text", text[at : found.start()])
        tex = inline or block or display or dollar
        yield Piece("math", plain(tex), formats, "display" if block or display else "")
        at = found.end()
    yield Piece("text", text[at:])
