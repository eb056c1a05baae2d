"""A labelling project: pages, what the model thinks of them, and the labels people gave.

Labels are written after every change, into a corpus that `boilerkill train` reads. Each page has a
revision that every change raises; a change made to an older revision is refused, so that two
browser tabs never overwrite one another unseen.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from threading import RLock
from typing import Any, Final

import numpy as np

from boilerkill.cleaner import Article, Cleaner
from boilerkill.decode import decode
from boilerkill.dumps.names import Namer, page_suffix
from boilerkill.dumps.output import problems_with, write_whole
from boilerkill.errors import CorpusError, InputError, UsageError
from boilerkill.learn.corpora.blocks import FORMAT, VERSION
from boilerkill.learn.corpora.records import read_bytes, read_record
from boilerkill.learn.figures import predicted_labels
from boilerkill.lines import cut_text
from boilerkill.page import Page
from boilerkill.segment import cut_markup
from boilerkill.values import LABELS, Block, Kind, Label

PAGE_TYPES: Final = (
    "article", "service", "product", "collection", "forum", "listing", "documentation",
)  # fmt: skip
#: Pages whose blocks are held ready.
_READY: Final = 8
_NO_LABEL = "none"


class ConflictError(UsageError):
    """A change was made to labels that have changed since."""


@dataclass(frozen=True, slots=True)
class Source:
    """A page to be labelled.

    Attributes:
        name: What a person calls it.
        load: Reads its bytes; may raise InputError.
        kind: How to read it.
    """

    name: str
    load: Callable[[], bytes]
    kind: Kind = "auto"


@dataclass(frozen=True, slots=True)
class Opened:
    """A page with what the model thinks of it.

    Attributes:
        content: Its bytes.
        article: With the guesses.
        page: As it was cut; without blocks if it cannot be read.
    """

    content: bytes
    article: Article
    page: Page

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks, in page order."""
        return self.article.blocks


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a page's labels.

    Attributes:
        revision: Raised by every change.
        labels: Of each block, None where there is none yet.
        page_type: Such as "article".
    """

    revision: int
    labels: tuple[Label | None, ...]
    page_type: str = PAGE_TYPES[0]

    @property
    def done(self) -> int:
        """Number of blocks that have a label."""
        return sum(label is not None for label in self.labels)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the list of pages says of one.

    Attributes:
        blocks: Number of its blocks; None until the model has looked at it.
        done: Number of those with a label.
        doubt: Mean chance that a guess of the model is wrong; None until it has looked.
    """

    blocks: int | None = None
    done: int = 0
    doubt: float | None = None


