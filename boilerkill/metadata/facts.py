"""What all fields are read from: one page with its head, linked data, elements and headline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import Final
from urllib.parse import urlsplit

from boilerkill.decide import Decision
from boilerkill.features.view import View
from boilerkill.marks import BIT
from boilerkill.metadata.elements import Element, Elements
from boilerkill.metadata.linked import Graph
from boilerkill.parse import attributes

#: A BCP 47 tag, as strict as needed to leave out what is none.
_TAG = re.compile(r"[a-zA-Z]{2,3}(?:[-_][a-zA-Z0-9]{1,8}){0,3}")
#: What stands in the tags of the head that state something, and their attributes that do.
_TELLING = re.compile(r"content\s*=|canonical|license|image_src")
_STATING: Final = frozenset({"property", "itemprop", "name", "content", "rel", "href"})
#: Blocks before and after the headline among which by-line and date stand.
BEFORE: Final = 4
AFTER: Final = 12
#: Blocks looked at for by-lines and dates, at the headline and at the end of the main text.
_AT_END: Final = 6
#: Longer names are none; longer paths are cut.
_MAX_SITENAME: Final = 150
_MAX_PATH: Final = 500
_COMMENTS: Final = BIT["n_comment"]
_ASIDE: Final = BIT["aside"] | BIT["n_related"] | BIT["n_side"] | BIT["n_popular"]


class Facts:
    """A page and the decision over it; what is costly is worked out when first asked for.

    Attributes:
        view: The page.
        decision: The verdicts; its title is the headline block.
        url: Address of the page, if known.
        locale: BCP 47 tag that the page states for itself; "" if none.
        anchor: Block at which by-line and date are expected: the headline, else the first kept.
    """

    def __init__(self, view: View, decision: Decision, url: str | None) -> None:
        self.view = view
        self.page = view.page
        self.decision = decision
        self.meta, self.links = self._stated()
        self.graph = Graph(view.page.data)
        self.kept: list[int] = decision.kept.nonzero()[0].tolist()
        self.labels: list[int] = decision.labels.tolist()
        first = self.kept[0] if self.kept else 0
        self.anchor = first if decision.title is None else decision.title
        self.url = url or self.canonical[0]
        self.locale = self._locale()

    def _stated(self) -> tuple[dict[str, str], dict[str, str]]:
        """Read the head: name or property to content, and relation to address; the first count."""
        meta: dict[str, str] = {}
        links: dict[str, str] = {}
        for source in self.page.metas:
            if not _TELLING.search(source.lower()):
                continue  # most links are of no interest, and reading attributes is slow
            values = attributes(source, _STATING)
            key = (values.get("property") or values.get("name") or "").lower()
            if "itemprop" in values and not key:
                key = f"itemprop {values['itemprop'].lower()}"
            if key and values.get("content"):
                meta.setdefault(key, values["content"])
            if values.get("href"):
                for relation in values.get("rel", "").lower().split():
                    links.setdefault(relation, values["href"])
        return meta, links

    @cached_property
    def canonical(self) -> tuple[str | None, str]:
        """The address that the page states as its own, and where."""
        if "canonical" in self.links:
            return self.links["canonical"], "link rel=canonical"
        return (self.meta["og:url"], "meta og:url") if "og:url" in self.meta else (None, "")

    def _locale(self) -> str:
        stated = attributes(self.page.attributes[0]).get("lang", "")
        for value in (stated, *map(self.meta.get, ("og:locale", "content-language", "language"))):
            if value and _TAG.fullmatch(value.strip()):
                return value.strip().replace("_", "-")
        return ""

    @cached_property
    def elements(self) -> Elements:
        """The page's start tags."""
        return Elements(self.page)

    def block_of(self, element: Element) -> int:
        """Return the block that an element begins in, or else the next one."""
        return min(self.page.first[element.at], self.view.n - 1)

    def near(self, block: int) -> bool:
        """Tell whether a block stands about the headline."""
        return -BEFORE <= block - self.anchor <= AFTER

    @cached_property
    def about(self) -> list[int]:
        """Blocks where by-line and date stand: about the headline, and after the main text."""
        return self._around(AFTER)

    @cached_property
    def farther(self) -> list[int]:
        """Blocks as `about`, and the next ones too."""
        return self._around(2 * AFTER)

    def _around(self, after: int) -> list[int]:
        n = self.view.n
        at = list(range(max(self.anchor - BEFORE, 0), min(self.anchor + after + 1, n)))
        for heading in self.headings[:1]:
            at += [b for b in range(heading, min(heading + BEFORE, n)) if b not in at]
        if self.kept:
            end = self.kept[-1]
            at += [b for b in range(end, min(end + _AT_END, n)) if b > self.anchor + after]
        return at

    def setting(self, block: int) -> tuple[str, ...]:
        """Name where a block stands: signs that all claims share."""
        signs = ["near" if self.near(block) else "far", f"label {self.labels[block]}"]
        marks = int(self.view.marks[block])
        if marks & _COMMENTS:
            signs.append("in comments")
        if marks & _ASIDE:
            signs.append("aside")
        if self.kept and block > self.kept[-1]:
            signs.append("after the text")
        return tuple(signs)

    @cached_property
    def sitename(self) -> tuple[str | None, str]:
        """The site's name and its source."""
        for name, source in self._sitenames():
            if name and len(name) <= _MAX_SITENAME and "://" not in name:
                return name, source
        return None, ""

    def _sitenames(self) -> Iterator[tuple[str, str]]:
        for key in ("og:site_name", "application-name", "dc.publisher", "publisher"):
            if key in self.meta:
                yield " ".join(self.meta[key].split()), f"meta {key}"
        for node in self.graph.of_kind("website"):
            for name in self.graph.strings(node.values.get("name")):
                yield name, "JSON-LD website.name"
        for node in self.graph.main:
            for name in self.graph.strings(node.values.get("publisher")):
                yield name, f"JSON-LD {node.name}.publisher"

    @cached_property
    def _address(self) -> tuple[str, str]:
        try:
            parts = urlsplit(self.url or "")
            return (parts.hostname or "").lower(), parts.path[:_MAX_PATH]
        except ValueError:
            return "", ""

    @cached_property
    def host(self) -> str:
        """Letters and digits of the page's host; "" if unknown."""
        return "".join(filter(str.isalnum, self._address[0]))

    @property
    def path(self) -> str:
        """Path of the page's address; "" if unknown."""
        return self._address[1]

    @cached_property
    def headings(self) -> list[int]:
        """Blocks that are main headings: `<h1>`, or `<h2>` where there are none."""
        tags = self.view.tags
        found = [b for b, tag in enumerate(tags) if tag == "h1"]
        return found or [b for b, tag in enumerate(tags) if tag == "h2"][:1]
