"""A document as HTML, sanitised last."""

from __future__ import annotations

from html import escape
from typing import Final

from boilerkill.structure import formulas
from boilerkill.structure.line import common
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

_ALLOWED: Final = {
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "code", "blockquote", "ul", "ol", "li", "dl",
    "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption",
    "a", "img", "strong", "em", "del", "sub", "sup", "br", "ruby", "rt", "rp", "span", "div",
    "math", "semantics", "annotation", *formulas.SHOWN,
}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href"}, "img": {"src", "alt"}, "ol": {"start"}, "code": {"class"},
    "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "span": {"class"},
    "div": {"class"}, "math": {"display"}, "annotation": {"encoding"},
}  # fmt: skip
_SCHEMES: Final = {"http", "https", "mailto", "tel", "ftp", "sms", "geo"}


def write(nodes: list[Node]) -> str:
    """Return a document as HTML that holds nothing executable."""
    import nh3  # of use only here, and not free to load

    return nh3.clean(
        "\n".join(map(_block, nodes)),
        tags=_ALLOWED,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel=None,
    )


def _block(node: Node) -> str:
    match node:
        case Paragraph(pieces):
            return f"<p>{inline(pieces)}</p>"
        case Heading(level, pieces):
            return f"<h{level}>{inline(pieces)}</h{level}>"
        case Code(text, language):
            return _code(text, language)
        case Quote(children):
            return f"<blockquote>{_inside(children)}</blockquote>"
        case Items(start, items):
            return _items(start, items)
        case Definitions(entries):
            inner = "".join(f"<{kind}>{_inside(said)}</{kind}>" for kind, said in entries)
            return f"<dl>{inner}</dl>"
        case Table():
            return _table(node)
        case Figure(children, caption):
            below = f"<figcaption>{_inside(caption)}</figcaption>" if caption else ""
            return f"<figure>{_inside(children)}{below}</figure>"
        case Note(label, children):
            return f'<div class="note"><sup>{escape(label)}</sup> {_inside(children)}</div>'


def _code(text: str, language: str) -> str:
    named = f' class="language-{escape(language)}"' if language else ""
    return f"<pre><code{named}>{escape(text)}</code></pre>"


def _items(start: int | None, items: list[list[Node]]) -> str:
    inner = "".join(f"<li>{_inside(item)}</li>" for item in items)
    if start is None:
        return f"<ul>{inner}</ul>"
    return f"<ol>{inner}</ol>" if start == 1 else f'<ol start="{start}">{inner}</ol>'


def _inside(nodes: list[Node]) -> str:
    """Write the blocks of an item, a cell and their like; a paragraph alone needs no tag."""
    if nodes and isinstance(nodes[0], Paragraph):
        others = nodes[1:]
        if not any(isinstance(node, Paragraph) for node in others):
            return inline(nodes[0].pieces) + "".join(map(_block, others))
    return "".join(map(_block, nodes))


def _table(node: Table) -> str:
    rows = ["".join(map(_cell, row)) for row in node.rows]
    heads = 0
    while heads < len(node.rows) and all(cell.header for cell in node.rows[heads]):
        heads += 1
    head, body = (
        "".join(f"<tr>{row}</tr>" for row in part) for part in (rows[:heads], rows[heads:])
    )
    caption = f"<caption>{_inside(node.caption)}</caption>" if node.caption else ""
    head = f"<thead>{head}</thead>" if head else ""
    body = f"<tbody>{body}</tbody>" if body else ""
    return f"<table>{caption}{head}{body}</table>"


def _cell(cell: Cell) -> str:
    tag = "th" if cell.header else "td"
    spans = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    spans += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
    return f"<{tag}{spans}>{_inside(cell.children)}</{tag}>"


def inline(pieces: list[Piece]) -> str:
    """Write pieces as HTML."""
    if len(pieces) == 1 and pieces[0].kind == "text" and not pieces[0].formats:
        return escape(pieces[0].text, quote=False)
    out: list[str] = []
    opened: tuple[Format, ...] = ()
    for piece in pieces:
        if piece.formats != opened:
            shared = len(common(opened, piece.formats))
            out += [_end(shown) for shown in reversed(opened[shared:])]
            out += [_begin(shown) for shown in piece.formats[shared:]]
            opened = piece.formats
        out.append(escape(piece.text, quote=False) if piece.kind == "text" else _piece(piece))
    out += [_end(shown) for shown in reversed(opened)]
    return "".join(out)


def _begin(shown: Format) -> str:
    if shown.kind == "link":
        return f'<a href="{escape(shown.target)}">'
    return "<rp>(</rp><rt>" if shown.kind == "rt" else f"<{shown.kind}>"


def _end(shown: Format) -> str:
    if shown.kind == "link":
        return "</a>"
    return "</rt><rp>)</rp>" if shown.kind == "rt" else f"</{shown.kind}>"


def _piece(piece: Piece) -> str:
    match piece.kind:
        case "code":
            return f"<code>{escape(piece.text)}</code>"
        case "image":
            return f'<img src="{escape(piece.target)}" alt="{escape(piece.text)}">'
        case "break":
            return "<br>"
        case "math":
            return _formula(piece)
        case "note":
            return f"<sup>{escape(piece.text)}</sup>"
        case _:
            return escape(piece.text, quote=False)


def _formula(piece: Piece) -> str:
    """Write a formula as the page has it, with its TeX beside it."""
    tex = escape(piece.text)
    if not piece.markup:
        kind = "math display" if piece.target else "math"
        return f'<span class="{kind}">{tex}</span>'
    display = ' display="block"' if piece.target else ""
    return (
        f"<math{display}><semantics><mrow>{piece.markup}</mrow>"
        f'<annotation encoding="application/x-tex">{tex}</annotation></semantics></math>'
    )
