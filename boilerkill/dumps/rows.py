"""The one place where a result is built, from an article or from a fault."""

from __future__ import annotations

import html
import json
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from boilerkill.dumps.dedup import signature_of
from boilerkill.dumps.options import Dedup, Format, Options
from boilerkill.dumps.records import Record, Result, Row
from boilerkill.metadata.language import primary
from boilerkill.values import Kind, Status

#: Columns of every row, in order.
COLUMNS: Final = (
    "id", "url", "title", "author", "date", "language", "text", "markdown", "html",
    "confidence", "status", "reason", "sitename", "description", "image", "license", "tags",
    "blocks",
)  # fmt: skip
_METADATA: Final = ("sitename", "description", "image", "license", "tags")
#: What is said of a page at the head of its file, if asked for.
_HEAD: Final = ("title", "author", "url", "sitename", "date", "description", "language",
                "image", "license", "tags", "confidence")  # fmt: skip


class ArticleLike(Protocol):
    """What a result needs to know of an article."""

    @property
    def text(self) -> str:
        """Return its main text."""
        ...

    @property
    def status(self) -> Status:
        """Return how the page ended."""
        ...

    @property
    def reason(self) -> str | None:
        """Return why it was not kept."""
        ...

    @property
    def confidence(self) -> float:
        """Return the expected F1 of the text."""
        ...

    @property
    def markdown(self) -> str:
        """Return it as Markdown."""
        ...

    @property
    def html(self) -> str:
        """Return it as HTML that is safe to show."""
        ...

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is made of each page.

    Attributes:
        format: A file in this format, or a row.
        columns: Columns of rows, in order; empty if pages become files.
        metadata: Whether files begin with what is known of the page.
        at_least: Confidence below which a page is quarantined.
        language: Pages in another language are empty; None to take all.
        dedup: Whether signatures are wanted.
    """

    format: Format = "jsonl"
    columns: tuple[str, ...] = COLUMNS[:7] + COLUMNS[9:12]
    metadata: bool = False
    at_least: float = 0.0
    language: str | None = None
    dedup: Dedup | None = None


def wanted_of(options: Options) -> Wanted:
    """Return what the options ask of each page."""
    left_out = {
        "markdown": not options.with_markdown,
        "html": not options.with_html,
        "blocks": not options.blocks,
        **dict.fromkeys(_METADATA, not (options.with_metadata or options.format == "json")),
    }
    rows = options.rows or options.format == "json"
    return Wanted(
        format=options.format,
        columns=tuple(c for c in COLUMNS if not left_out.get(c)) if rows else (),
        metadata=options.with_metadata,
        at_least=options.min_confidence,
        language=options.target_language,
        dedup=options.dedup,
    )


def article_result(record: Record, article: ArticleLike, wanted: Wanted) -> Result:
    """Return what becomes of a cleaned page.

    A page kept with a confidence below the wanted becomes quarantined; its text stays, so that it
    can be looked at. One in another language than the wanted becomes empty.
    """
    values = _values(article, wanted)
    values["id"] = record.id
    values["url"] = values.get("url") or record.url
    _judge(values, wanted)
    text = values["text"]
    signature = signature_of(text, wanted.dedup) if wanted.dedup and text else None
    row: Row | None = None
    body = None
    if wanted.columns:
        for name in {"markdown", "html"} & set(wanted.columns):
            values[name] = getattr(article, name) if text else ""
        row = {name: values[name] for name in wanted.columns}
    else:
        body = _body(article, values, wanted) if text else b""
    return _packed(Result(values["status"], values["reason"], row, body, signature), wanted)


def _values(article: ArticleLike, wanted: Wanted) -> dict[str, Any]:
    """Return what is wanted to be known of an article; its metadata take time to find."""
    if wanted.columns or wanted.metadata or wanted.language or wanted.format == "html":
        return article.to_dict(blocks="blocks" in wanted.columns)
    return {name: getattr(article, name) for name in ("text", "status", "reason", "confidence")}


def fault_result(
    record: Record, reason: str, wanted: Wanted, status: Status = "quarantined"
) -> Result:
    """Return what becomes of a page that never was an article."""
    if not wanted.columns:
        return Result(status, reason, body=b"")
    row: Row = dict.fromkeys(wanted.columns)
    row |= {"id": record.id, "url": record.url, "text": "", "confidence": 0.0}
    row |= {"status": status, "reason": reason}
    row |= {name: "" for name in ("markdown", "html") if name in row}
    row |= {name: [] for name in ("tags", "blocks") if name in row}
    return _packed(Result(status, reason, row), wanted)


def _packed(result: Result, wanted: Wanted) -> Result:
    """Return the result with its row as the content of a file, if the format is that."""
    if wanted.format != "json":
        return result
    text = json.dumps(result.row, ensure_ascii=False, indent=1)
    return replace(result, row=None, body=text.encode(errors="replace") + b"\n")


def without_text(result: Result, reason: str) -> Result:
    """Return the result of a page that turned out to be empty for that reason."""
    row = result.row
    if row is not None:
        blank = {name: "" for name in ("text", "markdown", "html") if name in row}
        row = row | blank | {"status": "empty", "reason": reason}
    return Result("empty", reason, row, None if result.body is None else b"")


def _judge(values: dict[str, Any], wanted: Wanted) -> None:
    """Change the status of a kept page that is not wanted."""
    if values["status"] != "kept":
        return
    language = values["language"] if wanted.language else None
    if wanted.language and language and primary(language) != primary(wanted.language):
        reason = f"its language is {language}, wanted: {wanted.language}"
        values |= {"status": "empty", "reason": reason, "text": ""}
    elif values["confidence"] < wanted.at_least:
        reason = f"confidence {values['confidence']:.3f} is below {wanted.at_least:g}"
        values |= {"status": "quarantined", "reason": reason}


def _body(article: ArticleLike, values: dict[str, Any], wanted: Wanted) -> bytes:
    """Return the content of a page's own file."""
    known = {name: values[name] for name in _HEAD if values.get(name) not in (None, "", [])}
    if wanted.format == "html":
        text = _document(article.html, known if wanted.metadata else {}, values)
    else:
        text = values["text"] if wanted.format == "text" else article.markdown.rstrip("\n")
        if wanted.metadata:
            # JSON is YAML, and needs no thought about what has to be quoted.
            head = (f"{k}: {json.dumps(v, ensure_ascii=False)}\n" for k, v in known.items())
            text = f"---\n{''.join(head)}---\n\n{text}"
    return f"{text}\n".encode(errors="replace")


def _document(body: str, known: dict[str, Any], values: dict[str, Any]) -> str:
    """Return a whole HTML document round the article."""
    language = html.escape(values["language"] or "", quote=True)
    lines = ["<!DOCTYPE html>", f'<html lang="{language}">' if language else "<html>"]
    lines.append('<head><meta charset="utf-8">')
    if values["title"]:
        lines.append(f"<title>{html.escape(values['title'])}</title>")
    for name, value in known.items():
        content = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        lines.append(f'<meta name="{name}" content="{html.escape(content, quote=True)}">')
    return "\n".join([*lines, "</head>", "<body>", body, "</body>", "</html>"])
