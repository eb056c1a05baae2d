"""Records of WARC and WET files, of which a damaged one costs no other.

Readers made for intact archives end at the first damage. Here a record counts only if it ends
where it says and the next one, or the file, follows; what does not is named with its place, and
reading goes on where the next record begins (ISO 28500; iipc.github.io/warc-specifications).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from boilerkill.dumps import http
from boilerkill.dumps.tape import Tape

#: What the members of a packed WARC begin with.
BEGIN: Final = b"WARC/"
#: What a record begins with; looked for behind damage, which may have taken the line ends too.
_VERSION: Final = re.compile(rb"WARC/\d\.\d+[ \t]*\r?\n(?=[\w-]{1,40}:)")
_BLANK: Final = re.compile(rb"\r?\n\r?\n")
#: Bytes after a record that may be line ends.
_TRAILER: Final = 8

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Raw:
    """A record as it stands in the archive.

    Attributes:
        offset: Of the member it lies in; 0 if the archive is not packed.
        inside: Unpacked bytes of the member, or of the archive, before it.
        headers: Its fields, names in lower case; empty where none could be read.
        content: Its block; None if it has a fault or is not wanted.
        fault: What is wrong with it.
    """

    offset: int
    inside: int
    headers: Headers
    content: bytes | None = None
    fault: str | None = None


def records(tape: Tape, wanted: Callable[[Headers], bool], max_bytes: int) -> Iterator[Raw]:
    """Yield every record of an archive, and one for each damaged place.

    Args:
        tape: The archive.
        wanted: Tells by its headers whether the content of a record is wanted.
        max_bytes: Of a record's content; longer ones that are wanted have a fault.
    """
    while True:
        while tape.peek(1) in {b"\r", b"\n"}:
            tape.take(1)
        if tape.ahead(1):
            yield _record(tape, wanted, max_bytes)
        elif tape.gap is not None:
            yield Raw(tape.gap_offset, 0, {}, None, tape.gap)
            tape.cross()
        else:
            return


def _record(tape: Tape, wanted: Callable[[Headers], bool], max_bytes: int) -> Raw:
    raw = Raw(*tape.place, {})
    end = tape.find(_BLANK, http.MAX_HEADERS) if _VERSION.match(tape.peek(64)) else None
    # Headers that run into those of the next record have lost their end.
    if end is None or _VERSION.search(tape.peek(end), 1):
        tape.take(1)
        found = tape.skip_to(_VERSION)
        return _broken(tape, raw, found, "damaged: no WARC record where one should begin")
    raw = replace(raw, headers=http.fields(tape.take(end)))
    size = _size(raw.headers)
    if size is None:
        return _broken(tape, raw, tape.skip_to(_VERSION), "damaged: no usable Content-Length")
    if size > max_bytes:
        return _pass_large(tape, raw, size, wanted(raw.headers))
    if _ends_well(tape, size, raw.offset):
        content = tape.take(size)
        return replace(raw, content=content if wanted(raw.headers) else None)
    more = tape.ahead(size + 1) > size
    found = tape.skip_to(_VERSION)
    return _broken(tape, raw, found, _length_fault(size, found, more=more))


def _pass_large(tape: Tape, raw: Raw, size: int, wanted: bool) -> Raw:
    """Pass content that is too large to keep.

    A record inside it is taken for a sign that the size is wrong: it may claim the whole file.
    """
    found = tape.skip_to(_VERSION, size)
    if found is not None:
        return _broken(tape, raw, found, _length_fault(size, found, more=True))
    if not tape.ahead(1) and tape.gap is not None:
        return _broken(tape, raw, None, "")
    return replace(raw, fault=f"too large: {size:,} bytes") if wanted else raw


def _length_fault(size: int, found: int | None, *, more: bool) -> str:
    what = "more bytes follow" if more else "the file ends before"
    if found is not None:
        what = f"the next record begins {found:,} bytes on"
    return f"damaged: its Content-Length is {size:,}, but {what}"


def _broken(tape: Tape, raw: Raw, found: int | None, why: str) -> Raw:
    """Return the record with a fault: the damage of the file, if it ran into that (passed then)."""
    if found is None and tape.gap is not None:
        why = tape.gap
        tape.cross()
    return replace(raw, fault=why)


def _size(headers: Headers) -> int | None:
    length = headers.get("content-length", "")
    return int(length) if re.fullmatch(r"[0-9]{1,18}", length) else None


def _ends_well(tape: Tape, size: int, offset: int) -> bool:
    """Whether content of that size is there, unharmed, and a record or the end follows it."""
    if tape.ahead(size) < size:
        return False
    if tape.peek(4, size) == b"\r\n\r\n":
        following = tape.peek(1, size + 4)
        # Garbage may follow, which will be named by itself.
        return bool(following) or tape.gap is None or tape.gap_offset != offset
    for skip in range(size, size + _TRAILER):
        following = tape.peek(1, skip)
        if following == b"W":
            # Odd line ends are no fault, but may be chance behind content that lost some bytes.
            return tape.peek(len(BEGIN), skip) == BEGIN and not _VERSION.search(tape.peek(size))
        if not following:
            # Damage to the next member leaves this record as it is.
            return tape.gap is None or tape.gap_offset != offset
        if following not in {b"\r", b"\n"}:
            return False
    return False
