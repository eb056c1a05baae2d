"""The next page of an article in several parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from boilerkill.marks import BIT
from boilerkill.page import Page
from boilerkill.parse import attributes
from boilerkill.structure.addresses import Addresses

_NEXT: Final = re.compile(r"(?i)\bnext\b")
#: A page's number at the end of an address, with what stands before it.
_NUMBER: Final = re.compile(
    r"(?i)(?:[/_.,?&;-]{0,2}(?:pages?|paged|seite|pagina|p|pg|part|teil|pn|s)?[=/_.,-]?)"
    r"(\d{1,4})(?=/?$|\.[a-z]{2,5}$|/?[?&#])"
)
#: Characters of an address that is looked at.
_LONGEST: Final = 2000
#: The page whose number the one before it may leave out.
_SECOND: Final = 2
#: Elements between a link and the pager it stands in.
_REACH: Final = 6
_INDEX: Final = re.compile(r"(?i)/(?:index\.(?:html?|php|aspx?))?$")


def next_page(page: Page, url: str | None) -> str | None:
    """Return the address of the next page of a text, if the page has one.

    What is called next is often the next article; only an address that differs from this page's
    by the number of a page is taken.

    Args:
        page: The page.
        url: Its own address; without it, the one it states, else any number of a page will do.
    """
    addresses = Addresses(page, url)
    own = url or _stated(page) or None
    for target in _candidates(page):
        address = addresses.link(target)
        if address and follows(own, address):
            return address
    return None


def follows(own: str | None, address: str) -> bool:
    """Whether an address is that of the page after one's own.

    >>> follows("https://a.org/story.html", "https://a.org/story-2.html")
    True
    >>> follows("https://a.org/2019/story?page=2", "https://a.org/2019/story?page=3")
    True
    >>> follows("https://a.org/story", "https://a.org/other-story")
    False
    """
    if len(address) > _LONGEST:
        return False
    for number in reversed(list(_NUMBER.finditer(address))):
        count = int(number[1])
        if own is None:
            return count > 1
        without = address[: number.start()] + address[number.end() :]
        before = f"{address[: number.start(1)]}{count - 1}{address[number.end(1) :]}"
        earlier = {_bare(before), _bare(without)} if count == _SECOND else {_bare(before)}
        if count > 1 and _bare(own) in earlier:
            return True
    return False


def _bare(address: str) -> str:
    """Return an address without what makes no difference."""
    bare = unquote(address.partition("#")[0]).partition("://")[2].rstrip("?&")
    return _INDEX.sub("", bare.removeprefix("www.")).rstrip("/")


def _stated(page: Page) -> str:
    for source in page.metas:
        if "canonical" in source:
            return attributes(source).get("href", "")
    return ""


def _candidates(page: Page) -> Iterator[str]:
    """Yield what the page calls its next page, in its head and its links, the surest first."""
    for source in page.metas:
        if _NEXT.search(source):
            values = attributes(source)
            if _NEXT.search(values.get("rel", "")):
                yield values.get("href", "")
    links = [e for e, tag in enumerate(page.tags) if tag == "a" and "href" in page.attributes[e]]
    pagers = []
    for element in links:
        values = attributes(page.attributes[element])
        if _NEXT.search(values.get("rel", "")):
            yield values.get("href", "")
        elif _in_pager(page, element):
            pagers.append(values.get("href", ""))
    yield from pagers


def _in_pager(page: Page, element: int) -> bool:
    for _ in range(_REACH):
        if page.own[element] & BIT["n_pager"]:
            return True
        element = page.parents[element]
        if element <= 1:
            break
    return False
