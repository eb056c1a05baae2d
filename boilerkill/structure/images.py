"""Images that stand outside any block: which of them belong to the article, and where.

The page's columns know elements with text; what an image alone stands in is found by walking the
few tokens between two blocks.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import Final

from boilerkill.marks import BIT, tag_of
from boilerkill.parse import STRIDE, attributes, tokens
from boilerkill.structure.addresses import IMAGE_ATTRIBUTES
from boilerkill.structure.context import Context
from boilerkill.structure.inline import image
from boilerkill.structure.nodes import Format, Piece

_IMAGES: Final = frozenset({"img", "amp-img", "IMG"})
_IMAGE: Final = re.compile(rf"<(?:{'|'.join(sorted(_IMAGES))})(?=[\s/>])")
_SHOWS_IMAGE: Final = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|avif|svg)(?:$|[?#])")
#: Marks of elements whose images are not the article's.
_FOREIGN: Final = sum(
    {
        BIT[name]
        for name in (
            "nav", "footer", "aside", "form", "n_nav", "n_share", "n_ad", "n_user", "n_related",
            "n_popular", "n_letter", "n_consent", "n_count", "n_comment",
        )
    }
)  # fmt: skip
#: Elements that a table's parts imply, and the parts that imply them.
_IMPLIED: Final = frozenset({"tbody", "tr"})
_IN_ROWS: Final = frozenset({"tr", "td", "th"})
#: Share of kept blocks that an element must have for the images in it to be the article's.
_MOSTLY: Final = 0.5


class Pictures:
    """Finds the article's images between blocks; one instance serves one page.

    Args:
        context: The page, and what is given out of it.
    """

    def __init__(self, context: Context) -> None:
        self.page = context.page
        self.addresses = context.addresses
        self.links = context.include.links
        self.blocks = context.kept
        self._shown = ""  # address of the last image

    @cached_property
    def _kept(self) -> list[int]:
        """Number of kept blocks before each block."""
        flags = [0] * (len(self.page.texts) + 2)  # an element's end can be one too high
        for i in self.blocks:
            flags[i + 1] = 1
        return list(accumulate(flags))

    def between(self, start: int) -> Iterator[tuple[int, int, Piece]]:
        """Yield the images before, between and after kept blocks, in page order.

        Args:
            start: The first block whose place on the page may be that of an image before the text.

        Yields:
            The block that an image stands before, its element, and the piece it becomes.
        """
        page = self.page
        for block, begin, end in self._gaps(start):
            for source, element, sources in self._walk(block, page.markup[begin:end]):
                if not self._belongs(element):
                    continue
                piece = image(attributes(source, IMAGE_ATTRIBUTES), sources, self.addresses)
                if piece and piece.target != self._shown:
                    self._shown = piece.target
                    formats = self._link(element, piece.target)
                    yield block, element, Piece("image", piece.text, formats, piece.target)

    def _gaps(self, start: int) -> Iterator[tuple[int, int, int]]:
        """Yield the block behind, begin and end of each gap that may hold an image.

        They are the gaps with a kept block on one side, and those before the first one.
        """
        markup, places, kept = self.page.markup, self.page.places, set(self.blocks)
        first, last = self.blocks[0], self.blocks[-1]
        at = places[start - 1][1] if start else 0
        stop = places[last + 1][0] if last + 1 < len(places) else len(markup)
        while found := _IMAGE.search(markup, at, stop):
            block = bisect_right(places, (found.start(), len(markup)))
            begin = places[block - 1][1] if block else 0
            at = end = places[block][0] if block < len(places) else len(markup)
            if found.start() < begin:  # inside a block
                at = begin
            elif block <= first or block in kept or block - 1 in kept:
                yield block, begin, end

    def _walk(self, block: int, markup: str) -> Iterator[tuple[str, int, str]]:
        """Yield attributes, innermost element and `<source>` before it of each image in a gap."""
        page, parts = self.page, tokens(markup)
        tags = page.tags
        # The elements opened in the gap, one by one.
        upcoming = max(bisect_left(page.first, block), 2)
        at = page.owners[block - 1] if block else 1
        sources = ""
        for place in range(0, len(parts) - 1, STRIDE):
            closed, name = parts[place + 1], parts[place + 5]
            if name is not None:
                name = tag_of(name)[0]
                if name in _IMAGES:
                    yield parts[place + 6] or "", at, sources
                    sources = ""
                elif name == "source":
                    sources = attributes(parts[place + 6] or "").get("srcset", "")
                upcoming = self._upcoming(name, upcoming)
                if upcoming < len(tags) and tags[upcoming] == name:
                    at = upcoming
                    upcoming += 1
            elif closed is not None:
                at = self._closed(at, tag_of(closed)[0])

    def _upcoming(self, name: str, element: int) -> int:
        """Return the next element opened, past those that a table's parts imply."""
        tags = self.page.tags
        if name in _IN_ROWS:
            while element < len(tags) and name != tags[element] in _IMPLIED:
                element += 1
        return element

    def _closed(self, at: int, name: str) -> int:
        """Return the innermost open element after an end tag."""
        page, outer = self.page, at
        while outer > 1 and page.tags[outer] != name:
            outer = page.parents[outer]
        return page.parents[outer] if outer > 1 else at

    def _belongs(self, element: int) -> bool:
        """Whether an image in an element is the article's.

        It is where the nearest element round it that has kept blocks has mostly such, unless what
        lies between is a module of its own: has a name that says so, or blocks that were dropped.
        """
        page, kept = self.page, self._kept
        dropped = captioned = False
        while element > 1:
            first, end = page.first[element], page.end[element]
            inside = kept[end] - kept[first]
            if inside:
                return captioned or inside >= _MOSTLY * (end - first)
            if page.own[element] & _FOREIGN:
                return False
            captioned = captioned or page.tags[element] == "figure"
            dropped = dropped or (end > first and not captioned)
            if dropped:
                return False
            element = page.parents[element]
        return not dropped and kept[-1] >= _MOSTLY * len(page.texts)

    def _link(self, element: int, target: str) -> tuple[Format, ...]:
        """Return the link round an image, unless it only leads to an image."""
        page = self.page
        while self.links and element > 1 and page.end[element] == page.first[element]:
            if page.tags[element] == "a":
                source = attributes(page.attributes[element]).get("href", "")
                address = self.addresses.link(source) if source else ""
                if address and address != target and not _SHOWS_IMAGE.search(address):
                    return (Format("link", address, -element),)
                return ()
            element = page.parents[element]
        return ()
