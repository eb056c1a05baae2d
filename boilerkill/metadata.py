"""What a page says of itself in its head: language, author, date, site and the like."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urljoin

from boilerkill.features.view import View
from boilerkill.parse import attributes

#: Field -> names of `<meta>` that state it, the most trusted first.
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "author": ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author"),
    "date": ("article:published_time", "datepublished", "date", "dc.date", "dc.date.issued",
             "parsely-pub-date", "sailthru.date", "pubdate", "publishdate"),
    "sitename": ("og:site_name", "application-name", "dc.publisher"),
    "description": ("description", "og:description", "twitter:description", "dc.description"),
    "image": ("og:image", "og:image:url", "twitter:image"),
    "license": ("license", "dc.rights", "copyright"),
    "language": ("og:locale", "content-language", "dc.language"),
}  # fmt: skip
_DATE: Final = re.compile(r"\s*(\d{4})-(\d{2})-(\d{2})")
_LANGUAGE: Final = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Metadata:
    """Facts about a page; None (or ()) where the page does not state them."""

    author: str | None = None
    date: str | None = None
    sitename: str | None = None
    description: str | None = None
    language: str | None = None
    image: str | None = None
    url: str | None = None
    license: str | None = None
    tags: tuple[str, ...] = ()


def read(view: View, url: str | None) -> Metadata:
    """Read the metadata of a page.

    Args:
        view: The page.
        url: Address it was fetched from, if known; the page's own canonical address otherwise.
    """
    meta, page = view.meta, view.page
    found = {
        name: next((" ".join(meta[key].split()) for key in keys if key in meta), None)
        for name, keys in _NAMES.items()
    }
    links = [attributes(source) for source in page.metas]
    relations = {(link.get("rel") or "").lower(): link["href"] for link in links if "href" in link}
    address = url or relations.get("canonical") or meta.get("og:url")
    author, date = found["author"], _DATE.match(found["date"] or "")
    image = found["image"]
    return Metadata(
        author=None if author is None or author.startswith(("http://", "https://")) else author,
        date="-".join(date.groups()) if date else None,
        sitename=found["sitename"],
        description=found["description"],
        language=_language(view, found["language"]),
        image=_absolute(address, image),
        url=address,
        license=relations.get("license") or found["license"],
        tags=_tags(meta),
    )


def _absolute(base: str | None, address: str | None) -> str | None:
    """Resolve an address; as it stands if either is not one."""
    try:
        return urljoin(base or "", address) if address else address
    except ValueError:
        return address


def _language(view: View, stated: str | None) -> str | None:
    """Return the primary language subtag that the page states, lower-cased."""
    for value in (attributes(view.page.attributes[0]).get("lang"), stated):
        match = _LANGUAGE.fullmatch((value or "").strip())
        if match:
            return re.split("[-_]", match[0])[0].lower()
    return None


def _tags(meta: Mapping[str, str]) -> tuple[str, ...]:
    text = meta.get("keywords") or meta.get("article:tag") or ""
    tags = (tag.strip() for tag in re.split("[,;、，]", text))
    return tuple(dict.fromkeys(tag for tag in tags if tag))
