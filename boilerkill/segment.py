"""Markup to blocks: the stack of open elements, and the text between their block-level borders.

A block is the longest run of inline content that no block-level border interrupts, as in jusText;
two line breaks in a row are such a border too. Which text stands in which element is told by the
stack of open elements (`nesting`).
"""

from __future__ import annotations

from functools import lru_cache
from html import unescape
from typing import Any, Final

from boilerkill.compiled import kernel
from boilerkill.errors import InputError
from boilerkill.marks import BLOCK, LINK, VOID, facts_of, tag_of
from boilerkill.nesting import IMPLIED, ROOTS, Stack
from boilerkill.page import INVISIBLE, Page
from boilerkill.parse import STRIDE, tokens
from boilerkill.values import Limits

#: Place of the attributes in the tuple of an element.
_SOURCE: Final = 3
_BREAK = "\0"  # a `<br>` among the pieces of a block; NUL cannot come from the page


class _Cutter(Stack):
    """The open elements and the block under way; one instance cuts one page.

    A block is (text, owner, linked, links, bold, marks, images, inputs, range).
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.head = Page("html")
        self.at = 0  # number of the token under way
        self.begin = self.inner = 0  # token and innermost element at which the block begins
        self.pieces: list[str] = []
        self.broken = False  # the block under way has a line break
        self.linked = self.links = self.bold = self.marks = self.images = self.inputs = 0
        super().__init__(limits.max_depth)

    # -- tokens ----------------------------------------------------------------------------------

    def text(self, text: str) -> None:
        """Take what stands between two tags."""
        if self.skipped:
            return
        if not self.pieces:
            self._begin()
        self.pieces.append(text)
        if text.isspace():
            return
        self.solid = True
        if self.in_link:
            self.linked += len(text)
        if self.in_bold:
            self.bold += len(text)

    def start(self, raw_name: str, source: str) -> None:
        """Take a start tag."""
        name, mark, special = _tag_of(raw_name)
        if special and self._has_taken(name, mark, source):
            return
        classes = ""
        if source:
            bits, classes = facts_of(source)
            mark |= bits
        if mark & LINK and "href" not in source and "HREF" not in source:
            mark &= ~LINK
        if self.enter(name, mark, source, classes) and not mark & BLOCK:
            self.marks |= mark
            if mark & LINK:
                self.links += 1

    def _has_taken(self, name: str, mark: int, source: str) -> bool:
        """Take a start tag that opens no element; False if it may open one."""
        if name in IMPLIED:
            self._implied(name, source)
        elif mark & VOID:
            self._void(name, source)
        elif name == "a":
            self.end_tag(name, mark)
            return False
        else:
            return name == "form" and self.open[name] > 0
        return True

    def end(self, raw_name: str) -> None:
        """Take an end tag."""
        name, mark = tag_of(raw_name)
        if self.names[-1] == name and len(self.names) > ROOTS:
            self.pop()
        elif name == "br":
            self.line_break()
        elif name not in IMPLIED:
            self.end_tag(name, mark)

    def raw(self, name: str, source: str, text: str) -> None:
        """Take an element whose content is no markup: only titles and linked data are of use."""
        if name == "title" and not self.skipped:
            self.head.titles.append(" ".join(unescape(text).split()))
        elif name == "script" and "ld+json" in source:
            self.head.data.append(text)

    def _implied(self, name: str, source: str) -> None:
        """Give a written `<body>` or `<html>` tag's attributes to the element that is there."""
        self.flush()
        element = {"html": 0, "body": 1}.get(name)
        if element is not None and not self.elements[element][_SOURCE]:
            tag, parent, container, _, classes, mark, first = self.elements[element]
            self.elements[element] = (tag, parent, container, source, classes, mark, first)

    def _void(self, name: str, source: str) -> None:
        """Take an element that cannot have content."""
        if name == "br":
            self.line_break()
        elif name == "hr":
            self.make_room(name)
        elif name in {"img", "input"}:
            if not self.pieces:
                self._begin()
            self.pieces.append(" ")
            if name == "img":
                self.images += 1
            else:
                self.inputs += 1
        elif name in {"meta", "link"}:
            self.head.metas.append(source)

    def finish(self, markup: str) -> Page:
        """Close what is open, and return the page."""
        while self.stack:
            self.pop()
        tags, parents, containers, sources, classes, own, first = map(
            list, zip(*self.elements, strict=True)
        )
        columns = list(map(list, zip(*self.blocks, strict=True))) or [[] for _ in range(9)]
        texts, owners, linked, links, bold, marks, images, inputs, ranges = columns
        return Page(
            "html", texts, owners, linked, links, bold, marks, images, inputs, [], tags, parents,
            containers, sources, classes, own, first, self.ends,
            self.head.titles, self.head.metas, self.head.data, ranges, markup,
        )  # fmt: skip

    # -- the block under way --------------------------------------------------------------------

    def _begin(self) -> None:
        self.begin, self.inner = self.at, self.stack[-1]
        self.links = self.in_link

    def flush(self) -> None:
        """End the block under way."""
        if self.pieces:
            if self.solid:
                text = folded("".join(self.pieces), self.broken, self.in_pre > 0)
                if text:
                    self._add(text)
                self.solid = False
            self.pieces.clear()
            self.broken = False
            self.linked = self.bold = self.images = self.inputs = 0
        self.marks = 0

    def _add(self, text: str) -> None:
        if len(self.blocks) >= self.limits.max_blocks:
            raise InputError(f"too large: more than {self.limits.max_blocks:,} blocks")
        self.blocks.append(
            (text, self.boxes[-1], self.linked, self.links, self.bold, self.marks, self.images,
             self.inputs, (self.begin, self.at, self.inner))
        )  # fmt: skip

    def line_break(self) -> None:
        """Take a `<br>`: the second in a row ends the block."""
        if not self.solid:
            return
        if self.broken:
            for piece in reversed(self.pieces):
                if piece == _BREAK:
                    self.flush()
                    return
                if not piece.isspace():
                    break
        self.pieces.append(_BREAK)
        self.broken = True


