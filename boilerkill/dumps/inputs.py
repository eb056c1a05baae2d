"""From the INPUTs of the command line to one stream of records."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Final

from boilerkill.dumps.columns import Columns
from boilerkill.dumps.extras import need
from boilerkill.dumps.files import (
    Found,
    Root,
    count_files,
    file_size,
    find_files,
    find_roots,
)
from boilerkill.dumps.names import Namer, dump_kind, page_suffix, printable
from boilerkill.dumps.options import InputFormat
from boilerkill.dumps.parquet import ParquetReader, types_of
from boilerkill.dumps.records import Reader, Record, SourceEnd
from boilerkill.dumps.sources import JsonlReader, Reading, StreamReader, WarcReader
from boilerkill.errors import InputError, OutputError, UsageError
from boilerkill.values import Kind, Limits

#: The INPUT that stands for standard input.
STDIN: Final = "-"


@dataclass(slots=True)
class Past:
    """What an earlier run has finished.

    Attributes:
        done: Number of records.
        ids: Their ids, in order; drawn from as the same records are met again.
        ends: Files that were read to their ends, by `SourceEnd.where`.
    """

    done: int = 0
    ids: Iterator[str] = field(default_factory=lambda: iter(()))
    ends: Mapping[str, SourceEnd] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the INPUTs turned out to be.

    Attributes:
        roots: The files and folders among them.
        stdin: Standard input, if it is among them, and what it is.
        reading: How pages are read.
    """

    roots: tuple[Root, ...]
    stdin: tuple[IO[bytes], InputFormat] | None
    reading: Reading

    @property
    def single(self) -> bool:
        """Whether they are one page by their very form (a file or standard input)."""
        if self.stdin is not None:
            return not self.roots and self.stdin[1] == "page"
        return len(self.roots) == 1 and not self.roots[0].is_folder and not self.dump

    @property
    def dump(self) -> bool:
        """Whether they are one file of many pages."""
        alone = self.stdin is None and len(self.roots) == 1 and not self.roots[0].is_folder
        return alone and dump_kind(self.roots[0].path) is not None

    def totals(self) -> tuple[int | None, int | None]:
        """Return the number of pages and of bytes to come; None where only reading would tell."""
        pages, size = count_files(self.roots)
        if self.stdin is None:
            return pages, size
        return (pages + 1 if pages is not None and self.stdin[1] == "page" else None), None

    def check_extras(self) -> None:
        """Raise MissingExtraError if a file needs a package that is not installed."""
        if find_spec("pyarrow") and find_spec("zstandard"):
            return  # no need to go through all the files
        for found in find_files(self.roots, Counter()):
            if dump_kind(found.name) == "parquet":
                need("pyarrow.parquet", "pyarrow")
            elif found.name.lower().endswith(".zst"):
                need("zstandard")

    def types(self) -> dict[str, Any]:
        """Return the Arrow types of columns that pass through, if all input is Parquet."""
        found: dict[str, Any] = {}
        for file in find_files(self.roots, Counter()):
            if dump_kind(file.name) != "parquet" or self.stdin is not None:
                return {}
            for name, kind in types_of(Path(file.path), self.reading).items():
                if found.setdefault(name, kind) != kind:
                    found[name] = None
        return {name: kind for name, kind in found.items() if kind is not None}


def open_inputs(
    given: Sequence[str], stdin: IO[bytes], reading: Reading, input_format: InputFormat = "page"
) -> Inputs:
    """Return what is given: files, folders, globs, or "-".

    Raises:
        InputError: Something is not there or cannot be read.
        UsageError: There is a URL but more than one page.
    """
    named = [each for each in given if each != STDIN]
    from_stdin = (stdin, input_format) if len(named) < len(given) else None
    inputs = Inputs(tuple(find_roots(named)), from_stdin, reading)
    if reading.url is not None and not inputs.single:
        raise UsageError("a URL belongs to one page; the input is more")
    return inputs


def open_pages(
    given: Sequence[str], stdin: IO[bytes], limits: Limits, *, kind: Kind, url: str | None
) -> tuple[Inputs, Iterator[Record]]:
    """Return what is given and its pages, read as they come; see `open_inputs`."""
    reading = Reading(kind=kind, max_bytes=limits.max_bytes, columns=Columns(), url=url)
    inputs = open_inputs(given, stdin, reading)
    return inputs, iter(Stream(inputs, None, Past()))


