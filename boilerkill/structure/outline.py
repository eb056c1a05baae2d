"""Kept blocks to a document: which lists, tables, quotes and figures they stand in.

The elements round a block are looked up in the page's columns; nothing is parsed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

from boilerkill.marks import BLOCK, tag_of
from boilerkill.parse import STRIDE, attributes, tokens
from boilerkill.structure.context import HEADINGS, LISTS, PRE, Context
from boilerkill.structure.inline import pieces_of
from boilerkill.structure.language import language_of
from boilerkill.structure.line import tidy
from boilerkill.structure.nodes import (
    Cell,
    Code,
    Definitions,
    Figure,
    Heading,
    Items,
    Node,
    Note,
    Paragraph,
    Piece,
    Quote,
    Table,
)
from boilerkill.structure.notes import referred

#: Elements between a note and a block in it.
_NOTE_REACH: Final = 4


@dataclass(slots=True)
class _Frame:
    """An open place: its element, where its blocks go, and what it became, if anything."""

    element: int
    tag: str
    sink: list[Node]
    node: Node | None = None
    cells: dict[int, Cell] | None = None
    lines: list[str] | None = None
    language: str = ""


class Outline:
    """The document under way; one instance serves one page.

    Args:
        context: The page, and what is given out of it.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.page = context.page
        self.nodes: list[Node] = []
        self._frames = [_Frame(0, "", self.nodes)]
        self._entered: tuple[int, ...] = ()  # the places that are open
        self._implied: Node | None = None  # list of items that stand in none
        self._notes = context.notes
        self._begun: dict[int, Note] = {}
        self._last = -2  # the block added last

    def add(self, block: int) -> None:
        """Add a kept block."""
        page = self.page
        owner = page.owners[block]
        places, formats = self.context.around(owner)
        if self._notes.elements:
            note = self._note(owner)
            if note is not None:
                pieces = pieces_of(self.context, block, formats)
                note.children.append(Paragraph(tidy(referred(pieces, self._notes, inside=True))))
                return
        if places is not self._entered:
            self._enter(places)
        top = self._frames[-1]
        if top.tag in PRE:
            top.lines = top.lines or []
            top.lines.append(page.texts[block])
            top.language = top.language or language_of(page, page.ranges[block][2])
            return
        pieces = pieces_of(self.context, block, formats)
        if self._notes.names:
            pieces = tidy(referred(pieces, self._notes, inside=False))
        if top.tag in HEADINGS:
            self._add_heading(top, pieces)
        else:
            self._add_paragraph(block, pieces)
        self._last = block

    def add_image(self, element: int, piece: Piece) -> None:
        """Add an image that stands outside any block, in the element given."""
        box = element if self.page.own[element] & BLOCK else self.page.containers[element]
        self._enter(self.context.places(box))
        self._room(self._frames[-1]).append(Paragraph([piece]))

    def finish(self) -> list[Node]:
        """Close what is open, and return the document."""
        self._close_to(1)
        return self.nodes

    # -- leaves ----------------------------------------------------------------------------------

    def _add_heading(self, frame: _Frame, pieces: list[Piece]) -> None:
        """Add a heading; to the one before, if its element is the same."""
        if frame.node is not None:
            before = cast("Heading", frame.node).pieces
            before.extend([Piece("text", " "), *pieces])
            return
        frame.node = Heading(int(frame.tag[1]), pieces)
        self._room(self._frames[-2]).append(frame.node)

    def _note(self, element: int) -> Note | None:
        """Return the note that an element stands in, if any; it ends all places."""
        elements = self._notes.elements
        for _ in range(_NOTE_REACH):
            if element in elements:
                if element not in self._begun:
                    self._close_to(1)
                    self._entered = ()
                    self._begun[element] = Note(elements[element])
                    self.nodes.append(self._begun[element])
                return self._begun[element]
            element = max(self.page.containers[element], 0)
        return None

    def _add_paragraph(self, block: int, pieces: list[Piece]) -> None:
        frame = self._frames[-1]
        if self._last == block - 1 and frame.sink and self._only_drawn_between(block):
            before = frame.sink[-1]
            if isinstance(before, Paragraph):
                before.pieces.extend([Piece("text", " "), *pieces])
                return
        self._room(frame).append(Paragraph(pieces))

    def _only_drawn_between(self, block: int) -> bool:
        """Whether nothing but a drawing inside a line of text parts a block from the one before."""
        page = self.page
        begin, end = page.places[block - 1][1], page.places[block][0]
        if page.markup.find("<svg", begin, end) < 0:
            return False
        parts = tokens(page.markup[begin:end])
        starts, ends = parts[5::STRIDE], parts[1::STRIDE]
        if "svg" not in starts or "svg" not in ends:
            return False
        first = starts.index("svg")
        last = len(ends) - 1 - ends[::-1].index("svg")
        outside = [*starts[:first], *ends[:first], *starts[last + 1 :], *ends[last + 1 :]]
        return not any(name and (name == "br" or tag_of(name)[1] & BLOCK) for name in outside)

    def _room(self, frame: _Frame, *, nested: bool = False) -> list[Node]:
        """Return where a block goes: in a list that has no item for it, one is made."""
        node = frame.node
        if isinstance(node, Items):
            if not (nested and node.items):
                node.items.append([])
            return node.items[-1]
        if isinstance(node, Definitions):
            if not (nested and node.entries):
                node.entries.append(("dd", []))
            return node.entries[-1][1]
        return frame.sink

    # -- places ----------------------------------------------------------------------------------

    def _enter(self, chain: tuple[int, ...]) -> None:
        """Make the open places those given, outermost first."""
        self._entered = chain
        depth = 1
        for frame, wanted in zip(self._frames[1:], chain, strict=False):
            if frame.element != wanted:
                break
            depth += 1
        self._close_to(depth)
        for wanted in chain[depth - 1 :]:
            self._open(wanted)

    def _close_to(self, depth: int) -> None:
        while len(self._frames) > depth:
            frame = self._frames.pop()
            if frame.lines:
                code = Code("\n".join(frame.lines), frame.language)
                self._room(self._frames[-1]).append(code)

    def _open(self, element: int) -> None:
        tag = self.page.tags[element]
        if tag in {"li", "dt", "dd"}:
            self._open_item(element, tag)
        elif tag in LISTS:
            self._open_node(element, tag, Items(self._start(element) if tag == "ol" else None))
        elif tag == "dl":
            self._open_node(element, tag, Definitions())
        elif tag == "blockquote":
            quote = Quote()
            self._open_node(element, tag, quote, quote.children)
        elif tag == "figure":
            figure = Figure()
            self._open_node(element, tag, figure, figure.children)
        elif tag == "table":
            self._open_table(element)
        else:
            self._frames.append(_Frame(element, tag, self._inside(element, tag)))

    def _inside(self, element: int, tag: str) -> list[Node]:
        """Return where the blocks of a cell, a caption or any other part of a place go."""
        parent = self._frames[-1]
        if tag == "caption" and isinstance(parent.node, Table):
            return parent.node.caption
        if tag == "figcaption" and isinstance(parent.node, Figure):
            return parent.node.caption
        if parent.cells is not None and element in parent.cells:
            return parent.cells[element].children
        return self._room(parent, nested=True)

    def _open_node(
        self, element: int, tag: str, node: Node, sink: list[Node] | None = None
    ) -> None:
        room = self._room(self._frames[-1], nested=True)
        room.append(node)
        self._frames.append(_Frame(element, tag, room if sink is None else sink, node))

    def _open_item(self, element: int, tag: str) -> None:
        """Open an item of the list round it, or of one that is made for it and its like."""
        parent = self._frames[-1]
        holder = parent.node
        wanted = Items if tag == "li" else Definitions
        if not isinstance(holder, wanted):
            room = self._room(parent, nested=True)
            if not (room and room[-1] is self._implied and isinstance(room[-1], wanted)):
                self._implied = wanted()
                room.append(self._implied)
            holder = self._implied
        item: list[Node] = []
        if isinstance(holder, Items):
            holder.items.append(item)
        elif isinstance(holder, Definitions):
            holder.entries.append((tag, item))
        self._frames.append(_Frame(element, tag, item))

    def _open_table(self, element: int) -> None:
        found = self.context.grid(element)
        if found is None:
            room = self._room(self._frames[-1], nested=True)
            self._frames.append(_Frame(element, "table", room))
            return
        self._open_node(element, "table", Table(found.rows))
        self._frames[-1].cells = {e: found.rows[y][x] for e, (y, x) in found.places.items()}

    def _start(self, element: int) -> int:
        source = self.page.attributes[element]
        stated = attributes(source).get("start", "") if "start" in source.lower() else ""
        return int(stated[:9]) if stated[:9].isdecimal() else 1
