"""Counts of characters by class, for all blocks of a page at once and in every script."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.compiled import kernel

#: Character classes, one bit each, in the order of the columns that `count` returns.
CLASSES: Final = (
    "word", "unspaced", "digit", "upper", "stop", "comma", "divider", "money", "rights", "quote",
    "colon", "bracket", "symbol", "break",
)  # fmt: skip
_BIT: Final = {name: 1 << i for i, name in enumerate(CLASSES)}

_WORD: Final = np.uint16(_BIT["word"] | _BIT["unspaced"])

_STOPS = ".!?。！？…।॥؟۔։჻။።⸮｡"
_COMMAS = ",،、，;；؛﹐"
_DIVIDERS = "|»«›‹·•>/–—‑→←▶►■◆★☆│｜・＞"
_RIGHTS = "©®™℗"
_QUOTES = '"“”„‟‘’‚«»「」『』《》〈〉'
_COLONS = ":："
#: Class bits by Unicode's general category; what is not here has none.
_BY_CATEGORY: Final = {
    **dict.fromkeys(("Ll", "Lm", "Lo", "Mn", "Mc", "Me"), _BIT["word"]),
    **dict.fromkeys(("Lu", "Lt"), _BIT["word"] | _BIT["upper"]),
    **dict.fromkeys(("Nd", "Nl", "No"), _BIT["word"] | _BIT["digit"]),
    **dict.fromkeys(("Ps", "Pe"), _BIT["bracket"]),
    **dict.fromkeys(("Sk", "Sm", "So"), _BIT["symbol"]),
    "Sc": _BIT["money"],
}
_UNSPACED_RANGES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x3007), (0x3040, 0x30FF),
    (0x3100, 0x312F), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
)  # fmt: skip
#: Everything from here on is read as this one character class (further Han, emoji above).
_TOP: Final = 0x20000
#: Ranges whose characters need no look one by one: letters, and symbols.
_LETTERS = ((0x3130, 0xD7FF), (0x10000, 0x1D000))
_SYMBOLS = ((0x1F000, 0x1FFFF),)


@cache
def _table() -> NDArray[np.uint16]:
    """Class bits of every code point below `_TOP`, and of the rest as one entry."""
    table = np.zeros(_TOP + 1, dtype=np.uint16)
    for start, end in _LETTERS:
        table[start : end + 1] = _BIT["word"]
    for start, end in _SYMBOLS:
        table[start : end + 1] = _BIT["symbol"]
    for code in (*range(0x20, 0x3130), *range(0xFB00, 0xFFFE)):
        table[code] = _BY_CATEGORY.get(unicodedata.category(chr(code)), 0)
    table[ord("_")] = _BIT["word"]
    for start, end in _UNSPACED_RANGES:
        table[start : end + 1] = np.where(
            table[start : end + 1] & _BIT["digit"],
            table[start : end + 1],
            _BIT["word"] | _BIT["unspaced"],
        )
    table[_TOP] = _BIT["word"] | _BIT["unspaced"]
    for name, characters in (
        ("stop", _STOPS), ("comma", _COMMAS), ("divider", _DIVIDERS), ("rights", _RIGHTS),
        ("quote", _QUOTES), ("colon", _COLONS), ("break", "\n"),
    ):  # fmt: skip
        for character in characters:
            table[ord(character)] = _BIT[name]
    table.setflags(write=False)
    return table


#: Characters of unspaced scripts that make up one word, on average.
_PER_WORD: Final = 1.8


Counts = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.uint16], NDArray[np.bool_]]


def count(texts: Sequence[str]) -> Counts:
    """Count characters of each class in each text.

    Args:
        texts: At least one text, none of them empty.

    Returns:
        (n, len(CLASSES)) counts; (n, 2) lengths in characters and in words, where the characters
        of scripts without spaces count as a part of a word each; (n, 2) class bits of each text's
        first and last character; (n,) bool, whether it has an at sign or a web address.
    """
    compiled: Any = kernel("chars")
    if compiled and max(map(len, texts)) <= _BATCH:
        n = len(texts)
        counts, sizes = np.empty((n, len(CLASSES)), np.float32), np.empty((n, 2), np.float32)
        edges, address = np.empty((n, 2), np.uint16), np.empty(n, np.bool_)
        compiled.count(texts, counts, sizes, edges, address.view(np.uint8))
        return counts, sizes, edges, address
    parts = [
        _count(batch) if len(batch[0]) <= _BATCH else _count_long(batch[0])
        for batch in _batches(texts)
    ]
    return parts[0] if len(parts) == 1 else _join(parts)


#: Characters worked on at a time; the working arrays take about 40 bytes for each.
_BATCH: Final = 1_000_000


def _batches(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut the list of texts into runs of at most `_BATCH` characters (or one longer text)."""
    start = size = 0
    for i, text in enumerate(texts):
        if size and size + len(text) > _BATCH:
            yield texts[start:i]
            start, size = i, 0
        size += len(text)
    yield texts[start:]


def _join(parts: Sequence[Counts]) -> Counts:
    counts, sizes, edges, address = map(np.concatenate, zip(*parts, strict=True))
    return counts, sizes, edges, address


def _count_long(text: str) -> Counts:
    """Count a text that is larger than a batch, piece by piece."""
    pieces = range(0, len(text), _BATCH)
    counts, sizes, edges, _ = _join([_count([text[at : at + _BATCH]]) for at in pieces])
    spaced = (edges & _WORD) == _BIT["word"]
    # A word that lies across a border was counted on both sides.
    sizes[1:, 1] -= spaced[:-1, 1] & spaced[1:, 0]
    ends = edges[[0, -1], [0, 1]]
    return counts.sum(axis=0)[None], sizes.sum(axis=0)[None], ends[None], _address([text])


@cache
def _patterns() -> tuple[NDArray[np.uint8], NDArray[np.uint16], NDArray[np.float32]]:
    """Number the combinations of classes that occur.

    Returns:
        The number of every code point's combination; the class bits of each combination; and
        (combinations, len(CLASSES)) 1 where a combination has a class.
    """
    bits, numbers = np.unique(_table(), return_inverse=True)
    classes = (bits[:, None] >> np.arange(len(CLASSES), dtype=np.uint16)) & 1
    return numbers.astype(np.uint8), bits, classes.astype(np.float32)


def _count(texts: Sequence[str]) -> Counts:
    """Count one batch."""
    numbers, bits, classes = _patterns()
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    pattern = numbers[np.minimum(codes, _TOP)]
    n, kinds = len(texts), len(bits)
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=n)
    ends = np.cumsum(lengths + 1)
    starts = ends - lengths - 1
    cell = np.repeat(np.arange(0, n * kinds, kinds), lengths + 1) + pattern
    counts = np.bincount(cell, minlength=n * kinds).reshape(n, kinds).astype(np.float32) @ classes
    counts[:, _BREAK] -= 1  # the one that parts it from the next text
    spaced = ((bits & _WORD) == _BIT["word"])[pattern]
    begins = spaced.copy()
    begins[1:] &= ~spaced[:-1]
    words = np.add.reduceat(begins, starts, dtype=np.float32) + counts[:, 1] / np.float32(_PER_WORD)
    sizes = np.stack([lengths.astype(np.float32), words], axis=1)
    edges = bits[np.stack([pattern[starts], pattern[ends - 2]], axis=1)]
    return counts, sizes, edges, _address(texts)


def _address(texts: Sequence[str]) -> NDArray[np.bool_]:
    return np.array(["@" in text or "www." in text or "://" in text for text in texts])


_BREAK: Final = CLASSES.index("break")
