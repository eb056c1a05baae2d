"""What a server sent, as an archive holds it: status, headers, body; and unpacking the body."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from typing import Final

from boilerkill.dumps.extras import need
from boilerkill.dumps.unpack import packing_of, too_large, unpacked
from boilerkill.errors import InputError, MissingExtraError

_END: Final = re.compile(rb"\r?\n\r?\n")
_STATUS: Final = re.compile(rb"HTTP/\d+(?:\.\d+)?\s+(\d{3})")
_CHUNK: Final = re.compile(rb"[ \t]*([0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]*)?\r?\n")
_CHARSET: Final = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)
#: Bytes of headers that are looked through.
MAX_HEADERS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response.

    Attributes:
        status: Its number; 0 if there was no status line.
        type: Its media type, lower case; "" if not said.
        charset: The charset that came with the type, if any.
        encodings: How the body is packed, in the order in which to unpack.
        body: As it was sent.
    """

    status: int
    type: str
    charset: str | None
    encodings: tuple[str, ...]
    body: bytes


def parse(content: bytes) -> Response:
    """Take a response apart; bytes without a status line are a body alone."""
    status = _STATUS.match(content)
    end = _END.search(content, 0, MAX_HEADERS)
    if status is None:
        return Response(0, "", None, (), content)
    head, body = (content[: end.start()], content[end.end() :]) if end else (content, b"")
    headers = fields(head)
    kind, charset = media_type(headers.get("content-type", ""))
    codings = _list(headers.get("transfer-encoding", ""))[::-1]
    codings += _list(headers.get("content-encoding", ""))[::-1]
    known = tuple(coding for coding in codings if coding != "identity")
    return Response(int(status[1]), kind, charset, known, body)


def fields(head: bytes) -> dict[str, str]:
    """Return the header fields after the first line, names in lower case; the first one counts."""
    found: dict[str, str] = {}
    name = ""
    for line in head.splitlines()[1:]:
        text = line.decode("utf-8", "replace")
        if text[:1] in {" ", "\t"} and name:  # a folded line
            found[name] += f" {text.strip()}"
            continue
        name, _, value = text.partition(":")
        name = name.strip().lower()
        name = "" if name in found else name
        if name:
            found[name] = value.strip()
    return found


def media_type(value: str) -> tuple[str, str | None]:
    """Return type and charset of a Content-Type.

    >>> media_type('Text/HTML; Charset="GBK"')
    ('text/html', 'GBK')
    """
    kind = value.partition(";")[0]
    charset = _CHARSET.search(value)
    return kind.strip().lower(), charset[1] if charset else None


def undo(body: bytes, encodings: tuple[str, ...], max_bytes: int) -> bytes:
    """Return a body as the page it was before it was sent.

    Archives often hold a body unpacked below the headers of the packed one: what is not packed as
    it says is taken as it is.

    Raises:
        InputError: It is damaged, packed in an unknown way, or longer than `max_bytes`.
    """
    for coding in encodings:
        if coding == "chunked":
            body = _dechunked(body)
        elif coding in {"gzip", "x-gzip", "zstd"}:
            body = _unzipped(body, max_bytes)
        elif coding == "deflate":
            body = _inflated(body, max_bytes)
        elif coding == "br":
            body = _unbrotlied(body, max_bytes)
        else:
            raise InputError(f"packed in an unknown way: {coding!r}")
        if len(body) > max_bytes:
            raise too_large(max_bytes)
    return body


def _list(value: str) -> list[str]:
    return [each.strip().lower() for each in value.split(",") if each.strip()]


def _dechunked(body: bytes) -> bytes:
    found: list[bytes] = []
    at = 0
    while match := _CHUNK.match(body, at):
        size = int(match[1], 16)
        data = body[match.end() : match.end() + size]
        found.append(data)
        if size == 0:
            return b"".join(found)
        if len(data) < size:
            raise InputError("the body breaks off inside a chunk")
        at = match.end() + size
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    if not found:
        return body
    raise InputError(f"damaged chunked body: no chunk begins at byte {at:,}")


def _unzipped(body: bytes, max_bytes: int) -> bytes:
    packing = packing_of(body)
    if packing is None:
        return body
    try:
        return unpacked(io.BytesIO(body), packing, max_bytes, lax=True)
    except MissingExtraError as error:
        raise InputError(f"its body is packed with {packing}; {error}") from None


def _inflated(body: bytes, max_bytes: int) -> bytes:
    for bits in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        inflater = zlib.decompressobj(bits)
        try:
            found = inflater.decompress(body, max_bytes + 1)
        except zlib.error:
            continue
        if not inflater.eof and len(found) <= max_bytes:
            raise InputError("truncated deflate: the body ends before its data do")
        return found
    if _looks_plain(body):
        return body
    raise InputError("damaged deflate body")


def _unbrotlied(body: bytes, max_bytes: int) -> bytes:
    try:
        brotli = need("brotli")
    except MissingExtraError as error:
        raise InputError(f"its body is packed with brotli; {error}") from None
    try:
        inflater = brotli.Decompressor()
        found = [inflater.process(body, output_buffer_limit=max_bytes + 1)]
        size = len(found[0])
        while size <= max_bytes and not inflater.can_accept_more_data():
            found.append(inflater.process(b"", output_buffer_limit=max_bytes + 1 - size))
            size += len(found[-1])
    except brotli.error as error:
        if _looks_plain(body):
            return body
        raise InputError(f"damaged brotli body: {error}") from None
    if size <= max_bytes and not inflater.is_finished():
        raise InputError("truncated brotli: the body ends before its data do")
    return b"".join(found)


def _looks_plain(body: bytes) -> bool:
    return body[:512].lstrip().startswith(b"<")