class Stream:
    """The records of all inputs, in an order that is the same in every run.

    Attributes:
        skipped: Number of things passed by that are no pages, by what they are.
        ends: Files of many pages that were read to their ends, in order.
        number: Number of records met so far, those of an earlier run included.
    """

    def __init__(self, inputs: Inputs, namer: Namer | None, past: Past) -> None:
        self._inputs = inputs
        self._namer = namer
        self._past = past
        self.skipped: Counter[str] = Counter()
        self.ends: list[SourceEnd] = []
        self.number = 0
        self._read = 0  # bytes of the files before

    def __iter__(self) -> Iterator[Record]:
        """Yield each record that is not of an earlier run.

        Raises:
            InputError: The only input is a file of many pages that is unusable.
            MissingExtraError: A file needs a package that is not installed.
            OutputError: The input is not that of the earlier run.
        """
        yield from self._unmet(self._stdin())
        pages: Counter[str] = Counter()
        files = find_files(self._inputs.roots, pages)
        for is_dump, group in itertools.groupby(files, lambda found: dump_kind(found.name)):
            if is_dump is None:
                yield from self._unmet(map(self._page, group))
                continue
            for found in group:
                yield from self._dump(found)
        self.skipped += pages

    def _unmet(self, records: Iterator[Record]) -> Iterator[Record]:
        """Yield the records that the earlier run had not finished."""
        for record in records:
            self.number += 1
            if self.number > self._past.done:
                yield record
                continue
            expected = next(self._past.ids, None)
            if expected != record.id:
                raise OutputError(
                    f"the input changed since the run that is to be resumed: page {self.number:,} "
                    f"was {expected}, now it is {record.id}; give -o a new folder"
                )

    def _stdin(self) -> Iterator[Record]:
        if self._inputs.stdin is None:
            return
        stream, kind = self._inputs.stdin
        reading = self._inputs.reading
        try:
            if kind == "page":
                yield from StreamReader(stream, reading)
            else:
                yield from self._named(JsonlReader(stream, "stdin", reading), "stdin")
        except OSError as error:
            raise InputError(f"cannot read standard input: {error.strerror or error}") from error

    def _page(self, found: Found) -> Record:
        reading = self._inputs.reading
        kind = reading.kind
        if kind == "auto" and page_suffix(found.name).startswith(".htm"):
            kind = "html"
        size = file_size(found.path)
        self._read += size
        return Record(
            id=printable(found.name),
            where=printable(found.path),
            source=Path(found.path),
            url=reading.url,
            kind=kind,
            fault=found.fault,
            size=size,
            path=self._namer.path(found.name) if self._namer else "",
            read=self._read,
        )

    def _dump(self, found: Found) -> Iterator[Record]:
        where = printable(found.path)
        end = self._past.ends.get(where)
        if end is not None and end.at <= self._past.done:
            if self._namer:
                self._namer.inside(found.name)
            for _ in itertools.islice(self._past.ids, end.pages):
                pass
        else:
            before = self.number
            reader = self._reader(found)
            yield from self._unmet(self._faults(reader, found))
            end = SourceEnd(where, self.number, self.number - before, dict(reader.skipped))
        self.number = end.at
        self.skipped += Counter(end.skipped)
        self.ends.append(end)
        self._read += file_size(found.path)

    def _reader(self, found: Found) -> Reader:
        kind = dump_kind(found.name)
        path, reading = Path(found.path), self._inputs.reading
        if kind == "parquet":
            return ParquetReader(path, found.name, reading)
        if kind == "warc":
            return WarcReader(path, found.name, reading)
        return JsonlReader(path, found.name, reading)

    def _faults(self, reader: Reader, found: Found) -> Iterator[Record]:
        """Yield the records of a file, and one with a fault if it cannot be read (further)."""
        try:
            yield from self._named(reader, found.name)
        except InputError as error:
            if self._inputs.dump and self.number == 0:
                raise InputError(f"{printable(found.path)}: {error}") from error
            where = printable(found.path)
            yield Record(id=printable(found.name), where=where, fault=str(error))

    def _named(self, reader: Reader, name: str) -> Iterator[Record]:
        """Yield the records of a file with the paths of their own files."""
        namer = self._namer.inside(name) if self._namer else None
        for record in reader:
            path = namer.path(record.path or _flat(record.id)) if namer else ""
            yield replace(record, path=path, read=self._read + record.read)


def _flat(name: str) -> str:
    """Return an id as one path component."""
    return name.removeprefix("<urn:uuid:").removesuffix(">").replace("/", "%2F")
