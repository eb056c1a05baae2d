"""Markup to blocks: the stack of open elements, and the text between their block-level borders.

A block is the longest run of inline content that no block-level border interrupts, as in jusText;
two line breaks in a row are such a border too. The stack follows the HTML standard where it decides
which text stands in which element: implied end tags, scopes, implied table rows, the adoption of
formatting elements. Not followed: foster parenting (text misplaced in a table stays where it is).
"""

from __future__ import annotations

from html import unescape
from typing import Any, Final

from boilerkill.compiled import kernel
from boilerkill.errors import InputError
from boilerkill.marks import (
    BLOCK,
    BOLD,
    LINK,
    PRE,
    SKIPPED,
    VOID,
    facts_of,
    tag_of,
)
from boilerkill.nesting import (
    BUTTON_SCOPE,
    CELLS,
    CLOSED,
    CLOSES,
    HEADINGS,
    IMPLIED,
    IN_PARAGRAPH,
    IN_SVG,
    PARAGRAPH,
    PATIENCE,
    REACH,
    ROOTS,
    ROWLESS,
    SCOPE,
    SVG,
    TABLE_PARTS,
    TABLE_SCOPE,
    TABLE_TAGS,
)
from boilerkill.page import INVISIBLE, Page
from boilerkill.parse import STRIDE, tokens
from boilerkill.values import Limits

#: Places in the tuples of `_Cutter.elements`.
_SOURCE: Final = 3
_OWN: Final = 5
_BREAK = "\0"  # a `<br>` among the pieces of a block; NUL cannot come from the page
#: Elements that a page may have; twice as many as the longest documents on the web.
_MAX_ELEMENTS = 1_000_000
_COUNTED = LINK | BOLD | PRE | SKIPPED


