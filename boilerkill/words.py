"""Text to words, in every script: the unit in which lengths, overlaps and vocabulary are counted.

In scripts that do not part words by spaces every character is a token of its own.
"""

from __future__ import annotations

import re

#: Scripts written without spaces: kana, Han, Thai, Lao, Myanmar, Khmer (Unicode blocks).
UNSPACED = (
    "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
)

#: Vowel signs, points and joiners, which stand inside words and which Unicode counts as no letters;
#: of the Indic scripts everything but the full stops.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1-\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u0900-\u0963\u0966-\u0dff\u200c\u200d"
)

_WORD = re.compile(r"\w+")
_TOKEN = re.compile(rf"[{UNSPACED}]|[^\W{UNSPACED}]++(?:[{_MARKS}]++[^\W{UNSPACED}]*+)*+")


def tokens(text: str) -> list[str]:
    """Return the lower-cased words of a text; single characters in scripts without spaces."""
    return (_WORD if text.isascii() else _TOKEN).findall(text.lower())


#: Characters at the start of a block whose words are compared and looked up.
_START = 240


def first_tokens(text: str) -> list[str]:
    """Return the tokens of a block's start: what titles and the lexicon are held against."""
    return tokens(text[:_START])
