"""The stack of open elements: which of them a tag closes, and what keeps it from closing them.

Followed is the HTML standard where it decides which text stands in which element: implied end tags,
scopes, implied table rows, the adoption of formatting elements. Not followed: foster parenting
(text misplaced in a table stays where it is). Source:
https://html.spec.whatwg.org/multipage/parsing.html#tree-construction.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from typing import Any, Final

from boilerkill.errors import InputError
from boilerkill.marks import BLOCK, BOLD, LINK, PRE, SKIPPED, tag_of

CLOSED = ""  # name of a form that was closed before what it holds

SCOPE = frozenset({"table", "td", "th", "caption", "template", "html", "object", "marquee"})
BUTTON_SCOPE = SCOPE | {"button"}
#: The standard's special elements at which the search for an open `<li>` or `<dd>` ends.
SPECIAL = SCOPE | {
    "article", "aside", "blockquote", "body", "button", "center", "dd", "details", "dir", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "iframe", "li", "listing", "main", "menu", "nav",
    "noscript", "ol", "pre", "search", "section", "select", "summary", "tbody", "tfoot", "thead",
    "tr", "ul", "xmp",
}  # fmt: skip
TABLE_SCOPE = frozenset({"table", "template", "html"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
SECTIONS = frozenset({"tbody", "thead", "tfoot"})
TABLE_PARTS = SECTIONS | {"tr", "td", "th", "caption"}
TABLE_TAGS = TABLE_PARTS | {"table"}
#: Start tag -> (names of open elements that it closes, names at which the search ends).
CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), SPECIAL),
    "dd": (frozenset({"dd", "dt"}), SPECIAL),
    "dt": (frozenset({"dd", "dt"}), SPECIAL),
    "option": (frozenset({"option"}), SCOPE | {"select", "datalist"}),
    "optgroup": (frozenset({"option", "optgroup"}), SCOPE | {"select"}),
    "tr": (frozenset({"tr", "caption"}), TABLE_SCOPE),
    "td": (frozenset({"td", "th"}), TABLE_SCOPE | {"tr"}),
    "th": (frozenset({"td", "th"}), TABLE_SCOPE | {"tr"}),
    "tbody": (SECTIONS | {"caption"}, TABLE_SCOPE),
    "thead": (SECTIONS | {"caption"}, TABLE_SCOPE),
    "tfoot": (SECTIONS | {"caption"}, TABLE_SCOPE),
    "button": (frozenset({"button"}), SCOPE),
}
#: Block-level elements here that do not close an open `<p>`.
IN_PARAGRAPH = TABLE_PARTS | {
    "button", "option", "optgroup", "select", "noscript", "template", "video", "audio", "canvas",
    "object", "iframe", "map",
}  # fmt: skip
#: `<html>`, `<head>` and `<body>` are there whether the page writes them or not.
IMPLIED = frozenset({"html", "head", "body", "colgroup", "frameset"})
#: Elements that are always open: `<html>` and `<body>`.
ROOTS = 2
#: How far the search for an element that a tag closes goes: keeps hostile nesting at linear cost.
REACH = 64
#: Steps that a page may waste on searches that go further and find nothing; real ones need few.
PATIENCE = 1_000_000

PARAGRAPH = frozenset({"p"})
SVG = frozenset({"svg"})
IN_SVG = frozenset({"svg", "canvas", "video", "audio", "iframe"})
CELLS = frozenset({"td", "th"})
#: In these a cell stands in no row.
ROWLESS = SECTIONS | {"table"}
#: What closes or opens more than itself.
_NEEDY = TABLE_PARTS | CLOSES.keys()
#: Elements that a page may have; twice as many as the longest documents on the web.
MAX_ELEMENTS = 1_000_000
_COUNTED = LINK | BOLD | PRE | SKIPPED
#: Place of its marks in the tuple of an element.
_OWN: Final = 5


class Stack(ABC):
    """The elements of a page, and which of them are open."""

    def __init__(self, max_depth: int) -> None:
        self.max_depth = max_depth
        #: (tag, parent, container, attributes, classes, marks, first block) of each element.
        self.elements: list[tuple[str, int, int, str, str, int, int]] = []
        self.ends: list[int] = []
        self.blocks: list[tuple[Any, ...]] = []  # of the page so far
        self.solid = False  # another is under way
        self.stack: list[int] = []
        self.names: list[str] = []
        self.open: defaultdict[str, int] = defaultdict(int)  # open elements of each name
        self.boxes = [-1]  # the block-level ones among the open elements
        self.in_link = self.in_bold = self.in_pre = 0  # open elements of these kinds
        self.skipped = 0  # open elements without readable text
        self.patience = PATIENCE
        self.push("html", "", BLOCK, "")
        self.push("body", "", BLOCK, "")

    @abstractmethod
    def flush(self) -> None:
        """End the block under way."""

    def enter(self, name: str, mark: int, source: str, classes: str) -> bool:
        """Open an element, after closing and opening what that implies; False if it cannot stand.

        Args:
            name: Its tag.
            mark: Bits of `marks` that it has of itself.
            source: Of its attributes.
            classes: Its class names.
        """
        if mark & BLOCK:
            self.make_room(name)
        if name in _NEEDY:
            closes = CLOSES.get(name)
            if closes is not None and any(map(self.open.get, closes[0])):
                self.close(*closes)
            if name in TABLE_PARTS and not self._enter_table(name):
                return False
        self.push(name, source, mark, classes)
        return True

    def push(self, name: str, source: str, mark: int, classes: str) -> None:
        """Open an element; beyond the depth limit in place of the innermost, as browsers do."""
        if len(self.stack) > ROOTS and len(self.stack) >= self.max_depth:
            self.pop()
        element = len(self.ends)
        if element >= MAX_ELEMENTS:
            raise InputError(f"too large: more than {MAX_ELEMENTS:,} elements")
        parent = self.stack[-1] if self.stack else -1
        self.elements.append(
            (name, parent, self.boxes[-1], source, classes, mark, len(self.blocks))
        )
        self.ends.append(0)
        self.stack.append(element)
        self.names.append(name)
        self.open[name] += 1
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
        if self.open[CLOSED] and self.names[-1] is CLOSED:
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

    def make_room(self, name: str) -> None:
        """End what a block-level start tag ends: the block under way, and elements it implies."""
        self.flush()
        if self.open["p"] and name not in IN_PARAGRAPH:
            self.close(PARAGRAPH, BUTTON_SCOPE)
        if self.skipped and name not in IN_SVG:
            self.close(SVG, SCOPE)
        if name in HEADINGS and self.names[-1] in HEADINGS:
            self.pop()

    def _enter_table(self, name: str) -> bool:
        """Open the section and row that a part of a table implies; False outside any table."""
        if not self.open["table"]:
            return False
        if name in CELLS and self.names[-1] in ROWLESS:
            self.enter("tr", tag_of("tr")[1], "", "")
        elif name == "tr" and self.names[-1] == "table":
            self.push("tbody", "", BLOCK, "")
        return True

    def end_tag(self, name: str, mark: int) -> None:
        """Take an end tag; without an open element of its name it means nothing."""
        if mark & BLOCK:
            self.flush()
            if name in HEADINGS:
                self.close(HEADINGS, SCOPE)
            elif name == "form":
                self._close_form()
            elif self.open[name]:
                scope = TABLE_SCOPE if name in TABLE_TAGS else SCOPE
                reach = len(self.names) if self.patience > 0 else REACH
                if not self.close(frozenset((name,)), scope, reach):
                    self.patience -= reach
            return
        if not self.open[name]:
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
        elif self.open["form"]:
            depth = len(self.names) - 1 - self.names[::-1].index("form")
            self.names[depth] = CLOSED
            self.open["form"] -= 1
            self.open[CLOSED] += 1
