"""Bytes of one page to text, as browsers do it, with two rescues for labels that lie.

The order of the Encoding and HTML standards is kept: byte order mark, label of the transport,
label inside the page (https://encoding.spec.whatwg.org/,
https://html.spec.whatwg.org/multipage/parsing.html#prescan-a-byte-stream-to-determine-its-encoding).
Browsers then show what the label says, however wrong; here bytes that are UTF-8 stay UTF-8
whatever the label says, and bytes that the label cannot explain are given to detection.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from typing import Any, Final

import webencodings

from boilerkill.compiled import kernel
from boilerkill.detect import detect, detect_east_asian
from boilerkill.errors import InputError

__all__ = ["clean_str", "decode", "read"]

_BOMS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)
#: First bytes (at an offset) of what is often met under a page's name.
_SIGNATURES: Final = (
    (0, b"%PDF-", "PDF document"),
    (0, b"\x89PNG\r\n\x1a\n", "PNG image"),
    (0, b"\xff\xd8\xff", "JPEG image"),
    (0, b"GIF87a", "GIF image"),
    (0, b"GIF89a", "GIF image"),
    (8, b"WEBP", "WebP image"),
    (0, b"\x1f\x8b\x08", "gzip data"),
    (0, b"\x28\xb5\x2f\xfd", "zstd data"),
    (0, b"BZh91AY&SY", "bzip2 data"),
    (0, b"\xfd7zXZ\0", "xz data"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (0, b"PK\x03\x04", "ZIP archive or office document"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "office document"),
    (4, b"ftyp", "MP4 video"),
    (0, b"\x1a\x45\xdf\xa3", "WebM or Matroska video"),
    (0, b"OggS\0", "Ogg audio"),
    (0, b"ID3", "MP3 audio"),
    (0, b"wOF2", "web font"),
    (0, b"wOFF", "web font"),
    (0, b"\x7fELF", "ELF program"),
    (0, b"\0asm", "WebAssembly program"),
    (0, b"SQLite format 3\0", "SQLite database"),
    (0, b"PAR1", "Parquet file"),
    (257, b"ustar", "tar archive"),
)
#: Bytes that text in an ASCII-compatible encoding does not use; ESC starts ISO-2022-JP.
_CONTROLS: Final = bytes({*range(0x20), 0x7F} - set(b"\t\n\v\f\r\x1b"))
#: Bytes looked at for labels, NULs and control bytes.
_HEAD: Final = 8192
#: Control bytes that text may hold by accident: so many, or such a share (random: a tenth).
_MAX_CONTROLS: Final = (10, 0.05)
#: NULs that make UTF-16 worth considering.
_ENOUGH: Final = 4
#: UTF-8 continuation bytes from which on text is UTF-8 whatever a label says: about one in 10,000
#: texts of four GBK characters is valid UTF-8 by chance.
_PROOF: Final = 4
#: One in so many characters beyond ASCII may be invalid, or so few in all under a label.
_RARELY: Final = 20
_FEW: Final = 3
#: Bytes that are looked at together.
_PIECE: Final = 2048

_UTF16: Final = frozenset({"utf-16le", "utf-16be"})
#: What a label inside the page means where it cannot mean what it says, by the HTML standard.
_INSIDE: Final = {"utf-16le": "utf-8", "utf-16be": "utf-8", "x-user-defined": "windows-1252"}
#: The label that servers send and tools write that know nothing.
_UNKNOWING: Final = "windows-1252"
_MULTI_BYTE: Final = frozenset(
    {"gbk", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-2022-jp"}
)
#: Python's codecs for standard names where webencodings' choice is narrower than the standard.
_CODECS: Final = {
    "gbk": ("gbk", "gb18030"),
    "big5": ("big5hkscs", "cp950"),
    "euc-jp": ("euc_jp", "euc_jis_2004"),
    "iso-2022-jp": ("iso2022_jp", "iso2022_jp_ext"),
}
_META = re.compile(rb"<!--(?:-?>|.*?(?:-->|\Z))|<meta[\s/]([^>]*)", re.DOTALL | re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"""([^\s/>="']+)\s*=\s*(?:"([^"]*)|'([^']*)|([^\s"'>]+))""")
_CONTENT_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([^\s;"']+)""", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["']([^"']*)""")
#: Western text has no four letters with accents in a row, double-byte text little else.
_LONG_RUN = re.compile(rb"[\x80-\xff]{4,}+")


def decode(source: bytes, declared: str | None = None) -> str:
    """Decode the bytes of a page.

    Args:
        source: The page as it was served, unpacked.
        declared: The label that came with it, such as the charset of an HTTP Content-Type;
            unknown labels, utf-7 among them, are passed over.

    Returns:
        The text, without byte order mark, NULs and surrogates; undecodable bytes of an
        otherwise readable page are U+FFFD. Empty for no bytes.

    Raises:
        InputError: The bytes are not text, or in no encoding that browsers know.
    """
    text = _read(source, declared)
    return text if isinstance(text, str) else text.decode()


def read(source: bytes | str) -> str | bytes:
    """Return the text of a page as `decode` and `clean_str` do, or its UTF-8.

    The kernel cuts UTF-8, which most pages come in; no text is made of them then.
    """
    if isinstance(source, bytes):
        return _read(source, None)
    if not kernel("cut"):
        return clean_str(source)
    try:
        return source.encode().replace(b"\0", b"")
    except UnicodeEncodeError:
        return clean_str(source)


def _read(source: bytes, declared: str | None) -> str | bytes:
    _refuse_signature(source)
    mark, label = next(((m, n) for m, n in _BOMS if source.startswith(m)), (b"", None))
    source = source[len(mark) :]
    if label is None:
        label = _utf16_without_bom(source[:_HEAD])
    if label in _UTF16:
        text: str | bytes = _decode_utf16(source, label)
    else:
        text = _decode_bytewise(source, label or _standard_name(declared))
    if isinstance(text, bytes):
        return text.replace(b"\0", b"")
    return text.replace("\0", "") if b"\0" in source else text


def clean_str(text: str) -> str:
    r"""Make a str from anywhere fit for the line: surrogates joined or U+FFFD, no NULs.

    >>> clean_str("a\0b \ud83d\ude00 \ud83d")
    'ab 😀 �'
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16le", "surrogatepass").decode("utf-16le", "replace")
    return text.replace("\0", "")


# -- what is not text ----------------------------------------------------------------------------
def _refuse_signature(source: bytes) -> None:
    start = source[:32]
    readable = start.isascii() and start.translate(None, _CONTROLS) == start
    if readable and not start.startswith(b"%PDF-"):
        return
    for offset, signature, name in _SIGNATURES:
        if source.startswith(signature, offset):
            raise InputError(f"not text: {name}")


def _refuse_controls(head: bytes) -> None:
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > max(_MAX_CONTROLS[0], _MAX_CONTROLS[1] * len(head)):
        share = round(100 * controls / len(head))
        raise InputError(f"not text: {share} % of its first {len(head)} bytes are control bytes")


def _refuse_salad(text: str, label: str) -> None:
    """Raise InputError if more than one in 50 characters was undecodable."""
    lost = text.count("\ufffd")
    if lost * 50 > len(text):
        raise InputError(
            f"not text, or in no known encoding: read as {label}, {lost} of {len(text)} "
            "characters are invalid; convert it to UTF-8"
        )


# -- which encoding ------------------------------------------------------------------------------
def _utf16_without_bom(head: bytes) -> str | None:
    """Name the byte order if every second byte is often NUL, as that of ASCII in UTF-16 is."""
    pairs = len(head) // 2
    even, odd = head[::2].count(0), head[1::2].count(0)
    often, rarely = max(even, odd), min(even, odd)
    if often < _ENOUGH or often * 5 < pairs or rarely * 8 >= often:
        return None
    return "utf-16le" if odd > even else "utf-16be"


def _standard_name(label: str | None) -> str | None:
    """Return the Encoding standard's name for a label, or None if it has none."""
    plain = (label or "").strip("\"' \t\n\f\r").encode("ascii", "replace").decode()
    encoding = webencodings.lookup(plain)
    return str(encoding.name) if encoding else None


def _label_inside(head: bytes) -> str | None:
    """Return the standard name of what the page's own `meta` or XML declaration says."""
    labels = [_meta_label(match[1]) for match in _META.finditer(head) if match[1] is not None]
    labels += _XML_ENCODING.findall(head.lstrip()[:200])
    names = (_standard_name(label.decode("latin-1")) for label in labels)
    name = next(filter(None, names), None)
    return name and _INSIDE.get(name, name)


def _meta_label(source: bytes) -> bytes:
    """Return the label that the attributes of one `meta` tag hold, or nothing."""
    attributes = {name.lower(): b"".join(value) for name, *value in _ATTRIBUTE.findall(source)}
    if b"charset" in attributes:
        return attributes[b"charset"]
    if attributes.get(b"http-equiv", b"").lower() == b"content-type":
        found = _CONTENT_CHARSET.search(attributes.get(b"content", b""))
        return found[1] if found else b""
    return b""


# -- decoding ------------------------------------------------------------------------------------
def _decode_utf16(source: bytes, label: str) -> str:
    text = source.decode(label, "replace")
    _refuse_salad(text, label)
    return text


def _decode_bytewise(source: bytes, label: str | None) -> str | bytes:
    """Decode anything but UTF-16 that gives itself away; `label` is that of the transport."""
    head = source[:_HEAD]
    utf8 = _utf8(source)
    if utf8 is None:
        if label in _UTF16:
            return _decode_utf16(source, label)
        _refuse_controls(head)
        return _decode_broken(source, _labels(source, label))
    _refuse_controls(head.replace(b"\0", b""))
    text, length = utf8
    if len(source) - length >= _PROOF:
        return text
    escaped = label == "replacement" or b"\x1b" in source or b"hz-gb-2312" in head.lower()
    if len(source) == length and not escaped:
        return text
    return _decode_ambiguous(source, text, _labels(source, label))


def _utf8(source: bytes) -> tuple[str | bytes, int] | None:
    """Return what bytes are as UTF-8, and how many characters; None if they are not UTF-8."""
    compiled: Any = kernel("cut")
    if compiled:
        length = compiled.length(source)
        return (source, length) if length >= 0 else None
    try:
        text = source.decode()
    except UnicodeDecodeError:
        return None
    return text, len(text)


def _labels(source: bytes, transport: str | None) -> list[str]:
    """Return the standard names of the labels in the order in which they are believed."""
    inside = _label_inside(source[:_HEAD])
    labels = [name for name in (transport, inside) if name]
    if transport == _UNKNOWING and inside:
        in_runs = sum(map(len, _LONG_RUN.findall(source)))
        if in_runs * 2 > len(source) - len(source.translate(None, bytes(range(0x80, 0x100)))):
            labels.reverse()
    return labels


def _decode_ambiguous(source: bytes, utf8: str | bytes, labels: list[str]) -> str | bytes:
    """Decode bytes that are valid UTF-8, perhaps by chance; `utf8` is what they are then."""
    label = labels[0] if labels else "iso-2022-jp" if b"\x1b$B" in source else "utf-8"
    if label == "replacement" and (b"\x1b" in source or b"~{" in source):
        raise InputError(
            "in an encoding that browsers refuse (HZ-GB-2312, ISO-2022-KR or ISO-2022-CN); "
            "convert it to UTF-8"
        )
    text = _strictly(source, label) if label in _MULTI_BYTE else None
    return utf8 if text is None else text


def _decode_broken(source: bytes, labels: list[str]) -> str:
    """Decode bytes that are not valid UTF-8."""
    if _is_nearly_utf8(source):
        return source.decode("utf-8", "replace")
    if labels[:1] == [_UNKNOWING] and (detected := detect_east_asian(source)):
        return source.decode(detected, "replace")
    for label in labels:
        text = _strictly(source, label)
        if text is not None:
            return text
    loose = [_decoders(label)[0](source, "replace")[0] for label in labels]
    for text in loose:
        lost, sound = _counts(text, source)
        if lost <= _FEW or lost * _RARELY <= sound:
            return text
    detected = detect(source)
    text = (
        source.decode(detected, "replace")
        if detected
        else (loose or [source.decode("utf-8", "replace")])[0]
    )
    _refuse_salad(text, detected or (labels or ["UTF-8"])[0])
    return text


def _is_nearly_utf8(source: bytes) -> bool:
    """Whether at most one in 20 characters beyond ASCII is invalid; ends once that is decided."""
    lost = sound = begin = 0
    while begin < len(source):
        # Behind a tag, where no character is parted.
        end = source.find(b">", begin + _PIECE) + 1 or len(source)
        piece = source[begin:end]
        more_lost, more_sound = _counts(piece.decode("utf-8", "replace"), piece)
        lost, sound, begin = lost + more_lost, sound + more_sound, end
        if lost * _RARELY > sound + (len(source) - end) / 2:
            return False
    return lost * _RARELY <= sound


def _counts(text: str, source: bytes) -> tuple[int, int]:
    """Return how many characters beyond ASCII were undecodable, and how many were not."""
    lost = text.count("\ufffd") - source.count("\ufffd".encode())
    return lost, len(text) - len(text.encode("ascii", "ignore")) - lost


def _strictly(source: bytes, label: str) -> str | None:
    """Decode under the encoding of that standard name; None if that is not possible."""
    for decoder in _decoders(label):
        try:
            return decoder(source, "strict")[0]
        except UnicodeDecodeError:
            continue
    return None


def _decoders(label: str) -> list[Callable[[bytes, str], tuple[str, int]]]:
    if label in _CODECS:
        return [codecs.lookup(name).decode for name in _CODECS[label]]
    return [webencodings.lookup(label).codec_info.decode]
