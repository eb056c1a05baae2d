"""What a document is made from: a page, what is given out of it, and where that stands."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import Final

from boilerkill.page import Page
from boilerkill.structure.addresses import Addresses
from boilerkill.structure.notes import NONE, Notes, find
from boilerkill.structure.tables import Grid, grid
from boilerkill.values import Include

LISTS: Final = frozenset({"ul", "ol", "menu", "dir"})
HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
PRE: Final = frozenset({"pre", "listing", "plaintext"})
#: Elements that give the blocks in them a place.
PLACES: Final = LISTS | HEADINGS | PRE | {
    "li", "dl", "dt", "dd", "blockquote", "table", "caption", "td", "th", "figure", "figcaption",
}  # fmt: skip
#: Elements that change how the text inside is shown.
SHOWN: Final = frozenset({
    "b", "strong", "i", "em", "cite", "dfn", "var", "del", "s", "strike", "sub", "sup", "ruby",
    "rt", "code", "samp", "kbd", "tt", "a", "q",
})  # fmt: skip
#: Places, and formats, that may lie in each other; what lies deeper stands where so many end.
MAX_NESTING: Final = 24


@dataclass(frozen=True, slots=True)
class Context:
    """A page and what is given out of it; serves one page, for what is found is kept.

    Attributes:
        page: The page.
        kept: Numbers of the blocks of its main text, in page order.
        include: What is given out of them.
        url: Where the page came from, if known.
    """

    page: Page
    kept: list[int]
    include: Include
    url: str | None = None
    _around: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = field(
        default_factory=lambda: {-1: ((), ())}
    )
    _grids: dict[int, Grid | None] = field(default_factory=dict)
    _addresses: list[Addresses] = field(default_factory=list)
    _notes: list[Notes] = field(default_factory=list)

    @property
    def addresses(self) -> Addresses:
        """What makes addresses on the page whole."""
        if not self._addresses:
            self._addresses.append(Addresses(self.page, self.url))
        return self._addresses[0]

    @property
    def notes(self) -> Notes:
        """The footnotes among what is given out."""
        if not self._notes:
            found = find(self.page, frozenset(self.shown())) if self.include.links else NONE
            self._notes.append(found)
        return self._notes[0]

    def places(self, element: int) -> tuple[int, ...]:
        """Return the elements that give a block-level element its place, outermost first."""
        return self.around(element)[0]

    def around(self, element: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Return what a block-level element stands in, outermost first: places, and formats.

        Places are of `PLACES`; formats are inline elements, of `SHOWN`, that hold whole blocks.
        """
        known = self._around
        found = known.get(element)
        if found is not None:
            return found
        page, path = self.page, []
        while found is None:
            path.append(element)
            element = page.containers[element]
            found = known.get(element)
        for inner in reversed(path):
            places, shown = found
            if page.tags[inner] in PLACES and len(places) < MAX_NESTING:
                places = (*places, inner)
            outer, container = page.parents[inner], page.containers[inner]
            while outer != container:
                if page.tags[outer] in SHOWN and len(shown) < MAX_NESTING:
                    shown = (*shown, outer)
                outer = page.parents[outer]
            if places is not found[0] or shown is not found[1]:
                found = (places, shown)
            known[inner] = found
        return found

    def grid(self, table: int) -> Grid | None:
        """Return the cells of a `<table>`; None where it only lays the page out."""
        if table not in self._grids:
            page, kept = self.page, self.kept
            inside = kept[bisect_left(kept, page.first[table]) : bisect_left(kept, page.end[table])]
            self._grids[table] = grid(page, table, inside)
        return self._grids[table]

    def cell(self, places: tuple[int, ...]) -> tuple[int, int, int] | None:
        """Return table, row and place in it of the table of data that a place lies in, if any."""
        for place in places:
            if self.page.tags[place] == "table":
                found = self.grid(place)
                if found is not None:
                    cells = [found.places[e] for e in places if e in found.places]
                    return (place, *(cells[0] if cells else (-1, 0)))
        return None

    def shown(self) -> list[int]:
        """Return the blocks that are given out: all kept, or those in no table of data."""
        page = self.page
        if self.include.tables or "table" not in page.tags:
            return self.kept
        return [i for i in self.kept if self.cell(self.places(page.owners[i])) is None]
