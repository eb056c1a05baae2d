"""Pages rewritten in other scripts, so that structure alone must carry the decision.

Letters are exchanged one for one (Cyrillic, Greek, Arabic, Devanagari), or words become runs of
Han characters without spaces between them. The rewriting is a function of the word, so that what
was equal stays equal: a headline still agrees with the title.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Final
from zlib import crc32

from boilerkill.parse import STRIDE, rebuild, tokens

_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
_ALPHABETS: Final = {
    "cyrillic": "абцдефгхийклмнопярстувшыжз",
    "greek": "αβψδεφγηιξκλμνοπχρστθωςζυϊ",
    "arabic": "ابثدهفغحيجكلمنوبقرستعشصطظز",
    "devanagari": "अबचदएफगहइजकलमनओपखरसतउवशषयझ",
}
_CASED: Final = {"cyrillic", "greek"}
_HAN: Final = range(0x4E00, 0x4E00 + 3000)
_WORD = re.compile(r"[^\W\d_]+")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff，。！？：；、]) +(?=[\u4e00-\u9fff，。！？：；、])")
_WIDE: Final = str.maketrans(",.!?:;", "，。！？：；")

#: Names of the scripts that `rewriter` knows.
SCRIPTS: Final = (*_ALPHABETS, "han")


def rewriter(script: str) -> Callable[[str], str]:
    """Return a function that rewrites a text in one of `SCRIPTS`."""
    if script == "han":
        return _to_han
    lower = dict(zip(_LATIN, _ALPHABETS[script], strict=True))
    table = {ord(k): v for k, v in lower.items()}
    for k, v in lower.items():
        table[ord(k.upper())] = v.upper() if script in _CASED else v
    return lambda text: text.translate(table)


def _to_han(text: str) -> str:
    def word(match: re.Match[str]) -> str:
        code = crc32(match[0].lower().encode())
        size = min(3, max(1, round(len(match[0]) / 3)))
        return "".join(chr(_HAN[(code >> 7 * k) % len(_HAN)]) for k in range(size))

    return _GAP.sub("", _WORD.sub(word, text).translate(_WIDE))


def rewrite_markup(source: str, rewrite: Callable[[str], str]) -> str:
    """Rewrite the text of a page and its title; its markup and addresses stay."""
    parts = tokens(source)
    for i in range(0, len(parts), STRIDE):
        text = parts[i]
        if text and not text.isspace():
            parts[i] = escape(rewrite(unescape(text)), quote=False)
        if i + 4 < len(parts) and parts[i + 4] and (parts[i + 2] or "").lower() == "title":
            parts[i + 4] = escape(rewrite(unescape(parts[i + 4] or "")), quote=False)
    return rebuild(parts)
