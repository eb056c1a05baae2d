"""A document as a small tree: what Markdown and HTML are written from.

Blocks nest as in CommonMark (paragraphs in items in lists). Inline content does not: it is a flat
list of pieces, each with the formats around it, outermost first. That is what a page's tokens give
and what a writer needs, and wrongly nested tags cannot break it. Pieces are named tuples: a page
has thousands of them, and they are made several times as fast as frozen dataclasses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

FormatKind = Literal["link", "strong", "em", "del", "sub", "sup", "ruby", "rt"]
PieceKind = Literal["text", "code", "image", "break", "math", "note"]


class Format(NamedTuple):
    """What holds of a stretch of inline content.

    Attributes:
        kind: What it is; "rt" is the reading inside a "ruby".
        target: Address of a link.
        at: Number of the link, which tells two side by side apart; 0 for other kinds.
    """

    kind: FormatKind
    target: str = ""
    at: int = 0


class Piece(NamedTuple):
    """A stretch of inline content.

    Attributes:
        kind: What it is. A break has no text.
        text: White space folded; alternative text of an image, TeX of a formula, label of a
            reference to a note.
        formats: Formats around it, outermost first.
        target: Address of an image; "display" for a formula that stands on a line of its own.
        markup: A formula as MathML, without its outermost element, where the page has it so.
    """

    kind: PieceKind
    text: str = ""
    formats: tuple[Format, ...] = ()
    target: str = ""
    markup: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Inline content that stands alone."""

    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 to 6."""

    level: int
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Code:
    """Text whose white space counts, and the name of its language or ""."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Blocks that somebody else said."""

    children: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Items:
    """A list; numbered from `start` where that is a number."""

    start: int | None = None
    items: list[list[Node]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Definitions:
    """Terms ("dt") and what is said of them ("dd"), in page order."""

    entries: list[tuple[str, list[Node]]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell; `columns` and `rows` are how many it spans."""

    children: list[Node] = field(default_factory=list)
    header: bool = False
    columns: int = 1
    rows: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, and blocks of a caption. What a span covers has no cell."""

    rows: list[list[Cell]]
    caption: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figure:
    """Pictures or other blocks that belong together, and their caption."""

    children: list[Node] = field(default_factory=list)
    caption: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote, by the label that references to it show."""

    label: str
    children: list[Node] = field(default_factory=list)


Node = Paragraph | Heading | Code | Quote | Items | Definitions | Table | Figure | Note
