"""Tables: those that hold data told from those that lay a page out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from boilerkill.page import Page
from boilerkill.parse import attributes
from boilerkill.structure.nodes import Cell

_CELLS: Final = frozenset({"td", "th"})
#: Elements that only tables of data have.
_TELLING: Final = frozenset({"caption", "thead", "tfoot", "th"})
#: Elements that no cell of data holds.
_FOREIGN: Final = frozenset({"table", "h1", "h2", "h3", "h4", "article", "section", "form"})
#: A table with more columns is no table that anybody reads.
_MAX_COLUMNS: Final = 100
_MAX_ROWSPAN: Final = 1000
#: Words per cell above which a table rather lays out: with nothing else to tell, and with a head.
_MANY_WORDS: Final = (40, 150)
#: Blocks per cell above which a table rather lays out.
_MANY_BLOCKS: Final = 3
_ATTRIBUTES: Final = frozenset({"colspan", "rowspan", "role", "datatable", "summary"})


@dataclass(frozen=True)
class Grid:
    """A table of data.

    Attributes:
        page: The page it stands on.
        elements: The `<td>` and `<th>` of each row.
        places: Row and place in it of each of them.
    """

    page: Page
    elements: list[list[int]]
    places: dict[int, tuple[int, int]]

    @cached_property
    def rows(self) -> list[list[Cell]]:
        """The cells of each row."""
        width = max(map(len, self.elements))
        return [[_cell(self.page, e, width) for e in row] for row in self.elements]


def subtree(page: Page, element: int) -> range:
    """Return the elements inside an element: those that follow it, for parents come first."""
    parents = page.parents
    last = element + 1
    while last < len(parents) and parents[last] >= element:
        last += 1
    return range(element + 1, last)


def grid(page: Page, table: int, kept: list[int]) -> Grid | None:
    """Return the cells of a table, or None where it lays the page out.

    Args:
        page: The page.
        table: The `<table>`.
        kept: The kept blocks inside it.
    """
    inside = subtree(page, table)
    tags = page.tags[inside.start : inside.stop]
    if not _FOREIGN.isdisjoint(tags) or _says_layout(page, table):
        return None
    rows = _rows(inside, tags)
    width = max(map(len, rows), default=0)
    first, end = page.first, page.end
    filled = [sum([end[e] > first[e] for e in row]) for row in rows]
    count = sum(filled)
    shown = len(filled) - filled.count(0)
    if not 1 < width <= _MAX_COLUMNS or shown < 2:  # noqa: PLR2004 - one row is no table
        return None
    words = sum(page.texts[i].count(" ") + 1 for i in kept)
    stated = bool(_TELLING.intersection(tags)) or "summary" in page.attributes[table]
    if words > _MANY_WORDS[stated] * count or len(kept) > _MANY_BLOCKS * count:
        return None
    return Grid(page, rows, {e: (y, x) for y, row in enumerate(rows) for x, e in enumerate(row)})


def _rows(inside: range, tags: list[str]) -> list[list[int]]:
    """Return the cells of each row, those of the head first and those of the foot last."""
    parts: dict[str, list[list[int]]] = {"thead": [], "tbody": [], "tfoot": []}
    rows = parts["tbody"]
    for element, tag in zip(inside, tags, strict=True):
        if tag in parts:
            rows = parts[tag]
        elif tag == "tr":
            rows.append([])
        elif tag in _CELLS and rows:
            rows[-1].append(element)
    return [row for part in parts.values() for row in part if row]


def _says_layout(page: Page, table: int) -> bool:
    values = attributes(page.attributes[table], _ATTRIBUTES)
    role = values.get("role", "").lower()
    return role in {"presentation", "none"} or values.get("datatable") == "0"


def _cell(page: Page, element: int, width: int) -> Cell:
    header = page.tags[element] == "th"
    source = page.attributes[element]
    if "span" not in source.lower():
        return Cell([], header)
    values = attributes(source, _ATTRIBUTES)
    return Cell(
        [], header, _span(values.get("colspan"), width), _span(values.get("rowspan"), _MAX_ROWSPAN)
    )


def _span(stated: str | None, most: int) -> int:
    """Return how many columns or rows a cell spans, 1 to `most`."""
    digits = (stated or "").strip()[:5]
    return min(max(int(digits), 1), most) if digits.isdecimal() else 1
