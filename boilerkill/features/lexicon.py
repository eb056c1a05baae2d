"""What the words of a block speak for: a learned linear model over words and pairs of words.

Words that the lexicon does not know say nothing, so that in an unknown language all of this is
zero and structure decides alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: Only so many of a block's first words are looked up.
WORDS = 32


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words and pairs of words with their weights.

    Attributes:
        rows: Word, or two words with a space between, to row of `weights`.
        weights: (len(rows), 4) evidence for each label, 0 on average over the labels.
    """

    rows: Mapping[str, int]
    weights: NDArray[np.float32]

    def scores(
        self, blocks: Sequence[Sequence[str]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Weigh the words of blocks.

        Args:
            blocks: Lower-cased words of each block.

        Returns:
            (n, 4) evidence per label; (n,) share of the words that the lexicon knows.
        """
        get = self.rows.get
        found: list[int] = []
        sizes, known = [], []
        for words in blocks:
            terms = grams(words)
            hits = [row for row in map(get, terms) if row is not None]
            found += hits
            sizes.append(len(hits))
            known.append(
                sum(w in self.rows for w in words[:WORDS]) / max(min(len(words), WORDS), 1)
            )
        sums = np.zeros((len(blocks), self.weights.shape[1]), np.float32)
        owner = np.repeat(np.arange(len(blocks)), sizes)
        np.add.at(sums, owner, self.weights[found])
        scale = np.sqrt(np.array([max(len(w[:WORDS]), 1) for w in blocks], np.float32))
        weighed = (sums / scale[:, None]).astype(np.float32, copy=False)
        return weighed, np.array(known, np.float32)


def grams(words: Sequence[str]) -> list[str]:
    """Return the terms a block is looked up by: its first words, and each two in a row."""
    words = words[:WORDS]
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]
