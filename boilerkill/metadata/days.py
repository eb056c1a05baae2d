"""When it was published and modified: claims from linked data, head, elements, lines, address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from boilerkill.metadata import dates
from boilerkill.metadata.claims import Claim, weights
from boilerkill.metadata.claims import best as best_of
from boilerkill.metadata.facts import Facts

_PUBLISHED: Final = (
    "itemprop datepublished", "itemprop datecreated",
    "article:published_time", "og:article:published_time", "article:published", "datepublished",
    "publish_date", "publishdate", "published", "published_at", "publish_time", "publish-date",
    "published-date", "og:publish_date", "parsely-pub-date", "sailthru.date",
    "cxenseparse:publishtime", "pubdate", "date-pub", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date", "dcterms.date", "date", "displaydate", "citation_date",
    "citation_publication_date", "citation_online_date", "datecreated", "created", "uploaddate",
    "pdate", "ptime", "dc.date.created", "releasedate", "rnews:datepublished",
    "article:create_time",
)  # fmt: skip
_MODIFIED: Final = (
    "itemprop datemodified",
    "article:modified_time", "og:article:modified_time", "article:modified", "datemodified",
    "og:updated_time", "article:updated_time", "last-modified", "updated_at", "modified", "lastmod",
    "dcterms.modified", "dc.date.modified", "ms.date", "update_date", "revised",
)  # fmt: skip
_LINKED: Final = (("datepublished", "published"), ("datecreated", "created"),
                  ("uploaddate", "created"), ("datemodified", "modified"))  # fmt: skip
#: Words in the attributes of elements that may hold a date.
#: (without the first letter, which may be large).
_WORDS: Final = ("atePublished", "ateCreated", "ateModified", "ate", "ublish", "osted", "tamp")
_CLASS = re.compile(r"publish|pub-?date|post-?date|entry-?date|date|posted|time-?stamp|created")
#: Words about dates, lower-case: ignoring case would cost ten times as much.
_UPDATE = re.compile(
    r"updat|modif|revis|review|aktualis|actualiz|mise? à jour|aggiornat|atualizad|bijgewerkt|"
    r"opdater|uppdater|oppdater|päivitet|zaktualiz|frissít|обновл|оновл|изменен|güncel|diperbarui|"
    r"cập nhật|更新|修改|최종|수정|تحديث|עודכן|ویرایش|बदल|अपडेट|ενημέρωση|stand:|last edited"
)
_RELEASE = re.compile(
    r"publi[sc]|posted|created|veröffentlicht|erstellt|geplaatst|julkaistu|opublikow|közzé|"
    r"опубликован|yayın|terbit|đăng|发布|發布|发表|公開|掲載|投稿|입력|게시|등록|نشر|פורסם|انتشار|"
    r"प्रकाशित|δημοσ"
)
#: A moment in any attribute: elements of a page's own make have names of their own for it.
_STAMP = re.compile(r"(?:19|20)\d\d-[01]\d-[0-3]\dT[0-2]\d:")
_HAS_DATE = re.compile(r"\d{4}|\d[./-]\d")
_IN_ADDRESS = re.compile(
    r"/((?:19|20)\d\d)(?:/(\d\d?)/(\d\d?)|-(\d\d?)-(\d\d?)|([01]\d)([0-3]\d))(?!\d)"
)
_STATED: Final = frozenset({"link", "meta"})  # how the signs of linked data and the head begin
#: A date line so short holds nothing else; what it is for may stand at the end of the one before.
_SHORT_LINE: Final = 24
_LONG_LINE: Final = 160
#: Score from which on a claim is better than none, a little below what was fitted.
_LEAST: Final = -0.3
_MAX_TIMES: Final = 12


def best(facts: Facts) -> tuple[tuple[str | None, str], tuple[str | None, str]]:
    """Return the days of publication and of the last change, each with where it stands."""
    found = _statements(facts)
    published = best_of(_merged(found), weights("date"), _LEAST)
    modified = next(
        (
            claim
            for claim in found
            if claim.signs[0] == "modified" and (not published or claim.value >= published.value)
        ),
        None,
    )
    return _told(published), _told(modified)


def _told(claim: Claim | None) -> tuple[str | None, str]:
    return (None, "") if claim is None else (claim.value, claim.source)


def claims(facts: Facts) -> list[Claim]:
    """Return all claims to be the day of publication."""
    return _merged(_statements(facts))


def _statements(facts: Facts) -> list[Claim]:
    """Find all dates that are stated; their first sign says what for."""
    found = [*_linked(facts), *_head(facts)]
    if facts.page.kind == "html":
        found += _elements(facts)
    found += _lines(facts)
    day = _in_address(facts.url or "")
    if day:
        found.append(Claim(day, "address", ("published", "address")))
    return found


def _in_address(address: str) -> str | None:
    """Return the day in an address, between slashes or as one number."""
    match = _IN_ADDRESS.search(address)
    return dates.first("-".join(filter(None, match.groups()))) if match else None


def _linked(facts: Facts) -> Iterator[Claim]:
    for node in facts.graph.main:
        for key, role in _LINKED:
            value = node.values.get(key)
            if isinstance(value, str):
                day = dates.first(value[:100], facts.locale)
                if day:
                    sign = f"linked {node.rank} {role}"
                    yield Claim(day, f"JSON-LD {node.name}.{key}", (role, sign))


def _head(facts: Facts) -> Iterator[Claim]:
    for keys, role in ((_PUBLISHED, "published"), (_MODIFIED, "modified")):
        for key in keys:
            if key in facts.meta:
                day = dates.first(facts.meta[key][:200], facts.locale)
                if day:
                    sure = "article:" in key or "publish" in key
                    kind = (f"meta {role}{' sure' if sure else ''}",)
                    marked = (f"itemprop {role}", "near")
                    signs = marked if key.startswith("itemprop") else kind
                    yield Claim(day, f"meta {key}", (role, *signs))


def _elements(facts: Facts) -> Iterator[Claim]:
    """Find elements that say by name or attribute that they hold a date."""
    seen: set[int] = set()
    times = facts.elements.named("time")[:_MAX_TIMES]
    for element in times + facts.elements.with_word(*_WORDS):
        if element.at in seen:
            continue
        seen.add(element.at)
        values = facts.elements.attributes(element)
        stated = f"{values.get('itemprop', '')} {values.get('property', '')}".lower()
        classes = f"{values.get('class', '')} {values.get('id', '')}".lower()
        if "datepublished" in stated or "datecreated" in stated:
            kind, role = "itemprop", "published"
        elif "datemodified" in stated:
            kind, role = "itemprop", "modified"
        elif element.tag == "time":
            kind, role = "time", "shown"
        elif _CLASS.search(classes) or _STAMP.search(element.source):
            kind, role = "class", "shown"
        else:
            continue
        value = values.get("content") or values.get("datetime") or values.get("title", "")
        if not value and (stamp := _STAMP.search(element.source)):
            value = stamp[0]
        text = facts.elements.text(element)[:_LONG_LINE]
        day = dates.first(value[:100], facts.locale) or dates.first(text, facts.locale)
        if day:
            block = facts.block_of(element)
            line = facts.page.texts[block] if facts.view.length[block] < _LONG_LINE else text
            if role == "shown":
                role = _role(f"{classes} {line}")
            yield Claim(
                day, f"<{element.tag}> {kind}", (role, f"{kind} {role}", *facts.setting(block))
            )


def _role(text: str) -> str:
    """Tell what a date is for by the words about it."""
    lowered = text.lower()
    if _RELEASE.search(lowered):
        return "published"
    return "modified" if _UPDATE.search(lowered) else "shown"


def _lines(facts: Facts) -> Iterator[Claim]:
    """Find dates in short blocks about the headline and after the text."""
    texts = facts.page.texts
    for block in facts.farther:
        text = texts[block]
        if len(text) > _LONG_LINE or not _HAS_DATE.search(text):
            continue
        days = dates.every(text, facts.locale)
        for place, day in enumerate(days[:2]):
            role = _role(
                text
                if len(text) > _SHORT_LINE or not block
                else f"{texts[block - 1][-_SHORT_LINE:]} {text}"
            )
            if len(days) > 1 and role != "shown":
                role = "published" if place == 0 else "modified"
            alone = ("alone",) if len(text) < _SHORT_LINE else ()
            yield Claim(day, "date line", (role, f"line {role}", *alone, *facts.setting(block)))


def _merged(found: list[Claim]) -> list[Claim]:
    """Make one claim of those for the same day; add what shows only beside the other days."""
    merged: dict[str, dict[str, None]] = {}
    sources: dict[str, str] = {}
    voices: dict[str, set[str]] = {}
    seen: set[str] = set()
    for claim in found:
        signs = merged.setdefault(claim.value, {})
        sources.setdefault(claim.value, claim.source)
        kind = claim.signs[1]
        voice = kind.split()[0]
        voices.setdefault(claim.value, set()).add(voice)
        if kind in seen:
            signs[f"later {voice}"] = None
            continue
        seen.add(kind)
        signs[kind] = None
        signs |= dict.fromkeys(f"{voice} {sign}" for sign in claim.signs[2:])
    stated = {c.value for c in found if c.signs[0] == "published" and c.signs[1][:4] in _STATED}
    days = sorted(merged)
    for day, signs in merged.items():
        signs[f"voices {min(len(voices[day]), 4)}"] = None
        signs["earliest" if day == days[0] else "latest" if day == days[-1] else "between"] = None
        if len(days) == 1:
            signs["only"] = None
        if stated and day not in stated:
            signs["another is stated"] = None
    return [Claim(day, sources[day], tuple(signs)) for day, signs in merged.items()]
