"""Archives, damaged in every way that a seed can think of: every intact record is kept.

    python tests/fuzz_warcs.py 1000

A record is intact if none of its own bytes were touched (of a file packed as one stream: nor any
that have to be unpacked before it). It has to come out whole and in order. What does not come out
of damaged members, which have checksums, has to be named.
"""

from __future__ import annotations

import gzip
import re
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from itertools import accumulate
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

import zstandard
from dump_files import record, response

from boilerkill.dumps.columns import Columns
from boilerkill.dumps.sources import Reading, WarcReader
from boilerkill.dumps.work import load
from boilerkill.errors import InputError

MAX: Final = 1_000_000
READING: Final = Reading(kind="auto", max_bytes=MAX, columns=Columns())
PACKERS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "plain": bytes,
    "gzip": lambda part: gzip.compress(part, mtime=0),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "one stream": bytes,
}
_LENGTH: Final = re.compile(rb"(?<=content-length: )\d+")


def archive(dice: Random) -> tuple[list[bytes], dict[int, str]]:
    """Return records as crawlers write them, and the pages of those that are pages."""
    parts: list[bytes] = []
    pages: dict[int, str] = {}
    for number in range(dice.randint(3, 12)):
        if dice.random() < 0.3:
            parts.append(record(b"GET / HTTP/1.1\r\n\r\n", "request"))
        begin = dice.choice(["", "\r\n\r\n", "WARC/1.0 is a format\r\n\r\n"])
        noise = dice.randbytes(dice.choice([0, 10, 1_000, 30_000])).hex()
        pages[len(parts)] = f"<p>page {number} {begin}{noise}"
        parts.append(record(response(pages[len(parts)].encode())))
    return parts, pages


def damage(dice: Random, parts: list[bytes], *, written: bool) -> set[int]:
    """Damage some parts of an archive in place; return which.

    Args:
        dice: Decides.
        parts: The parts, packed or not.
        written: Whether they are as they are written, not packed after it.
    """
    first = dice.choice([i for i, part in enumerate(parts) if len(part) > 1])
    last = min(first + dice.choice([0, 0, 0, 0, 1, 3]), len(parts) - 1)
    start = dice.randrange(1, len(parts[first]))  # what is gone altogether leaves no trace
    tail = parts[last][dice.randint(start if first == last else 0, len(parts[last])) :]
    if dice.random() < 0.5:  # only a little of one part
        last, tail = first, parts[first][start + dice.choice([0, 1, 1, 4, 40]) :]
    size = dice.choice([1, 1, 4, 40, 4_000])
    new = dice.choice(
        [b"", b"", dice.randbytes(size), bytes(size), b"\r\n" * size, tail[:size] * 2]
    )
    if dice.random() < 0.1 and written:  # the disk was full
        last, tail, new = len(parts) - 1, b"", b""
    parts[first] = parts[first][:start] + new + tail
    parts[first + 1 : last + 1] = [b""] * (last - first)
    return set(range(first, last + 1))


def miscount(dice: Random, parts: list[bytes]) -> set[int]:
    """Give a record another length than it has, in its WARC or HTTP headers; return which."""
    hit = dice.randrange(len(parts))
    claim = dice.choice([b"", b"-1", b"0", b"7", b"900", b"70000", b"9" * 9, b"9" * 18, b"9" * 99])
    parts[hit] = _LENGTH.sub(claim, parts[hit])
    return {hit}


def damaged(dice: Random, packing: str) -> tuple[bytes, dict[int, str], set[int]]:
    """Return a damaged file, its pages, and which of them are not intact."""
    parts, pages = archive(dice)
    hits: set[int] = set()
    # Checksums cannot tell of what was wrong before it was packed: not for gzip, see `check`.
    if packing in {"plain", "one stream"} or (packing == "zstd" and dice.random() < 0.3):
        hits |= dice.choice([miscount, lambda *args: damage(*args, written=False)])(dice, parts)
    parts = [PACKERS[packing](part) for part in parts]
    if packing == "one stream":
        data = gzip.compress(b"".join(parts), mtime=0)
        at = dice.choice([len(data), dice.randrange(len(data))])
        sound = len(zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(data[:at]))
        sound += at == len(data)  # else the last record lacks the checksum that it is sound by
        hits |= {i for i, end in enumerate(accumulate(map(len, parts))) if end >= sound}
        return data[:at] + dice.choice([b"", dice.randbytes(40) + data[at + 40 :]]), pages, hits
    if packing != "plain":
        for _ in range(dice.choice([1, 1, 2])):
            hits |= damage(dice, parts, written=True)
    return b"".join(parts), pages, hits


def check(folder: Path, dice: Random, packing: str) -> str:
    """Read one damaged file; return how it ended, or raise AssertionError."""
    data, pages, hits = damaged(dice, packing)
    path = folder / {"plain": "a.warc", "zstd": "a.warc.zst"}.get(packing, "a.warc.gz")
    path.write_bytes(data)
    found, faults = [], 0
    for each in WarcReader(path, path.name, READING):
        try:
            page = load(each, MAX)
            found.append(page if isinstance(page, str) else page.decode(errors="replace"))
        except InputError:
            faults += 1
    intact = [page for part, page in pages.items() if part not in hits]
    kept = [page for page in found if page in set(intact)]
    assert kept == intact, f"{len(kept)} of {len(intact)} intact pages kept"
    lost = {*pages.values()} - {*found}
    assert faults or not (lost and packing == "gzip"), f"{len(lost)} pages lost without a word"
    return f"{packing}: " + ("damage is named" if faults else "nothing is lost")


def fuzz(count: int, seed: int = 0) -> Counter[str]:
    """Try `count` files and count how they ended; raises AssertionError if a page is lost."""
    ends = Counter[str]()
    with TemporaryDirectory() as folder:
        for number in range(count):
            packing = [*PACKERS][number % len(PACKERS)]
            try:
                ends[check(Path(folder), Random(f"{seed}/{number}"), packing)] += 1
            except AssertionError as error:
                raise AssertionError(f"file {number} of seed {seed}, {packing}: {error}") from None
    return ends


if __name__ == "__main__":
    for end, times in fuzz(int(sys.argv[1])).most_common():
        sys.stdout.write(f"{times:7d}  {end}\n")
