"""A document as a page's markup has it to one as a reader sees it."""

from __future__ import annotations

import re
from typing import Final

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

#: What a link to its own heading shows.
_PERMALINK: Final = re.compile(r"[\s¶#§🔗∞⚓]*|Anchor|Link|Permalink")


def refined(nodes: list[Node]) -> list[Node]:
    """Return a document without what is only there for looks.

    Lists and definitions that hold headings lay a page out: their items stand for themselves.
    Numbers beside the lines of code, links from a heading to itself and what is empty are dropped.
    """
    out: list[Node] = []
    for node in nodes:
        if isinstance(node, Paragraph):
            out += _paragraph(node)
        else:
            out += _refined(node)
    return out


def _refined(node: Node) -> list[Node]:
    match node:
        case Paragraph():
            return _paragraph(node)
        case Heading(level, pieces):
            pieces = _heading(pieces)
            return [Heading(level, pieces)] if pieces else []
        case Code(text):
            return [] if _counts_lines(text) else [node]
        case Quote(children):
            inside = refined(children)
            return [Quote(inside)] if inside else []
        case Items(start, items):
            return _items(start, [item for item in map(refined, items) if item])
        case Definitions(entries):
            return _definitions(entries)
        case Table(rows, caption):
            shown = [[_cell(cell) for cell in row] for row in rows]
            shown = [row for row in shown if any(cell.children for cell in row)]
            return [Table(shown, refined(caption))] if shown else refined(caption)
        case Figure(children, caption):
            inside, below = refined(children), refined(caption)
            return [Figure(inside, below)] if inside else below
        case Note(label, children):
            return [Note(label, refined(children))]


def _paragraph(node: Paragraph) -> list[Node]:
    """Return a paragraph; one of nothing but lines of code is a block of code."""
    pieces = node.pieces
    if not pieces:
        return []
    if pieces[0].kind == "text" and not pieces[0].text.isspace():
        return [node]
    kinds = {piece.kind for piece in pieces if not piece.text.isspace()}
    if kinds == {"code", "break"}:
        lines = "".join("\n" if p.kind == "break" else p.text for p in pieces)
        return [Code(lines)]
    return [node]


def _counts_lines(text: str) -> bool:
    """Whether a block of code is only the numbers beside the lines of another."""
    numbers = text.split()
    first = numbers[0] if numbers else ""
    if len(numbers) < 2 or not first.isdecimal() or len(first) > 9:  # noqa: PLR2004 - 2 make a row
        return False
    return numbers == [str(int(first) + k) for k in range(len(numbers))]


def _heading(pieces: list[Piece]) -> list[Piece]:
    """Drop what a heading needs not say: a link to itself, and that all of it is bold."""
    if len(pieces) == 1 and not pieces[0].formats:
        return pieces
    shown = [
        piece
        for piece in pieces
        if not (
            any(f.kind == "link" and "#" in f.target for f in piece.formats)
            and _PERMALINK.fullmatch(piece.text)
        )
    ]
    if all(any(f.kind == "strong" for f in p.formats) or p.text.isspace() for p in shown):
        shown = [
            p._replace(formats=tuple(f for f in p.formats if f.kind != "strong")) for p in shown
        ]
    return tidy(shown)


def _items(start: int | None, items: list[list[Node]]) -> list[Node]:
    if any(isinstance(node, Heading) for item in items for node in item):
        return [node for item in items for node in item]
    return [Items(start, items)] if items else []


def _definitions(entries: list[tuple[str, list[Node]]]) -> list[Node]:
    shown = [(kind, inside) for kind, inside in ((k, refined(n)) for k, n in entries) if inside]
    if any(isinstance(node, Heading) for _, inside in shown for node in inside):
        return [node for _, inside in shown for node in inside]
    return [Definitions(shown)] if shown else []


def _cell(cell: Cell) -> Cell:
    return Cell(refined(cell.children), cell.header, cell.columns, cell.rows)
