"""Reports of cleaned pages: one document for a page, and an index of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from boilerkill.cleaner import Article
from boilerkill.values import Status
from boilerkill.web.coloured import page_view
from boilerkill.web.html import Html, document, el, join, style


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index says of a page.

    Attributes:
        name: Of the input.
        file: Of its report, relative to the index.
        title: The headline, or None.
        status: How the page ended.
        reason: Why, unless it was kept.
        confidence: As in the article.
        kept: Blocks kept.
        blocks: Blocks of the page.
    """

    name: str
    file: str
    title: str | None
    status: Status
    reason: str | None
    confidence: float
    kept: int
    blocks: int


def entry(article: Article, name: str, file: str) -> Entry:
    """Sum an article up for the index."""
    kept = sum(block.kept for block in article.blocks)
    return Entry(
        name, file, article.title, article.status, article.reason, article.confidence, kept,
        len(article.blocks),
    )  # fmt: skip


def report(article: Article, name: str) -> str:
    """Return the report of one page as an HTML document."""
    return document(
        f"{article.title or name} – boilerkill", style("base", "view"), page_view(article, name)
    )


def index(entries: Sequence[Entry]) -> str:
    """Return the page that leads to the reports of many, the least sure first."""
    counts = Counter(each.status for each in entries)
    said = ", ".join(f"{counts[s]:,} {s}" for s in ("kept", "empty", "quarantined") if counts[s])
    rows = map(_row, sorted(entries, key=lambda e: (e.status == "kept", e.confidence, e.name)))
    names = ("page", "ended", "confidence", "blocks kept")
    head = el("thead", el("tr", *(el("th", name, scope="col") for name in names)))
    return document(
        f"{len(entries):,} pages – boilerkill",
        style("base", "view"),
        el(
            "header",
            el("h1", f"{len(entries):,} pages"),
            el("p", f"{said}. The least sure come first."),
            class_="page",
        ),
        el("table", head, el("tbody", *rows), class_="index"),
    )


def _row(each: Entry) -> Html:
    title = join([el("br"), el("small", each.name)]) if each.title else ""
    status = el("strong", each.status, class_=f"status {each.status}")
    why = el("small", f" {each.reason}") if each.reason else ""
    named = el("a", each.title or each.name, href=quote(each.file), dir="auto")
    return el(
        "tr",
        el("td", named, title),
        el("td", status, why),
        el("td", f"{each.confidence:.0%}", class_="figure"),
        el("td", f"{each.kept:,} of {each.blocks:,}", class_="figure"),
    )
