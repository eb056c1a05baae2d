"""Documents for tests: markup, all of which is kept unless it has a `<main>`, as a document."""

from __future__ import annotations

from typing import Any

from builders import cut

from boilerkill.structure import Context, document, html, markdown, text
from boilerkill.values import Include

URL = "https://example.org/a/b.html"


def context(markup: str, **include: Any) -> Context:
    """Return a page whose `<main>`, or all of it, is kept."""
    page = cut(markup)
    main = page.tags.index("main") if "main" in page.tags else 0
    kept = list(range(page.first[main], min(page.end[main], len(page.texts))))
    return Context(page, kept, Include(**include), URL)


def to_markdown(markup: str, **include: Any) -> str:
    return markdown.write(document(context(markup, **include)))


def to_html(markup: str, **include: Any) -> str:
    return html.write(document(context(markup, **include)))


def to_text(markup: str, **include: Any) -> str:
    return text.write(context(markup, **include))
