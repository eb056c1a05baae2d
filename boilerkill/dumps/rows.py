"""The one place where a row is built, from an article or from a fault."""

from __future__ import annotations

from typing import Any, Protocol

from boilerkill.dumps.records import Record, Row
from boilerkill.values import Kind

#: Columns of every row, in order; "blocks" follows on request.
COLUMNS = (
    "id",
    "url",
    "title",
    "author",
    "date",
    "language",
    "text",
    "confidence",
    "status",
    "reason",
)


class ArticleLike(Protocol):
    """What a row needs to know of an article."""

    def to_dict(self, *, blocks: bool = False) -> dict[str, Any]:
        """Return the article in plain JSON types."""
        ...


class CleanerLike(Protocol):
    """What the pool needs of a cleaner: `clean` never raises on a page's content."""

    def clean(
        self, source: bytes | str, *, url: str | None = None, kind: Kind = "auto"
    ) -> ArticleLike:
        """Return the article of one page."""
        ...


def article_row(record: Record, article: ArticleLike, *, blocks: bool, at_least: float) -> Row:
    """Return the row of a cleaned page.

    A page kept with a confidence below `at_least` becomes quarantined; its text stays in the
    row, so that it can be looked at.
    """
    values = article.to_dict(blocks=blocks)
    columns = (*COLUMNS[1:], "blocks") if blocks else COLUMNS[1:]
    row: Row = {"id": record.id, **{name: values[name] for name in columns}}
    row["url"] = row["url"] or record.url
    if row["status"] == "kept" and row["confidence"] < at_least:
        row["status"] = "quarantined"
        row["reason"] = f"confidence {row['confidence']:.3f} is below {at_least:g}"
    return row


def fault_row(record: Record, reason: str, *, blocks: bool) -> Row:
    """Return the row of a page that never became an article."""
    row: Row = dict.fromkeys(COLUMNS)
    row |= {"id": record.id, "url": record.url, "text": "", "confidence": 0.0}
    row |= {"status": "quarantined", "reason": reason}
    return row | {"blocks": []} if blocks else row
