"""Files that hold many pages, and streams, to records."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final

from boilerkill.dumps import http, warc
from boilerkill.dumps.columns import Columns, page_of
from boilerkill.dumps.files import open_regular, packing_by_name, problems_of
from boilerkill.dumps.names import printable
from boilerkill.dumps.records import Record
from boilerkill.dumps.tape import Tape
from boilerkill.dumps.unpack import Piece, pieces, too_large
from boilerkill.values import Kind

_PAGE_TYPES: Final = {"", "text/html", "application/xhtml+xml", "text/plain"}
_RECORD_TYPES: Final = {"response", "conversion", "resource"}
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How pages are read.

    Attributes:
        kind: How to read them; "auto" goes by name, type and content.
        max_bytes: Largest page.
        columns: Names of columns that were given.
        url: Address of the page, where there is one page only.
    """

    kind: Kind
    max_bytes: int
    columns: Columns
    url: str | None = None


class WarcReader:
    """The pages of a WARC or WET file, packed or not.

    Attributes:
        skipped: Number of records that are no pages, by what they are.
    """

    def __init__(self, path: Path, name: str, reading: Reading) -> None:
        self._path = path
        self._name = name
        self._reading = reading
        self.skipped: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Record]:
        """Yield each page, and one record with a fault for each damaged place."""
        with open_regular(self._path) as file, problems_of(self._path):
            tape = Tape(pieces(file, named=packing_by_name(self._path), begin=warc.BEGIN))
            limit = self._reading.max_bytes + http.MAX_HEADERS
            for raw in warc.records(tape, self._wants, limit):
                record = self._record(raw)
                if record is not None:
                    yield replace(record, read=file.tell())

    @staticmethod
    def _wants(headers: warc.Headers) -> bool:
        return headers.get("warc-type", "").lower() in _RECORD_TYPES

    def _record(self, raw: warc.Raw) -> Record | None:
        headers = raw.headers
        place = f"{raw.offset or raw.inside}" + (
            f"+{raw.inside}" if raw.offset and raw.inside else ""
        )
        name = headers.get("warc-record-id")
        record = Record(
            id=printable(name or f"{self._name}:{place}"),
            where=f"{printable(str(self._path))}, offset {place}",
            path="" if name else place,
            url=headers.get("warc-target-uri", "").strip("<>") or None,
            fault=raw.fault,
        )
        if raw.fault is not None:
            return record
        if raw.content is None:
            self.skipped[f"{headers.get('warc-type', 'untyped').lower()[:40]} records"] += 1
            return None
        return self._page(record, headers, raw.content)

    def _page(self, record: Record, headers: warc.Headers, content: bytes) -> Record | None:
        kind, charset = http.media_type(headers.get("content-type", ""))
        response = http.Response(0, kind, charset, (), content)
        # Answers to other requests (DNS, FTP) are responses too.
        if headers["warc-type"].lower() == "response" and kind in {"", "application/http"}:
            response = http.parse(content)
        if response.type not in _PAGE_TYPES:
            self.skipped["records of other media types"] += 1
            return None
        sent = response.status
        refused = bool(sent) and not 200 <= sent < 300  # noqa: PLR2004
        return replace(
            record,
            source=b"" if refused else response.body,
            kind=self._kind(response.type),
            charset=response.charset,
            encodings=response.encodings,
            empty=f"the server answered with status {sent}" if refused else None,
            size=len(response.body),
        )

    def _kind(self, media_type: str) -> Kind:
        if self._reading.kind != "auto" or not media_type:
            return self._reading.kind
        return "text" if media_type == "text/plain" else "html"


class JsonlReader:
    """The pages of a file or stream of JSON lines, packed or not.

    Attributes:
        skipped: Nothing; blank lines are no rows.
    """

    def __init__(self, source: Path | IO[bytes], name: str, reading: Reading) -> None:
        self._source = source
        self._name = name
        self._reading = reading
        self.skipped: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Record]:
        """Yield a record for each line, with a fault where it is no page."""
        if not isinstance(self._source, Path):
            yield from self._records(self._source, pieces(self._source), "standard input")
            return
        with open_regular(self._source) as file, problems_of(self._source):
            parts = pieces(file, named=packing_by_name(self._source))
            yield from self._records(file, parts, printable(str(self._source)))

    def _records(self, file: IO[bytes], parts: Iterator[Piece], shown: str) -> Iterator[Record]:
        read = 0
        longest = 2 * self._reading.max_bytes
        for number, line in enumerate(_lines(parts, longest), 1):
            read = file.tell() if isinstance(self._source, Path) else read + len(line or b"")
            if isinstance(line, bytes) and not line.strip():
                continue
            name, where = f"{printable(self._name)}:{number}", f"{shown}, line {number}"
            record = Record(id=name, where=where, path=f"{number:08}")
            yield replace(self._filled(record, line, longest), read=read)

    def _filled(self, record: Record, line: bytes | str | None, longest: int) -> Record:
        if line is None:
            return replace(record, fault=str(too_large(longest)))
        if isinstance(line, str):
            return replace(record, fault=line)
        try:
            row = json.loads(line.removeprefix(_BOM))
        except UnicodeDecodeError as error:
            return replace(record, fault=f"not UTF-8: {error.reason} at byte {error.start}")
        except (ValueError, RecursionError) as error:
            return replace(record, fault=f"not JSON: {error}")
        if not isinstance(row, dict):
            return replace(record, fault=f"not a JSON object but {type(row).__name__}")
        return page_of(record, row, self._reading.columns, self._reading.kind, len(line))


def _lines(parts: Iterator[Piece], longest: int) -> Iterator[bytes | str | None]:
    """Yield each line; None for one that is too long, a str that says what broke them off."""
    pending: list[bytes] = []
    size = 0
    for piece in parts:
        if piece.gap is not None:
            yield piece.gap
            return
        start = 0
        while True:
            end = piece.data.find(b"\n", start)
            part = piece.data[start : None if end < 0 else end]
            size += len(part)
            if size <= longest:
                pending.append(part)
            else:
                pending.clear()
            if end < 0:
                break
            yield b"".join(pending) if size <= longest else None
            pending, size, start = [], 0, end + 1
    if size:
        yield b"".join(pending) if size <= longest else None


class StreamReader:
    """One page from an open stream, such as standard input."""

    def __init__(self, stream: IO[bytes], reading: Reading) -> None:
        self._stream = stream
        self._reading = reading
        self.skipped: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Record]:
        """Yield the page; one that is too large is not read to its end."""
        most = self._reading.max_bytes
        data = self._stream.read(most + 1)
        fault = None
        if len(data) > most:
            data, fault = b"", str(too_large(most))
        yield Record(
            id="stdin",
            where="standard input",
            source=data,
            url=self._reading.url,
            kind=self._reading.kind,
            fault=fault,
            size=len(data),
            path="stdin",
        )
