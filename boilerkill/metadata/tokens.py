"""What elements say of themselves: the text and attributes of start tags among a page's tokens."""

from __future__ import annotations

from bisect import bisect_right
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from itertools import accumulate

from boilerkill.marks import BLOCK, VOID, tag_of
from boilerkill.page import INVISIBLE, Page
from boilerkill.parse import STRIDE, attributes

#: Tokens and characters after which the text of an element is known well enough.
_MAX_TOKENS = 120
_MAX_CHARACTERS = 400
#: Sources of attributes looked at for one word, their length, and elements that share one.
_MAX_KINDS = 16
_MAX_SOURCE = 600
_MAX_FOUND = 6
#: Attributes that say what an element holds.
_TELLING = frozenset(
    {"class", "id", "itemprop", "property", "rel", "content", "datetime", "title", "href"}
)


@dataclass(frozen=True, slots=True)
class Element:
    """A start tag.

    Attributes:
        at: Number of its token.
        tag: Lower-case name.
        source: Source of its attributes.
    """

    at: int
    tag: str
    source: str


class Elements:
    """The start tags of a page, to be searched by what stands in their attributes."""

    def __init__(self, page: Page) -> None:
        self._parts = page.parts
        self._names = page.parts[5::STRIDE]
        self._sources = page.parts[6::STRIDE]
        #: Where each source of attributes stands.
        self._places: dict[str, list[int]] = {}
        for at, source in enumerate(self._sources):
            if source:
                self._places.setdefault(source, []).append(at)
        #: The different ones, joined, and where each ends.
        self._kinds = [source for source in self._places if len(source) < _MAX_SOURCE]
        self._all = "".join(self._kinds)
        self._ends = list(accumulate(map(len, self._kinds)))

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
        found: list[Element] = []
        at = -1
        with suppress(ValueError):
            while len(found) < _MAX_FOUND:
                at = self._names.index(tag, at + 1)
                found.append(self._element(at))
        return found

    def _element(self, at: int) -> Element:
        return Element(at, (self._names[at] or "").lower(), self._sources[at] or "")

    def attributes(self, element: Element) -> dict[str, str]:
        """Return the attributes of an element that say what it holds."""
        return attributes(element.source, wanted=_TELLING)

    def text(self, element: Element) -> str:
        """Return the text inside an element, its first `_MAX_CHARACTERS`; lines kept apart."""
        if tag_of(element.tag)[1] & VOID:
            return ""
        parts, pieces, size, depth = self._parts, [""], 0, 1
        for at in range(element.at + 1, element.at + 1 + _MAX_TOKENS):
            place = at * STRIDE
            if place >= len(parts):
                break
            piece = parts[place] or ""
            pieces.append(piece)
            size += len(piece)
            if place + 5 >= len(parts) or size > _MAX_CHARACTERS:
                break
            end, start = parts[place + 1], parts[place + 5]
            name = (end or start or "").lower()
            if name == element.tag:
                depth += 1 if start else -1
                if not depth:
                    break
            if name == "br" or tag_of(name)[1] & BLOCK:
                pieces.append("\n")
        text = unescape("".join(pieces)).translate(INVISIBLE)
        lines = (" ".join(line.split()) for line in text.split("\n"))
        return "\n".join(line for line in lines if line)
