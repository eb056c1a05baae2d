"""Output names that mirror the input's and never collide, on any file system.

An id such as "x/y.html.gz" becomes "x/y.txt". What some file system could not hold or would
confuse (letter case, reserved device names, bytes that are no UTF-8, very long names) is
rewritten, and whatever then meets a name in use gets "-2", "-3", … in input order.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from typing import Literal

DumpKind = Literal["warc", "jsonl", "parquet"]

PAGE_SUFFIXES = (".html", ".htm", ".txt", ".md")
#: Suffixes of files that hold many pages, and how they are read.
DUMP_SUFFIXES: dict[str, DumpKind] = {
    ".warc": "warc",
    ".wet": "warc",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
_PACKED = ("", ".gz", ".zst")
#: Names starting so belong to the run itself (lock, unfinished files).
OWN_PREFIX = ".boilerkill"
#: Bytes of a name before its suffix; file systems allow 255 in all.
_MAX_NAME = 180
#: Bytes of a whole path below the output folder; systems allow about 4,096 in all.
_MAX_PATH = 2_000

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*\\\ud800-\udfff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)", re.IGNORECASE)


def page_suffix(name: str) -> str:
    """Return the suffix that makes `name` a page's name (".html", ".txt.gz", …), or ""."""
    return _suffix(name, PAGE_SUFFIXES)


def dump_suffix(name: str) -> str:
    """Return the suffix that makes `name` that of a file of many pages (".warc.gz", …), or ""."""
    return _suffix(name, DUMP_SUFFIXES)


def dump_kind(name: str) -> DumpKind | None:
    """Return how a file of many pages is read; None if its name is not that of one.

    >>> dump_kind("CC-MAIN-1.warc.wet.gz"), dump_kind("page.html")
    ('warc', None)
    """
    suffix = dump_suffix(name)
    return DUMP_SUFFIXES["." + suffix.split(".")[1]] if suffix else None


def _suffix(name: str, suffixes: Iterable[str]) -> str:
    lower = name.lower()
    found = (s + packed for s in suffixes for packed in _PACKED)
    return next((each for each in found if lower.endswith(each) and lower != each), "")


def printable(name: str) -> str:
    """Return `name` without what would garble a line or cannot be encoded as UTF-8.

    Bytes of a file name that are no UTF-8 (surrogates to Python) and control characters show
    as `%XX`.
    """
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]", _percent, name)


def safe_name(name: str) -> str:
    """Return `name` as one path component that every common file system holds unchanged."""
    safe = unicodedata.normalize("NFC", _UNSAFE.sub(_percent, name))
    safe = safe.rstrip(". ") + "_" * (len(safe) - len(safe.rstrip(". ")))
    if _RESERVED.match(safe) or safe.lower().startswith(OWN_PREFIX):
        safe = f"_{safe}"
    if len(safe.encode()) > _MAX_NAME:
        head = safe.encode()[: _MAX_NAME - 17].decode(errors="ignore")
        safe = f"{head}~{digest(name)}"
    return safe or "_"


class Namer:
    """Gives each page of a run its output path; remembers what is taken.

    Folders and files share one set of names, compared without letter case, because some file
    system down the line will compare them so.

    Args:
        suffix: What every path ends in.
        reserved: Paths that are taken by the run itself.
        within: Folder that all paths lie in; "" for none.
    """

    def __init__(self, suffix: str, reserved: tuple[str, ...] = (), within: str = "") -> None:
        self._suffix = suffix
        self._folders = {"": within}
        self._last: dict[bytes, int] = {}  # number that a name was given last
        self._taken = {_key(name) for name in reserved}

    def path(self, page: str) -> str:
        """Return the path below the output folder, "/" between parts, for the id `page`.

        Every call gives another path, also for the same id.
        """
        folder, _, name = page.rpartition("/")
        ending = page_suffix(name)
        stem = safe_name(name[: len(name) - len(ending)])
        path = self._claim(self._folder(folder), stem, self._suffix)
        if len(path.encode()) > _MAX_PATH:
            path = self._claim("", f"_long~{digest(page)}", self._suffix)
        return path

    def inside(self, dump: str) -> Namer:
        """Return a namer for the pages of a dump, in a folder of their own named after it."""
        folder, _, name = dump.rpartition("/")
        stem = safe_name(name[: len(name) - len(dump_suffix(name))])
        return Namer(self._suffix, within=self._claim(self._folder(folder), stem, ""))

    def _folder(self, folder: str) -> str:
        if folder not in self._folders:
            above, _, name = folder.rpartition("/")
            self._folders[folder] = self._claim(self._folder(above), safe_name(name), "")
        return self._folders[folder]

    def _claim(self, folder: str, stem: str, suffix: str) -> str:
        base = f"{folder}/{stem}" if folder else stem
        path, number = base + suffix, self._last.get(_key(base + suffix), 1)
        first = _key(path)
        while (key := _key(path)) in self._taken:
            number += 1
            path = f"{base}-{number}{suffix}"
        if number > 1:
            self._last[first] = number
        self._taken.add(key)
        return path


def _key(path: str) -> bytes:
    """Return what stands for a path in the set of those taken; short, there may be millions."""
    return hashlib.blake2b(path.casefold().encode(), digest_size=12).digest()


def _percent(match: re.Match[str]) -> str:
    char = match[0]
    # U+DC80 to U+DCFF is how Python hands over the bytes 80 to FF of a name that is no UTF-8.
    errors = "surrogateescape" if "\udc80" <= char <= "\udcff" else "surrogatepass"
    return "".join(f"%{byte:02X}" for byte in char.encode(errors=errors))


def digest(name: str) -> str:
    """Return 16 characters that stand for `name`."""
    return hashlib.blake2b(name.encode(errors="surrogatepass"), digest_size=8).hexdigest()
