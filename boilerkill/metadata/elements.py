"""What elements say of themselves: their attributes, and the text inside them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from itertools import accumulate
from typing import Final

from boilerkill.marks import BLOCK, tag_of
from boilerkill.page import INVISIBLE, Page
from boilerkill.parse import STRIDE, attributes, tokens

#: Characters of an element's text that tell it well enough, and of the markup they are sought in.
_MAX_CHARACTERS: Final = 400
_MAX_MARKUP: Final = 8000
#: Blocks of an element that are read.
_MAX_BLOCKS: Final = 8
#: Sources of attributes looked at for one word, their length, and elements that share one.
_MAX_KINDS: Final = 16
_MAX_SOURCE: Final = 600
_MAX_FOUND: Final = 6
#: Attributes that say what an element holds.
_TELLING: Final = frozenset(
    {"class", "id", "itemprop", "property", "rel", "content", "datetime", "title", "href"}
)


@dataclass(frozen=True, slots=True)
class Element:
    """An element that can hold text.

    Attributes:
        at: Its number on the page.
        tag: Lower-case name.
        source: Source of its attributes.
    """

    at: int
    tag: str
    source: str


class Elements:
    """The elements of a page, to be searched by what stands in their attributes."""

    def __init__(self, page: Page) -> None:
        self._page = page
        #: Where each source of attributes stands.
        self._places: dict[str, list[int]] = {}
        for at, source in enumerate(page.attributes):
            if source:
                self._places.setdefault(source, []).append(at)
        #: The different ones, joined, and where each ends.
        self._kinds = [source for source in self._places if len(source) < _MAX_SOURCE]
        self._all = "".join(self._kinds)
        self._ends = list(accumulate(map(len, self._kinds)))
        #: What the sources say that were read: many elements share one.
        self._read: dict[str, dict[str, str]] = {}

    def with_word(self, *words: str) -> list[Element]:
        """Return elements in whose attributes one of these stands, the first few for each word."""
        kinds: set[int] = set()
        for word in words:
            at = self._all.find(word)
            for _ in range(_MAX_KINDS):
                if at < 0:
                    break
                kind = bisect_right(self._ends, at)
                kinds.add(kind)
                at = self._all.find(word, self._ends[kind])
        places = (at for kind in kinds for at in self._places[self._kinds[kind]][:_MAX_FOUND])
        return [self._element(at) for at in sorted(places)]

    def named(self, tag: str) -> list[Element]:
        """Return the first few elements of this lower-case name."""
        tags = self._page.tags
        found: list[Element] = []
        at = -1
        with suppress(ValueError):
            while len(found) < _MAX_FOUND:
                at = tags.index(tag, at + 1)
                found.append(self._element(at))
        return found

    def _element(self, at: int) -> Element:
        return Element(at, self._page.tags[at], self._page.attributes[at])

    def attributes(self, element: Element) -> Mapping[str, str]:
        """Return the attributes of an element that say what it holds."""
        found = self._read.get(element.source)
        if found is None:
            found = self._read[element.source] = attributes(element.source, wanted=_TELLING)
        return found

    def text(self, element: Element) -> str:
        """Return the text inside an element, its first `_MAX_CHARACTERS`; lines kept apart."""
        page = self._page
        first, end = page.first[element.at], min(page.end[element.at], len(page.texts))
        if first >= end:
            return ""
        if tag_of(element.tag)[1] & BLOCK or end - first > 1:
            return "\n".join(page.texts[first:end][:_MAX_BLOCKS])[:_MAX_CHARACTERS]
        return self._inside(element, *page.places[first])

    def _inside(self, element: Element, begin: int, end: int) -> str:
        """Return the text of an inline element, given where its block stands in the markup."""
        markup = self._page.markup
        opening = element.source or f"<{element.tag}"
        at = markup.find(opening, begin, end)
        if at >= 0:  # otherwise the element begins before the first text of its block
            begin = at + len(opening) + 1
        parts = tokens(markup[begin : min(end, begin + _MAX_MARKUP)])
        pieces, depth = [parts[0] or ""], 1
        for place in range(0, len(parts) - 1, STRIDE):
            name = (parts[place + 1] or parts[place + 5] or "").lower()
            if name == element.tag:
                depth += 1 if parts[place + 5] else -1
                if not depth:
                    break
            if name == "br" or tag_of(name)[1] & BLOCK:
                pieces.append("\n")
            pieces.append(parts[place + STRIDE] or "")
        text = unescape("".join(pieces)).translate(INVISIBLE)
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return "\n".join(line for line in lines if line)[:_MAX_CHARACTERS]
