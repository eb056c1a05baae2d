"""Unpacking what may be damaged or larger than any memory: piece by piece, member by member.

A gzip file is a row of members, a zstd file a row of frames; here both are members. WARC files
have one for each record, so that after a damaged one the next can be found again.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any, Final, Literal, Protocol

from boilerkill.dumps.extras import need
from boilerkill.errors import InputError

Packing = Literal["gzip", "zstd"]
#: Bytes read from a file, and most bytes unpacked, in one step.
_READ: Final = 1 << 18
_STEP: Final = 1 << 20
#: Packed zstd bytes in one step: they can unpack to 32,768 times as much, and cannot be stopped.
_ZSTD_READ: Final = 1 << 10
_MAGIC: Final[dict[Packing, bytes]] = {"gzip": b"\x1f\x8b\x08", "zstd": b"\x28\xb5\x2f\xfd"}
#: A zstd frame that holds no data but, in `.warc.zst`, the dictionary of all that follow.
_SKIPPABLE: Final = tuple(bytes([0x50 + i]) + b"\x2a\x4d\x18" for i in range(16))
_HEADER: Final = 8


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes of an unpacked file, in order.

    Attributes:
        offset: Where in the file the member begins that they are of; 0 if it is not packed.
        data: The bytes; none where `gap` is set.
        gap: What broke off the member here; the next piece, if any, begins another.
    """

    offset: int
    data: bytes = b""
    gap: str | None = None


class Member(Protocol):
    """What unpacks one member, as `zlib.decompressobj` does it."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What came after its end."""
        ...

    @property
    def unconsumed_tail(self) -> bytes:
        """What was not taken in yet."""
        ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Return about at most `max_length` more bytes; those before damage come first.

        Raises:
            zlib.error: There is nothing more that is sound.
        """
        ...


class _Gzip:
    """A gzip member; `zlib` alone loses what it unpacked in the step that meets damage."""

    def __init__(self) -> None:
        self._inner = _inflater()
        self._failure: zlib.error | None = None
        self.unused_data = self.unconsumed_tail = b""
        self.eof = False

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        if self._failure is not None:
            raise self._failure
        before = self._inner.copy()
        try:
            found = self._inner.decompress(data, max_length)
        except zlib.error as error:
            self._failure, self.unconsumed_tail = error, data
            return _sound(before, data)
        self.unused_data, self.unconsumed_tail = (
            self._inner.unused_data,
            self._inner.unconsumed_tail,
        )
        self.eof = self._inner.eof
        return found


def _inflater() -> zlib._Decompress:
    return zlib.decompressobj(zlib.MAX_WBITS | 16)


def _sound(member: Member, data: bytes) -> bytes:
    """Return what can be unpacked of data before the damage in them."""
    found: list[bytes] = []
    with suppress(zlib.error):
        found.extend(member.decompress(data[at : at + 1], 0) for at in range(len(data)))
    return b"".join(found)


class _Frame:
    """A zstd frame, unpacked in steps small enough to be bounded."""

    def __init__(self, dictionary: Any) -> None:
        zstd = need("zstandard")
        self._inner = zstd.ZstdDecompressor(dict_data=dictionary).decompressobj()
        self._error = zstd.ZstdError
        self._failure: zlib.error | None = None
        self.unused_data = self.unconsumed_tail = b""
        self.eof = False

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        found: list[bytes] = []
        at = size = 0
        while at < len(data) and size < max_length and not self.eof:
            if self._failure is not None:
                raise self._failure
            try:
                found.append(self._inner.decompress(data[at : at + _ZSTD_READ]))
            except self._error as error:
                self._failure = zlib.error(str(error))
                break
            at += _ZSTD_READ
            size += len(found[-1])
            self.eof = self._inner.eof
        self.unused_data = self._inner.unused_data + data[at:] if self.eof else b""
        self.unconsumed_tail = b"" if self.eof else data[at:]
        return b"".join(found)


def packing_of(head: bytes) -> Packing | None:
    """Tell from its first bytes how a file is packed; None if it is not."""
    if head.startswith(_SKIPPABLE):
        return "zstd"
    return next((name for name, magic in _MAGIC.items() if head.startswith(magic)), None)


def pieces(
    file: IO[bytes],
    packing: Packing | None = None,
    *,
    named: Packing | None = None,
    begin: bytes | None = None,
    lax: bool = False,
) -> Iterator[Piece]:
    """Yield the content of a file, unpacked, in pieces of about a megabyte at most.

    Args:
        file: The file; it must be seekable if `begin` is given.
        packing: How it is packed; None to tell by its first bytes.
        named: What its name says, which counts where the first bytes are damaged.
        begin: What the data of members begin with after which damage is passed over; None to end
            at the first.
        lax: Whether what follows the last member without being one is passed over.
    """
    source = _Source(file)
    if packing is None and source.fill(_HEADER):
        plain = source.rest.lstrip().startswith(begin or b"{")
        packing = packing_of(source.rest) or (None if plain else named)
    if packing is None:
        while data := source.more():
            source.rest = b""
            yield Piece(0, data)
        return
    new = _opener(packing, source)
    look = _inflater if packing == "gzip" else new  # what is only looked at need lose nothing
    while source.fill(_HEADER):
        start = source.at
        if lax and start and packing_of(source.rest) != packing:
            return
        try:
            for data in _member(source, new()):
                yield Piece(start, data)
        except zlib.error as error:
            yield Piece(start, gap=_cause(packing, error))
            if begin is None or not _find(source, start + 1, _MAGIC[packing], begin, look):
                return
        else:
            source.skip_zeros()


def unpacked(data: IO[bytes] | bytes, packing: Packing, max_bytes: int, *, lax: bool) -> bytes:
    """Return the whole content.

    Raises:
        InputError: It is damaged, or longer than `max_bytes`.
    """
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    found: list[bytes] = []
    size = 0
    for piece in pieces(file, packing, lax=lax):
        if piece.gap is not None:
            raise InputError(piece.gap)
        found.append(piece.data)
        size += len(piece.data)
        if size > max_bytes:
            raise too_large(max_bytes)
    return b"".join(found)


def too_large(max_bytes: int) -> InputError:
    """Return the error for a page of more than `max_bytes` bytes."""
    return InputError(f"too large: more than {max_bytes:,} bytes")


class _Source:
    """A file that is read ahead, with what was read but not used yet."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.rest = b""
        self._read = 0

    @property
    def at(self) -> int:
        """Offset of the next byte that was not used."""
        return self._read - len(self.rest)

    def read(self) -> bool:
        """Read on; return whether there was more."""
        data = self._file.read(_READ)
        self._read += len(data)
        self.rest += data
        return bool(data)

    def more(self) -> bytes:
        """Return what is there, reading on if that is nothing."""
        if not self.rest:
            self.read()
        return self.rest

    def fill(self, size: int) -> bool:
        """Have `size` bytes ahead if the file has them; return whether there is any."""
        while len(self.rest) < size and self.read():
            pass
        return bool(self.rest)

    def skip_zeros(self) -> None:
        """Pass over zeros, with which some tools fill up a file."""
        while self.more().startswith(b"\0"):
            self.rest = self.rest.lstrip(b"\0")

    def seek(self, at: int) -> None:
        self._file.seek(at)
        self._read, self.rest = at, b""


