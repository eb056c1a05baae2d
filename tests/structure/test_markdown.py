"""Markdown is read back as the document it was written from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from readback import plain, read
from structured import to_markdown

from boilerkill.structure.line import tidy
from boilerkill.structure.markdown import write
from boilerkill.structure.nodes import (
    Cell,
    Code,
    Definitions,
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

#: Letters, and whatever means something in Markdown.
_TEXT = st.text("ab1 中。é*_`[](){}<>&;!#+-=.~|\\:\"'/@^$", min_size=1, max_size=9)
_FORMATS = st.lists(
    st.sampled_from(
        [
            Format("strong"),
            Format("em"),
            Format("del"),
            Format("sup"),
            Format("link", "https://x.example/a_(b)*c", 1),
            Format("link", "/d?e=&f;", 2),
        ]
    ),
    max_size=3,
    unique_by=lambda shown: shown.kind,
).map(tuple)
_PIECE = st.one_of(
    st.builds(Piece, st.just("text"), _TEXT, _FORMATS),
    st.builds(Piece, st.just("code"), _TEXT, _FORMATS),
    st.builds(Piece, st.just("break"), st.just(""), _FORMATS),
    st.builds(Piece, st.just("image"), _TEXT, _FORMATS, st.just("https://x.example/i.png")),
)
_PIECES = st.lists(_PIECE, min_size=1, max_size=6).map(tidy).filter(bool)
_UNBROKEN = _PIECES.map(lambda pieces: tidy([p for p in pieces if p.kind != "break"])).filter(bool)
_PARAGRAPH = st.builds(Paragraph, _PIECES)
_LEAF = st.one_of(
    _PARAGRAPH,
    st.builds(Code, st.text("ab \n`~#", min_size=1), st.sampled_from(["", "python"])),
)
_CELL = st.builds(lambda p: Cell([Paragraph(p)]), _PIECES)


def _nested(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    inside = st.lists(nodes, min_size=1, max_size=3)
    items = st.lists(inside, min_size=1, max_size=3)
    return st.builds(Quote, inside) | st.builds(Items, st.none() | st.integers(0, 12), items)


_NODE = st.recursive(_LEAF, _nested, max_leaves=5)
_TABLE = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.lists(_CELL, min_size=width, max_size=width), min_size=1, max_size=3)
)
_DOCUMENT = st.lists(
    _NODE | st.builds(Heading, st.integers(1, 6), _UNBROKEN) | st.builds(Table, _TABLE),
    max_size=4,
)


@given(_DOCUMENT)
def test_a_parser_reads_the_document_back(nodes: list[Node]) -> None:
    assert read(write(nodes)) == plain(nodes)


def test_what_markdown_cannot_say_is_said_otherwise() -> None:
    terms = Definitions([("dt", [Paragraph([Piece("text", "a")])]), ("dd", [Code("b")])])
    note = Note("1", [Paragraph([Piece("text", 'Ada "B"')])])
    assert write([terms, note]) == '- **a**\n\n  ```\n  b\n  ```\n\n[^1]: Ada \\"B"'


@pytest.mark.parametrize(
    ("markup", "written"),
    [
        ("<p>a <b>b </b>c", "a **b** c"),
        ("<p><b>a:</b>b", "<strong>a:</strong>b"),
        ("<p>un<b>frigging</b>believable", "un**frigging**believable"),
        ("<p><em>a<strong>b</strong></em>c", "*a**b***c"),
        ("<p><b>a<s>b</s></b>c", "<strong>a~~b~~</strong>c"),
        ("<p>wow!<a href=/a>b</a>", "wow\\![b](https://example.org/a)"),
        ("<p>$1 and \\(a_b\\)", "\\$1 and $a_b$"),
        ("<p><math><mi>x</mi><mo>=</mo><mn>1</mn></math> holds", "$x=1$ holds"),
        (
            "<p><span class=katex-html>x</span><math alttext=y><mi>x</mi></math> holds",
            "$y$ holds",
        ),
        ("<p>1. a<br>2. b", "1\\. a\\\n2\\. b"),
        ("<ul><li>a<li>b</ul><ul><li>c</ul>", "- a\n- b\n\n* c"),
    ],
)
def test_markup_becomes_markdown(markup: str, written: str) -> None:
    assert to_markdown(markup) == written
