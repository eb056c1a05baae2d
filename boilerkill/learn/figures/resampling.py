"""How far a figure would move had other sites been sampled: the cluster bootstrap.

Pages of one site share a template, so they are drawn together or not at all (Davison and
Hinkley, Bootstrap Methods and their Application, 1997, section 3.8). Each figure is a function
of per-page sums; a resample is therefore one weighted sum of the sites' sums, and all of them
are one matrix product.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from boilerkill.errors import UsageError

Floats = NDArray[np.float64]

#: From summed page rows (..., columns) to the figure (...).
FigureOfSums = Callable[[Floats], Floats]


@dataclass(frozen=True, slots=True)
class Resamples:
    """The same draws of groups for every figure of a set, so that figures can be compared.

    Attributes:
        group_of: (pages,) the group number of each page.
        draws: (n, groups) how often each resample drew each group.
    """

    group_of: NDArray[np.intp]
    draws: Floats

    @classmethod
    def of(cls, groups: Sequence[str], n: int = 2000, seed: int = 0) -> Self:
        """Draw as many groups as there are, with replacement, `n` times.

        The draws depend on which groups there are, not on the order of the pages.
        """
        if not len(groups) or n < 1:
            raise UsageError(
                f"found {len(groups)} pages and {n} resamples; an interval needs one of each"
            )
        names, group_of = np.unique(np.asarray(groups, dtype=str), return_inverse=True)
        many = len(names)
        drawn = np.random.default_rng(seed).integers(many, size=(n, many))
        drawn += np.arange(n)[:, None] * many
        counts = np.bincount(drawn.ravel(), minlength=n * many).reshape(n, many)
        return cls(group_of, counts.astype(float))

    def values(self, rows: Floats, figure: FigureOfSums) -> Floats:
        """Return the figure (n,) of every resample; `rows` (pages, columns) are summed."""
        of_group = np.zeros((self.draws.shape[1], rows.shape[1]))
        np.add.at(of_group, self.group_of, rows)
        with np.errstate(invalid="ignore", divide="ignore"):
            return figure(self.draws @ of_group)

    def interval(
        self, rows: Floats, figure: FigureOfSums, level: float = 0.95
    ) -> tuple[float, float]:
        """Return the percentile interval of the figure; NaN where no resample has a value."""
        return percentile_interval(self.values(rows, figure), level)


def percentile_interval(values: Floats, level: float) -> tuple[float, float]:
    """Return the bounds that leave (1 - level) / 2 of `values` outside on either side."""
    if not 0 < level < 1:
        raise UsageError(f"level is {level!r}; wanted: above 0 and below 1")
    known = values[~np.isnan(values)]
    if not known.size:
        return float("nan"), float("nan")
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def mean_rows(values: ArrayLike) -> Floats:
    """Return rows (pages, 2) of value and one, whose sums `mean_of_sums` turns into the mean."""
    column = np.asarray(values, dtype=float)
    return np.column_stack([column, np.where(np.isnan(column), np.nan, 1.0)])


def mean_of_sums(sums: Floats) -> Floats:
    """Return the mean: first column over last; NaN where nothing was counted."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(sums[..., 0] / sums[..., -1])


def bootstrap_interval(
    values: ArrayLike,
    groups: Sequence[str],
    n: int = 2000,
    seed: int = 0,
    level: float = 0.95,
) -> tuple[float, float]:
    """Return the interval of the mean of `values` (pages,) when whole groups are resampled.

    One group alone gives an interval without width: nothing is known about other sites.
    """
    return Resamples.of(groups, n, seed).interval(mean_rows(values), mean_of_sums, level)


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure of one system less that of another, on the same pages.

    Attributes:
        value: First minus second.
        low: Lower bound of its interval.
        high: Upper bound of its interval.
        pages: How many pages both were measured on.
        wins: Pages where the first has the higher figure.
        losses: Pages where the second has.
    """

    value: float
    low: float
    high: float
    pages: int
    wins: int
    losses: int

    @property
    def beyond_noise(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def paired_difference(
    first: ArrayLike, second: ArrayLike, groups: Sequence[str], n: int = 2000, seed: int = 0
) -> Difference:
    """Compare the means of two systems' per-page values (pages,) by a paired bootstrap (95 %)."""
    resamples = Resamples.of(groups, n, seed)
    return difference_of_rows(mean_rows(first), mean_rows(second), mean_of_sums, resamples)


def difference_of_rows(
    first: Floats, second: Floats, figure: FigureOfSums, resamples: Resamples, level: float = 0.95
) -> Difference:
    """Compare a figure of two systems, both resampled by the same draws."""
    moved = resamples.values(first, figure) - resamples.values(second, figure)
    value = figure(first.sum(axis=0)) - figure(second.sum(axis=0))
    of_page = figure(first) - figure(second)
    low, high = percentile_interval(moved, level)
    wins, losses = int((of_page > 0).sum()), int((of_page < 0).sum())
    return Difference(float(value), low, high, len(first), wins, losses)
