"""The kept blocks as text for readers.

Blocks are parted by blank lines, as paragraphs are. What belongs closer together stands closer,
as in a browser's `innerText`: items of a list on lines of their own, the cells of a row on one,
parted by tabs. Nothing is added to the words of the page.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from boilerkill.structure.context import LISTS, MAX_NESTING, PLACES, PRE, Context

_PARTED: Final = "\n\n"
_ITEMS: Final = frozenset({"li", "dt", "dd"})
_OUTER: Final = LISTS | {"dl"}
#: Without one of these on a page, all its blocks are paragraphs.
_CLOSE: Final = frozenset({"li", "table", "pre", "listing", "dt"})


class _Spot(NamedTuple):
    """Where a block stands.

    Attributes:
        cell: Table, row, and place in the row; None outside tables of data.
        item: The innermost item of a list, a term or what is said of it; -1 outside.
        list: The outermost list; -1 outside.
        pre: The element that keeps white space; -1 outside.
        depth: Places that lie in each other there.
    """

    cell: tuple[int, int, int] | None
    item: int
    list: int
    pre: int
    depth: int


_OUTSIDE: Final = _Spot(None, -1, -1, -1, 0)


def write(context: Context) -> str:
    """Return the blocks that are given out, as text."""
    page, blocks = context.page, context.shown()
    texts, owners = page.texts, page.owners
    if _CLOSE.isdisjoint(page.tags):
        return _PARTED.join([texts[i] for i in blocks])
    known = {-1: _OUTSIDE}
    stands = [_stand(context, owners[i], known) for i in blocks]
    sizes: dict[int, int] = {}
    for spot in stands:
        sizes[spot.item] = sizes.get(spot.item, 0) + 1
    out: list[str] = []
    before = _OUTSIDE
    for i, spot in zip(blocks, stands, strict=True):
        if out:
            single = sizes[before.item] == sizes[spot.item] == 1
            out.append(_between(before, spot, single=single))
        out.append(texts[i].replace("\n", " ") if spot.cell else texts[i])
        before = spot
    return "".join(out)


def _stand(context: Context, element: int, known: dict[int, _Spot]) -> _Spot:
    """Return where what lies in a block-level element stands; `known` tells it of the root."""
    tags, containers = context.page.tags, context.page.containers
    path = []
    while element not in known:
        path.append(element)
        element = containers[element]
    spot = known[element]
    for inner in reversed(path):
        tag = tags[inner]
        if tag in PLACES and spot.depth < MAX_NESTING:
            spot = _inside(context, spot, inner, tag)
        known[inner] = spot
    return spot


def _inside(context: Context, spot: _Spot, element: int, tag: str) -> _Spot:
    """Return where what lies in one more element stands."""
    cell, item, outer, pre, depth = spot
    if tag in _ITEMS:
        item = element
    elif tag in _OUTER:
        outer = element if outer < 0 else outer
    elif tag in PRE:
        pre = element if pre < 0 else pre
    elif cell:
        table, row, _ = cell
        found = context.grid(table) if row < 0 else None
        if found and element in found.places:
            cell = (table, *found.places[element])
    elif tag == "table" and context.grid(element):
        cell = (element, -1, 0)
    return _Spot(cell, item, outer, pre, depth + 1)


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
