"""What kind of page it is: told from what it states, its address, its make and its blocks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from boilerkill.marks import BIT
from boilerkill.metadata.claims import Claim, best, weights
from boilerkill.metadata.facts import Facts

KINDS: Final = (
    "article", "service", "product", "collection", "forum", "listing", "documentation",
)  # fmt: skip
#: Types of linked data that tell a kind.
_TYPES: Final = frozenset({
    "techarticle", "apireference", "discussionforumposting", "question", "qapage", "faqpage",
    "product", "productgroup", "offer", "collectionpage", "itemlist", "searchresultspage",
    "service", "localbusiness", "professionalservice", "organization", "softwareapplication",
    "course", "recipe", "howto", "webpage",
})  # fmt: skip
_FORUMS = re.compile(
    r"discourse|phpbb|vbulletin|xenforo|invision|mybb|flarum|vanilla|smf|nodebb", re.IGNORECASE
)
_MANUALS = re.compile(
    r"docusaurus|sphinx|mkdocs|gitbook|docfx|vuepress|vitepress|rustdoc|readthedocs", re.IGNORECASE
)
_ADDRESS: Final = (
    ("forum", re.compile(r"forum|/threads?/|/topics?/|/t/|showthread|/questions/|community|"
                         r"/comments/|boards?\.")),
    ("manual", re.compile(r"docs?[./]|documentation|/reference|/manual|/api/|/guide/|developer\.|"
                          r"/wiki/|/learn/")),
    ("product", re.compile(r"/products?/|/dp/|/item/|/p/|/pdp/|/shop/")),
    ("collection", re.compile(r"/collections?/|/categor|/c/|/cat/|/browse")),
    ("blog", re.compile(r"/blogs?/|/news/|/articles?/|/story/|/posts?/|/20[012]\d/|blog\.")),
    ("service", re.compile(r"/services?\b|/solutions?/|/consulting|/pricing|/features")),
    ("list", re.compile(r"/lists?/|/directory|/search|/jobs|/top|/tags?/|/trending|/rankings?")),
)  # fmt: skip
_MARKS: Final = (
    "n_thread",
    "n_price",
    "code",
    "n_doc",
    "n_comment",
    "n_review",
    "n_item",
    "article",
)
#: How the signs begin that users are told of.
_TELLING: Final = ("JSON-LD", "og:type", "made for", "address of")
#: Shares of a page's blocks from which on a mark counts as few and as many.
_FEW, _MANY = 0.03, 0.25
#: What numbers are called from a bound on: words kept, words a block, share of words in links.
_WORDS: Final = ((2500, "very many words"), (900, "many words"), (250, "some words"),
                 (60, "few words"), (0, "hardly any words"))  # fmt: skip
_SIZES: Final = ((30, "long blocks"), (12, "middling blocks"), (0, "short blocks"))
_LINKED: Final = ((0.3, "text in links"), (0.1, "some text in links"), (0, "no links"))


def of_page(facts: Facts) -> tuple[str | None, str]:
    """Return the kind of a page and what tells it."""
    found = best(claims(facts), weights("page_type"), least=float("-inf"))
    return (None, "") if found is None else (found.value, found.source)


def claims(facts: Facts) -> list[Claim]:
    """Return a claim for each kind, signed with all that is known of the page."""
    signs = tuple(dict.fromkeys(_signs(facts)))
    told = [s for s in signs if s.startswith(_TELLING) and s != "og:type none"]
    source = ", ".join(told)
    return [
        Claim(kind, source or "its blocks", (kind, *(f"{sign} -> {kind}" for sign in signs)))
        for kind in KINDS
    ]


def _signs(facts: Facts) -> Iterator[str]:
    stated = facts.meta.get("og:type", "none").lower().partition(".")[0].partition(":")[0]
    yield f"og:type {stated if stated in {'none', 'article', 'website', 'product'} else 'other'}"
    for node in facts.graph.main:
        for kind in node.kinds:
            if kind in _TYPES:
                yield f"JSON-LD {kind}"
            elif node.rank == 0:
                yield "JSON-LD article"
    made = facts.meta.get("generator", "")[:200]
    if _FORUMS.search(made):
        yield "made for forums"
    if _MANUALS.search(made):
        yield "made for manuals"
    address = (facts.url or "")[:500].lower()
    for name, pattern in _ADDRESS:
        if pattern.search(address):
            yield f"address of {name}"
    if not address.rstrip("/").partition("://")[2].count("/"):
        yield "address of a front page" if address else "no address"
    yield from _of_blocks(facts)


def _of_blocks(facts: Facts) -> Iterator[str]:
    view = facts.view
    for name in _MARKS:
        share = np.count_nonzero(view.marks & np.uint64(BIT[name])) / view.n
        if share > _FEW:
            yield f"{'many' if share > _MANY else 'some'} {name}"
    kept = facts.decision.kept
    words = float(view.words[kept].sum())
    yield _first_above(words, _WORDS)
    if words:
        yield _first_above(words / max(int(kept.sum()), 1), _SIZES)
        yield _first_above(float(view.linked_words[kept].sum()) / words, _LINKED)


def _first_above(value: float, names: tuple[tuple[float, str], ...]) -> str:
    """Name a number by the first bound that it reaches."""
    return next(name for least, name in names if value >= least)
