"""What a page states in its head and linked data alone: site, description, image, licence, tags.

Each function returns a value and its source, (None, "") or ((), "") where the page states none.
"""

from __future__ import annotations

import re
from typing import Final

from boilerkill.metadata.facts import Facts
from boilerkill.parse import attributes

_DESCRIPTION: Final = ("description", "og:description", "twitter:description", "dc.description")
_IMAGE: Final = (
    "og:image",
    "og:image:url",
    "og:image:secure_url",
    "twitter:image",
    "twitter:image:src",
)
_LICENSE: Final = ("dc.rights.license", "license", "dcterms.license", "dc.rights", "copyright")
_KEYWORDS: Final = ("keywords", "news_keywords", "parsely-tags", "sailthru.tags", "tags")
_SEPARATOR = re.compile("[,;、，]")
_MAX_TAGS: Final = 50
#: Longer values are no description, no tag.
_MAX_TEXT: Final = 5000
_MAX_TAG: Final = 100

Stated = tuple[str | None, str]


def description(facts: Facts) -> Stated:
    """Return what the page says it is about."""
    found = _meta(facts, _DESCRIPTION)
    return found if found[0] else _linked(facts, "description")


def image(facts: Facts) -> Stated:
    """Return the address of the page's picture, as it is written."""
    found = _meta(facts, _IMAGE)
    if not found[0]:
        found = _linked(facts, "image", "thumbnailurl")
    if not found[0] and "image_src" in facts.links:
        found = facts.links["image_src"], "link rel=image_src"
    return found


def license_of(facts: Facts) -> Stated:
    """Return the licence, by address or in words."""
    if "license" in facts.links:
        return facts.links["license"], "link rel=license"
    if facts.page.kind == "html":
        for element in facts.elements.with_word("license"):
            values = facts.elements.attributes(element)
            if "license" in values.get("rel", "").lower().split() and values.get("href"):
                return values["href"], f"<{element.tag}> with rel=license"
    found = _linked(facts, "license")
    return found if found[0] else _meta(facts, _LICENSE)


def tags(facts: Facts) -> tuple[tuple[str, ...], str]:
    """Return the keywords of a page."""
    several = [
        values["content"]
        for source in facts.page.metas
        if "article:tag" in source
        and (values := attributes(source)).get("property") == "article:tag"
        and values.get("content")
    ]
    stated, source = ",".join(several), "meta article:tag"
    if not stated:
        words, source = _meta(facts, _KEYWORDS)
        stated = words or ""
    if not stated:
        for node in facts.graph.main[:2]:
            stated = ",".join(facts.graph.strings(node.values.get("keywords")))
            if stated:
                source = f"JSON-LD {node.name}.keywords"
                break
    if not stated and facts.page.kind == "html":
        stated, source = ",".join(_tag_links(facts)), "<a> with rel=tag"
    found = (tag.strip() for tag in _SEPARATOR.split(stated[:_MAX_TEXT]))
    unique = tuple(dict.fromkeys(tag for tag in found if 0 < len(tag) <= _MAX_TAG))[:_MAX_TAGS]
    return unique, source if unique else ""


def _tag_links(facts: Facts) -> list[str]:
    return [
        facts.elements.text(element)
        for element in facts.elements.with_word("tag")
        if element.tag == "a" and "tag" in facts.elements.attributes(element).get("rel", "").split()
    ]


def _meta(facts: Facts, keys: tuple[str, ...]) -> Stated:
    for key in keys:
        value = " ".join(facts.meta.get(key, "")[:_MAX_TEXT].split())
        if value:
            return value, f"meta {key}"
    return None, ""


def _linked(facts: Facts, *keys: str) -> Stated:
    for node in facts.graph.main[:4]:
        for key in keys:
            found = facts.graph.strings(node.values.get(key))
            if found:
                return found[0][:_MAX_TEXT], f"JSON-LD {node.name}.{key}"
    return None, ""
