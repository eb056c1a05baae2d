"""Titles, authors and dates beside trafilatura's, on pages whose truth states them.

A title or author is right if its words are, case and punctuation aside; a date if the day is. Of
`wcxb` the weights by which claims are chosen were fitted on one half of the domains; of the other
no page was looked at, but its total helped to choose which signs titles are weighed by. "false"
counts values given where the truth has none: `wcxb` leaves out what its makers did not find, so
that it is no share of errors.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.pages import OWN, SHARED, source_of
from benchmarks.tables import table
from boilerkill import Cleaner
from boilerkill.learn.corpora import LabelledPage, open_corpus
from boilerkill.metadata import dates
from training.metadata import half_of, words

#: From a page to what a system says of it.
Reader = Callable[[LabelledPage], Mapping[str, str | None]]
_FIELDS = ("title", "author", "date")
_CORPORA = (*(SHARED / name for name in ("wcxb", "zh69", "readability")), OWN)
_UNKNOWN = {"UNKNOWN", ""}


@dataclass(slots=True)
class _Count:
    """How often a system was right about a field."""

    right: int = 0
    pages: int = 0
    false: int = 0
    without: int = 0

    def add(self, field: str, said: str | None, truth: str | None) -> None:
        """Compare one answer with the truth, if there is one."""
        if truth is None or truth in _UNKNOWN:
            self.without += 1
            self.false += bool(said)
        else:
            self.pages += 1
            self.right += _key(field, said or "") == _key(field, truth)


def _key(field: str, value: str) -> str:
    """Return what two equal values of a field share."""
    return dates.first(value) or value if field == "date" else words(value)


def _boilerkill() -> Reader:
    cleaner = Cleaner()

    def read(page: LabelledPage) -> Mapping[str, str | None]:
        article = cleaner.clean(page.source, kind=page.kind)
        return {"title": article.title, "author": article.author, "date": article.date}

    return read


def _trafilatura() -> Reader:
    from trafilatura.metadata import extract_metadata

    def read(page: LabelledPage) -> Mapping[str, str | None]:
        found = extract_metadata(source_of(page))
        return {field: getattr(found, field, None) for field in _FIELDS}

    return read


def run(corpora: Sequence[Path] | None = None) -> None:
    """Print the figures of both systems, corpus by corpus."""
    systems: dict[str, Reader] = {"boilerkill": _boilerkill()}
    try:
        systems["trafilatura"] = _trafilatura()
    except ImportError:
        print("skipped: trafilatura (not installed; pip install trafilatura)")
    for path in corpora or [path for path in _CORPORA if path.is_dir()]:
        corpus = open_corpus(path)
        pages = [corpus.read(i) for i in corpus.ids]
        counts: dict[tuple[str, str, str], _Count] = {}
        for name, read in systems.items():
            start = time.process_time()
            for page in pages:
                said = read(page)
                for part in _parts(corpus.name, page):
                    for field in _FIELDS:
                        count = counts.setdefault((part, field, name), _Count())
                        count.add(field, said[field], getattr(page, field))
            spent = time.process_time() - start
            print(f"{corpus.name}: {name}, {1000 * spent / len(pages):.1f} ms of CPU a page")
        print(table(("", "field", "pages", *systems, *(f"{s} false" for s in systems)),
                    _rows(counts, list(systems))), end="\n\n")  # fmt: skip


def _parts(corpus: str, page: LabelledPage) -> tuple[str, ...]:
    """Name the parts of a corpus that a page belongs to."""
    if corpus != "wcxb":
        return (corpus,)
    half = "half fitted on" if half_of(page) == 0 else "half held out"
    return corpus, f"{corpus}, {half}"


def _rows(
    counts: Mapping[tuple[str, str, str], _Count], systems: Sequence[str]
) -> Iterator[tuple[object, ...]]:
    for part, field in sorted({(part, field) for part, field, _ in counts}):
        of = [counts[part, field, system] for system in systems]
        if of[0].pages:
            rates = (f"{count.right / count.pages:.3f}" for count in of)
            yield part, field, of[0].pages, *rates, *(f"{c.false}/{c.without}" for c in of)
