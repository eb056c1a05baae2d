"""What the page is called: claims from `<title>`, head, linked data and headings, cut and whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from boilerkill.metadata.claims import Claim, weights
from boilerkill.metadata.claims import best as best_of
from boilerkill.metadata.facts import Facts

#: Signs that part a title from the name of its site or section.
_CUTS = re.compile(r"\s*(?:\s[-–—|·•»›«:/~]+\s|[|｜]|\s?_\s|::|\s[-–—]|[–—]\s|:\s)\s*")
_SIGNS = re.compile(r"[\W_]+")
_MAX_PARTS: Final = 8
_MAX_TITLE: Final = 400
#: Headings looked at.
_HEADINGS: Final = 4
_META: Final = (
    ("og:title", "og"), ("twitter:title", "twitter"), ("title", "meta"), ("dc.title", "meta"),
    ("citation_title", "meta"), ("parsely-title", "meta"), ("sailthru.title", "meta"),
)  # fmt: skip
#: Letters of a title that can be in an address by chance.
_SHORT: Final = 8
#: Signs whose weight depends on what the page is about.
_BY_RANK: Final = ("headline whole", "h1 first whole", "og whole", "title left")
_LENGTHS: Final = ((1, "one word"), (2, "two words"), (4, "few words"), (9, ""), (16, "long"))


@dataclass(slots=True)
class _Draft:
    """A claim under way: one value with all that speaks for it."""

    value: str
    source: str
    signs: set[str] = field(default_factory=set)


class _Drafts:
    """The values claimed so far; those that differ only in signs and case are one."""

    def __init__(self) -> None:
        self.by_key: dict[str, _Draft] = {}

    def add(self, value: str, source: str, *signs: str) -> None:
        """Claim a value, or add signs to it; the first way of writing it stays."""
        found = key(value)
        if found and len(value) <= _MAX_TITLE:
            draft = self.by_key.setdefault(found, _Draft(value, source))
            draft.signs.update(signs)


def key(text: str) -> str:
    """Return what two ways of writing a title share."""
    return _SIGNS.sub("", text.lower())


def claims(facts: Facts) -> list[Claim]:
    """Return all claims to be the title of a page; on-page ways of writing it come first."""
    drafts = _Drafts()
    for text, source, name in _statements(facts):
        drafts.add(text, source, f"{name} whole")
    for text, source, name in _statements(facts):
        _add_parts(drafts, text, source, name, facts)
    _compare(drafts, facts)
    return [
        Claim(draft.value, draft.source, tuple(sorted(draft.signs)))
        for draft in drafts.by_key.values()
    ]


def best(facts: Facts) -> tuple[str | None, str]:
    """Return the title and where it stands."""
    found = best_of(claims(facts), weights("title"), least=float("-inf"))
    return (None, "") if found is None else (found.value, found.source)


def _statements(facts: Facts) -> Iterator[tuple[str, str, str]]:
    """Yield (text, source, short name of the source), those on the page first."""
    texts, title = facts.page.texts, facts.decision.title
    if title is not None:
        yield _line(texts[title]), "headline on the page", "headline"
    for place, block in enumerate(facts.headings[:_HEADINGS]):
        level = facts.view.tags[block]
        name = f"{level} {'first' if place == 0 else 'later'}"
        yield _line(texts[block]), f"<{level}>", name
    for name, short in _META:
        if name in facts.meta:
            yield _line(facts.meta[name]), f"meta {name}", short
    for node in facts.graph.main[:4]:
        for name in ("headline", "name"):
            value = node.values.get(name)
            if isinstance(value, str):
                yield _line(value), f"JSON-LD {node.name}.{name}", f"linked {name} {node.rank}"
    if facts.page.titles:
        yield _line(facts.page.titles[0]), "<title>", "title"


def _line(text: str) -> str:
    return " ".join(text[: 4 * _MAX_TITLE].split()).strip("¶#§ ")


def _add_parts(drafts: _Drafts, text: str, source: str, name: str, facts: Facts) -> None:
    """Claim what is left when parts are cut off at the end, at the beginning, or at both."""
    cuts = [m.span() for m in _CUTS.finditer(text) if m.start() and m.end() < len(text)]
    cuts = cuts[: _MAX_PARTS - 1]
    starts = [0, *(end for _, end in cuts)]
    ends = [*(start for start, _ in cuts), len(text)]
    last = len(cuts)
    for i, start in enumerate(starts):
        for j in range(i, len(ends)):
            if (i, j) == (0, last) or (i and j < last and i != j):
                continue
            side = "left" if i == 0 else "right" if j == last else "middle"
            gone = text[:start] + text[ends[j] :]
            signs = [f"{name} {side}", f"cut {min(last - (j - i), 3)} {side}"]
            border = text[slice(*cuts[j if j < last else i - 1])].strip()[:1]
            signs.append(f"cut at {border} {side}")
            signs.append(f"cut off {min(len(gone.split()), 6)} words")
            if _is_site(key(gone), facts):
                signs.append("the site's name was cut off")
            drafts.add(text[start : ends[j]].strip(" -–—|:·"), f"{source}, cut", *signs)


def _is_site(text: str, facts: Facts) -> bool:
    """Tell whether a key names the site: by its stated name or its address."""
    if not text:
        return False
    site = key(facts.sitename[0] or "")
    return text == site or text in facts.host or bool(site and text.endswith(site))


def _compare(drafts: _Drafts, facts: Facts) -> None:
    """Add the signs that show beside other claims, on the page, or in the words themselves."""
    shown = {text: block for block, text in reversed(list(enumerate(facts.view.keys)))}
    main = facts.graph.main
    rank = f"rank {main[0].rank}" if main else "no rank"
    whole = [k for k, d in drafts.by_key.items() if any(s.endswith("whole") for s in d.signs)]
    for found, draft in drafts.by_key.items():
        signs = draft.signs
        sources = {sign.split()[0] for sign in signs if not sign.startswith(("cut", "the"))}
        signs.add(f"sources {min(len(sources), 5)}")
        signs.update(_among(found, whole))
        signs.update(_named(found, facts))
        block = shown.get(draft.value.lower())
        if block is not None:
            signs.add("shown near" if facts.near(block) else "shown far")
        signs.update(f"{sign} {rank}" for sign in _BY_RANK if sign in signs)
        words = len(draft.value.split())
        signs.add(next((name for most, name in _LENGTHS if words <= most), "very long"))
        if _CUTS.search(draft.value):
            signs.add("has a cut")


def _among(found: str, whole: list[str]) -> Iterator[str]:
    """Tell how a key lies among those that are not cut."""
    around = sum(found in other for other in whole if other != found)
    inside = sum(other in found for other in whole if other != found)
    if around:
        yield f"in {min(around, 3)} others"
    if inside:
        yield f"holds {min(inside, 3)} others"
    if len(whole) > 1 and all(found in other for other in whole):
        yield "in all others"


def _named(found: str, facts: Facts) -> Iterator[str]:
    """Tell what a key shares with the site's name and the address."""
    if _is_site(found, facts):
        yield "is the site"
    elif facts.sitename[0] and key(facts.sitename[0]) in found:
        yield "holds the site's name"
    if len(found) > _SHORT and found in key(facts.path):
        yield "in the address"
