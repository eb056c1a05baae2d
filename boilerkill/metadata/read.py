"""All claims of a page to its metadata: the best of each field, with where it stands."""

from __future__ import annotations

from urllib.parse import urljoin

from boilerkill.decide import Decision
from boilerkill.features.view import View
from boilerkill.metadata import Metadata, authors, days, head, kinds, language, titles
from boilerkill.metadata.facts import Facts


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
