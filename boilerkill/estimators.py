"""Trees and networks: from columns to log odds, by numpy or by the kernel, with the same bits.

All trees are stored at the same depth, so that one step down is a handful of array operations for
all trees and blocks together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from boilerkill.compiled import kernel

#: Blocks scored at a time; bounds the memory of the working arrays.
_CHUNK: Final = 4096
#: Most inner nodes of a tree: ten levels.
MAX_INNER: Final = 2**10 - 1


@dataclass(frozen=True)
class Trees:
    """Boosted trees of equal depth d.

    Attributes:
        feature: (trees, 2**d - 1) column each inner node looks at; node i has children 2i+1, 2i+2.
        threshold: (trees, 2**d - 1) a value above it goes right.
        value: (trees, 2**d) contribution of each leaf to the log odds.
        bias: Log odds before any tree.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    value: NDArray[np.float64]
    bias: float

    def log_odds(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Score blocks; (n, f) features to (n,) log odds."""
        if self._compiled:
            found = np.empty(len(columns))
            self._compiled.log_odds(np.ascontiguousarray(columns), found)
            return found
        parts = [
            self._chunk(columns[start : start + _CHUNK])
            for start in range(0, max(len(columns), 1), _CHUNK)
        ]
        return np.concatenate(parts)

    @cached_property
    def _compiled(self) -> Any:
        compiled = kernel("scoring")
        return compiled and compiled.Trees(
            np.ascontiguousarray(self.feature, np.int32),
            np.ascontiguousarray(self.threshold, np.float64),
            np.ascontiguousarray(self.value, np.float64), self.bias,
        )  # fmt: skip

    def _chunk(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        n = len(columns)
        if n == 1:  # numpy would add up a single column in another order than several
            return self._chunk(np.repeat(columns, 2, axis=0))[:1]
        trees, inner = self.feature.shape
        flat = columns.T.ravel()
        feature, threshold = self.feature.ravel() * np.intp(n), self.threshold.ravel()
        block = np.arange(n)
        # Node i of a tree has children 2i + 1 and 2i + 2; all trees' nodes are numbered through.
        first = np.arange(0, trees * inner, inner)[:, None]
        node = np.repeat(first, n, axis=1)
        place, cut = np.empty_like(node), np.empty((trees, n))
        value, right = np.empty((trees, n), np.float32), np.empty((trees, n), bool)
        for _ in range((inner + 1).bit_length() - 1):
            feature.take(node, out=place, mode="clip")
            place += block
            flat.take(place, out=value, mode="clip")
            threshold.take(node, out=cut, mode="clip")
            np.greater(value, cut, out=right)
            node *= 2
            node += 1 - first
            node += right
        leaf = node + (np.arange(trees)[:, None] - inner)
        total: NDArray[np.float64] = np.add.reduce(self.value.ravel().take(leaf), axis=0)
        return total + self.bias


class _Ready:
    """Gives a class with slots a place for what it works out once."""

    __slots__ = ("__dict__",)


#: Standardised inputs of a network are cut to ± this.
_LIMIT: Final = 5.0
#: Added to an input and taken away again, this leaves a multiple of 2**`_GRAIN`: between 32 and
#: 64, single precision has no other numbers.
_COARSE: Final = 48.0
_GRAIN: Final = -18
#: Bits of what a hidden unit passes on.
_BITS: Final = 26
#: Bits of a sum in double precision; one more is left for the difference of two.
_SUM: Final = 52


class _Exact(NamedTuple):
    """The weights of a network, rounded so that its sums are exact.

    Attributes:
        hidden: (f, h).
        rounder: Added to a hidden unit and taken away again, rounds it as `_COARSE` does inputs.
        output: (h, k).
    """

    hidden: NDArray[np.float64]
    rounder: float
    output: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Network(_Ready):
    """A perceptron with one hidden layer over standardised features.

    Inputs, weights and hidden units are rounded, by a few millionths, so that every sum of products
    is exact in double precision. It comes out the same in whatever order it is added up, so on any
    processor and by any library, and block by block from what has changed.

    Attributes:
        shift: (f,) subtracted from the features.
        scale: (f,) multiplied with them then; the result is cut to ±`_LIMIT`.
        hidden: (f, h) and `hidden_bias` (h,); rectified.
        output: (h, k) and `output_bias` (k,).
    """

    shift: NDArray[np.float32]
    scale: NDArray[np.float32]
    hidden: NDArray[np.float32]
    hidden_bias: NDArray[np.float32]
    output: NDArray[np.float32]
    output_bias: NDArray[np.float32]

    def probabilities(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Score blocks; (n, f) columns to (n, k) probabilities."""
        odds = self.log_odds(columns)
        np.exp(odds, out=odds)
        odds /= np.add.reduce(odds)
        return odds.T

    def log_odds(self, columns: NDArray[np.float32]) -> NDArray[np.float64]:
        """Score blocks; (n, f) columns to (k, n) log odds against each block's likeliest output."""
        found = np.empty((len(self.output_bias), len(columns)))
        if self._compiled:
            self._compiled.log_odds(np.ascontiguousarray(columns), found)
            return found
        for start in range(0, len(columns), _CHUNK):
            part = slice(start, start + _CHUNK)
            rows = columns[part] - self.shift
            rows *= self.scale
            np.maximum(rows, -_LIMIT, out=rows)
            np.minimum(rows, _LIMIT, out=rows)
            rows += _COARSE
            rows -= _COARSE
            units = _product(rows.astype(np.float64), self._exact.hidden)
            units += self.hidden_bias
            np.maximum(units, 0, out=units)
            units += self._exact.rounder
            units -= self._exact.rounder
            found[:, part] = (_product(units, self._exact.output) + self.output_bias).T
        found -= np.maximum.reduce(found)
        return found

    @cached_property
    def _compiled(self) -> Any:
        compiled = kernel("scoring")
        hidden, rounder, output = self._exact
        return compiled and compiled.Network(
            np.ascontiguousarray(self.shift), np.ascontiguousarray(self.scale),
            hidden, self.hidden_bias.astype(np.float64),
            output, self.output_bias.astype(np.float64), rounder,
        )  # fmt: skip

    @cached_property
    def _exact(self) -> _Exact:
        sums = _LIMIT * np.abs(self.hidden.astype(np.float64)).sum(axis=0)
        hidden = _multiples(self.hidden, _power(sums) - _SUM - _GRAIN)
        units = sums + np.abs(self.hidden_bias)
        grain = _power(units) - _BITS
        sums = (units[:, None] * np.abs(self.output)).sum(axis=0)
        output = _multiples(self.output, _power(sums) - _SUM - grain)
        return _Exact(hidden, 1.5 * 2.0 ** (grain + _SUM), output)


def _power(bounds: NDArray[np.float64]) -> int:
    """Return the exponent of a power of two that is above all bounds."""
    return int(np.frexp(bounds.max(initial=0))[1])


def _multiples(weights: NDArray[np.float32], exponent: int) -> NDArray[np.float64]:
    """Round to multiples of a power of two."""
    return np.ldexp(np.rint(np.ldexp(weights.astype(np.float64), -exponent)), exponent)


#: Rows multiplied at a time: products this small never wake the threads of a BLAS library, which
#: would spin through more processor time than the whole page costs.
_STACK: Final = 16


def _product(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Multiply (n, f) by (f, k)."""
    parts = range(0, len(rows), _STACK)
    return np.concatenate([rows[start : start + _STACK] @ weights for start in parts])
