"""Output that is whole or absent, in a place that belongs to one run."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from boilerkill.dumps.files import Root
from boilerkill.dumps.names import OWN_PREFIX, digest, printable
from boilerkill.errors import OutputError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run puts its files.

    Attributes:
        folder: Everything lies in it.
        articles: The file of rows, if rows are written.
        prefix: What the names of quarantine, empty and summary files start with; "" when the
            folder is the run's own.
    """

    folder: Path
    articles: Path | None
    prefix: str = ""

    @property
    def quarantine(self) -> Path:
        """One line for each quarantined page."""
        return self.folder / f"{self.prefix}quarantine.jsonl"

    @property
    def empty(self) -> Path:
        """One line for each page without an article."""
        return self.folder / f"{self.prefix}empty.jsonl"

    @property
    def summary(self) -> Path:
        """The counts of the run."""
        return self.folder / f"{self.prefix}summary.json"

    @property
    def lock(self) -> Path:
        """Held by the run while it lasts."""
        return self.folder / f"{OWN_PREFIX}-{self.prefix}lock"

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are not named after pages."""
        files = (self.quarantine, self.empty, self.summary)
        return files if self.articles is None else (self.articles, *files)


def find_place(out: Path, rows: bool) -> Place:
    """Return where the results go for `-o out`: a folder, or one `.jsonl` file of rows."""
    if rows and out.suffix == ".jsonl" and not out.is_dir():
        return Place(out.parent, out, f"{out.stem}.")
    return Place(out, out / "articles.jsonl" if rows else None)


def keep_apart(place: Place, roots: Iterable[Root]) -> None:
    """Raise OutputError if results would lie among the input, or input among the results."""
    folder = place.folder.resolve()
    for root in roots:
        source = Path(root.path).resolve()
        inside = folder.is_relative_to(source) if root.is_folder else False
        # A run that writes single named files may write beside its input.
        over = source.is_relative_to(folder) if not place.prefix else source in place.files
        if inside or over:
            raise OutputError(
                f"output {printable(str(place.folder))} and input {printable(root.path)} lie in "
                "one another; give -o a folder apart from the input"
            )


@contextmanager
def claimed(place: Place, *, overwrite: bool) -> Iterator[None]:
    """Hold the place for this run; make its folder.

    Raises:
        OutputError: Another run holds it, or it holds something and `overwrite` is False.
    """
    with problems_with(place.folder):
        place.folder.mkdir(parents=True, exist_ok=True)
        lock = place.lock.open("ab")
    with lock:
        _take(lock, place)
        try:
            if not overwrite:
                _refuse_occupied(place)
            yield
        finally:
            place.lock.unlink(missing_ok=True)


def _take(lock: IO[bytes], place: Place) -> None:
    """Lock the open file, or raise OutputError; the system frees it when the process ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # A run that ended between our opening and locking has removed the file we hold.
        ours = os.path.samestat(os.fstat(lock.fileno()), place.lock.stat())
    except (BlockingIOError, FileNotFoundError):
        ours = False
    if not ours:
        raise OutputError(
            f"another run is writing to {printable(str(place.folder))}; wait for it, or give "
            "another -o"
        )


def _refuse_occupied(place: Place) -> None:
    if place.prefix:
        found = [path.name for path in place.files if os.path.lexists(path)]
    else:
        found = [path.name for path in place.folder.iterdir() if path != place.lock]
    if found:
        more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
        raise OutputError(
            f"{printable(str(place.folder))} already holds {printable(min(found))}{more}; give "
            "-o a new or empty folder, or --overwrite to replace files of the same name"
        )


class WholeFile:
    """A file that appears under its name only when it is complete and on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(f"{OWN_PREFIX}-{digest(path.name)}")
        with problems_with(path):
            self._part.unlink(missing_ok=True)  # of a run that was killed
            self._file = self._part.open("xb")

    def write(self, data: bytes) -> None:
        """Append `data`."""
        with problems_with(self._path):
            self._file.write(data)

    def commit(self) -> None:
        """Give the file its name."""
        with problems_with(self._path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()
            self._part.replace(self._path)

    def discard(self) -> None:
        """Remove the file unless it was committed."""
        with suppress(OSError):  # closing flushes, which a full disk refuses
            self._file.close()
        self._part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is whole or absent."""
    file = WholeFile(path)
    try:
        file.write(data)
        file.commit()
    finally:
        file.discard()


@contextmanager
def problems_with(path: Path) -> Iterator[None]:
    """Turn an OSError into an OutputError that names `path`."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"cannot write {printable(str(path))}: {error.strerror or error}; what was finished "
            "before is whole"
        ) from error
