"""What a page says of itself: title, authors, dates, site and the like, each with its source.

A page states such facts in many places that disagree: linked data, `<meta>`, attributes of
elements, lines on the page. Every statement is a *claim*; the claims for a field are weighed
against each other (`claims`), and the best one's place is kept, so that a user can see why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from boilerkill.decide import Decision
from boilerkill.features.view import View
from boilerkill.metadata import authors, days, head, kinds, language, titles
from boilerkill.metadata.facts import Facts

__all__ = ["Metadata", "read"]


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


def read(view: View, decision: Decision, url: str | None) -> Metadata:
    """Read the metadata of a page.

    Args:
        view: The page.
        decision: Which blocks are its main text, its headline, widgets, …
        url: Address it was fetched from, if known; the page's own canonical address otherwise.
    """
    facts = Facts(view, decision, url)
    (author, author_source), (people, _) = authors.best(facts)
    (date, date_source), (modified, modified_source) = days.best(facts)
    title, title_source = titles.best(facts)
    description, description_source = head.description(facts)
    image, image_source = head.image(facts)
    canonical, canonical_source = facts.canonical
    license_, license_source = head.license_of(facts)
    tags, tags_source = head.tags(facts)
    spoken, language_source = language.of_page(facts)
    kind, kind_source = kinds.of_page(facts)
    sources = {
        "title": title_source, "author": author_source, "date": date_source,
        "date_modified": modified_source, "sitename": facts.sitename[1],
        "description": description_source, "language": language_source, "image": image_source,
        "url": "as given" if url else canonical_source, "canonical_url": canonical_source,
        "license": license_source, "tags": tags_source, "page_type": kind_source,
    }  # fmt: skip
    return Metadata(
        title=title,
        author=author,
        authors=people,
        date=date,
        date_modified=modified,
        sitename=facts.sitename[0],
        description=description,
        language=spoken,
        image=_absolute(facts.url, image),
        url=facts.url,
        canonical_url=_absolute(url, canonical),
        license=license_,
        tags=tags,
        page_type=kind,
        sources={name: source for name, source in sources.items() if source},
    )


def _absolute(base: str | None, address: str | None) -> str | None:
    """Resolve an address; as it stands if either is not one."""
    try:
        return urljoin(base or "", address) if address else address
    except ValueError:
        return address
