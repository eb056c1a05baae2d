"""The markup of a block to pieces of inline content.

Most blocks are plain: no tag in them changes how they are shown, and their text is the page's. Of
the others only the slice of markup that a block was cut from is read; the formats that were open
where it begins are read from the elements round it.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Final

from boilerkill.page import Page
from boilerkill.parse import STRIDE, attributes, tokens
from boilerkill.structure.addresses import IMAGE_ATTRIBUTES, Addresses
from boilerkill.structure.context import SHOWN, Context
from boilerkill.structure.formulas import mathml, plain, tex_of
from boilerkill.structure.line import Line, calm, has_tex
from boilerkill.structure.nodes import Format, FormatKind, Piece

_KINDS: Final[dict[str, FormatKind]] = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em",
    "var": "em", "del": "del", "s": "del", "strike": "del", "sub": "sub", "sup": "sup",
    "ruby": "ruby", "rt": "rt",
}  # fmt: skip
_FORMATS: Final = {name: Format(kind) for name, kind in _KINDS.items()}
#: Stands among the open formats while text is code.
_CODE: Final = Format("em", "code")
_CODES: Final = frozenset({"code", "samp", "kbd", "tt"})
#: Formats that may be open at a time; more say nothing.
_MAX_OPEN: Final = 32
#: An `href` as nearly all pages write it, and the attributes before it.
_HREF: Final = re.compile(r'(?:\s++(?!href\b)[a-z][a-z-]*+(?:="[^"]*+")?+)*+\s++href="([^"&]*+)"')
#: Classes of elements that draw a formula which stands beside them as MathML or TeX.
_DRAWN: Final = re.compile(r"katex-html|mathjax|mwe-math-fallback-image", re.IGNORECASE)
_TEX_IMAGE: Final = re.compile(r"(?i)\b(?:latex|mwe-math|tex|math)\b|mwe-math")
_EMOJI_LENGTH: Final = 8
#: Images smaller than so many pixels only count visitors.
_SMALLEST: Final = 3
#: A block that is one link.
_LINK: Final = re.compile(r"\s*+<a(?=\s)([^<>]*+)>[^<]*+(?:</a>\s*+)?")
#: A tag that changes how the text about it is shown; or may, for capitals are not looked at.
_TELLING: Final = re.compile(
    rf"</?+(?:(?:{'|'.join(sorted(SHOWN))}|br|img|source|rp|math|script)(?=[\s/>])|[A-Z])"
)


def pieces_of(context: Context, block: int, around: tuple[int, ...]) -> list[Piece]:
    """Return the inline content of a block, tidied.

    Args:
        context: The page, and what is given out of it.
        block: The block.
        around: The formats that its element stands in, as `Context.around` gives them.
    """
    page, text = context.page, context.page.texts[block]
    begin, _, inner = page.ranges[block]
    opened: list[tuple[str, Format]] = []
    start, stop = page.places[block]
    if around or inner != page.owners[block]:
        inner, start = _begin_of(page, block)
        opened = _open_at(context, block, inner, around)
    source = page.markup[start:stop]
    if has_tex(text) or "\n" in text:
        return Walk(context, opened, begin).read(tokens(source))
    if "<" in source and _tells(source):
        link = None if opened else _LINK.fullmatch(source)
        if link is None:
            return Walk(context, opened, begin).read(tokens(source))
        shown = _format_of(context, "a", link[1], begin)
        return [Piece("text", text, (shown,) if shown else ())]
    if not opened:
        return [Piece("text", text)]
    formats, code = _settled(opened)
    return [Piece("code", text, formats) if code else Piece("text", text, calm(text, formats))]


def _tells(source: str) -> bool:
    """Whether something in the markup of a block changes how its text is shown."""
    if _TELLING.search(source):
        return True
    return ("ath" in source or "katex" in source) and _DRAWN.search(source) is not None


def _begin_of(page: Page, block: int) -> tuple[int, int]:
    """Return the innermost element open where a block is read from, and that place in the markup.

    A formula that a block begins with is read from its own tag on.
    """
    (begin, _), inner = page.places[block], page.ranges[block][2]
    element, before = inner, page.places[block - 1][1] if block else 0
    while element != page.owners[block] and element > 0:
        tag, source = page.tags[element], page.attributes[element]
        if page.first[element] == block and (tag in {"math", "rp"} or _is_drawn(source)):
            at = page.markup.rfind(f"<{tag}{source}", before, begin)
            if at >= 0:
                inner, begin = page.parents[element], at
        element = page.parents[element]
    return inner, begin


def _is_drawn(source: str) -> bool:
    """Whether attributes are of an element that draws a formula which stands beside it."""
    return "class" in source and _DRAWN.search(source) is not None


def _open_at(
    context: Context, block: int, inner: int, around: tuple[int, ...]
) -> list[tuple[str, Format]]:
    """Return name and format of the elements round a block that change how it is shown."""
    page, found = context.page, []
    owner = page.owners[block]
    nearest = []
    while inner != owner and inner > 0:
        if page.tags[inner] in SHOWN:
            nearest.append(inner)
        inner = page.parents[inner]
    for element in (*around, *reversed(nearest)):
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
    found = _HREF.match(source)
    target = found[1] if found else attributes(source).get("href", "")
    address = context.addresses.link(target) if target else ""
    return Format("link", address, at) if address else None


def _settled(opened: list[tuple[str, Format]]) -> tuple[tuple[Format, ...], bool]:
    """Return the formats of open elements, none twice; and whether text in them is code."""
    if len(opened) <= 1 and _CODE not in [shown for _, shown in opened]:
        return tuple([shown for _, shown in opened]), False
    formats: dict[str, Format] = {}
    code = False
    for _, shown in opened:
        if shown is _CODE:
            code = True
        else:
            formats.setdefault(shown.kind, shown)
    return tuple(formats.values()), code


class Walk:
    """Reads pieces off the tokens of a block; one instance reads one block.

    Args:
        context: The page, and what is given out of it.
        opened: Name and format of the elements that are open where the block begins.
        begin: Number of the block's first token on the page; tells its links from others.
    """

    def __init__(self, context: Context, opened: list[tuple[str, Format]], begin: int) -> None:
        self.context = context
        self.opened = opened
        self.line = Line()
        self._begin = begin
        self._skipped = ""  # element whose content is not read, and how many of its name are open
        self._depth = 0
        self._sources = ""  # srcset of the last <source>
        self._formats, self._code = _settled(opened)

    def read(self, parts: list[str | None]) -> list[Piece]:
        """Return the pieces of the tokens, as `parse.tokens` gives them."""
        at, last = 0, len(parts) - 1
        while at < last:
            text, closed, raw, raw_source, raw_text, name, source = parts[at : at + STRIDE]
            if text and not self._skipped:
                self._text(text)
            if self._skipped:
                self._skip((name or "").lower(), (closed or "").lower())
            elif name is not None:
                name = name.lower()
                if name in SHOWN:
                    self._shown(name, source or "", self._begin + at // STRIDE)
                elif name == "math":
                    at = self._math(parts, at)
                else:
                    self._start(name, source or "")
            elif closed is not None:
                self._end(closed.lower())
            elif raw is not None:
                self._script(raw_source or "", raw_text or "")
            at += STRIDE
        if parts[last] and not self._skipped:
            self._text(parts[last] or "")
        return self.line.finish()

    def _text(self, text: str) -> None:
        if "&" in text:
            text = unescape(text)
        self.line.write(text, self._formats, "code" if self._code else "text")

    def _script(self, source: str, text: str) -> None:
        if "math/tex" in source:
            self._formula(plain(text), "display" if "mode=display" in source else "")

    def _skip(self, name: str, closed: str) -> None:
        """Take a tag inside an element whose content is not read, or the end of that."""
        self._depth += (name == self._skipped) - (closed == self._skipped)
        if not self._depth:
            self._skipped = ""

    def _start(self, name: str, source: str) -> None:
        if name == "br":
            self.line.line_break()
        elif name == "img":
            self._image(attributes(source, IMAGE_ATTRIBUTES))
        elif name == "source":
            self._sources = attributes(source).get("srcset", "")
        elif name == "rp" or _is_drawn(source):
            self._skipped, self._depth = name, 1

    def _shown(self, name: str, source: str, at: int) -> None:
        if name == "q":
            self._text("“")
        elif name in {"a", "rt"} and self.opened:
            self._drop(name)
        shown = _format_of(self.context, name, source, at)
        if shown is not None and len(self.opened) < _MAX_OPEN:
            self.opened.append((name, shown))
            self._formats, self._code = _settled(self.opened)

    def _end(self, name: str) -> None:
        if name == "q":
            self._text("”")
        elif name == "ruby":
            self._drop("rt")
        if name in SHOWN:
            self._drop(name)

    def _drop(self, name: str) -> None:
        """Close the innermost open element of a name, if there is one."""
        for place in range(len(self.opened) - 1, -1, -1):
            if self.opened[place][0] == name:
                del self.opened[place]
                self._formats, self._code = _settled(self.opened)
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
            if piece is not None and not self.line.has("image", target=piece.target):
                self.line.add(piece._replace(formats=self._formats))
        self._sources = ""

    def _math(self, parts: list[str | None], at: int) -> int:
        """Take a formula; returns the place of its last token."""
        last = at
        while last < len(parts) - 1 - STRIDE and (parts[last + 1] or "").lower() != "math":
            last += STRIDE
        tokens_of = parts[at : last + STRIDE + 1]
        tex, display = tex_of(tokens_of)
        self._formula(tex, "display" if display else "", mathml(tokens_of))
        return last

    def _formula(self, tex: str, display: str, markup: str = "") -> None:
        """Add a formula, unless it stands beside itself in another form."""
        if tex and not self.line.has("math", tex):
            self.line.add(Piece("math", tex, self._formats, display, markup))


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
