"""The first words of each block of a page, and what is found by comparing them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkill.compiled import kernel
from boilerkill.features.lexicon import Lexicon
from boilerkill.words import first_tokens, tokens

Floats = NDArray[np.float32]


class Beginnings:
    """The first words of each block, lower-cased, and what they tell.

    Attributes:
        words: The words of each block.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.words = [first_tokens(text) for text in texts]
        self.n = len(texts)

    def prefix_copies(self) -> Floats:
        """Count for each block the others with the same first two words; (n,)."""
        starts = [tuple(words[:2]) for words in self.words]
        heads = Counter(starts)
        return np.array([heads[start] - 1 for start in starts], np.float32)

    def shares(self, texts: Sequence[str]) -> tuple[Floats, int]:
        """Compare blocks with texts of any length.

        Returns:
            (n,) share of each block's words that stand in the texts; how many words these have.
        """
        stated = [word for text in texts for word in tokens(text)]
        known = set(stated)
        shares = [sum(w in known for w in words) / (len(words) or 1) for words in self.words]
        return np.array(shares, np.float32), len(stated)

    def titles(self, parts: Sequence[Sequence[str]], descriptions: Sequence[str]) -> Floats:
        """Compare blocks with the page's title and description.

        Args:
            parts: Words of the title, whole and in its parts.
            descriptions: What the page says it is about.

        Returns:
            (5, n): share of the block's words that stand in the title; likeness to the part of
            the title that it is most like; 1 if it is that part; share of its words that stand in
            the description; share of the title's words that stand in it, for a long block.
        """
        found = np.zeros((5, self.n), np.float32)
        inside, best, equal, described, in_text = found
        titles = [set(part) for part in parts]
        everything = set().union(*titles)
        description = {word for text in descriptions for word in tokens(text)}
        whole = {tuple(part) for part in parts}
        for i, words in enumerate(self.words):
            if not words:
                continue
            own = set(words)
            if everything:
                inside[i] = len(own & everything) / len(own)
            if description:
                described[i] = len(own.intersection(description)) / len(own)
            if inside[i] and len(words) <= _HEADLINE_WORDS:
                best[i] = max(_likeness(own, part) for part in titles)
                equal[i] = tuple(words) in whole
            elif inside[i]:
                in_text[i] = len(own & everything) / len(everything)
        return found

    def evidence(self, lexicon: Lexicon) -> tuple[Floats, Floats]:
        """Weigh the words of each block; see `Lexicon.scores`."""
        return lexicon.scores(self.words)


#: No headline has more words.
_HEADLINE_WORDS = 40


def _likeness(one: set[str], other: set[str]) -> float:
    """Return the share of the words of either that both have; the union is not built."""
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared)


class CompiledBeginnings:
    """The same by the kernel, which numbers words and keeps no strings."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.n = len(texts)
        self._words: Any = kernel("text").Words(texts)

    def prefix_copies(self) -> Floats:
        """See `Beginnings.prefix_copies`."""
        found = np.empty(self.n, np.float32)
        self._words.prefix_copies(found)
        return found

    def shares(self, texts: Sequence[str]) -> tuple[Floats, int]:
        """See `Beginnings.shares`."""
        found = np.empty(self.n, np.float32)
        return found, self._words.shares(texts, found)

    def titles(self, parts: Sequence[Sequence[str]], descriptions: Sequence[str]) -> Floats:
        """See `Beginnings.titles`."""
        found = np.zeros((5, self.n), np.float32)
        self._words.titles(parts, descriptions, found)
        return found

    def evidence(self, lexicon: Lexicon) -> tuple[Floats, Floats]:
        """See `Beginnings.evidence`."""
        sums, known = np.empty((self.n, 4), np.float32), np.empty(self.n, np.float32)
        self._words.evidence(lexicon.terms, sums, known)
        return sums, known


def beginnings(texts: Sequence[str]) -> Beginnings | CompiledBeginnings:
    """Take the first words of each block, by the kernel if it is there."""
    return CompiledBeginnings(texts) if kernel("text") else Beginnings(texts)