class Project:
    """All pages of a labelling session; safe to use from several threads.

    Args:
        sources: The pages.
        folder: Of the corpus; pages are written below `pages/`.
        cleaner: Makes the guesses.

    Raises:
        UsageError: There is no page.
        CorpusError: The corpus holds another page of the same name, or cannot be read.
    """

    def __init__(self, sources: Sequence[Source], folder: Path, cleaner: Cleaner) -> None:
        if not sources:
            raise UsageError("found no page to label; wanted: files or folders of pages")
        self.sources = tuple(sources)
        self._folder = folder / "pages"
        self._cleaner = cleaner
        namer = Namer("")
        flat = (s.name[: len(s.name) - len(page_suffix(s.name))] for s in sources)
        self._names = [namer.path(name.replace("/", "-")) for name in flat]
        self._lock = RLock()
        self._ready: OrderedDict[int, Opened] = OrderedDict()
        self._states: dict[int, State] = {}
        self._fields: dict[int, dict[str, Any]] = {}
        self._outlooks = [Outlook() for _ in sources]
        for number in range(len(sources)):
            self._load(number)

    # -- reading -----------------------------------------------------------------------------------

    def open(self, number: int) -> Opened:
        """Return a page with the model's guesses; one that cannot be read has no blocks."""
        with self._lock:
            if number in self._ready:
                self._ready.move_to_end(number)
                return self._ready[number]
        opened = self._open(self.sources[number])
        with self._lock:
            self._ready[number] = opened
            while len(self._ready) > _READY:
                self._ready.popitem(last=False)
            self._settle(number, opened)
        return opened

    def _open(self, source: Source) -> Opened:
        try:
            content = source.load()
        except InputError as error:
            return Opened(b"", Article(reason=str(error)), Page("text"))
        article = self._cleaner.clean(content, kind=source.kind)
        if not article.blocks:
            return Opened(content, article, Page("text"))
        cut = cut_markup if article.blocks[0].span is None else cut_text
        return Opened(content, article, cut(decode(content), self._cleaner.limits))

    def state(self, number: int) -> State:
        """Return the labels of a page that was opened before."""
        with self._lock:
            return self._states[number]

    def outlooks(self) -> list[Outlook]:
        """Return what is known of each page so far."""
        with self._lock:
            return list(self._outlooks)

    def next_unsure(self, after: int | None = None) -> int | None:
        """Return the unfinished page that the model is least sure of; None if all are finished.

        Args:
            after: The page that is left; it comes last.
        """
        found = [
            (number == after, -(o.doubt if o.doubt is not None else -1.0), number)
            for number, o in enumerate(self.outlooks())
            if o.blocks is None or o.done < o.blocks
        ]
        return min(found)[2] if found else None

    # -- writing -----------------------------------------------------------------------------------

    def change(
        self,
        number: int,
        revision: int,
        labels: Mapping[int, Label | None],
        page_type: str | None = None,
    ) -> State:
        """Label blocks of a page, and write the page into the corpus.

        Raises:
            ConflictError: The labels changed after `revision`.
            UsageError: A block, label or page type does not exist.
            OutputError: The corpus cannot be written; nothing is changed then.
        """
        opened = self.open(number)
        with self._lock:
            old = self._states[number]
            _check(labels, page_type, len(opened.blocks))
            if revision != old.revision:
                raise ConflictError(
                    f"the page is at revision {old.revision}, the change was made to {revision}"
                )
            given = list(old.labels)
            for block, label in labels.items():
                given[block] = label
            new = State(old.revision + 1, tuple(given), page_type or old.page_type)
            self._write(number, opened, new)
            self._states[number] = new
            self._outlooks[number] = replace(self._outlooks[number], done=new.done)
            return new

    def _write(self, number: int, opened: Opened, state: State) -> None:
        name, article = self._names[number], opened.article
        html = opened.page.kind == "html"
        file = f"{name}.{'html' if html else 'txt'}"
        blocks = [
            {"text": block.text, "label": label}
            for block, label in zip(opened.blocks, state.labels, strict=True)
        ]
        fresh = {
            "format": FORMAT, "version": VERSION, "id": name, "source": file,
            "kind": opened.page.kind, "url": article.url, "language": article.language,
            "page_type": state.page_type, "title": article.title, "author": article.author,
            "date": article.date,
        }  # fmt: skip
        # What a person wrote into the file before stays, but for what is labelled here.
        fields = fresh | self._fields.get(number, {})
        fields |= {"page_type": state.page_type, "blocks": blocks}
        with problems_with(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        target = self._folder / Path(str(fields["source"])).name
        if not target.exists():
            write_whole(target, opened.content if html else decode(opened.content).encode())
        text = json.dumps(fields, ensure_ascii=False, indent=1)
        write_whole(self._folder / f"{name}.json", f"{text}\n".encode())

    # -- what was labelled before ------------------------------------------------------------------

    def _load(self, number: int) -> None:
        """Read the labels that a page has in the corpus, if it has any."""
        file = self._folder / f"{self._names[number]}.json"
        if not file.exists():
            return
        record = read_record(file)
        kept = read_bytes(file.with_name(Path(record.required("source")).name))
        if not _is_page(self.sources[number], kept):
            raise CorpusError(
                f"{file} labels another page than {self.sources[number].name}, which has the same "
                "name; give another -o, or rename one of them"
            )
        self._fields[number] = dict(record.fields)
        done = sum(part.fields.get("label") is not None for part in record.parts("blocks"))
        self._outlooks[number] = Outlook(done=done)

    def _settle(self, number: int, opened: Opened) -> None:
        """Note what the model thinks of a page, and give its blocks the labels they had."""
        if number not in self._states:
            fields = self._fields.get(number, {})
            given = _labels_of(fields.get("blocks", ()), opened.blocks)
            self._states[number] = State(0, given, str(fields.get("page_type") or PAGE_TYPES[0]))
        wrong = [1 - max(block.probabilities.values()) for block in opened.blocks]
        doubt = float(np.mean(wrong)) if wrong else 0.0
        done = self._states[number].done
        self._outlooks[number] = Outlook(len(opened.blocks), done, doubt)


def _is_page(source: Source, kept: bytes) -> bool:
    """Whether a file of the corpus is a page's; so held if that cannot be read, and shown so."""
    try:
        content = source.load()
        return kept in {content, decode(content).encode()}
    except InputError:
        return True


def _labels_of(
    stored: Iterable[Mapping[str, Any]], blocks: Sequence[Block]
) -> tuple[Label | None, ...]:
    """Find the stored labels of blocks, which may have been cut otherwise since."""
    before = [(str(b.get("text", "")), b.get("label") or _NO_LABEL) for b in stored]
    if [text for text, _ in before] == [block.text for block in blocks]:
        found: list[str | None] = [label for _, label in before]
    else:
        found = predicted_labels([(block.text, "") for block in blocks], before)
    known: Mapping[str | None, Label] = {label: label for label in LABELS}
    return tuple(known.get(label) for label in found)


def _check(labels: Mapping[int, Label | None], page_type: str | None, count: int) -> None:
    if not count:
        raise UsageError("the page has no block to label")
    for block, label in labels.items():
        if not 0 <= block < count:
            raise UsageError(f"there is no block {block}; the page has {count}")
        if label is not None and label not in LABELS:
            raise UsageError(f"label is {label!r}; allowed: {', '.join(LABELS)}")
    if page_type is not None and page_type not in PAGE_TYPES:
        raise UsageError(f"page type is {page_type!r}; allowed: {', '.join(PAGE_TYPES)}")
