"""Reading pages from files, folders, globs and standard input."""

from __future__ import annotations

import errno
import glob
import gzip
import os
import stat
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from boilerkill.dumps.names import PAGE_SUFFIXES, page_suffix, printable
from boilerkill.dumps.records import Record
from boilerkill.errors import InputError
from boilerkill.values import Kind


@dataclass(frozen=True, slots=True)
class Root:
    """One file or folder named on the command line.

    Attributes:
        path: As it was given; pages are opened through it.
        absolute: The same without "." and ".."; pages are named by it.
        is_folder: Whether it is walked.
    """

    path: str
    absolute: str
    is_folder: bool


def find_roots(inputs: Iterable[str]) -> list[Root]:
    """Return the files and folders that `inputs` name, in order, each page under one root only.

    Raises:
        InputError: Something named is not there, cannot be read, or is no file or folder.
    """
    roots = [_root(path) for given in inputs for path in _expand(given)]
    folders = {root.absolute for root in roots if root.is_folder}
    seen: set[str] = set()
    unique = []
    for root in roots:
        walked = root.is_folder or page_suffix(root.absolute)
        inside = walked and any(str(up) in folders for up in Path(root.absolute).parents)
        if root.absolute not in seen and not inside:
            unique.append(root)
        seen.add(root.absolute)
    return unique


class FileReader:
    """Pages of files and folders; a folder's own files come before its subfolders'.

    Links to files are read; links to folders are not entered (they may lead in a loop or to
    the whole disk) but counted in `skipped`, as are files whose names are no page's.

    Attributes:
        skipped: Number of "other files" and "linked folders" passed by; complete after reading.
    """

    def __init__(self, roots: Sequence[Root], *, kind: Kind = "auto", url: str | None = None):
        self._roots = roots
        self._kind = kind
        self._url = url
        homes = [r.absolute if r.is_folder else str(Path(r.absolute).parent) for r in roots]
        self._base = os.path.commonpath(homes) if homes else ""
        self.skipped: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Record]:
        """Yield each page in the order of the roots, sorted by name below each."""
        self.skipped.clear()
        for path, name, fault in self._pages(self.skipped):
            yield self._record(path, name, fault)

    def count(self) -> int:
        """Return the number of pages by walking the folders without opening a file."""
        return sum(1 for _ in self._pages(Counter()))

    def _pages(self, skipped: Counter[str]) -> Iterator[tuple[str, str, str | None]]:
        for root in self._roots:
            below = os.path.relpath(root.absolute, self._base)
            if root.is_folder:
                yield from _walk(root.path, "" if below == "." else below, skipped)
            else:
                yield root.path, below, None

    def _record(self, path: str, name: str, fault: str | None) -> Record:
        kind = self._kind
        if kind == "auto" and page_suffix(name).startswith(".htm"):
            kind = "html"
        return Record(
            id=printable(name),
            where=printable(path),
            source=Path(path),
            url=self._url,
            kind=kind,
            fault=fault,
            size=_size(path),
        )


class StreamReader:
    """One page from an open stream, such as standard input."""

    def __init__(
        self, stream: IO[bytes], max_bytes: int, *, kind: Kind = "auto", url: str | None = None
    ) -> None:
        self._stream = stream
        self._max_bytes = max_bytes
        self._kind = kind
        self._url = url
        self.skipped: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Record]:
        """Yield the page; one that is too large is not read to its end."""
        data = self._stream.read(self._max_bytes + 1)
        fault = None
        if len(data) > self._max_bytes:
            data, fault = b"", _too_large(self._max_bytes)
        yield Record(
            id="stdin",
            where="standard input",
            source=data,
            url=self._url,
            kind=self._kind,
            fault=fault,
            size=len(data),
        )

    def count(self) -> int:
        """Return 1."""
        return 1


def load(record: Record, max_bytes: int) -> bytes | str:
    """Return the page of a record.

    Raises:
        InputError: It has a fault, or cannot be read within `max_bytes`.
    """
    if record.fault is not None:
        raise InputError(record.fault)
    if isinstance(record.source, Path):
        return read_page(record.source, max_bytes)
    return record.source


def read_page(path: Path, max_bytes: int) -> bytes:
    """Return the content of a file, unpacked if its name ends in `.gz`.

    Never reads more than `max_bytes` + 1 bytes, whatever the file would unpack to, and never
    waits on something that is not a regular file.

    Raises:
        InputError: It cannot be read, is damaged, or is larger than `max_bytes`.
    """
    try:
        # O_NONBLOCK: opening a FIFO without a writer would wait for ever.
        with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as raw:  # noqa: PTH123
            mode = os.fstat(raw.fileno()).st_mode
            if not stat.S_ISREG(mode):
                raise InputError(f"not a regular file but {_what(mode)}")
            if path.name.lower().endswith(".gz"):
                with gzip.open(raw) as unpacked:
                    data = unpacked.read(max_bytes + 1)
            else:
                data = raw.read(max_bytes + 1)
    except EOFError:
        raise InputError("truncated gzip: the file ends before its data do") from None
    except (gzip.BadGzipFile, zlib.error) as error:
        raise InputError(f"damaged gzip: {error}") from None
    except OSError as error:
        raise InputError(_why(path, error)) from None
    if len(data) > max_bytes:
        raise InputError(_too_large(max_bytes))
    return data


def _walk(top: str, name: str, skipped: Counter[str]) -> Iterator[tuple[str, str, str | None]]:
    """Yield (path, name below the base, fault or None) of each page below the folder `top`."""
    stack = [(top, name)]
    while stack:
        folder, name = stack.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield folder, name, f"the folder cannot be read: {error.strerror}"
            continue
        inner = []
        for entry in entries:
            below = f"{name}/{entry.name}" if name else entry.name
            if entry.is_dir(follow_symlinks=False):
                inner.append((entry.path, below))
            elif entry.is_symlink() and Path(entry.path).is_dir():
                skipped["linked folders"] += 1
            elif page_suffix(entry.name):
                yield entry.path, below, None
            else:
                skipped["other files"] += 1
        stack.extend(reversed(inner))


def _expand(given: str) -> list[str]:
    if os.path.lexists(given):
        return [given]
    # Not Path.glob: it takes no absolute patterns.
    matches = sorted(glob.glob(given, recursive=True)) if glob.has_magic(given) else []  # noqa: PTH207
    if not matches:
        raise InputError(f"no such file or folder: {printable(given)}")
    return matches


def _root(path: str) -> Root:
    absolute = os.path.normpath(Path(path).absolute())
    try:
        mode = Path(path).stat().st_mode
    except OSError as error:
        raise InputError(f"cannot read {printable(path)}: {_why(Path(path), error)}") from None
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise InputError(
            f"{printable(path)} is {_what(mode)}, not a file or folder; to read from a pipe give -"
        )
    if not os.access(path, os.R_OK):
        raise InputError(f"cannot read {printable(path)}: permission denied")
    return Root(path, absolute, stat.S_ISDIR(mode))


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0  # the worker will say why


def _too_large(max_bytes: int) -> str:
    return f"too large: more than {max_bytes:,} bytes"


def _what(mode: int) -> str:
    kinds = (
        (stat.S_ISFIFO, "a FIFO"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    return next((name for test, name in kinds if test(mode)), "something else")


def _why(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOENT, errno.ELOOP) and path.is_symlink():
        return "a link that leads nowhere"
    if error.errno == errno.ENXIO:
        return "not a regular file but a socket"
    return error.strerror or str(error)


def page_names() -> str:
    """Return the suffixes of files taken from folders, for messages."""
    return " ".join(PAGE_SUFFIXES) + ", each also .gz"
