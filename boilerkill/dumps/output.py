"""Output that is whole or absent, in a place that belongs to one run."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from boilerkill.dumps.files import Root, is_folder
from boilerkill.dumps.names import OWN_PREFIX, digest, printable
from boilerkill.errors import OutputError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run puts its files.

    Attributes:
        folder: Everything lies in it.
        rows: The one file of rows, if that was named; None for a folder.
        prefix: What the names of the files beside the results start with; "" when the folder is
            the run's own.
    """

    folder: Path
    rows: Path | None = None
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
        """The counts of the run; the last file to be written."""
        return self.folder / f"{self.prefix}summary.json"

    @property
    def manifest(self) -> Path:
        """One line for each finished page: what `--resume` goes by."""
        return self.folder / f"{self.prefix}manifest.jsonl"

    @property
    def lock(self) -> Path:
        """Held by the run while it lasts."""
        return self.folder / f"{OWN_PREFIX}-{self.prefix}lock"

    @property
    def seen(self) -> Path:
        """Signatures of the pages so far, for finding duplicates."""
        return self.folder / f"{OWN_PREFIX}-{self.prefix}seen.sqlite"

    @property
    def files(self) -> tuple[Path, ...]:
        """The files that are not named after pages."""
        files = (self.quarantine, self.empty, self.summary, self.manifest)
        return files if self.rows is None else (self.rows, *files)


def find_place(out: Path, ending: str | None) -> Place:
    """Return where the results go for `-o out`: a folder, or one file of rows.

    Args:
        out: What was given.
        ending: What the names of files of rows end in; None if pages become files.
    """
    if ending and out.name.endswith(ending) and not is_folder(out):
        return Place(out.parent, out, f"{out.name.removesuffix(ending)}.")
    return Place(out)


def part_of(path: Path) -> Path:
    """Return the file in which `path` is made until it is whole."""
    return path.with_name(f"{OWN_PREFIX}-{digest(path.name)}")


def keep_apart(place: Place, roots: Iterable[Root]) -> None:
    """Raise OutputError if results would lie among the input, or input among the results."""
    folder = _real(place.folder)
    written = {_real(path) for path in place.files}
    for root in roots:
        source = _real(Path(root.path))
        inside = folder.is_relative_to(source) if root.is_folder else False
        # A run that writes single named files may write beside its input.
        over = source.is_relative_to(folder) if not place.prefix else source in written
        if inside or over:
            raise OutputError(
                f"output {printable(str(place.folder))} and input {printable(root.path)} lie in "
                "one another; give -o a folder apart from the input"
            )


def _real(path: Path) -> Path:
    # Path.resolve may raise on links in a circle.
    return Path(os.path.realpath(path))


@contextmanager
def claimed(place: Place, *, overwrite: bool = False, resume: bool = False) -> Iterator[None]:
    """Hold the place for this run; make its folder.

    Raises:
        OutputError: Another run holds it, or it holds something that is neither to be replaced
            nor to be resumed.
    """
    with problems_with(place.folder):
        _make_folder(place.folder)
        lock = place.lock.open("ab")
    with lock:
        _take(lock, place)
        try:
            with problems_with(place.folder):
                if not overwrite and not (resume and place.manifest.exists()):
                    _refuse_occupied(place)
            yield
        finally:
            with suppress(OSError):  # left there it is in nobody's way
                place.lock.unlink(missing_ok=True)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError):
        raise OutputError(
            f"{printable(str(folder))} is a file or lies below one; -o wants a folder, or for rows "
            "a name that ends in .jsonl, .jsonl.zst or .parquet"
        ) from None


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
        # What a run left that did not get to its first line is in nobody's way.
        names = (path.name for path in place.folder.iterdir())
        found = [name for name in names if not name.startswith(OWN_PREFIX)]
    if not found:
        return
    name = printable(str(place.folder))
    if place.manifest.name in found:
        raise OutputError(
            f"{name} holds an earlier run; give --resume to go on with it, --overwrite to replace "
            "it, or -o a new folder"
        )
    more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
    raise OutputError(
        f"{name} already holds {printable(min(found))}{more}; give -o a new or empty folder, or "
        "--overwrite to replace files of the same name"
    )


def forget(place: Place) -> None:
    """Remove what would make an earlier run look like this one, or a part of it."""
    shards = [] if place.rows else place.folder.glob("articles-[0-9]*[0-9].*")
    with problems_with(place.folder):
        for path in (place.manifest, place.summary, place.seen, *shards):
            path.unlink(missing_ok=True)


class WholeFile:
    """A file that appears under its name only when it is complete and on disk."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = part_of(path)
        with problems_with(path):
            self._part.unlink(missing_ok=True)  # of a run that was killed
            self.file = self._part.open("xb")

    def write(self, data: bytes) -> None:
        """Append `data`."""
        with problems_with(self._path):
            self.file.write(data)

    def commit(self) -> None:
        """Give the file its name."""
        with problems_with(self._path):
            self.file.flush()
            os.fsync(self.file.fileno())
            self.file.close()
            self._part.replace(self._path)
            sync_folder(self._path.parent)

    def discard(self) -> None:
        """Remove the file unless it was committed."""
        with suppress(OSError):  # closing flushes, which a full disk refuses
            self.file.close()
        with suppress(OSError):
            self._part.unlink(missing_ok=True)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file that is whole or absent."""
    file = WholeFile(path)
    try:
        file.write(data)
        file.commit()
    finally:
        file.discard()


class Log:
    """A file that only grows, and of which every byte up to some place is known to be on disk."""

    def __init__(self, path: Path, size: int = 0) -> None:
        """Open the file, made if it is not there, and cut what is beyond `size`."""
        self.path = path
        with problems_with(path):
            is_new = not path.exists()
            self._file = path.open("xb" if is_new else "r+b")
            if is_new:
                sync_folder(path.parent)
            self._file.truncate(size)
            self._file.seek(size)
        self.size = size

    def write(self, data: bytes) -> int:
        """Append `data`; return the size of the file then."""
        with problems_with(self.path):
            self._file.write(data)
        self.size += len(data)
        return self.size

    def settle(self) -> None:
        """Bring everything written so far to the disk."""
        with problems_with(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        with suppress(OSError):  # closing flushes, which a full disk refuses
            self._file.close()

    def remove(self) -> None:
        """Close and remove the file."""
        self.close()
        with problems_with(self.path):
            self.path.unlink()

    def name(self, path: Path) -> None:
        """Give the settled file its final name, and close it."""
        self.close()
        with problems_with(path):
            self.path.replace(path)
            sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Bring the names in a folder to the disk."""
    with problems_with(path):
        folder = os.open(path, os.O_RDONLY)
        try:
            os.fsync(folder)
        except OSError as error:
            if error.errno != errno.EINVAL:  # a file system that has no such thing
                raise
        finally:
            os.close(folder)


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
