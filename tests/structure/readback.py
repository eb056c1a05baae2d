"""Markdown read back by a parser, and documents, in one plain form that can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from boilerkill.structure.nodes import Code, Heading, Items, Node, Paragraph, Piece, Quote, Table

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_SPANS = {"strong": "strong", "em": "em", "s": "del"}
_TAGS = {"strong", "em", "del", "sub", "sup"}

Runs = list[tuple[str, str, tuple[str, ...]]]


def read(markdown: str) -> list[Any]:
    """Return what a Markdown parser understands."""
    return [_block(node) for node in SyntaxTreeNode(_PARSER.parse(markdown)).children]


def plain(nodes: list[Node]) -> list[Any]:
    """Return a document in the same form."""
    return [_node(node) for node in nodes]


def _block(node: SyntaxTreeNode) -> Any:
    match node.type:
        case "paragraph":
            return "p", _read(node)
        case "heading":
            return node.tag, _read(node)
        case "fence":
            return "code", node.info, node.content.removesuffix("\n")
        case "blockquote":
            return "quote", [_block(child) for child in node.children]
        case "bullet_list" | "ordered_list":
            start = node.attrs.get("start", 1) if node.type == "ordered_list" else None
            return "list", start, [[_block(c) for c in item.children] for item in node.children]
        case "table":
            rows = [row for part in node.children for row in part.children]
            return "table", [[_read(cell) for cell in row.children] for row in rows]
    raise AssertionError(node.type)


def _node(node: Node) -> Any:
    match node:
        case Paragraph(pieces):
            return "p", _runs(_told(pieces))
        case Heading(level, pieces):
            return f"h{level}", _runs(_told(pieces))
        case Code(text, language):
            return "code", language, text
        case Quote(children):
            return "quote", plain(children)
        case Items(start, items):
            return "list", start, [plain(item) for item in items]
        case Table(rows):
            return "table", [[_cell(cell.children) for cell in row] for row in rows]
    raise AssertionError(node)


def _cell(nodes: list[Node]) -> Runs:
    (paragraph,) = nodes
    assert isinstance(paragraph, Paragraph)
    return _runs(_told(paragraph.pieces))


def _told(pieces: list[Piece]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    for piece in pieces:
        kinds = tuple(sorted(f.target or f.kind for f in piece.formats))
        text = piece.target if piece.kind == "image" else piece.text
        yield piece.kind, "\n" if piece.kind == "break" else text, kinds


def _read(node: SyntaxTreeNode) -> Runs:
    return _runs(run for child in node.children for run in _inline(child))


def _inline(node: SyntaxTreeNode) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    opened: list[str] = []
    for child in node.children:
        kinds = tuple(opened)
        if child.type == "html_inline":
            name = child.content.strip("</>")
            if name in _TAGS and child.content.startswith("</"):
                opened.remove(name)
            elif name in _TAGS:
                opened.append(name)
            else:
                yield "break", "\n", kinds
        elif child.type in {"text", "text_special"}:
            yield "text", child.content, kinds
        elif child.type == "code_inline":
            yield "code", child.content, kinds
        elif child.type in {"hardbreak", "softbreak"}:
            yield "break", "\n", kinds
        elif child.type == "image":
            yield "image", str(child.attrs["src"]), kinds
        else:
            kind = _SPANS.get(child.type) or str(child.attrs["href"])
            for run in _inline(child):
                yield run[0], run[1], (*kinds, kind, *run[2])


def _runs(told: Iterator[tuple[str, str, tuple[str, ...]]]) -> Runs:
    """Join runs of text in the same formats; whose order does not matter."""
    out: Runs = []
    for kind, text, formats in told:
        kinds = tuple(sorted(set(formats)))
        if kind == "text" and not text:
            continue
        if kind == "text" and out and out[-1][0] == "text" and out[-1][2] == kinds:
            out[-1] = ("text", out[-1][1] + text, kinds)
        else:
            out.append((kind, text, kinds))
    return out
