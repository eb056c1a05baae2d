"""The language of a text: by its script, then by function words and telling letters.

Function words ("the", "of", "which") are a third of any text in any style, and each language has
its own; a few dozen of each tell languages of one script apart within a sentence or two. The
table of them, `data/languages.tsv`, can be read and mended by hand.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib import resources
from math import log
from typing import Final

from boilerkill.metadata.facts import Facts

#: Characters of text that are looked at.
_SAMPLE: Final = 1500
#: Letters that a text must have, and of them the share in one script, for that to tell anything.
_MIN_LETTERS: Final = 12
#: A score below which a text says nothing (a single function word has less), and the lead up to
#: which what is stated is believed.
_MIN_SCORE: Final = 4.0
_MIN_LEAD: Final = 1.15
#: What a telling letter says, against a function word.
_LETTER: Final = 0.3

#: Scripts by the ranges of their letters; "" where function words must tell the language.
_SCRIPTS: Final = (
    (0x41, 0x24F, "latin"), (0x1E00, 0x1EFF, "latin"), (0x370, 0x3FF, "el"), (0x1F00, 0x1FFF, "el"),
    (0x400, 0x52F, "cyrillic"), (0x531, 0x58F, "hy"), (0x5D0, 0x5F4, "he"),
    (0x620, 0x6FF, "arabic"), (0x750, 0x77F, "arabic"), (0xFB50, 0xFEFC, "arabic"),
    (0x900, 0x97F, "devanagari"), (0x980, 0x9FF, "bn"), (0xA00, 0xA7F, "pa"), (0xA80, 0xAFF, "gu"),
    (0xB00, 0xB7F, "or"), (0xB80, 0xBFF, "ta"), (0xC00, 0xC7F, "te"), (0xC80, 0xCFF, "kn"),
    (0xD00, 0xD7F, "ml"), (0xD80, 0xDFF, "si"), (0xE00, 0xE7F, "th"), (0xE80, 0xEFF, "lo"),
    (0x1000, 0x109F, "my"), (0x10A0, 0x10FF, "ka"), (0x1200, 0x137F, "am"), (0x1780, 0x17FF, "km"),
    (0x1100, 0x11FF, "ko"), (0xAC00, 0xD7A3, "ko"), (0x3041, 0x30FF, "kana"),
    (0x3400, 0x4DBF, "han"), (0x4E00, 0x9FFF, "han"),
)  # fmt: skip
#: Share of kana among kana and Chinese characters from which a text is Japanese.
_KANA_SHARE: Final = 0.05
#: Codes that pages state for languages that go by another here.
_SAME: Final = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "fil": "tl"}
_WORD = re.compile(r"[^\W\d_]+")
#: Words of scripts with signs for vowels, which are no letters.
_SIGNED_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0900-\u094d\u064b-\u0655])*")
_SIGNED: Final = frozenset({"devanagari", "arabic"})
#: A word's or letter's languages, each with how much it speaks for it.
_Table = Mapping[str, Sequence[tuple[str, float]]]


@cache
def _tables() -> Mapping[str, tuple[tuple[str, ...], _Table, _Table]]:
    """Script -> its languages, and what their function words and letters tell."""
    source = resources.files("boilerkill").joinpath("data/languages.tsv").read_text("utf-8")
    rows = [line.split("\t") for line in source.splitlines() if line[0] != "#"]
    return {
        script: (
            tuple(row[1] for row in rows if row[0] == script),
            _weighed((row[1], row[2].split()) for row in rows if row[0] == script),
            _weighed((row[1], list(row[3])) for row in rows if row[0] == script),
        )
        for script in dict.fromkeys(row[0] for row in rows)
    }


def _weighed(stated: Iterable[tuple[str, list[str]]]) -> _Table:
    """Item -> (language, weight): what fewer languages share tells more."""
    owners: dict[str, list[str]] = {}
    count = 0
    for language, items in stated:
        count += 1
        for item in items:
            owners.setdefault(item, []).append(language)
    return {
        item: [(language, log(1 + count / len(those))) for language in those]
        for item, those in owners.items()
    }


def detect(text: str, hint: str = "") -> str | None:
    """Return the ISO 639 code of a text's language; None if it is too short to tell.

    Args:
        text: The text; its first `_SAMPLE` characters count.
        hint: What the page states; decides between languages that score about the same.

    >>> detect("Der Fluss war über die Ufer getreten, und niemand hatte es bemerkt.")
    'de'
    """
    lowered = text[:_SAMPLE].lower()
    letters = Counter(lowered)
    script = _script(letters)
    if script is None or script not in _tables():
        return script
    languages, words_of, letters_of = _tables()[script]
    scores = dict.fromkeys(languages, 0.0)
    counts = Counter((_SIGNED_WORD if script in _SIGNED else _WORD).findall(lowered))
    # One word or letter over and over (a name, a menu) is no sentence.
    most = 1 + len(counts) // 12
    for word, count in counts.items():
        for language, weight in words_of.get(word, ()):
            scores[language] += weight * min(count, most)
    for letter, count in letters.items():
        for language, weight in letters_of.get(letter, ()):
            scores[language] += _LETTER * weight * min(count, most)
    # Of equals the first in the table: those that more is written in.
    best = max(scores, key=scores.__getitem__)
    if scores.get(hint, 0.0) * _MIN_LEAD >= scores[best] > 0:
        return hint
    return best if scores[best] >= _MIN_SCORE else None


@cache
def known() -> frozenset[str]:
    """Return the codes of all languages that `detect` tells."""
    written = {language for languages, _, _ in _tables().values() for language in languages}
    scripts = {script for _, _, script in _SCRIPTS} - _tables().keys() - {"han", "kana"}
    return frozenset(written | scripts | {"ja", "zh"})


def primary(tag: str) -> str:
    """Return the language of a tag, under the code that `detect` gives it.

    >>> primary("nb_NO"), primary("zh-Hant")
    ('no', 'zh')
    """
    code = tag.lower().replace("_", "-").partition("-")[0]
    return _SAME.get(code, code)


def _script(letters: Mapping[str, int]) -> str | None:
    """Return the script of most letters, or the language where the script tells it."""
    counts: Counter[str] = Counter()
    for character, count in letters.items():
        code = ord(character)
        if character.isascii() and not character.isalpha():
            continue
        for low, high, script in _SCRIPTS:
            if low <= code <= high:
                counts[script] += count
                break
    # Chinese characters and syllables say more than single letters do.
    for dense in ("han", "kana", "ko"):
        counts[dense] *= 3
    if sum(counts.values()) < _MIN_LETTERS:
        return None
    east = counts["han"] + counts["kana"]
    if east > max(count for script, count in counts.items() if script not in {"han", "kana"}):
        return "ja" if counts["kana"] > _KANA_SHARE * east else "zh"
    return counts.most_common(1)[0][0]


def of_page(facts: Facts) -> tuple[str | None, str]:
    """Return the language of a page's main text, or else what the page states."""
    texts = facts.page.texts
    chosen = facts.kept or range(len(texts))
    sample: list[str] = []
    size = 0
    for block in chosen:
        sample.append(texts[block][:_SAMPLE])
        size += len(sample[-1])
        if size > _SAMPLE:
            break
    stated = facts.locale[:3].partition("-")[0].lower() if facts.locale else ""
    found = detect(" ".join(sample), stated)
    if found:
        return found, "the text"
    return (stated, "as stated") if stated.isalpha() and len(stated) > 1 else (None, "")