def folded(text: str, broken: bool, in_pre: bool) -> str:
    """Write the text of a block as a browser shows it.

    Args:
        text: Its source, with a NUL for each line break.
        broken: Whether it has line breaks.
        in_pre: Whether white space is kept.
    """
    if "&" in text:
        text = unescape(text)
    if not text.isascii():
        text = text.translate(INVISIBLE)
    if in_pre:
        return text.replace(_BREAK, "\n").replace("\r", "").strip("\n").rstrip()
    if broken:
        return "\n".join([" ".join(line.split()) for line in text.split(_BREAK)]).strip()
    return " ".join(text.split())


@lru_cache(maxsize=2048)
def _tag_of(raw: str) -> tuple[str, int, bool]:
    """Return a tag's name and marks, and whether it may open no element."""
    name, mark = tag_of(raw)
    return name, mark, name in IMPLIED or name in {"a", "form"} or bool(mark & VOID)


def cut_markup(markup: str | bytes, limits: Limits) -> Page:
    """Cut an HTML page into blocks.

    Args:
        markup: The page without NUL characters, as text or as UTF-8 (what the kernel reads).
        limits: Depth and number of blocks allowed.

    Returns:
        The page; it has no blocks where nothing on it can be read.

    Raises:
        InputError: The page has more blocks than `limits` allow, or a million elements.
    """
    compiled: Any = kernel("cut")
    if compiled:
        utf8 = markup if isinstance(markup, bytes) else markup.encode("utf-8", "surrogatepass")
        return Page.later("html", compiled.cut_markup(utf8, limits))
    markup = markup if isinstance(markup, str) else markup.decode("utf-8", "surrogatepass")
    cutter = _Cutter(limits)
    parts = tokens(markup)
    rows = zip(*(parts[k::STRIDE] for k in range(STRIDE)), strict=False)
    names = cutter.names
    for at, (text, end, raw, raw_source, raw_text, start, source) in enumerate(rows):
        cutter.at = at
        if text:
            cutter.text(text)
        if start is not None:
            cutter.start(start, source or "")
        elif end is not None:
            if end == names[-1] and len(names) > ROOTS:
                cutter.pop()
            else:
                cutter.end(end)
        elif raw is not None:
            cutter.raw(raw.lower(), raw_source or "", raw_text or "")
    cutter.at = len(parts) // STRIDE
    if parts[-1]:
        cutter.text(parts[-1])
    page = cutter.finish(markup)
    vars(page)["parts"] = parts  # what the property would work out again
    return page
