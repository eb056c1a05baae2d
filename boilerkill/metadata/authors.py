"""Who wrote it: claims from linked data, the head, marked elements and by-lines."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from boilerkill.metadata import names
from boilerkill.metadata.claims import Claim, weights
from boilerkill.metadata.claims import best as best_of
from boilerkill.metadata.facts import Facts

#: Names of `<meta>` that state an author.
_META: Final = (
    "author", "article:author", "og:article:author", "og:author", "dc.creator", "dcterms.creator",
    "creator", "citation_author", "parsely-author", "sailthru.author", "cxenseparse:author",
    "byl", "twitter:creator", "itemprop author", "itemprop creator",
)  # fmt: skip
#: Words in the attributes of elements that may hold an author.
#: (without the first letter, which may be large).
_WORDS: Final = ("uthor", "yline", "y-line", "riter", "ontributor", "reator", "sername")
_CLASS = re.compile("by-?line|author|writer|contributor|creator|username")
_PROFILE = re.compile(
    r"/(?:authors?|writers?|contributors?|staff|users?|members?|profiles?|people|u)/"
)
#: Score from which on a claim is better than none, a little below what was fitted: authors who are
#: missed outnumber those who are made up.
_LEAST: Final = -0.6
_LONG_LINE: Final = 160


def claims(facts: Facts) -> list[Claim]:
    """Return all claims to be the author of a page."""
    found = [*_linked(facts), *_head(facts)]
    if facts.page.kind == "html":
        found += _elements(facts)
    found += _lines(facts)
    return _with_common_signs(found, facts)


def best(facts: Facts) -> tuple[tuple[str | None, str], tuple[tuple[str, ...], str]]:
    """Return the author and the authors one by one, each with where they stand."""
    found = best_of(claims(facts), weights("author"), _LEAST)
    if found is None:
        return (None, ""), ((), "")
    return (found.value, found.source), (names.apart(found.value), found.source)


def _linked(facts: Facts) -> Iterator[Claim]:
    for node in facts.graph.main:
        for key in ("author", "creator"):
            people = [
                name
                for text in facts.graph.strings(node.values.get(key))
                if (name := names.tidy(text))
            ]
            if people:
                yield Claim(
                    ", ".join(dict.fromkeys(people)),
                    f"JSON-LD {node.name}.{key}",
                    ("linked", f"linked {node.rank}"),
                )


def _head(facts: Facts) -> Iterator[Claim]:
    for key in _META:
        name = names.tidy(facts.meta.get(key, ""))
        if name:
            yield Claim(name, f"meta {key}", ("meta", f"meta {key}"))


def _elements(facts: Facts) -> Iterator[Claim]:
    """Find elements that say by attribute that they hold an author."""
    for element in facts.elements.with_word(*_WORDS):
        values = facts.elements.attributes(element)
        kind = _kind(values)
        if kind is None:
            continue
        text = values.get("content") or facts.elements.text(element)
        people = names.in_line(text, marked=True)
        if people:
            block = facts.block_of(element)
            signs = ("element", kind, *facts.setting(block))
            if "by" in people.signs:
                signs += ("by",)
            yield Claim(people.text, f"<{element.tag}> with {kind}", signs)


def _kind(values: Mapping[str, str]) -> str | None:
    """Name the attribute by which an element says that it holds an author."""
    stated = f"{values.get('itemprop', '')} {values.get('property', '')}".lower()
    if "author" in stated or "creator" in stated:
        return "itemprop"
    if "author" in values.get("rel", "").lower().split():
        return "rel=author"
    classes = f"{values.get('class', '')} {values.get('id', '')}".lower()
    match = _CLASS.search(classes)
    if match:
        return f"class {match[0].replace('-', '')}"
    return "profile link" if _PROFILE.search(values.get("href", "").lower()) else None


def _lines(facts: Facts) -> Iterator[Claim]:
    """Find by-lines among the blocks about the headline and after the text."""
    for block in facts.about:
        text = facts.page.texts[block]
        if len(text) > _LONG_LINE or block == facts.decision.title:
            continue
        people = names.in_line(text, marked=False)
        if people:
            yield Claim(
                people.text,
                "by-line",
                (
                    "line",
                    "line by" if "by" in people.signs else "line",
                    *people.signs,
                    *facts.setting(block),
                ),
            )


def _with_common_signs(found: list[Claim], facts: Facts) -> list[Claim]:
    """Make one claim of those for the same name; add what shows only beside the other names."""
    site = names.key(facts.sitename[0] or "")
    merged: dict[str, dict[str, None]] = {}
    firsts: dict[str, Claim] = {}
    voices: dict[str, set[str]] = {}
    seen: set[str] = set()
    for claim in found:
        key = names.key(claim.value)
        signs = merged.setdefault(key, {})
        firsts.setdefault(key, claim)
        kind, voice = claim.signs[1], claim.signs[0]
        voices.setdefault(key, set()).add(voice)
        again = kind in seen
        seen.add(kind)
        if again:
            signs[f"later {voice}"] = None
            continue
        signs[kind] = None
        for sign in claim.signs[2:]:
            signs[f"{voice} {sign}"] = None
    out = []
    for key, first in firsts.items():
        signs = merged[key]
        signs[f"voices {min(len(voices[key]), 4)}"] = None
        for sign in names.shape(first.value):
            signs[sign] = None
        if site and key == site:
            signs["is the site"] = None
        if len(firsts) == 1:
            signs["only"] = None
        if any(key != o and key in o for o in firsts):
            signs["part of another"] = None
        if any(key != o and o in key for o in firsts):
            signs["holds another"] = None
        out.append(Claim(first.value, first.source, tuple(signs)))
    return out
