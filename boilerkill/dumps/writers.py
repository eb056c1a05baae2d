"""Writing rows: a text file for each page, or JSON lines; and the lists that every run keeps."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import IO, Any

from boilerkill.dumps.names import Namer
from boilerkill.dumps.output import Place, WholeFile, problems_with, write_whole
from boilerkill.dumps.records import Record, Row
from boilerkill.errors import OutputError
from boilerkill.values import Status


def json_line(values: dict[str, Any]) -> bytes:
    """Return one line of JSON in UTF-8; what UTF-8 cannot hold becomes "?"."""
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return text.encode(errors="replace") + b"\n"


def text_bytes(row: Row) -> bytes:
    """Return the text of a row as the content of a file; b"" if there is none."""
    text = row["text"]
    return f"{text}\n".encode(errors="replace") if text else b""


def whole_row(record: Record, row: Row) -> dict[str, Any]:
    """Return the line of a page in the main output."""
    del record
    return row


def with_reason(record: Record, row: Row) -> dict[str, Any]:
    """Return the line of a page in the lists of quarantined and of empty pages."""
    return {"id": record.id, "where": record.where, "reason": row["reason"]}


class TextFiles:
    """A text file for each page of the wanted statuses, named after the page."""

    def __init__(self, place: Place, statuses: Collection[Status]) -> None:
        self._top = place.folder.resolve()
        self._statuses = statuses
        self._namer = Namer(".txt", reserved=tuple(path.name for path in place.files))
        self._folders: set[Path] = set()

    def write(self, record: Record, row: Row) -> None:
        """Write the page's file, whole or not at all."""
        # Every page claims its name, so that names do not hang on how other pages end.
        path = self._top / self._namer.path(record.id)
        if row["text"] and row["status"] in self._statuses:
            self._make(path.parent)
            write_whole(path, text_bytes(row))

    def commit(self) -> None:
        """Do nothing: every file is final at once."""

    def discard(self) -> None:
        """Do nothing: no file is ever unfinished."""

    def _make(self, folder: Path) -> None:
        if folder in self._folders:
            return
        with problems_with(folder):
            folder.mkdir(parents=True, exist_ok=True)
            # With --overwrite a link may be lying there.
            if not folder.resolve().is_relative_to(self._top):
                raise OutputError(f"{folder} leads out of {self._top} by a link; remove it")
        self._folders.add(folder)


class JsonLines:
    """Pages of the wanted statuses as JSON lines in one file, which appears on `commit`."""

    def __init__(
        self,
        path: Path,
        statuses: Collection[Status],
        line: Callable[[Record, Row], dict[str, Any]] = whole_row,
    ) -> None:
        self._file = WholeFile(path)
        self._statuses = statuses
        self._line = line

    def write(self, record: Record, row: Row) -> None:
        """Append the page's line."""
        if row["status"] in self._statuses:
            self._file.write(json_line(self._line(record, row)))

    def commit(self) -> None:
        """Give the file its name."""
        self._file.commit()

    def discard(self) -> None:
        """Remove the unfinished file."""
        self._file.discard()


class Stream:
    """Pages of the wanted statuses to an open stream, at once: JSON lines, or the bare text."""

    def __init__(self, stream: IO[bytes], statuses: Collection[Status], *, rows: bool) -> None:
        self._stream = stream
        self._statuses = statuses
        self._rows = rows

    def write(self, record: Record, row: Row) -> None:
        """Write one page.

        Raises:
            BrokenPipeError: Nobody reads the stream any more.
        """
        del record
        if row["status"] not in self._statuses:
            return
        try:
            self._stream.write(json_line(row) if self._rows else text_bytes(row))
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"cannot write to standard output: {error.strerror}") from error

    def commit(self) -> None:
        """Do nothing: all is written."""

    def discard(self) -> None:
        """Do nothing: what is written stays."""
