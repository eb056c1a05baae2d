"""The figures of a set, each with its interval: overall and by page type, site or language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from boilerkill.errors import UsageError
from boilerkill.learn.figures.resampling import (
    Difference,
    FigureOfSums,
    Floats,
    Resamples,
    difference_of_rows,
    mean_of_sums,
    mean_rows,
)

#: Name of the table over every page.
OVERALL = "all"

#: What rounding may leave, per page, of a variance of zero.
_NO_VARIANCE = 1e-13


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a set of pages with its 95 % interval over registered domains."""

    name: str
    value: float
    low: float
    high: float
    pages: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """What every page adds to one figure, and how the sums become the figure.

    Attributes:
        name: Name of the figure.
        rows: (pages, columns), to be summed; NaN throughout for a page that does not count.
        figure: From sums (..., columns) to the figure (...).
    """

    name: str
    rows: Floats
    figure: FigureOfSums

    @property
    def counted(self) -> NDArray[np.bool_]:
        """(pages,) whether the page counts for this figure."""
        return ~np.isnan(self.rows[:, 0])


def figure_tables(
    measurements: Sequence[Measurement], domains: Sequence[str], by: Sequence[str]
) -> dict[str, tuple[Figure, ...]]:
    """Return the figures over all pages ("all") and for each value of `by`, sorted.

    Figures that no page counts for, or that have no value (a class that does not occur),
    are left out.
    """
    kinds, sites = np.asarray(by, dtype=str), np.asarray(domains, dtype=str)
    chosen = {OVERALL: np.ones(len(sites), dtype=bool)}
    chosen |= {str(kind): kinds == kind for kind in np.unique(kinds)}
    return {name: _figures(measurements, sites, pages) for name, pages in chosen.items()}


def _figures(
    measurements: Sequence[Measurement], sites: NDArray[np.str_], pages: NDArray[np.bool_]
) -> tuple[Figure, ...]:
    draws: dict[bytes, Resamples] = {}  # most figures of a table count the same pages
    figures = []
    for measurement in measurements:
        counted = pages & measurement.counted
        if not counted.any():
            continue
        rows = measurement.rows[counted]
        value = float(measurement.figure(rows.sum(axis=0)))
        if np.isnan(value):
            continue
        key = counted.tobytes()
        resamples = draws.setdefault(key, draws.get(key) or Resamples.of(list(sites[counted])))
        low, high = resamples.interval(rows, measurement.figure)
        figures.append(Figure(measurement.name, value, low, high, len(rows)))
    return tuple(figures)


def compare(first: Measurement, second: Measurement, domains: Sequence[str]) -> Difference:
    """Compare two systems by one figure on the same pages in the same order."""
    if first.name != second.name or first.rows.shape != second.rows.shape:
        raise UsageError(
            f"found {first.name} on {len(first.rows)} pages and {second.name} on "
            f"{len(second.rows)}; only the same figure on the same pages can be compared"
        )
    both = first.counted & second.counted
    resamples = Resamples.of(list(np.asarray(domains, dtype=str)[both]))
    return difference_of_rows(first.rows[both], second.rows[both], first.figure, resamples)


def calibration(confidence: ArrayLike, f1: ArrayLike) -> tuple[float, float]:
    """Return how well confidence tells true F1: (mean absolute error, Spearman's rho).

    Both are (pages,) in [0, 1]. Rho is NaN where either of them never varies.
    """
    values = [float(m.figure(m.rows.sum(axis=0))) for m in calibration_measurements(confidence, f1)]
    return values[0], values[1]


def calibration_measurements(confidence: ArrayLike, f1: ArrayLike) -> tuple[Measurement, ...]:
    """Return `confidence_error` and `confidence_rank`; pages with a NaN do not count.

    The ranks are those among all pages, also where pages are resampled or chosen by type.
    """
    told, true = np.asarray(confidence, dtype=float), np.asarray(f1, dtype=float)
    error = mean_rows(np.abs(told - true))
    known = ~np.isnan(error[:, 0])
    terms = np.full((len(told), 6), np.nan)
    if known.any():
        x, y = _ranks(told[known]), _ranks(true[known])
        terms[known] = np.column_stack([x, y, x * x, y * y, x * y, np.ones_like(x)])
    return (
        Measurement("confidence_error", error, mean_of_sums),
        Measurement("confidence_rank", terms, _correlation_of_sums),
    )


def _ranks(values: Floats) -> Floats:
    """Return ranks scaled to [-1/2, 1/2] about their middle; equal values share their mean rank."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - (counts - 1) / 2
    # Centred, or the differences of sums in the correlation would eat the digits.
    return np.asarray((ranks[inverse] - (len(values) + 1) / 2) / len(values))


def _correlation_of_sums(sums: Floats) -> Floats:
    """Return Pearson's r from sums (..., 6) of x, y, xx, yy, xy and one."""
    x, y, xx, yy, xy, n = np.moveaxis(sums, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        of_x, of_y = xx - x * x / n, yy - y * y / n
        r = np.clip((xy - x * y / n) / np.sqrt(of_x * of_y), -1, 1)
        return np.asarray(np.where(np.minimum(of_x, of_y) > _NO_VARIANCE * n, r, np.nan))


def as_numbers(tables: Mapping[str, Sequence[Figure]]) -> dict[str, dict[str, dict[str, float]]]:
    """Return plain JSON types: table name, figure name, then value, low, high and pages."""
    return {
        table: {
            figure.name: {
                "value": figure.value,
                "low": figure.low,
                "high": figure.high,
                "pages": figure.pages,
            }
            for figure in figures
        }
        for table, figures in tables.items()
    }
