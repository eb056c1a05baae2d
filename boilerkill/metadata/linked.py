"""Linked data (JSON-LD) of a page: its nodes, flattened, broken JSON tolerated.

Source: https://www.w3.org/TR/json-ld11/; the vocabulary is schema.org's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import unescape
from typing import Any, Final

#: Nodes of a page that are looked at.
_MAX_NODES: Final = 4000
#: Nodes that may stand for a page, and values of one property, that are looked at.
_MAX_MAIN: Final = 20
_MAX_VALUES: Final = 50
#: Characters of one script that are parsed.
_MAX_TEXT: Final = 2_000_000
#: What stands round JSON in a script: comments, CDATA.
_BEFORE: Final = (
    "<!--",
    "//<![CDATA[",
    "// <![CDATA[",
    "/*<![CDATA[*/",
    "/* <![CDATA[ */",
    "<![CDATA[",
)
_AFTER: Final = ("-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
#: Facts of an article, found by their names where the JSON is beyond repair.
_STATED = re.compile(
    r'"(headline|datePublished|dateModified|dateCreated|inLanguage)"\s*:\s*"((?:[^"\\\n]|\\.)*+)"'
)
_AUTHOR = re.compile(r'"author"\s*:\s*[{\[][^{}\[\]]*?"name"\s*:\s*"((?:[^"\\\n]|\\.)*+)"')
_ARTICLE = re.compile(r'"@type"\s*:\s*"(\w*(?:Article|BlogPosting))"')
#: Properties under which a node is what the page is about.
_MAIN_PLACES: Final = frozenset({"", "@graph", "mainentity", "mainentityofpage"})

#: Kinds of node by how well they stand for the page, the best first; the number of the group is
#: the node's rank.
_RANKS: Final[Mapping[str, int]] = {
    kind: rank
    for rank, kinds in enumerate((
        "recipe howto question discussionforumposting socialmediaposting review quiz report",
        "product productgroup course event book movie tvseries tvepisode podcastepisode dataset "
        "softwareapplication mobileapplication webapplication sourcecode jobposting service "
        "musicalbum videogame individualproduct vehicle car creativework game hotel restaurant "
        "medicalwebpage profilepage person",
        "webpage itempage aboutpage contactpage faqpage qapage collectionpage searchresultspage "
        "checkoutpage realestatelisting mediagallery itemlist thing",
        "videoobject audioobject imageobject",
    ), 1)
    for kind in kinds.split()
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Node:
    """An object of linked data.

    Attributes:
        kinds: Its types, lower-cased, without the vocabulary's address.
        place: Lower-case property that it stands under; "" at the top.
        values: Its properties, lower-cased.
    """

    kinds: tuple[str, ...]
    place: str
    values: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Its first type as the user is told it."""
        return self.kinds[0] if self.kinds else "node"

    @property
    def rank(self) -> int | None:
        """How well it stands for the page, 0 best; None if it cannot."""
        if self.place not in _MAIN_PLACES:
            return None
        ranks = [0 if is_article(kind) else _RANKS.get(kind) for kind in self.kinds]
        return min((rank for rank in ranks if rank is not None), default=None)


def is_article(kind: str) -> bool:
    """Tell whether a type is an article's: Article itself, NewsArticle, BlogPosting and so on."""
    return kind.endswith(("article", "blogposting"))


