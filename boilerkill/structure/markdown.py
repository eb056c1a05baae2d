"""A document as Markdown: CommonMark, with the tables and footnotes of GitHub's dialect.

What comes out, read by a Markdown parser, is the document again; only what Markdown cannot say is
said otherwise: spans of cells by empty ones, blocks in cells on one line, definitions as a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from boilerkill.structure.nodes import (
    Cell,
    Code,
    Definitions,
    Figure,
    Format,
    Heading,
    Items,
    Node,
    Note,
    Paragraph,
    Piece,
    Quote,
    Table,
)
from boilerkill.structure.spans import code, inline, paragraph

#: What makes a note an address with a title, to a parser that knows no footnotes.
_TITLE: Final = re.compile(r"\A(\S+[ \n]+)([\"'(])")
_STRONG: Final = Format("strong")


def write(nodes: list[Node]) -> str:
    """Return a document as Markdown, without a line break at the end."""
    return "\n\n".join(_blocks(nodes))


def _blocks(nodes: list[Node]) -> Iterator[str]:
    """Yield the blocks; a list right behind another gets other signs, so that they stay two."""
    before: str | None = None
    for node in nodes:
        if isinstance(node, Paragraph):
            yield paragraph(node.pieces)
            before = None
            continue
        items = _as_items(node) if isinstance(node, Definitions) else node
        if isinstance(items, Items):
            signs = ("-", "*") if items.start is None else (".", ")")
            sign = signs[before == signs[0]]
            yield _items(items, sign)
            before = sign
        elif isinstance(node, Figure):
            yield from _blocks([*node.children, *node.caption])
            before = None
        else:
            yield _block(node)
            before = None


def _block(node: Node) -> str:
    match node:
        case Heading(level, pieces):
            return _heading(level, pieces)
        case Code(text, language):
            return _fenced(text, language)
        case Quote(children):
            return "\n".join(f"> {line}" if line else ">" for line in write(children).split("\n"))
        case Table():
            return _table(node)
        case Note(label, children):
            return f"[^{label}]: " + _indented(_TITLE.sub(r"\1\\\2", write(children)), 4)
        case _:
            return write([node])


def _heading(level: int, pieces: list[Piece]) -> str:
    text = inline(pieces, " ")
    if text.endswith("#"):
        text = f"{text[:-1]}\\#"
    return f"{'#' * level} {text}"


def _fenced(text: str, language: str) -> str:
    fence = "```"
    while fence in text:
        fence += "`"
    return f"{fence}{language}\n{text}\n{fence}"


def _indented(text: str, width: int) -> str:
    """Indent all lines but the first, and leave empty ones empty."""
    first, *others = text.split("\n")
    return "\n".join([first, *(" " * width + line if line else "" for line in others)])


def _items(node: Items, sign: str) -> str:
    """Write a list; without blank lines where each item is one paragraph, or one and a list."""
    tight = all(_is_tight(item) for item in node.items)
    lines = []
    for number, item in enumerate(node.items, node.start or 0):
        marker = f"{number}{sign} " if node.start is not None else f"{sign} "
        lines.append(
            marker + _indented(("\n" if tight else "\n\n").join(_blocks(item)), len(marker))
        )
    return ("\n" if tight else "\n\n").join(lines)


def _is_tight(item: list[Node]) -> bool:
    """Whether an item needs no blank lines: only a list from 1 may follow a paragraph so."""
    first, *others = item
    if not isinstance(first, Paragraph) or len(others) > 1:
        return False
    return all(
        isinstance(node, Items) and node.start in {None, 1} and all(map(_is_tight, node.items))
        for node in others
    )


def _as_items(node: Definitions) -> Items:
    """Return definitions as a list of terms, each with what is said of it."""
    items: list[list[Node]] = []
    alone = False  # the term under way has had nothing said of it
    for kind, inside in node.entries:
        if kind == "dt" or not items:
            items.append([])
        said = items[-1]
        if kind == "dt":
            said.extend(_bold(child) for child in inside)
        elif alone and len(said) == len(inside) == 1:
            said[:] = _joined(said[0], inside[0])
        else:
            said.extend(inside)
        alone = kind == "dt"
    return Items(None, items)


def _bold(node: Node) -> Node:
    if not isinstance(node, Paragraph):
        return node
    return Paragraph(
        [
            piece if _STRONG in piece.formats else piece._replace(formats=(_STRONG, *piece.formats))
            for piece in node.pieces
        ]
    )


def _joined(term: Node, said: Node) -> list[Node]:
    """Return a term and what is said of it, as one paragraph if both are."""
    if not isinstance(term, Paragraph) or not isinstance(said, Paragraph):
        return [term, said]
    ended = term.pieces[-1].text.endswith((":", "?", "!", ".", "："))
    return [Paragraph([*term.pieces, Piece("text", " " if ended else ": "), *said.pieces])]


# -- tables ----------------------------------------------------------------------------------------


def _table(node: Table) -> str:
    """Write a table; its caption stands before it as a paragraph."""
    rows = list(_grid(node.rows))
    width = max(map(len, rows))
    heads = [[cell.header for cell in row] for row in node.rows]
    # Where only the first cells of rows are heads, the table has none of its own.
    if any(any(row) for row in heads) and not all(heads[0]):
        rows.insert(0, [])
    rows[0] += [""] * (width - len(rows[0]))
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, f"|{' --- |' * width}")
    return "\n\n".join([*_blocks(node.caption), "\n".join(lines)])


def _grid(rows: list[list[Cell]]) -> Iterator[list[str]]:
    """Yield the rows; what a span covers becomes an empty cell."""
    below: dict[int, int] = {}  # column -> rows for which a cell above covers it
    for row in rows:
        texts: list[str] = []
        for cell in row:
            _skip(texts, below)
            covered = range(len(texts), len(texts) + cell.columns)
            texts.append(_cell(cell.children))
            texts += [""] * (cell.columns - 1)
            if cell.rows > 1:
                below.update(dict.fromkeys(covered, cell.rows))
        _skip(texts, below)
        below = {column: left - 1 for column, left in below.items() if left > 1}
        yield texts


def _skip(texts: list[str], below: dict[int, int]) -> None:
    while len(texts) in below:
        texts.append("")


def _cell(nodes: list[Node]) -> str:
    """Write the blocks of a cell on one line."""
    return "<br>".join(filter(None, map(_line, nodes))).replace("|", "\\|")


def _line(node: Node) -> str:
    match node:
        case Paragraph(pieces) | Heading(_, pieces):
            return inline(pieces, "<br>")
        case Code(text):
            return "<br>".join(code(line.strip()) for line in text.split("\n") if line.strip())
        case Items(start, items):
            signs = [
                f"{n}. " if start is not None else "• "
                for n in range(start or 0, (start or 0) + len(items))
            ]
            return "<br>".join(
                sign + "<br>".join(filter(None, map(_line, item)))
                for sign, item in zip(signs, items, strict=True)
            )
        case Definitions():
            return "<br>".join(map(_line, (n for item in _as_items(node).items for n in item)))
        case Quote(children) | Note(_, children):
            return "<br>".join(map(_line, children))
        case Figure(children, caption):
            return "<br>".join(map(_line, [*children, *caption]))
        case Table(rows):
            return "<br>".join(_line(n) for row in rows for cell in row for n in cell.children)
