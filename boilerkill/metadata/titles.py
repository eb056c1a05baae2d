"""What the page is called: claims from `<title>`, head, linked data and headings, cut and whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from boilerkill.metadata.claims import Claim, weights
from boilerkill.metadata.claims import best as best_of
from boilerkill.metadata.facts import Facts
from boilerkill.metadata.linked import clean

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
#: Linked data whose names are not a page's.
_NAMED: Final = frozenset({"person", "organization", "imageobject", "website"})
#: Letters of a title that can be in an address by chance.
_SHORT: Final = 8
#: Signs whose weight depends on what the page is about.
_BY_RANK: Final = ("headline whole", "h1 first whole", "og whole", "title left")
#: Statements that claims are compared with by their words.
_ALIKE: Final = ("headline", "h1 first", "og", "title")
_HEADLINES: Final = ("h1", "h2", "h3")
#: Words from which on a title is called so long, and shares of words what they are.
_LENGTHS: Final = (2, 3, 4, 6, 8, 10, 13, 17)
_SHARES: Final = ((0.01, "some"), (0.25, "a quarter"), (0.5, "half"), (0.75, "most"), (1.0, "all"))
#: Where a title's words are looked for: blocks of main text, and characters of each.
_BLOCKS: Final = 8
_OPENING: Final = 500
_WORD = re.compile(r"\w+")


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
    stated = list(_statements(facts))
    for text, source, name in stated:
        drafts.add(text, source, f"{name} whole")
    for text, source, name in stated:
        _add_parts(drafts, text, source, name, facts)
    _compare(drafts, facts, {name: _words(text) for text, _, name in stated if name in _ALIKE})
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
    kinds = Counter(node.name for node in facts.graph.main)
    for node in facts.graph.main[:4]:
        for name in ("headline", "name"):
            value = node.values.get(name)
            if (
                isinstance(value, str)
                and (node.rank == 0 or kinds[node.name] == 1)
                and node.name not in _NAMED
            ):
                yield (
                    _line(clean(value)),
                    f"JSON-LD {node.name}.{name}",
                    f"linked {name} {node.rank}",
                )
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


def _compare(drafts: _Drafts, facts: Facts, stated: Mapping[str, frozenset[str]]) -> None:
    """Add the signs that show beside other claims, on the page, or in the words themselves.

    Args:
        drafts: The values claimed.
        facts: The page.
        stated: The words of what is stated by those of `_ALIKE`.
    """
    places = {text: block for block, text in reversed(list(enumerate(facts.view.keys)))}
    main = facts.graph.main
    rank = f"rank {main[0].rank}" if main else "no rank"
    whole = [k for k, d in drafts.by_key.items() if any(s.endswith("whole") for s in d.signs)]
    address = _words(facts.path.replace("_", " "))
    opening = _words(" ".join(facts.page.texts[block][:_OPENING] for block in facts.kept[:_BLOCKS]))
    for found, draft in drafts.by_key.items():
        signs = draft.signs
        sources = {sign.split()[0] for sign in signs if not sign.startswith(("cut", "the"))}
        signs.add(f"sources {min(len(sources), 5)}")
        signs.update(_among(found, whole))
        signs.update(_named(found, facts))
        signs.update(_shown(places.get(draft.value.lower()), facts))
        signs.update([f"{sign} {rank}" for sign in _BY_RANK if sign in signs])
        words = _words(draft.value)
        for name, others in stated.items():
            signs.update(_shares(f"like {name}", words & others, words | others))
        signs.update(_shares("of the address", words & address, address))
        signs.update(_shares("in the text", words & opening, words if opening else ()))
        count = len(draft.value.split())
        signs.update([f"{least} words" for least in _LENGTHS if count >= least])
        signs.update(_form(draft.value))


def _shown(block: int | None, facts: Facts) -> Iterator[str]:
    """Tell where on the page a claim is a block of its own."""
    if block is None:
        return
    tag = facts.view.tags[block]
    yield "shown near" if facts.near(block) else "shown far"
    yield f"shown as {tag if tag in _HEADLINES else 'other'}"
    yield f"shown label {facts.labels[block]}"
    if facts.kept:
        yield "shown before the text" if block < facts.kept[0] else "shown in the text"


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


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _shares(name: str, part: Collection[str], whole: Collection[str]) -> Iterator[str]:
    """Yield a sign for each bound that the share of a part in a whole reaches."""
    if whole:
        share = len(part) / len(whole)
        for bound, said in _SHARES:
            if share >= bound:
                yield f"{said} {name}"


def _form(value: str) -> Iterator[str]:
    """Tell what the way says that a value is written in."""
    if _CUTS.search(value):
        yield "has a cut"
    if value.endswith(("…", "...")):
        yield "cut short"
    if value.isupper():
        yield "capitals"


def _named(found: str, facts: Facts) -> Iterator[str]:
    """Tell what a key shares with the site's name and the address."""
    if _is_site(found, facts):
        yield "is the site"
    elif facts.sitename[0] and key(facts.sitename[0]) in found:
        yield "holds the site's name"
    if len(found) > _SHORT and found in key(facts.path):
        yield "in the address"