class Graph:
    """All nodes of a page, and what refers to what.

    Attributes:
        nodes: In page order, each before those inside it.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.nodes: list[Node] = []
        self._by_id: dict[str, Node] = {}
        for text in texts:
            self._add(_parsed(text))

    def _add(self, top: object) -> None:
        waiting: list[tuple[str, object]] = [("", top)]
        while waiting and len(self.nodes) < _MAX_NODES:
            place, value = waiting.pop()
            if isinstance(value, list):
                waiting += [(place, item) for item in reversed(value[:_MAX_NODES])]
            elif isinstance(value, dict):
                values = {key.lower(): item for key, item in value.items()}
                node = Node(_kinds(values), place, values)
                self.nodes.append(node)
                identity = values.get("@id")
                if isinstance(identity, str) and len(values) > 1:
                    self._by_id.setdefault(identity, node)
                waiting += [
                    (key, item)
                    for key, item in reversed(values.items())
                    if isinstance(item, dict | list)
                ]

    @cached_property
    def main(self) -> list[Node]:
        """The nodes that stand for the page, the best first, `_MAX_MAIN` at most."""
        ranks = ((node.rank, i) for i, node in enumerate(self.nodes))
        ranked = sorted((rank, i) for rank, i in ranks if rank is not None)
        return [self.nodes[i] for _, i in ranked[:_MAX_MAIN]]

    def of_kind(self, *kinds: str) -> Iterator[Node]:
        """Yield the nodes of these types that do not stand inside others."""
        for node in self.nodes:
            if node.place in _MAIN_PLACES and not set(kinds).isdisjoint(node.kinds):
                yield node

    def strings(self, value: object) -> list[str]:
        """Return what a property says in words: strings, or the names of the nodes it holds."""
        found: list[str] = []
        for item in value[:_MAX_VALUES] if isinstance(value, list) else [value]:
            text = self._string(item)
            if text:
                found.append(text)
        return found

    def _string(self, item: object) -> str:
        """Return a text, or the name of a node or of the one referred to; "" without one."""
        if isinstance(item, str):
            node = self._by_id.get(item)
            return (_name(node.values) if node else "") or clean(item)
        if not isinstance(item, dict):
            return ""
        values = {key.lower(): value for key, value in item.items()}
        node = self._by_id.get(str(values.get("@id")))
        return _name(values) or (_name(node.values) if node else "")


def _name(values: Mapping[str, Any]) -> str:
    """Return what a node is called, or else its address."""
    for key in ("name", "@value", "url", "contenturl"):
        value = values.get(key)
        if isinstance(value, list) and value:
            value = value[0]
        if isinstance(value, str) and value.strip():
            return clean(value)
    return ""


def clean(text: str) -> str:
    """Fold white space, decode entities: many pages write them into JSON."""
    return " ".join((unescape(text) if "&" in text else text).split())


def _kinds(values: Mapping[str, Any]) -> tuple[str, ...]:
    stated = values.get("@type", values.get("type"))
    kinds = stated if isinstance(stated, list) else [stated]
    return tuple(
        kind.rstrip("/").rpartition("/")[2].rpartition(":")[2].lower()
        for kind in kinds
        if isinstance(kind, str)
    )


def _parsed(text: str) -> object:
    """Parse JSON as leniently as pages need; of what no parser takes, the plainest facts."""
    text = text[:_MAX_TEXT].strip()
    for before, after in zip(_BEFORE, _AFTER, strict=True):
        text = text.removeprefix(before).removesuffix(after)
    if "{" not in text:
        return None
    values: list[object] = []
    decoder = json.JSONDecoder(strict=False)
    for attempt in (text, _TRAILING_COMMA.sub("", text)):
        values.clear()
        at = 0
        try:
            while at < len(attempt):
                value, at = decoder.raw_decode(attempt, _after_space(attempt, at))
                values.append(value)
                at = _after_space(attempt, at)
        except (ValueError, RecursionError):  # ValueError alone: a number of too many digits
            continue
        return values
    return values or _salvaged(text)


_SPACE = re.compile(r"[\s,;]*+")


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _salvaged(text: str) -> list[object]:
    """Find the facts of an article in broken JSON."""
    kind = _ARTICLE.search(text)
    if kind is None:
        return []
    node: dict[str, object] = {"@type": kind[1]}
    for match in _STATED.finditer(text, kind.start()):
        node.setdefault(match[1], match[2].replace("\\/", "/").replace('\\"', '"'))
    author = _AUTHOR.search(text, kind.start())
    if author:
        node["author"] = author[1].replace('\\"', '"')
    return [node]
