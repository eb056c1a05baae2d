"""A labelled page: the source and what is known to be true of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from boilerkill.values import Label


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledPage:
    """One page of a labelled corpus.

    Attributes:
        id: Unique within the corpus.
        corpus: Name of the corpus' layout.
        source: The page as it was served, in its own encoding; text pages are str.
        kind: Whether `source` is markup or extracted text.
        url: The page's own address; None where neither the corpus nor the page tells.
        domain: Registered domain, which folds and intervals keep together; the id where
            nothing on the page tells the site.
        page_type: Such as "article", "forum", "product".
        language: ISO 639-1 code; None where the corpus does not tell.
        truth: The main text; None where unknown, which is not the same as empty.
        must: Snippets that the main text has.
        must_not: Snippets that it has not; the rest of the page is unknown.
        labels: (text, label) of each block in page order; () where blocks are not labelled.
        title: The headline.
        author: The author's name.
        date: The day published, as the corpus writes it.
        split: "train" or "test" where the corpus fixes it.
    """

    id: str
    corpus: str
    source: bytes | str
    domain: str
    kind: Literal["html", "text"] = "html"
    url: str | None = None
    page_type: str = "article"
    language: str | None = None
    truth: str | None = None
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    labels: tuple[tuple[str, Label], ...] = ()
    title: str | None = None
    author: str | None = None
    date: str | None = None
    split: str | None = None