def _opener(packing: Packing, source: _Source) -> Callable[[], Member]:
    """Return what makes the unpackers of the members of a file."""
    if packing == "gzip":
        return _Gzip
    zstd = need("zstandard")
    dictionary = None
    while source.fill(_HEADER) and source.rest.startswith(_SKIPPABLE):
        size = int.from_bytes(source.rest[4:8], "little")
        if size > _STEP:
            break
        source.fill(_HEADER + size)
        held, source.rest = source.rest[_HEADER : _HEADER + size], source.rest[_HEADER + size :]
        if held.startswith(_MAGIC["zstd"]):
            held = unpacked(held, "zstd", _STEP, lax=False)
        try:
            dictionary = zstd.ZstdCompressionDict(held)
            _Frame(dictionary)
        except zstd.ZstdError as error:
            raise InputError(f"damaged zstd dictionary: {error}") from None
    return lambda: _Frame(dictionary)


def _member(source: _Source, member: Member) -> Iterator[bytes]:
    """Yield the content of the member that begins at the source's place, and pass it.

    Raises:
        zlib.error: It is damaged, or breaks off.
    """
    while not member.eof:
        if not source.more():
            raise zlib.error("truncated")
        data = member.decompress(source.rest, _STEP)
        source.rest = member.unused_data or member.unconsumed_tail
        if data:
            yield data


def _find(
    source: _Source, start: int, magic: bytes, begin: bytes, new: Callable[[], Member]
) -> bool:
    """Go to the next member from `start` on whose content begins with `begin`."""
    source.seek(start)
    while True:
        source.fill(2 * _READ)
        last = len(source.rest) < 2 * _READ
        at = source.rest.find(magic)
        while at >= 0 and (last or at < _READ):
            if _begins(source.rest, at, begin, new()):
                source.rest = source.rest[at:]
                return True
            at = source.rest.find(magic, at + 1)
        if last:
            return False
        source.rest = source.rest[_READ:]


def _begins(ahead: bytes, at: int, begin: bytes, member: Member) -> bool:
    """Tell whether a member begins at `at` whose content begins with `begin`."""
    found = b""
    try:
        # Mostly a little is enough, and of a false member there may be one every few bytes.
        for part in (ahead[at : at + _ZSTD_READ], ahead[at + _ZSTD_READ : at + _READ]):
            found += member.decompress(part, len(begin))
            if len(found) >= len(begin) or member.eof:
                break
    except zlib.error:
        pass
    return found.startswith(begin)


def _cause(packing: Packing, error: zlib.error) -> str:
    if str(error) == "truncated":
        return f"truncated {packing}: the file ends before its data do"
    return f"damaged {packing}: {error}"
