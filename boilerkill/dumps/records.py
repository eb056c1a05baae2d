"""What passes between readers, the worker pool and writers, and the two protocols they keep.

A reader turns any source of pages into `Record`s; the pool turns each record into one row; a
writer puts rows somewhere. The run loop knows nothing else, so a new input or output format is
one class here and no change there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from boilerkill.values import Kind

#: One result: the columns of the contract, of plain JSON types.
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One page on its way in.

    Attributes:
        id: Name of the page, unique in the run and printable; for a file its path below the
            inputs' common folder, with "/" between parts.
        where: Where it came from, as a person would look it up (file, offset or row).
        source: The page; a Path is a file that the worker reads (and unpacks if it is `.gz`).
        url: Address of the page, if known.
        kind: How to read it.
        fault: Why it cannot be cleaned at all; `source` is not looked at then.
        size: Bytes of the source as stored; 0 if unknown. Only used to share out work.
    """

    id: str
    where: str
    source: bytes | str | Path = b""
    url: str | None = None
    kind: Kind = "auto"
    fault: str | None = None
    size: int = 0


class Reader(Protocol):
    """A source of pages, read once, in an order that is the same in every run."""

    @property
    def skipped(self) -> Mapping[str, int]:
        """Number of things passed by that are no pages, by what they are; after reading."""
        ...

    def __iter__(self) -> Iterator[Record]:
        """Yield each page, faults included; raise InputError if the source itself is unusable."""
        ...

    def count(self) -> int | None:
        """Number of records to come; None if only reading them would tell."""
        ...


class Writer(Protocol):
    """A place for rows; raises OutputError when it cannot take them."""

    def write(self, record: Record, row: Row) -> None:
        """Take the next row; rows come in input order."""
        ...

    def commit(self) -> None:
        """Make everything written so far final."""
        ...

    def discard(self) -> None:
        """Leave nothing unfinished behind."""
        ...
