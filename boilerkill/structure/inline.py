"""The tokens of a block to pieces of inline content.

Only the slice of tokens that a block was cut from is walked; the formats that were open where it
begins are read from the elements round it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from html import unescape
from typing import Final

from boilerkill.page import INVISIBLE
from boilerkill.parse import STRIDE, attributes
from boilerkill.structure.addresses import IMAGE_ATTRIBUTES, Addresses
from boilerkill.structure.context import SHOWN, Context
from boilerkill.structure.formulas import TEX, plain, tex_of
from boilerkill.structure.nodes import Format, FormatKind, Piece, PieceKind

_KINDS: Final[dict[str, FormatKind]] = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em",
    "var": "em", "del": "del", "s": "del", "strike": "del", "sub": "sub", "sup": "sup",
    "ruby": "ruby", "rt": "rt",
}  # fmt: skip
_FORMATS: Final = {name: Format(kind) for name, kind in _KINDS.items()}
#: Stands among the open formats while text is code.
_CODE: Final = Format("em", "code")
_CODES: Final = frozenset({"code", "samp", "kbd", "tt"})
_WORD: Final = re.compile(r"[^\W_]")
_WRITTEN: Final = frozenset({"text", "code"})
_EMPHASIS: Final = frozenset({"strong", "em", "del"})
#: Formats that may be open at a time; more say nothing.
_MAX_OPEN: Final = 32
_HREF: Final = frozenset({"href"})
#: Classes of elements that draw a formula which stands beside them as MathML or TeX.
_DRAWN: Final = re.compile(r"katex-html|mathjax|mwe-math-fallback-image", re.IGNORECASE)
_TEX_IMAGE: Final = re.compile(r"(?i)\b(?:latex|mwe-math|tex|math)\b|mwe-math")
_EMOJI_LENGTH: Final = 8
#: Images smaller than so many pixels only count visitors.
_SMALLEST: Final = 3


def pieces_of(context: Context, block: int) -> list[Piece]:
    """Return the inline content of a block, tidied."""
    begin, end, inner = context.page.ranges[block]
    opened = _open_at(context, inner, block)
    text = context.page.texts[block]
    if begin == end and not opened and "\\" not in text and "$$" not in text:
        return [Piece("text", text)]
    return tidy(Walk(context, opened).read(begin, end))


def _open_at(context: Context, inner: int, block: int) -> list[tuple[str, Format]]:
    """Return name and format of the elements round a block that change how it is shown."""
    page, found = context.page, []
    owner = page.owners[block]
    nearest = []
    while inner != owner and inner > 0:
        if page.tags[inner] in SHOWN:
            nearest.append(inner)
        inner = page.parents[inner]
    for element in (*context.around(owner)[1], *reversed(nearest)):
        if page.first[element] <= block < page.end[element]:
            name = page.tags[element]
            shown = _format_of(context, name, page.attributes[element], -element)
            if shown is not None:
                found.append((name, shown))
    return found


def _format_of(context: Context, name: str, source: str, at: int) -> Format | None:
    """Return the format that an element gives its content; `at` tells links apart."""
    if name != "a":
        return _CODE if name in _CODES else _FORMATS.get(name)
    if not context.include.links:
        return None
    target = attributes(source, _HREF).get("href", "")
    address = context.addresses.link(target) if target else ""
    return Format("link", address, at) if address else None


class Walk:
    """Reads pieces off a slice of tokens; one instance reads one block."""

    def __init__(self, context: Context, opened: list[tuple[str, Format]]) -> None:
        self.context = context
        self.opened = opened
        self.pieces: list[Piece] = []
        self._skipped = ""  # element whose content is not read, and how many of its name are open
        self._depth = 0
        self._sources = ""  # srcset of the last <source>
        self._formats: tuple[Format, ...] = ()
        self._code = False
        self._settle()

    def read(self, begin: int, end: int) -> list[Piece]:
        """Return the pieces of tokens `begin` to `end`, with the text before token `end`."""
        parts = self.context.page.parts
        at = begin
        while at < end:
            text, closed, raw, _, raw_text, name, source = parts[at * STRIDE : at * STRIDE + STRIDE]
            if text and not self._skipped:
                self._text(text)
            if name is not None:
                name = name.lower()
                if self._skipped:
                    self._depth += name == self._skipped
                elif name == "math":
                    at = self._math(at, end)
                else:
                    self._start(name, source or "", at)
            elif closed is not None:
                self._end(closed.lower())
            elif raw is not None and "math/tex" in (parts[at * STRIDE + 3] or ""):
                self._script(parts[at * STRIDE + 3] or "", raw_text or "")
            at += 1
        last = parts[end * STRIDE]
        if last and not self._skipped:
            self._text(last)
        return self.pieces

    def _settle(self) -> None:
        """Work the open elements out into formats: none twice, code apart."""
        formats: list[Format] = []
        seen = set()
        self._code = False
        for _, shown in self.opened:
            if shown is _CODE:
                self._code = True
            elif shown.kind not in seen:
                seen.add(shown.kind)
                formats.append(shown)
        self._formats = tuple(formats)

    def _text(self, text: str) -> None:
        if "&" in text:
            text = unescape(text)
        if not text.isascii():
            text = text.translate(INVISIBLE)
        if text:
            kind: PieceKind = "code" if self._code else "text"
            self.pieces.append(Piece(kind, text, self._formats))

    def _start(self, name: str, source: str, at: int) -> None:
        if name in SHOWN:
            self._shown(name, source, at)
        elif name == "br":
            self.pieces.append(Piece("break", "", self._formats))
        elif name == "img":
            self._image(attributes(source, IMAGE_ATTRIBUTES))
        elif name == "source":
            self._sources = attributes(source).get("srcset", "")
        elif name == "rp" or ("class" in source and _DRAWN.search(source)):
            self._skipped, self._depth = name, 1

    def _shown(self, name: str, source: str, at: int) -> None:
        if name == "q":
            self._text("“")
        if name == "a":
            self._drop("a")
        elif name == "rt":
            self._drop("rt")
        shown = _format_of(self.context, name, source, at)
        if shown is not None and len(self.opened) < _MAX_OPEN:
            self.opened.append((name, shown))
            self._settle()

    def _end(self, name: str) -> None:
        if self._skipped:
            self._depth -= name == self._skipped
            if not self._depth:
                self._skipped = ""
        elif name == "q":
            self._text("”")
        elif name in SHOWN:
            if name == "ruby":
                self._drop("rt")
            self._drop(name)

    def _drop(self, name: str) -> None:
        """Close the innermost open element of a name, if there is one."""
        for place in range(len(self.opened) - 1, -1, -1):
            if self.opened[place][0] == name:
                del self.opened[place]
                self._settle()
                return

    def _image(self, values: dict[str, str]) -> None:
        alt = " ".join(values.get("alt", "").split())
        classes = values.get("class", "")
        if alt and "\\" in alt and _TEX_IMAGE.search(classes):
            self._formula(plain(alt), "")
        elif alt and len(alt) <= _EMOJI_LENGTH and ("emoji" in classes or "smiley" in classes):
            self._text(alt)
        elif self.context.include.images:
            piece = image(values, self._sources, self.context.addresses)
            if piece is not None and (piece.target, "image") not in [
                (before.target, before.kind) for before in self.pieces[-2:]
            ]:
                self.pieces.append(Piece("image", piece.text, self._formats, piece.target))
        self._sources = ""

    def _math(self, at: int, end: int) -> int:
        """Take a formula; returns the number of its last token."""
        parts = self.context.page.parts
        last = at
        while last < end - 1 and (parts[last * STRIDE + 1] or "").lower() != "math":
            last += 1
        tex, display = tex_of(parts[at * STRIDE : (last + 1) * STRIDE + 1])
        self._formula(tex, "display" if display else "")
        return last

    def _formula(self, tex: str, display: str) -> None:
        """Add a formula, unless it stands beside itself in another form."""
        if tex and not any(p.kind == "math" and p.text == tex for p in self.pieces[-2:]):
            self.pieces.append(Piece("math", tex, self._formats, display))

    def _script(self, source: str, text: str) -> None:
        self._formula(plain(text), "display" if "mode=display" in source else "")


def image(values: dict[str, str], sources: str, addresses: Addresses) -> Piece | None:
    """Return an image as a piece, if it shows anything.

    Args:
        values: Attributes of the `<img>`.
        sources: `srcset` of the `<source>` before it.
        addresses: What makes its address whole.
    """
    for side in ("width", "height"):
        size = values.get(side, "").strip().removesuffix("px")
        if size.isdecimal() and int(size[:5]) < _SMALLEST:
            return None
    target = addresses.image(values, sources)
    if not target:
        return None
    return Piece("image", " ".join(values.get("alt", "").split()), (), target)


def tidy(pieces: list[Piece]) -> list[Piece]:
    """Fold white space as a browser does, and put it and breaks outside of formats that end there.

    Returns:
        The pieces without empty ones, without breaks and spaces at both ends, with TeX told apart.
    """
    out: list[Piece] = []
    space, breaks = False, 0  # what stands between the last piece and the next
    for piece in _with_tex(_merged(pieces)):
        text = piece.text
        if piece.kind == "break":
            breaks += 1
            continue
        shown = piece
        if piece.kind in _WRITTEN:
            folded = " ".join(text.split())
            if not folded:
                space = space or bool(text)
                continue
            space = space or text[0].isspace()
            shown = Piece(piece.kind, folded, piece.formats)
        if out and (space or breaks):
            shared = tuple(common(out[-1].formats, piece.formats))
            if breaks:
                out += [Piece("break", "", shared)] * breaks
            else:
                out.append(Piece("text", " ", shared))
        out.append(shown)
        space, breaks = shown is not piece and text[-1].isspace(), 0
    return _merged(_calmed(out))


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
    """Join what stands side by side and is of one kind in the same formats."""
    if len(pieces) == 1:
        return pieces
    out: list[Piece] = []
    texts: list[str] = []
    for piece in pieces:
        last = out[-1] if out else None
        if (
            last is not None
            and last.kind == piece.kind
            and piece.kind in _WRITTEN
            and last.formats == piece.formats
        ):
            texts = texts or [last.text]
            texts.append(piece.text)
            continue
        if texts:
            out[-1] = out[-1]._replace(text="".join(texts))
            texts = []
        out.append(piece)
    if texts:
        out[-1] = out[-1]._replace(text="".join(texts))
    return out


def common(one: tuple[Format, ...], other: tuple[Format, ...]) -> Iterator[Format]:
    """Yield the formats that two pieces side by side share from the outermost on."""
    for left, right in zip(one, other, strict=False):
        if left != right:
            return
        yield left


def _with_tex(pieces: list[Piece]) -> Iterator[Piece]:
    """Tell apart the TeX that scripts on the page would find in its text."""
    for piece in pieces:
        if piece.kind == "text" and ("\\" in piece.text or "$$" in piece.text):
            make = partial(Piece, formats=piece.formats)
            at = 0
            for found in TEX.finditer(piece.text):
                inline, block, display, dollar = found.groups()
                yield make("text", piece.text[at : found.start()])
                tex = inline or block or display or dollar
                yield make("math", plain(tex), target="display" if block or display else "")
                at = found.end()
            yield make("text", piece.text[at:])
        else:
            yield piece
