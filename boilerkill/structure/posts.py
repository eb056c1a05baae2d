"""Who said what: the posts of a forum, and the comments under an article.

Posts are elements whose names speak of posts or comments and which come several times with a name
or a date in them; what they are called by differs from site to site, that they are alike does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from html import unescape
from typing import Final

from boilerkill.marks import BIT, BLOCK
from boilerkill.page import Page
from boilerkill.parse import STRIDE, attributes, tokens
from boilerkill.values import Post

_TAGS: Final = frozenset({"div", "li", "article", "section", "table", "tr", "td", "dd", "dl"})
_SPEAKING: Final = BIT["n_thread"] | BIT["n_comment"]
#: Marks of what stands about a post and is none of it.
_ABOUT: Final = sum(BIT[name] for name in ("n_count", "n_share", "button", "form", "nav", "time"))
_ASKING: Final = BIT["form"] | BIT["n_form"]
#: What elements that hold a name, and no more of the person, are called.
_NAMING: Final = re.compile(
    r"""(?ix) (?:class|itemprop|rel) \s*+ = \s*+ ["']? (?:[^"'>]{0,200}[\s_-])?
    (?:author|creator|user-?name|nick-?name|nick|poster|screen-?name|display-?name|member-?name
    |fn|bigusername) (?=$|["'\s>_-])"""
)
#: Attributes in which a post itself tells who wrote it.
_TOLD: Final = ("data-author", "data-username", "data-author-username", "data-user-name")
_NUMBER: Final = re.compile(r"\d+")
_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?"
)
_DATED: Final = ("datetime", "content", "title", "data-time-string", "data-date")
_SAID_BY: Final = re.compile(r"(?i)^(?:by|from|von|par|de|por|von:|@)\s+|[\s:,»•·]+$")
#: What parts a name from a date.
_PARTED: Final = re.compile(r" [»•·|–—-] |, ")
_LETTER: Final = re.compile(r"[^\W\d_]")
_MAX_NAME_WORDS: Final = 5
#: Words of a line that tells who wrote a post and when; links that offer to do something have few.
_MAX_META_WORDS: Final = 12
_MAX_LINK_WORDS: Final = 3
#: Share of the main text that a thread's posts have; comments rarely are main text.
_MOSTLY: Final = 0.5
#: Posts that may lie in each other, on the average.
_MAX_DEPTH: Final = 16
#: Kinds of elements that are looked at, the most frequent first.
_MAX_GROUPS: Final = 40
#: Posts that make a thread.
_FEWEST: Final = 2


@dataclass(frozen=True, slots=True)
class _Unit:
    """One post: its element, the blocks in it and in no post inside it."""

    element: int
    blocks: list[int]
    author: str | None
    date: str | None


def thread(page: Page, kept: list[int]) -> tuple[Post, ...]:
    """Return the posts of a forum's thread, as far as they are main text; () on other pages.

    Args:
        page: The page.
        kept: Numbers of the blocks of its main text.
    """
    wanted = set(kept)
    units = _units(page)
    if not units or not _is_thread(page, units, wanted):
        return ()
    posts = _posts(page, units, [[i for i in u.blocks if i in wanted] for u in units])
    return posts if len(posts) >= _FEWEST else ()


def comments(page: Page, kept: list[int]) -> tuple[Post, ...]:
    """Return the comments under an article; () where there are none, or the page is a thread."""
    units = _units(page)
    if not units or _is_thread(page, units, set(kept)):
        return ()
    units = [unit for unit in units if _marks(page, unit.element, 1) & BIT["n_comment"]]
    return _posts(page, units, [_said(page, unit) for unit in units])


def _posts(page: Page, units: list[_Unit], said: list[list[int]]) -> tuple[Post, ...]:
    posts = []
    for unit, blocks in zip(units, said, strict=True):
        texts = [page.texts[i] for i in blocks if not _is_meta(page.texts[i], unit.author)]
        if texts:
            posts.append(Post(unit.author, unit.date, "\n\n".join(texts)))
    return tuple(posts)


def _is_meta(text: str, author: str | None) -> bool:
    """Whether a block only tells who wrote a post, when, or which it is."""
    if not _LETTER.search(text):
        return True
    if author is None or author not in text:
        return False
    rest = text.replace(author, "", 1)
    return not _LETTER.search(rest) or (
        rest.count(" ") < _MAX_META_WORDS and _NUMBER.search(rest) is not None
    )


def _said(page: Page, unit: _Unit) -> list[int]:
    """Return the blocks of a post that are no buttons and no links that offer to do something."""
    return [
        i
        for i in unit.blocks
        if not (page.marks[i] | _marks(page, page.owners[i], unit.element)) & _ABOUT
        and not (
            page.linked[i] >= _MOSTLY * len(page.texts[i])
            and page.texts[i].count(" ") < _MAX_LINK_WORDS
        )
    ]


def _is_thread(page: Page, units: list[_Unit], kept: set[int]) -> bool:
    """Whether most of the main text stands in posts."""
    inside = sum(len(page.texts[i]) for unit in units for i in unit.blocks if i in kept)
    return inside >= _MOSTLY * sum(len(page.texts[i]) for i in kept)


def _units(page: Page) -> list[_Unit]:
    """Return the likeliest posts: of elements alike, the most that have an author or a date."""
    groups: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for element, mark in enumerate(page.own):
        if mark & _SPEAKING and mark & BLOCK and page.tags[element] in _TAGS:
            first = page.classes[element].split(None, 1)[:1]
            key = _NUMBER.sub("", first[0]) if first else ""
            groups[page.tags[element], key].append(element)
    best: list[_Unit] = []
    most = 0
    for elements in sorted(groups.values(), key=len, reverse=True)[:_MAX_GROUPS]:
        units = [unit for unit in _cut(page, elements) if unit.blocks]
        # One that tells both counts twice: a post's parts, too, may each tell one.
        told = sum((u.author is not None) + (u.date is not None) for u in units)
        told += sum(u.author is not None and u.date is not None for u in units)
        if told > most:
            best, most = [u for u in units if u.author is not None or u.date], told
    return best


def _cut(page: Page, elements: list[int]) -> list[_Unit]:
    """Return a post for each element, without the blocks of those inside it."""
    last = len(page.texts)
    ranges = {e: range(page.first[e], min(page.end[e], last)) for e in elements}
    if sum(map(len, ranges.values())) > _MAX_DEPTH * last:
        return []
    owner: dict[int, int] = {}
    for element in elements:  # those inside come later, and take their blocks
        owner.update(dict.fromkeys(ranges[element], element))
    blocks: defaultdict[int, list[int]] = defaultdict(list)
    for block, element in sorted(owner.items()):
        blocks[element].append(block)
    others = set(elements)
    return [_Unit(e, blocks[e], *_told(page, e, others)) for e in elements]


def _told(page: Page, unit: int, units: set[int]) -> tuple[str | None, str | None]:
    """Return author and date as a post and the elements in it tell them."""
    values = attributes(page.attributes[unit])
    author = next((values[name] for name in _TOLD if values.get(name)), None)
    date = None
    element = unit
    while element < len(page.parents) and (element == unit or page.parents[element] >= unit):
        if element in units and element != unit:
            break
        source = page.attributes[element]
        # Not the field that asks for a name.
        if author is None and not page.own[element] & _ASKING and _NAMING.search(source):
            author = _name(_text(page, element))
        if date is None:
            date = _date(source)
        element += 1
    return author, date


def _text(page: Page, element: int) -> str:
    """Return the text of an element, or of its first block."""
    block = page.first[element]
    if block >= min(page.end[element], len(page.texts)):
        return ""
    if page.own[element] & BLOCK:
        return page.texts[block]
    inner = page.ranges[block][2]
    parts = tokens(page.markup[slice(*page.places[block])])
    while inner > element:
        inner = page.parents[inner]
    pieces = []
    reading, name = inner == element, page.tags[element]
    for at in range(0, len(parts) - 1, STRIDE):
        if reading:
            pieces.append(parts[at] or "")
            if (parts[at + 1] or "").lower() == name:
                break
        elif parts[at + 6] == page.attributes[element]:
            reading = True
    return unescape("".join(pieces))


def _date(source: str) -> str | None:
    """Return the date that the source of an element's attributes states."""
    if "-" in source and any(name in source for name in _DATED):
        values = attributes(source)
        for name in _DATED:
            found = _ISO.search(values.get(name, ""))
            if found:
                return found[0].replace(" ", "T")
    return None


def _marks(page: Page, element: int, outermost: int) -> int:
    """Return the marks of an element and of those round it, up to the outermost one given."""
    marks = 0
    while element > outermost:
        marks |= page.own[element]
        element = page.containers[element]
    return marks


def _name(text: str) -> str | None:
    """Return what is left of a by-line as a name, if it can be one."""
    name = _SAID_BY.sub("", _PARTED.split(" ".join(text.split()), 1)[0])
    return name if _LETTER.search(name) and name.count(" ") < _MAX_NAME_WORDS else None