class _Cutter:
    """The open elements and the block under way; one instance cuts one page."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        #: (tag, parent, container, attributes, classes, marks, first block) of each element.
        self.elements: list[tuple[str, int, int, str, str, int, int]] = []
        self.ends: list[int] = []
        #: (text, owner, linked, links, bold, marks, images, inputs, range) of each block.
        self.blocks: list[tuple[str, int, int, int, int, int, int, int, tuple[int, int, int]]] = []
        self.head = Page("html")
        self.stack: list[int] = []
        self.names: list[str] = []
        self.open: dict[str, int] = {}  # open elements of each name
        self.boxes = [-1]  # the block-level ones among the open elements
        self.at = 0  # number of the token under way
        self.begin = self.inner = 0  # token and innermost element at which the block begins
        self.pieces: list[str] = []
        self.solid = False  # the block under way has something other than white space
        self.broken = False  # it has a line break
        self.linked = self.links = self.bold = self.marks = self.images = self.inputs = 0
        self.in_link = self.in_bold = self.in_pre = 0  # open elements of these kinds
        self.skipped = 0  # open elements without readable text
        self.patience = PATIENCE
        self.push("html", "", BLOCK, "")
        self.push("body", "", BLOCK, "")

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
        name, mark = tag_of(raw_name)
        if name in IMPLIED:
            self._implied(name, source)
            return
        if mark & VOID:
            self._void(name, source)
            return
        if name == "a":
            self._close(name, mark)
        elif name == "form" and self.open.get(name):
            return
        mark, classes = _marks(mark, source)
        if mark & BLOCK:
            self._make_room(name)
        closes = CLOSES.get(name)
        if closes is not None and any(map(self.open.get, closes[0])):
            self.close(*closes)
        if name in TABLE_PARTS and not self._enter_table(name):
            return
        self.push(name, source, mark, classes)
        if not mark & BLOCK:
            self.marks |= mark
            if mark & LINK:
                self.links += 1

    def end(self, raw_name: str) -> None:
        """Take an end tag."""
        name, mark = tag_of(raw_name)
        if self.names[-1] == name and len(self.names) > ROOTS:
            self.pop()
        elif name == "br":
            self.line_break()
        elif name not in IMPLIED:
            self._close(name, mark)

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
            self._make_room(name)
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

    # -- the stack of open elements ----------------------------------------------------------------

    def push(self, name: str, source: str, mark: int, classes: str) -> None:
        """Open an element; beyond the depth limit in place of the innermost, as browsers do."""
        if len(self.stack) > ROOTS and len(self.stack) >= self.limits.max_depth:
            self.pop()
        element = len(self.ends)
        if element >= _MAX_ELEMENTS:
            raise InputError(f"too large: more than {_MAX_ELEMENTS:,} elements")
        parent = self.stack[-1] if self.stack else -1
        self.elements.append(
            (name, parent, self.boxes[-1], source, classes, mark, len(self.blocks))
        )
        self.ends.append(0)
        self.stack.append(element)
        self.names.append(name)
        self.open[name] = self.open.get(name, 0) + 1
        if mark & BLOCK:
            self.boxes.append(element)
        if mark & _COUNTED:
            self._count(mark, 1)

    def pop(self) -> None:
        """Close the innermost element."""
        element, name = self.stack.pop(), self.names.pop()
        self.open[name] -= 1
        mark = self.elements[element][_OWN]
        if mark & BLOCK:
            self.flush()
            self.boxes.pop()
        if mark & _COUNTED:
            self._count(mark, -1)
        self.ends[element] = len(self.blocks) + self.solid
        if self.names and self.names[-1] is CLOSED:
            self.pop()

    def _count(self, mark: int, step: int) -> None:
        """Keep the numbers of open elements that decide how text is read."""
        if mark & LINK:
            self.in_link += step
        elif mark & BOLD:
            self.in_bold += step
        elif mark & PRE:
            self.in_pre += step
        else:
            self.skipped += step

    def close(self, names: frozenset[str], scope: frozenset[str], reach: int = REACH) -> bool:
        """Close the innermost open element of `names`, unless one of `scope` lies inside it."""
        open_names = self.names
        for depth in range(len(open_names) - 1, max(1, len(open_names) - reach), -1):
            name = open_names[depth]
            if name in names:
                while len(open_names) > depth:
                    self.pop()
                return True
            if name in scope:
                break
        return False

    def _make_room(self, name: str) -> None:
        """End what a block-level start tag ends: the block under way, and elements it implies."""
        self.flush()
        if self.open.get("p") and name not in IN_PARAGRAPH:
            self.close(PARAGRAPH, BUTTON_SCOPE)
        if self.skipped and name not in IN_SVG:
            self.close(SVG, SCOPE)
        if name in HEADINGS and self.names[-1] in HEADINGS:
            self.pop()

    def _enter_table(self, name: str) -> bool:
        """Open the section and row that a part of a table implies; False outside any table."""
        if not self.open.get("table"):
            return False
        if name in CELLS and self.names[-1] in ROWLESS:
            self.start("tr", "")
        elif name == "tr" and self.names[-1] == "table":
            self.push("tbody", "", BLOCK, "")
        return True

    def _close(self, name: str, mark: int) -> None:
        """Take an end tag; without an open element of its name it means nothing."""
        if mark & BLOCK:
            self.flush()
            if name in HEADINGS:
                self.close(HEADINGS, SCOPE)
            elif name == "form":
                self._close_form()
            elif self.open.get(name):
                scope = TABLE_SCOPE if name in TABLE_TAGS else SCOPE
                reach = len(self.names) if self.patience > 0 else REACH
                if not self.close(frozenset((name,)), scope, reach):
                    self.patience -= reach
            return
        if not self.open.get(name):
            return
        for depth in range(len(self.names) - 1, max(1, len(self.names) - REACH), -1):
            if self.names[depth] == name:
                self._unwrap(depth)
                return
            if self.names[depth] in SCOPE:
                return

    def _unwrap(self, depth: int) -> None:
        """Close an inline element; block-level ones inside it stay open (adoption)."""
        elements = self.elements
        if depth == len(self.stack) - 1:
            self.pop()
            return
        if not any(elements[element][_OWN] & BLOCK for element in self.stack[depth + 1 :]):
            while len(self.stack) > depth:
                self.pop()
            return
        element, name = self.stack.pop(depth), self.names.pop(depth)
        self.open[name] -= 1
        if elements[element][_OWN] & _COUNTED:
            self._count(elements[element][_OWN], -1)
        self.ends[element] = len(self.blocks) + self.solid

    def _close_form(self) -> None:
        """Close the form; elements inside it that are stay open, and in it, as the standard wants.

        It stays on the stack without a name, until the last of them closes.
        """
        if self.names[-1] == "form":
            self.pop()
        elif self.open.get("form"):
            depth = len(self.names) - 1 - self.names[::-1].index("form")
            self.names[depth] = CLOSED
            self.open["form"] -= 1
            self.open[CLOSED] = self.open.get(CLOSED, 0) + 1


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


def _marks(mark: int, source: str) -> tuple[int, str]:
    """Add what an element's attributes say to the marks of its tag; return its class names too."""
    classes = ""
    if source and not source.isspace():
        bits, classes = facts_of(source)
        mark |= bits
    if mark & LINK and "href" not in source and "HREF" not in source:
        mark &= ~LINK
    return mark, classes


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
    for at, (text, end, raw, raw_source, raw_text, start, source) in enumerate(rows):
        cutter.at = at
        if text:
            cutter.text(text)
        if start is not None:
            cutter.start(start, source or "")
        elif end is not None:
            cutter.end(end)
        elif raw is not None:
            cutter.raw(raw.lower(), raw_source or "", raw_text or "")
    cutter.at = len(parts) // STRIDE
    if parts[-1]:
        cutter.text(parts[-1])
    page = cutter.finish(markup)
    vars(page)["parts"] = parts  # what the property would work out again
    return page
