"""What the words of a block speak for: a learned linear model over words and pairs of words.

Words that the lexicon does not know say nothing, so that in an unknown language all of this is
zero and structure decides alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, pairwise, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkill.compiled import kernel

#: Only so many of a block's first words are looked up.
WORDS = 32


@dataclass(frozen=True)
class Lexicon:
    """Words and pairs of words with their weights.

    Attributes:
        rows: Word, or two words with a space between, to row of `weights`.
        weights: (len(rows), 4) evidence for each label, 0 on average over the labels.
    """

    rows: Mapping[str, int]
    weights: NDArray[np.float32]

    @cached_property
    def _singles(self) -> dict[str, int]:
        return {term: row for term, row in self.rows.items() if " " not in term}

    @cached_property
    def _pairs(self) -> dict[str, dict[str, int]]:
        """First word -> second word -> row: most words begin no pair, and are done at once."""
        pairs: dict[str, dict[str, int]] = {}
        for term, row in self.rows.items():
            first, space, second = term.partition(" ")
            if space:
                pairs.setdefault(first, {})[second] = row
        return pairs

    @cached_property
    def _padded(self) -> NDArray[np.float32]:
        """The weights with a row of zeros behind, for words that are not known (row -1)."""
        return np.concatenate([self.weights, np.zeros((1, self.weights.shape[1]), np.float32)])

    @cached_property
    def terms(self) -> Any:
        """The same for the kernel."""
        return kernel("text").Terms(dict(self.rows), self.weights, WORDS)

    def scores(
        self, blocks: Sequence[Sequence[str]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weigh the words of blocks.

        Args:
            blocks: Lower-cased words of each block; at least one block.

        Returns:
            (n, 4) evidence per label; (n,) share of the words that the lexicon knows.
        """
        looked_up = [words[:WORDS] for words in blocks]
        words = list(chain.from_iterable(looked_up))
        sizes = np.fromiter(map(len, looked_up), np.int64, len(blocks))
        ends = np.cumsum(sizes)
        single = np.array(list(map(self._singles.get, words, repeat(-1))), np.int64)
        pairs = self._pairs
        pair = np.array(
            [p.get(b, -1) if (p := pairs.get(a)) else -1 for a, b in pairwise(words)]
            + [-1] * bool(words),
            np.int64,
        )
        pair[ends[sizes > 0] - 1] = -1  # the last word of a block and the first of the next
        evidence = self._padded[single] + self._padded[pair]
        total = np.zeros((len(words) + 1, evidence.shape[1]))
        np.cumsum(evidence, axis=0, out=total[1:])
        hits = np.concatenate([[0], np.cumsum(single >= 0)])
        scale = np.maximum(sizes, 1)
        sums = (total[ends] - total[ends - sizes]) / np.sqrt(scale)[:, None]
        known = (hits[ends] - hits[ends - sizes]) / scale
        return sums.astype(np.float32), known.astype(np.float32)


def grams(words: Sequence[str]) -> list[str]:
    """Return the terms a block is looked up by: its first words, and each two in a row."""
    words = words[:WORDS]
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]
