"""Finding pages that repeat an earlier one, the same in every run.

Two texts are near duplicates if their sets of word sequences overlap by four fifths (Jaccard
index), estimated from MinHash signatures; candidates are found by locality-sensitive hashing (A.
Broder 1997; P. Indyk and R. Motwani 1998). What was seen lies in a database beside the results,
so that memory stays flat and `--resume` finds it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.dumps.options import Dedup
from boilerkill.dumps.output import problems_with
from boilerkill.errors import OutputError
from boilerkill.words import tokens

#: Words in a sequence.
_SHINGLE: Final = 5
#: Bands of the signature and hashes in each: two texts that overlap by 0.8 meet in a band with a
#: probability of 0.95, by 0.9 almost surely, by 0.5 with 0.06.
_BANDS, _ROWS = 16, 8
#: Share of equal hashes from which on texts are near duplicates.
_NEAR: Final = 0.8
_EXACT_BYTES: Final = 16

_dice = np.random.Generator(np.random.PCG64(1))
#: Multiply-shift hash functions: odd factors and summands (M. Dietzfelbinger et al. 1997).
_FACTORS: Final = _dice.integers(0, 1 << 64, _BANDS * _ROWS, dtype=np.uint64) | np.uint64(1)
_SUMMANDS: Final = _dice.integers(0, 1 << 64, _BANDS * _ROWS, dtype=np.uint64)
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)


def signature_of(text: str, kind: Dedup) -> bytes:
    """Return what texts are compared by: a digest of the words, then for "near" MinHashes."""
    words = tokens(text)
    digest = hashlib.blake2b(" ".join(words).encode(errors="replace"), digest_size=_EXACT_BYTES)
    if kind == "exact":
        return digest.digest()
    return digest.digest() + _minhash(words).tobytes()


def _minhash(words: list[str]) -> NDArray[np.uint32]:
    """Return (128,) the smallest hash of any word sequence, by each hash function."""
    known: dict[str, int] = {}
    for word in words:
        if word not in known:
            known[word] = zlib.crc32(word.encode(errors="replace"))
    hashes = np.array([known[word] for word in words] or [0], dtype=np.uint64)
    width = min(_SHINGLE, len(hashes))
    count = len(hashes) - width + 1
    shingles = np.zeros(count, dtype=np.uint64)
    for i in range(width):
        shingles = (shingles ^ hashes[i : i + count]) * _MIX
        shingles ^= shingles >> np.uint64(29)
    smallest = np.full(_BANDS * _ROWS, np.iinfo(np.uint32).max, dtype=np.uint32)
    for start in range(0, count, 4096):  # so that a long text needs little memory
        part = np.unique(shingles[start : start + 4096])
        mixed = (part * _FACTORS[:, None] + _SUMMANDS[:, None]) >> np.uint64(32)
        smallest = np.minimum(smallest, mixed.min(axis=1).astype(np.uint32))
    return smallest


class Seen:
    """The signatures of all pages so far, in a file.

    Args:
        path: The file.
        done: Number of pages that are safe; what is known of later ones is forgotten, they will
            come again.
    """

    def __init__(self, path: Path, done: int) -> None:
        self._path = path
        with _problems_with(path):
            self._base = sqlite3.connect(path)
            self._base.executescript(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-32000;"
                "CREATE TABLE IF NOT EXISTS page"
                " (number INTEGER PRIMARY KEY, id TEXT, exact BLOB, hashes BLOB);"
                "CREATE INDEX IF NOT EXISTS exact ON page (exact);"
                "CREATE TABLE IF NOT EXISTS band (key INTEGER, number INTEGER,"
                " PRIMARY KEY (key, number)) WITHOUT ROWID;"
            )
            self._base.execute("DELETE FROM page WHERE number >= ?", (done,))
            self._base.execute("DELETE FROM band WHERE number >= ?", (done,))
            self._base.commit()

    def first(self, number: int, name: str, signature: bytes) -> tuple[str, bool] | None:
        """Return id of the first page that this one repeats, and whether exactly; else note it.

        Args:
            number: Of the page, counting from 0.
            name: Its id.
            signature: Of `signature_of`.
        """
        with _problems_with(self._path):
            return self._first(number, name, signature)

    def _first(self, number: int, name: str, signature: bytes) -> tuple[str, bool] | None:
        exact, hashes = signature[:_EXACT_BYTES], signature[_EXACT_BYTES:]
        query = "SELECT id FROM page WHERE exact = ? ORDER BY number LIMIT 1"
        same = self._base.execute(query, (exact,)).fetchone()
        if same:
            return str(same[0]), True
        keys = _band_keys(hashes) if hashes else []
        near = self._near(keys, hashes)
        if near is None:
            values = (number, name, exact, hashes)
            self._base.execute("INSERT INTO page VALUES (?, ?, ?, ?)", values)
            rows = ((key, number) for key in keys)
            self._base.executemany("INSERT OR IGNORE INTO band VALUES (?, ?)", rows)
            return None
        return near, False

    def _near(self, keys: list[int], hashes: bytes) -> str | None:
        if not keys:
            return None
        marks = ",".join("?" * len(keys))
        query = (
            "SELECT id, hashes FROM page WHERE number IN "  # noqa: S608  (marks are "?" alone)
            f"(SELECT number FROM band WHERE key IN ({marks})) ORDER BY number"
        )
        ours = np.frombuffer(hashes, dtype=np.uint32)
        with closing(self._base.execute(query, keys)) as found:
            for name, theirs in found:
                if np.mean(ours == np.frombuffer(theirs, dtype=np.uint32)) >= _NEAR:
                    return str(name)
        return None

    def settle(self) -> None:
        """Bring everything to the disk."""
        with _problems_with(self._path):
            self._base.commit()

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def remove(self) -> None:
        """Remove the file, which is needed no more."""
        self._base.close()
        with problems_with(self._path):
            for ending in ("", "-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)


@contextmanager
def _problems_with(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(
            f"cannot use {path}: {error}; make room and --resume, or give -o a new folder"
        ) from error


def _band_keys(hashes: bytes) -> list[int]:
    """Return a number for each band of a signature; SQLite's are signed and of 64 bits."""
    width = len(hashes) // _BANDS
    return [
        int.from_bytes(
            hashlib.blake2b(
                hashes[i * width : (i + 1) * width], digest_size=8, salt=bytes([i])
            ).digest(),
            signed=True,
        )
        for i in range(_BANDS)
    ]
