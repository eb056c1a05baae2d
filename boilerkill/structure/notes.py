"""Footnotes: which elements are notes, and which links refer to them."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from boilerkill.marks import BLOCK
from boilerkill.page import Page
from boilerkill.parse import attributes
from boilerkill.structure.nodes import Piece

#: Names that elements which hold a note have.
_NAMED: Final = re.compile(
    r"(?i)(?:^|[-_.:])_?(?:fn|ftn|sdfootnote|footnote|endnote|note|cite_note|cite-note)"
    r"(?![-_.:]?(?:ref|back|return))[-_.:]?\w"
)
#: Where one is linked to; sought first, for most pages have no notes.
_MENTIONED: Final = re.compile(
    r"""(?i)#(?:[^"'\s>#]{0,200}[-_.:])?_?(?:fn|ftn|sdfootnote|footnote|endnote|note|cite[-_]note)"""
)
_HREF: Final = re.compile(r"""(?i)href\s*=\s*["']?#([^"'\s>]+)""")
_LABEL: Final = re.compile(r"[\[(]?\s*([\w*†‡§]{1,4})\s*[\])]?")
#: What links from a note back to the text show.
_BACK: Final = re.compile(r"[\s↩↑^⏎⤴⬆←\ufe0e\ufe0f]*|[\[(]?[\w*†‡§]{1,4}[\])]?\.?")
_HOLDERS: Final = frozenset({"li", "p", "div", "dd", "td", "aside", "section", "footnote"})
#: Blocks that a note may have.
_MAX_BLOCKS: Final = 5


@dataclass(frozen=True, slots=True)
class Notes:
    """The footnotes of a page.

    Attributes:
        names: Fragment that links to a note -> the note's label.
        elements: Block-level element that holds a note -> its label.
    """

    names: dict[str, str]
    elements: dict[int, str]


NONE: Final = Notes({}, {})


def find(page: Page, kept: frozenset[int]) -> Notes:
    """Return the notes that links on the page lead to, and all of whose blocks are given out."""
    if not kept or not _is_mentioned(page, min(kept), max(kept)):
        return NONE
    begin, end = (bisect_left(page.first, block) for block in (min(kept), max(kept) + 1))
    wanted = {
        found[1]
        for tag, source in zip(page.tags[begin:end], page.attributes[begin:end], strict=True)
        if tag == "a" and "#" in source
        for found in _HREF.finditer(source)
        if _NAMED.search(found[1])
    }
    if not wanted:
        return NONE
    names: dict[str, str] = {}
    elements: dict[int, str] = {}
    for element, source in enumerate(page.attributes):
        if "id" not in source and "name" not in source:
            continue
        values = attributes(source)
        name = values.get("id") or values.get("name") or ""
        if name not in wanted or name in names:
            continue
        holder = element if page.own[element] & BLOCK else page.containers[element]
        if holder not in elements and _holds_note(page, holder, kept):
            names[name] = elements[holder] = str(len(names) + 1)
    return Notes(names, elements)


def _is_mentioned(page: Page, first: int, last: int) -> bool:
    """Whether something between two blocks looks like a link to a note."""
    begin, end = page.places[first - 1][1] if first else 0, page.places[last][1]
    return _MENTIONED.search(page.markup, begin, end) is not None


def _holds_note(page: Page, element: int, kept: frozenset[int]) -> bool:
    blocks = range(page.first[element], page.end[element])
    return (
        page.tags[element] in _HOLDERS
        and 0 < len(blocks) <= _MAX_BLOCKS
        and kept.issuperset(blocks)
        # One word would be read as an address by a parser that knows no footnotes.
        and page.texts[blocks[0]].count(" ") > 1
    )


def referred(pieces: list[Piece], notes: Notes, *, inside: bool) -> list[Piece]:
    """Return pieces with references in place of links to notes; `inside` one, without links back.

    Args:
        pieces: Inline content.
        notes: The notes of the page.
        inside: Whether the pieces are part of a note.
    """
    out: list[Piece] = []
    for piece in pieces:
        link = next((f for f in piece.formats if f.kind == "link" and "#" in f.target), None)
        if link is None or piece.kind != "text":
            out.append(piece)
            continue
        label = notes.names.get(link.target.rpartition("#")[2])
        if label is not None and _LABEL.fullmatch(piece.text):
            formats = tuple(f for f in piece.formats if f.kind not in {"link", "sup"})
            out.append(Piece("note", label, formats))
        elif not (inside and _BACK.fullmatch(piece.text)):
            out.append(piece)
    return out
