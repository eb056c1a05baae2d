"""What a page says of itself: title, authors, dates, site and the like, each with its source.

A page states such facts in many places that disagree: linked data, `<meta>`, attributes of
elements, lines on the page. Every statement is a *claim*; the claims for a field are weighed
against each other (`claims`), and the best one's place is kept, so that a user can see why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Metadata:
    """Facts about a page; None (or ()) where the page does not state them.

    Attributes:
        title: The headline, without the site's name.
        author: The authors in one string.
        authors: Their names one by one.
        date: Day of publication, YYYY-MM-DD.
        date_modified: Day of the last change, YYYY-MM-DD.
        sitename: Name of the site.
        description: What the page says it is about.
        language: ISO 639 code of the text's language, from the text itself where it is long enough.
        image: Address of its picture.
        url: Where it was fetched from; else the address that it states.
        canonical_url: The address that it states as its own.
        license: Its licence, by address or in words.
        tags: Its keywords.
        page_type: One of `kinds.KINDS`.
        sources: Field to where on the page its value stands.
    """

    title: str | None = None
    author: str | None = None
    authors: tuple[str, ...] = ()
    date: str | None = None
    date_modified: str | None = None
    sitename: str | None = None
    description: str | None = None
    language: str | None = None
    image: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    license: str | None = None
    tags: tuple[str, ...] = ()
    page_type: str | None = None
    sources: Mapping[str, str] = field(default_factory=dict)
