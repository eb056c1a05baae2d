"""What passes between readers, the worker pool and sinks, and the protocols they keep.

A reader turns any source of pages into `Record`s; the pool turns each record into one `Result`; a
sink puts results somewhere. The run loop knows nothing else, so a new input or output format is
one class here and no change there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

from boilerkill.values import Kind, Status

#: The columns of one page in the output, of plain JSON types.
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One page on its way in.

    Attributes:
        id: Name of the page, printable: for a file its path below the inputs' common folder, with
            "/" between parts; else the input's own id, or file and place.
        where: Where it came from, as a person would look it up (file, offset or row).
        source: The page; a Path is a file that the worker reads (and unpacks by its name).
        url: Address of the page, if known.
        kind: How to read it.
        charset: The label that came with it, such as that of an HTTP Content-Type.
        encodings: How `source` is packed, in the order in which to unpack: names of HTTP's
            content and transfer codings.
        fault: Why it cannot be cleaned at all; `source` is not looked at then.
        empty: Why it has no article, whatever it holds.
        size: Bytes of the source as stored; 0 if unknown. Only used to share out work.
        path: Path of the page's own output file, if such are written; from the readers of files
            of many pages, what it is named after if not the id.
        extra: Columns of the input row that pass through; they do not go to the worker.
        read: Bytes of input read until here, for showing progress.
    """

    id: str
    where: str
    source: bytes | str | Path = b""
    url: str | None = None
    kind: Kind = "auto"
    charset: str | None = None
    encodings: tuple[str, ...] = ()
    fault: str | None = None
    empty: str | None = None
    size: int = 0
    path: str = ""
    extra: Row | None = None
    read: int = 0

    def light(self) -> Record:
        """Return the record as it goes to a worker."""
        return self if self.extra is None else replace(self, extra=None)


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a page.

    Attributes:
        status: How it ended.
        reason: Why it was not kept; None if it was.
        row: The columns asked for; None where pages become files.
        body: Content of the page's own file; None where pages become rows, b"" if there is none.
        signature: What `dedup` compares; None if it was not asked for or there is no text.
    """

    status: Status
    reason: str | None
    row: Row | None = None
    body: bytes | None = None
    signature: bytes | None = None


@dataclass(frozen=True, slots=True)
class SourceEnd:
    """A file of many pages that was read to its end.

    Attributes:
        where: The file.
        at: Number of records of the whole run before its end.
        pages: Number of records in it.
        skipped: Number of things in it that are no pages, by what they are.
    """

    where: str
    at: int
    pages: int
    skipped: Mapping[str, int] = field(default_factory=dict)


class Reader(Protocol):
    """Pages in an order that is the same in every run; raises InputError if unusable."""

    @property
    def skipped(self) -> Mapping[str, int]:
        """Number of things passed by that are no pages, by what they are; after reading."""
        ...

    def __iter__(self) -> Iterator[Record]:
        """Yield each page, faults included."""
        ...


class Sink(Protocol):
    """A place for results; raises OutputError when it cannot take them."""

    def write(self, record: Record, result: Result) -> Mapping[str, Any]:
        """Take the next result, in input order; return what the manifest is to say of its place."""
        ...

    def settle(self) -> None:
        """Bring everything written so far to the disk."""
        ...

    @property
    def full(self) -> bool:
        """Whether it is time to settle and roll."""
        ...

    def roll(self) -> None:
        """Begin a new file if the one being written is large enough; after `settle`."""
        ...

    def finish(self, *, interrupted: bool) -> None:
        """Give the last file its name; after `settle`."""
        ...

    def discard(self) -> None:
        """Close what is open, however the run ended."""
        ...
