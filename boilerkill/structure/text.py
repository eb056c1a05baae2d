"""The kept blocks as text for readers.

Blocks are parted by blank lines, as paragraphs are. What belongs closer together stands closer,
as in a browser's `innerText`: items of a list on lines of their own, the cells of a row on one,
parted by tabs. Nothing is added to the words of the page.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from boilerkill.structure.context import LISTS, PRE, Context

_PARTED: Final = "\n\n"
_ITEMS: Final = frozenset({"li", "dt", "dd"})
#: Without one of these on a page, all its blocks are paragraphs.
_CLOSE: Final = frozenset({"li", "table", "pre", "listing", "dt"})


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a block stands.

    Attributes:
        cell: Table, row, and place in the row; None outside tables of data.
        item: The innermost item of a list, a term or what is said of it; -1 outside.
        list: The outermost list; -1 outside.
        pre: The element that keeps white space; -1 outside.
    """

    cell: tuple[int, int, int] | None
    item: int
    list: int
    pre: int


def write(context: Context) -> str:
    """Return the blocks that are given out, as text."""
    page, blocks = context.page, context.shown()
    if _CLOSE.isdisjoint(page.tags):
        return _PARTED.join([page.texts[i] for i in blocks])
    spots: dict[tuple[int, ...], _Spot] = {}
    out: list[str] = []
    stands = []
    for i in blocks:
        places = context.places(page.owners[i])
        if places not in spots:
            spots[places] = _spot(context, places)
        stands.append(spots[places])
    sizes = Counter(spot.item for spot in stands)
    for k, (i, spot) in enumerate(zip(blocks, stands, strict=True)):
        if k:
            before = stands[k - 1]
            single = sizes[before.item] == sizes[spot.item] == 1
            out.append(_between(before, spot, single=single))
        out.append(page.texts[i].replace("\n", " ") if spot.cell else page.texts[i])
    return "".join(out)


def _spot(context: Context, places: tuple[int, ...]) -> _Spot:
    tags = context.page.tags
    item = next((e for e in reversed(places) if tags[e] in _ITEMS), -1)
    outer = next((e for e in places if tags[e] in LISTS or tags[e] == "dl"), -1)
    pre = next((e for e in places if tags[e] in PRE), -1)
    return _Spot(context.cell(places), item, outer, pre)


def _between(before: _Spot, spot: _Spot, *, single: bool) -> str:
    """Return what parts two blocks; `single`: each is alone in its item."""
    if spot.cell:
        table, row, column = spot.cell
        if before.cell and before.cell[0] == table:
            if before.cell[1] == row:
                return "\t" * (column - before.cell[2]) or " "
            return "\n" + "\t" * column
        return _PARTED
    if spot.pre >= 0 and spot.pre == before.pre:
        return "\n"
    if single and spot.item != before.item and before.list == spot.list >= 0:
        return "\n"
    return _PARTED
