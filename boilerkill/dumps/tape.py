"""A stream read ahead as far as wanted, which stops at damage until told to pass it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from boilerkill.dumps.unpack import Piece

#: Bytes kept while searching, so that a find across two pieces is not missed.
_OVERLAP: Final = 64


class Tape:
    """The unpacked bytes of a file from the cursor on.

    Attributes:
        gap: Where the file is damaged right after the bytes that are ahead: why; else None.
        gap_offset: Offset of the member that is damaged there.
    """

    def __init__(self, pieces: Iterator[Piece]) -> None:
        self._pieces = pieces
        self._data = bytearray()
        self._at = 0
        self._base = 0  # unpacked bytes before `_data`
        self._starts: list[tuple[int, int]] = []  # (unpacked bytes before a member, its offset)
        self.gap: str | None = None
        self.gap_offset = 0

    @property
    def place(self) -> tuple[int, int]:
        """Return the offset of the member under the cursor, and the unpacked bytes in it before."""
        position = self._base + self._at
        found = bisect_right(self._starts, (position, 1 << 62)) - 1
        start, offset = self._starts[max(found, 0)] if self._starts else (0, 0)
        del self._starts[: max(found, 0)]
        return offset, position - start

    def ahead(self, size: int) -> int:
        """Read until `size` bytes are ahead; return how many are, fewer at a gap or the end."""
        while len(self._data) - self._at < size and self.gap is None:
            piece = next(self._pieces, None)
            if piece is None:
                break
            if not self._starts or self._starts[-1][1] != piece.offset:
                self._starts.append((self._base + len(self._data), piece.offset))
            self.gap, self.gap_offset = piece.gap, piece.offset
            self._data += piece.data
        return len(self._data) - self._at

    def peek(self, size: int, skip: int = 0) -> bytes:
        """Return at most `size` bytes after the next `skip`."""
        self.ahead(skip + size)
        return bytes(self._data[self._at + skip : self._at + skip + size])

    def take(self, size: int) -> bytes:
        """Return the next bytes, `size` at most, and pass them."""
        data = self.peek(size)
        self._pass(len(data))
        return data

    def cross(self) -> None:
        """Drop what is ahead of a gap, and go on after it."""
        self._pass(len(self._data) - self._at)
        self.gap = None

    def find(self, pattern: re.Pattern[bytes], within: int) -> int | None:
        """Return how many bytes ahead a match ends, at most `within`; without passing any."""
        looked = 0
        while True:
            have = min(self.ahead(looked + 1), within)
            match = pattern.search(self._data, self._at + looked, self._at + have)
            if match:
                return match.end() - self._at
            if have >= within or self.ahead(have + 1) <= have:
                return None
            looked = max(0, have - _OVERLAP)

    def skip_to(self, pattern: re.Pattern[bytes], within: int | None = None) -> int | None:
        """Pass bytes until a match begins, and return how many.

        Returns:
            None if none begins within so many bytes, which are passed then, or before the next
            gap or the end.
        """
        passed = 0
        while True:
            have = self.ahead(_OVERLAP + 1)
            end = have if within is None else min(have, within - passed)
            match = pattern.search(self._data, self._at, self._at + end)
            if match:
                passed += match.start() - self._at
                self._pass(match.start() - self._at)
                return passed
            last = have <= _OVERLAP or (within is not None and end == within - passed)
            step = end if last else end - _OVERLAP
            passed += step
            self._pass(step)
            if last:
                return None

    def _pass(self, size: int) -> None:
        self._at += size
        if self._at > len(self._data) // 2:
            del self._data[: self._at]
            self._base += self._at
            self._at = 0
