"""The encoding of text that no label tells, from the text outside tags alone.

East Asian encodings are told by the commonest characters of their languages, whatever bytes are
broken in between (titles cut in mid-character are frequent). The single-byte ones are left to
charset-normalizer, which tells alphabets well, but Western, Turkish and Baltic Latin from each
other only in long texts.
"""

from __future__ import annotations

import re
from typing import Final

__all__ = ["detect", "detect_east_asian"]

#: Bytes of text outside tags after which detection has seen enough.
_SAMPLE: Final = 4096
#: The next stretch of text after lines and tags without any byte beyond ASCII.
_STRETCH = re.compile(rb"(?:[^<>\r\n\x80-\xff]{0,9999}+[<>\r\n]++)*+([^<>\r\n]{1,4096}+)")
#: East Asian encodings, and the characters that make up a tenth to a half of any text in them.
_KANA: Final = frozenset(map(chr, range(0x3041, 0x3094))) | set("、。")
_COMMONEST: Final = {
    "gb18030": frozenset(
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过"
        "子说产种面而方后多定行学法所民得经首页新闻网站文章日月图片、，。"
    ),
    "big5hkscs": frozenset(
        "的一是在不了有和人這中大為上個國我以要他時來用們生到作地於出就分對成會可主發年動同工也能下過"
        "子說產種面而方後多定行學法所民得經首頁新聞網站文章日月圖片、，。"
    ),
    "cp932": _KANA,
    "euc_jis_2004": _KANA,
    "cp949": frozenset(
        "이다는의에을를가은하로고한지기도사서자리인시대어정그나있원부해일전으들것라게수과"
    ),
}
#: Share above which the commonest characters prove an encoding. Real Chinese pages, menus and all,
#: have 7 % and more; text in single-byte encodings has less than none, for it does not decode.
_LEAST_SHARE: Final = 0.05
#: Single-byte encodings that detection may answer, most used on the web first: that order decides
#: between equals.
_SINGLE_BYTE: Final = (
    "cp1252", "cp1251", "cp1250", "iso8859_2", "cp1254", "cp1256", "cp1255", "cp874", "cp1253",
    "cp1257", "koi8_r", "koi8_u", "iso8859_5", "iso8859_6", "cp866",
)  # fmt: skip


def detect(source: bytes) -> str | None:
    """Return Python's name of the encoding that explains a page best; None if none does.

    Only for bytes that are not valid UTF-8; UTF-16 is not considered.
    """
    sample = _sample(source)
    return _east_asian(sample) or _single_byte(sample)


def detect_east_asian(source: bytes) -> str | None:
    """Return Python's name of the East Asian multi-byte encoding of a page; None if in none."""
    return _east_asian(_sample(source))


def _sample(source: bytes) -> bytes:
    """Return the first text outside tags that is not ASCII."""
    found: list[bytes] = []
    for stretch in _STRETCH.finditer(source):
        if not stretch[1].isascii():
            found.append(stretch[1])
        if sum(map(len, found)) > _SAMPLE:
            break
    return b"\n".join(found)


def _east_asian(sample: bytes) -> str | None:
    """Decide by the share of the commonest characters; under a wrong codec hits are chance."""
    shares = {codec: _share(sample.decode(codec, "replace"), codec) for codec in _COMMONEST}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] > _LEAST_SHARE else None


def _share(text: str, codec: str) -> float:
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    common = sum(map(_COMMONEST[codec].__contains__, text))
    # In a text of a few characters, a hit or two mean nothing: hence the 10.
    return (common - 3 * text.count("\ufffd")) / (foreign + 10)


def _single_byte(sample: bytes) -> str | None:
    """Let charset-normalizer weigh disorder, and likeness to languages a third as much."""
    from charset_normalizer import from_bytes  # 50 ms that nearly no process needs to spend

    ranked = [
        (round(match.chaos - 0.3 * match.coherence, 3), _SINGLE_BYTE.index(name), name)
        for match in from_bytes(sample, cp_isolation=[*_SINGLE_BYTE], preemptive_behaviour=False)
        for name in match.could_be_from_charset
        if name in _SINGLE_BYTE
    ]
    return min(ranked)[-1] if ranked else None
