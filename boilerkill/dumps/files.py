"""Finding the files that inputs name, and reading single pages."""

from __future__ import annotations

import errno
import glob
import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from boilerkill.dumps.names import DUMP_SUFFIXES, PAGE_SUFFIXES, dump_kind, page_suffix, printable
from boilerkill.dumps.unpack import Packing, too_large, unpacked
from boilerkill.errors import InputError

_PACKINGS: dict[str, Packing] = {".gz": "gzip", ".zst": "zstd"}


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


@dataclass(frozen=True, slots=True)
class Found:
    """A file among the inputs.

    Attributes:
        path: Where it is opened.
        name: Its path below the inputs' common folder.
        fault: Why it cannot be read, if that is already known.
    """

    path: str
    name: str
    fault: str | None = None


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
        walked = root.is_folder or _is_wanted(root.absolute)
        inside = walked and any(str(up) in folders for up in Path(root.absolute).parents)
        if root.absolute not in seen and not inside:
            unique.append(root)
        seen.add(root.absolute)
    return unique


def find_files(roots: Iterable[Root], skipped: Counter[str]) -> Iterator[Found]:
    """Yield each file in the order of the roots, sorted by name below each.

    A folder's own files come before its subfolders'. Links to files are read; links to folders
    are not entered (they may lead in a loop or to the whole disk) but counted in `skipped`, as
    are files whose names are no page's and no dump's.
    """
    roots = list(roots)
    homes = [r.absolute if r.is_folder else str(Path(r.absolute).parent) for r in roots]
    base = os.path.commonpath(homes) if homes else ""
    for root in roots:
        below = os.path.relpath(root.absolute, base)
        if root.is_folder:
            yield from _walk(root.path, "" if below == "." else below, skipped)
        else:
            yield Found(root.path, below)


def count_files(roots: Iterable[Root]) -> tuple[int | None, int]:
    """Return the number of pages (None if files hold many) and the bytes of all files.

    No file is opened.
    """
    pages: int | None = 0
    size = 0
    for found in find_files(roots, Counter()):
        size += file_size(found.path)
        pages = None if pages is None or dump_kind(found.name) else pages + 1
    return pages, size


def read_page(path: Path, max_bytes: int) -> bytes:
    """Return the content of a file, unpacked if its name ends in `.gz` or `.zst`.

    Never holds much more than `max_bytes`, whatever the file would unpack to, and never waits on
    something that is not a regular file.

    Raises:
        InputError: It cannot be read, is damaged, or is larger than `max_bytes`.
    """
    packing = packing_by_name(path)
    with open_regular(path) as raw, problems_of(path):
        if packing:
            return unpacked(raw, packing, max_bytes, lax=False)
        data = raw.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise too_large(max_bytes)
    return data


def packing_by_name(path: Path) -> Packing | None:
    """Return how a file is packed if it is as its name says."""
    return _PACKINGS.get(path.suffix.lower())


def open_regular(path: Path) -> IO[bytes]:
    """Open a regular file, or raise InputError saying why not."""
    with problems_of(path):
        # O_NONBLOCK: opening a FIFO without a writer would wait for ever.
        file = open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb")  # noqa: PTH123, SIM115
    mode = os.fstat(file.fileno()).st_mode
    if stat.S_ISREG(mode):
        return file
    file.close()
    raise InputError(f"not a regular file but {_what(mode)}")


class problems_of:  # noqa: N801  (used as a statement)
    """Turns an OSError inside `with` into an InputError that says why a path cannot be read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        """Do nothing."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Raise the InputError if there was an OSError."""
        if isinstance(error, OSError):
            raise InputError(_why(self._path, error)) from None


def file_size(path: str) -> int:
    """Return the bytes of a file; 0 if it cannot be told (whoever opens it will say why)."""
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder, as far as can be told."""
    return os.path.isdir(path)  # noqa: PTH112  (Path.is_dir may raise)


def _walk(top: str, name: str, skipped: Counter[str]) -> Iterator[Found]:
    """Yield each page and dump below the folder `top`."""
    stack = [(top, name)]
    while stack:
        folder, name = stack.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            yield Found(folder, name, f"the folder cannot be read: {error.strerror}")
            continue
        inner = []
        for entry in entries:
            below = f"{name}/{entry.name}" if name else entry.name
            if entry.is_dir(follow_symlinks=False):
                inner.append((entry.path, below))
            elif entry.is_symlink() and is_folder(entry.path):
                skipped["linked folders"] += 1
            elif _is_wanted(entry.name):
                yield Found(entry.path, below)
            else:
                skipped["other files"] += 1
        stack.extend(reversed(inner))


def _is_wanted(name: str) -> bool:
    return bool(page_suffix(name) or dump_kind(name))


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
    names = [*PAGE_SUFFIXES, *(s for s in DUMP_SUFFIXES if s != ".parquet")]
    return " ".join(names) + ", each also .gz and .zst, .parquet"
