"""Where results go: a file for each page, rows in shards, or standard output."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from boilerkill.dumps.extras import need
from boilerkill.dumps.files import file_size
from boilerkill.dumps.manifest import json_line
from boilerkill.dumps.options import ROW_ENDINGS, Format
from boilerkill.dumps.output import Log, Place, WholeFile, part_of, problems_with, sync_folder
from boilerkill.dumps.parquet import Types, write_parquet
from boilerkill.dumps.records import Record, Result, Row
from boilerkill.errors import OutputError
from boilerkill.values import Status

#: Bytes of JSON lines from which on a shard is full.
SHARD_BYTES: Final = 128_000_000
#: Bytes of JSON lines that are made into another format even when the run is interrupted.
_SOON: Final = 16_000_000
#: Files that are brought to the disk at the same time.
_SYNCS: Final = 8


class PageFiles:
    """A file for each page of the wanted statuses, at the path that its record says."""

    def __init__(self, place: Place, statuses: Collection[Status]) -> None:
        self._top = place.folder.resolve()
        self._statuses = statuses
        self._folders: set[Path] = set()
        self._unsettled: list[Path] = []

    def write(self, record: Record, result: Result) -> Mapping[str, Any]:
        """Write the page's file, still under another name."""
        if not result.body or result.status not in self._statuses:
            return {}
        path = self._top / record.path
        self._make(path.parent)
        self._unsettled.append(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW
        with problems_with(path), open(os.open(part_of(path), flags, 0o666), "wb") as file:  # noqa: PTH123
            file.write(result.body)
        return {"file": record.path}

    def settle(self) -> None:
        """Bring the files to the disk and give them their names."""
        paths = self._unsettled
        if not paths:
            return
        with ThreadPoolExecutor(_SYNCS) as pool:
            for _ in pool.map(_sync, paths):
                pass
        for path in paths:
            with problems_with(path):
                part_of(path).replace(path)
        for folder in {path.parent for path in paths}:
            with problems_with(folder):
                sync_folder(folder)
        self._unsettled = []

    @property
    def full(self) -> bool:
        """Never: every page has its file."""
        return False

    def roll(self) -> None:
        """Do nothing: every page has its file."""

    def finish(self, *, interrupted: bool) -> None:
        """Do nothing: every file has its name."""

    def discard(self) -> None:
        """Remove the files that are not settled."""
        for path in self._unsettled:
            with suppress(OSError):
                part_of(path).unlink(missing_ok=True)

    def _make(self, folder: Path) -> None:
        if folder in self._folders:
            return
        with problems_with(folder):
            made = [up for up in (folder, *folder.parents) if not up.exists()]
            folder.mkdir(parents=True, exist_ok=True)
            for up in made:
                sync_folder(up.parent)
            # With --overwrite a link may be lying there.
            if not folder.resolve().is_relative_to(self._top):
                raise OutputError(f"{folder} leads out of {self._top} by a link; remove it")
        self._folders.add(folder)


@dataclass(frozen=True, slots=True)
class Layout:
    """What rows look like.

    Attributes:
        format: Of their files.
        columns: That every row has.
        types: Arrow types of the others, where they are known.
    """

    format: Format
    columns: tuple[str, ...]
    types: Types


def check_extra(form: Format) -> None:
    """Raise MissingExtraError if writing the format needs a package that is not installed."""
    if form == "jsonl.zst":
        need("zstandard")
    if form == "parquet":
        need("pyarrow.parquet", "pyarrow")


class Rows:
    """Rows in files of about the same size, or in one.

    The file that is being written is JSON lines, so that every row is safe at once; when it is
    full it becomes what was asked for, and gets its name.

    Args:
        place: Where.
        layout: What they look like.
        statuses: Of the pages that are written.
        last: What the manifest says of the last row that an earlier run wrote.
    """

    def __init__(
        self, place: Place, layout: Layout, statuses: Collection[Status], last: Mapping[str, Any]
    ) -> None:
        self._place = place
        self._layout = layout
        self._kind = layout.format
        self._statuses = statuses
        self._shard = last.get("shard", 0)
        size = last.get("to", 0)
        self._log = self._open(size)
        self.roll()

    def write(self, record: Record, result: Result) -> Mapping[str, Any]:
        """Append the page's row."""
        if result.row is None or result.status not in self._statuses:
            return {}
        row = result.row if not record.extra else result.row | record.extra
        return {"shard": self._shard, "to": self._log.write(json_line(row))}

    def settle(self) -> None:
        """Bring the rows to the disk."""
        self._log.settle()

    @property
    def full(self) -> bool:
        """Whether the shard is large enough; always after the same row."""
        return self._is_full(self._log.size)

    def roll(self) -> None:
        """Finish the shard if it is full, and begin the next."""
        if self.full:
            self._name()
            self._shard += 1
            self._log = self._open(0)

    def finish(self, *, interrupted: bool) -> None:
        """Finish the last shard, unless it is large and the user wants to leave."""
        if self._log.size == 0 and self._shard:
            self._log.remove()
        elif not interrupted or self._kind == "jsonl" or self._log.size < _SOON:
            self._name(keep=interrupted)

    def discard(self) -> None:
        """Close the file; its rows stay for `--resume`."""
        self._log.close()

    @property
    def _path(self) -> Path:
        name = f"articles-{self._shard:05}{ROW_ENDINGS[self._kind]}"
        return self._place.rows or self._place.folder / name

    def _open(self, size: int) -> Log:
        """Open the shard that holds `size` bytes by the manifest."""
        part = part_of(self._path.with_name(f"{self._path.name}.rows"))
        if size and not part.exists() and self._path.exists():
            # The run ended between naming it and the next page, or was interrupted.
            if self._kind != "jsonl" or self._is_full(size):
                self._shard += 1
                return self._open(0)
            with problems_with(part):
                self._path.replace(part)
        if size and file_size(str(part)) < size:
            raise OutputError(f"{self._path} or {part} is missing or cut; give -o a new folder")
        return Log(part, size)

    def _is_full(self, size: int) -> bool:
        return self._place.rows is None and size >= SHARD_BYTES

    def _name(self, *, keep: bool = False) -> None:
        """Make the settled lines what was asked for, under its name."""
        path = self._path
        if self._kind == "jsonl":
            self._log.name(path)
            return
        self._log.close()
        whole = WholeFile(path)
        try:
            self._convert(whole.file)
            whole.commit()
        finally:
            whole.discard()
        if not keep:
            self._log.remove()

    def _convert(self, target: IO[bytes]) -> None:
        part = self._log.path
        with problems_with(self._path):
            if self._kind == "parquet":
                write_parquet(lambda: _read(part), target, self._layout.columns, self._layout.types)
                return
            packer = need("zstandard").ZstdCompressor(write_content_size=False)
            with part.open("rb") as lines:
                packer.copy_stream(lines, target)


class Stdout:
    """Pages of the wanted statuses to an open stream, at once: JSON lines, or the bare article."""

    def __init__(self, stream: IO[bytes], statuses: Collection[Status]) -> None:
        self._stream = stream
        self._statuses = statuses

    def write(self, record: Record, result: Result) -> None:
        """Write one page.

        Raises:
            BrokenPipeError: Nobody reads the stream any more.
        """
        if result.status not in self._statuses:
            return
        if result.row is not None:
            data = json_line(result.row if not record.extra else result.row | record.extra)
        else:
            data = result.body or b""
        try:
            self._stream.write(data)
            self._stream.flush()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise OutputError(f"cannot write to standard output: {error.strerror}") from error


def _read(path: Path) -> Iterator[Row]:
    with path.open("rb") as lines:
        for line in lines:
            yield json.loads(line)


def _sync(path: Path) -> None:
    with problems_with(path):
        file = os.open(part_of(path), os.O_RDONLY)
        try:
            os.fsync(file)
        finally:
            os.close(file)
