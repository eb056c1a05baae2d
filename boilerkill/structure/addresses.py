"""Addresses of links and images, made whole against the page's own."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote, urljoin

from boilerkill.page import Page
from boilerkill.parse import STRIDE, attributes, tokens

#: What a link may start with; anything else that has a scheme could run a program.
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel", "ftp", "sms", "geo"})
_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
#: What browsers drop from an address wherever it stands, and at its ends.
_DROPPED: Final = dict.fromkeys(map(ord, "\t\n\r"))
_EDGES: Final = "".join(map(chr, range(33)))
_ORIGIN: Final = re.compile(r"https?://[^/?#\s]+")
_SPACED: Final = re.compile(r"[\s<>\x00-\x20\x7f\"`\\^{|}]")
_WHOLE: Final = re.compile(rf"https?://[^{_SPACED.pattern[1:]}+")
_BASE: Final = re.compile(r"<base(?=[\s/>])", re.IGNORECASE)
#: A page's `<base>` stands before so many blocks, or nowhere.
_BASE_REACH: Final = 20
#: Where the address of an image stands that is loaded late; the first that is there counts.
_LAZY: Final = (
    "data-src", "data-original", "data-lazy-src", "data-lazy", "data-hi-res-src", "data-full-src",
    "data-echo", "data-srcset", "data-lazy-srcset", "data-original-set",
)  # fmt: skip
#: What stands in for an image until it is loaded.
_PLACEHOLDER: Final = re.compile(
    r"(?i)(?:blank|spacer|placeholder|pixel|transparent|loading|lazyload|lazy|1x1|grey|clear)"
    r"\.(?:gif|png|jpe?g|svg|webp)"
)
_NOWHERE: Final = re.compile(r"(?i)\s*+(?:data|about):")
#: Between the candidates of a `srcset`; an address may hold commas itself.
_COMMA: Final = re.compile(r",\s+|(?<=[wx]),")
#: Characters of an address, and of a `srcset`, that are looked at.
_LONGEST: Final = 8192
#: Attributes of an `<img>` that are of use.
IMAGE_ATTRIBUTES: Final = frozenset(
    {"src", "srcset", "alt", "class", "width", "height", "style", "hidden", *_LAZY}
)


class Addresses:
    """Makes addresses whole; one instance serves one page.

    Args:
        page: The page; its first `<base>` counts.
        url: Where the page came from, if known; without it relative addresses stay so.
    """

    def __init__(self, page: Page, url: str | None) -> None:
        self._base = url or ""
        self._origin = ""
        self._base = self._joined(_base_of(page)) or self._base
        self._known: dict[str, str] = {}
        self._origin = (_ORIGIN.match(self._base) or [""])[0]

    def link(self, source: str) -> str:
        """Return an address that is safe to follow, or ""."""
        found = self._known.get(source)
        if found is None:
            found = self._known[source] = self._joined(source)
        return found

    def image(self, values: dict[str, str], sources: str = "") -> str:
        """Return the address of an image that is worth showing, or "".

        Args:
            values: Attributes of the `<img>`.
            sources: `srcset` of the `<source>` before it.
        """
        stated = values.get("src", "")
        for name in _LAZY:
            if name in values:
                late = largest(values[name]) if name.endswith("set") else values[name]
                stated = late if _shows(late) else stated
                break
        if not _shows(stated):
            stated = largest(values.get("srcset", "")) or largest(sources)
        return self.link(stated) if _shows(stated) else ""

    def _joined(self, source: str) -> str:
        if _WHOLE.fullmatch(source):  # most, and as below
            return source
        address = source.strip(_EDGES)
        if not address.isprintable():
            address = address.translate(_DROPPED)
        scheme = _SCHEME.match(address)
        if scheme is not None:
            if scheme[1].lower() not in _SCHEMES:
                return ""
        elif self._origin and address[:1] == "/" != address[1:2] and "/." not in address:
            address = self._origin + address  # as below, for most addresses and sooner
        elif self._base and address:
            try:
                address = urljoin(self._base, address)
            except ValueError:  # of a broken IPv6 host
                return ""
        return _SPACED.sub(lambda found: quote(found[0]), address)


def _base_of(page: Page) -> str:
    """Return the address that a page's first `<base>` states, or ""."""
    places = page.places
    end = places[_BASE_REACH][0] if len(places) > _BASE_REACH else len(page.markup)
    if _BASE.search(page.markup, 0, end):
        parts = tokens(page.markup[:end])
        for at in range(0, len(parts) - 1, STRIDE):
            if (parts[at + 5] or "").lower() == "base":
                return attributes(parts[at + 6] or "").get("href", "")
    return ""


def _shows(address: str) -> bool:
    """Whether an address may lead to an image."""
    if not 0 < len(address) <= _LONGEST or _NOWHERE.match(address):
        return False
    name = address.partition("?")[0].rpartition("/")[2]
    return not _PLACEHOLDER.fullmatch(name.strip())


def largest(srcset: str) -> str:
    """Return the address of the largest candidate of a `srcset`, or "".

    >>> largest("small.jpg 300w, a/w_900,h_600/large.jpg 900w")
    'a/w_900,h_600/large.jpg'
    """
    best, size = "", -1.0
    for candidate in _COMMA.split(srcset[:_LONGEST]):
        address, _, descriptor = candidate.strip().partition(" ")
        number = descriptor.strip()[:-1]
        value = float(number) if number.isdecimal() else 1.0
        if address and value > size:
            best, size = address, value
    return best
