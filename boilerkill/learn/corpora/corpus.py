"""A corpus: where its pages are and how each is read, whatever its layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from boilerkill.learn.corpora.page import LabelledPage


@dataclass(frozen=True, slots=True)
class Corpus:
    """The pages of one corpus, each read from disk when its turn comes.

    Attributes:
        name: Name of the layout.
        root: The folder, or the file.
        ids: The pages' ids, in the order of the pages.
        read: Reads the page of an id; raises CorpusError where it cannot.
        unmatched: Files that lack their other half: a page without truth, a truth without page.
        stream: Reads all pages in order, where that is cheaper than one by one.
    """

    name: str
    root: Path
    ids: tuple[str, ...]
    read: Callable[[str], LabelledPage]
    unmatched: tuple[str, ...] = ()
    stream: Callable[[], Iterator[LabelledPage]] | None = None

    def __len__(self) -> int:
        """Return the number of pages."""
        return len(self.ids)

    def __iter__(self) -> Iterator[LabelledPage]:
        """Yield the pages in the order of their ids."""
        return self.stream() if self.stream else map(self.read, self.ids)
