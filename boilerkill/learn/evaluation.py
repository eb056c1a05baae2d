"""Measuring any system that turns a labelled page into text: per page and for the set.

`evaluate` needs one function, from page to `Prediction`, so that a model, an out-of-fold lookup
and a peer's output are measured alike. Which figures a page counts for is decided by what is
known of it, in one table (`_FAMILIES`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from boilerkill.errors import CorpusError, UsageError
from boilerkill.learn.corpora.page import LabelledPage
from boilerkill.learn.figures import metrics
from boilerkill.learn.figures.pairing import predicted_labels
from boilerkill.learn.figures.resampling import Difference, Floats
from boilerkill.learn.figures.tables import (
    OVERALL,
    Figure,
    Measurement,
    as_numbers,
    calibration_measurements,
    compare,
    figure_tables,
)
from boilerkill.values import LABELS
from boilerkill.words import tokens

#: Languages written without spaces between words: measured by characters.
UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo"})

#: The first of these that most pages of a set count for is its headline.
_HEADLINES = ("macro_f1", "shingle_f1", "char_f1", "word_f1", "segment_f1")


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a system made of a page.

    Attributes:
        text: The main text.
        confidence: Expected F1 of `text` in [0, 1]; None for systems that tell none.
        labels: (text, label) of each block in page order, for pages with labelled blocks.
    """

    text: str
    confidence: float | None = None
    labels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PageRow:
    """One page's own precision, recall and F1; None where nothing is known of its text.

    By words, by characters where the language has no spaces, by snippets where only those
    are known. `words` counts those of the true text, None where it is unknown.
    """

    id: str
    domain: str
    page_type: str
    language: str | None
    words: int | None
    precision: float | None
    recall: float | None
    f1: float | None
    confidence: float | None


@dataclass(frozen=True, slots=True)
class _Family:
    """Figures made from the same counts.

    Attributes:
        name: Prefix of the figures' names.
        applies: Whether the page counts.
        width: Number of counts per page.
        counts: The page's counts.
        figures: Suffix to function from summed counts to the figure.
    """

    name: str
    applies: Callable[[LabelledPage], bool]
    width: int
    counts: Callable[[LabelledPage, Prediction], Sequence[float]]
    figures: Mapping[str, Callable[[Floats], Floats]]


_PRF = ("precision", "recall", "f1")


def _means(sums: Floats) -> Floats:
    return np.moveaxis(sums[..., :-1] / sums[..., -1:], -1, 0)


def _picked(
    figures: Callable[[Floats], Floats], names: Sequence[str]
) -> dict[str, Callable[[Floats], Floats]]:
    """Return one function per name from one that returns them stacked."""

    def pick(place: int) -> Callable[[Floats], Floats]:
        return lambda sums: figures(sums)[place]

    return {name: pick(place) for place, name in enumerate(names)}


def _table(sums: Floats) -> Floats:
    return sums.reshape(*sums.shape[:-1], len(LABELS), len(LABELS) + 1)


def _class_figures(sums: Floats) -> Floats:
    by_label = np.moveaxis(metrics.class_f1(_table(sums)), -1, 0)
    return np.concatenate([metrics.macro_f1(_table(sums))[None], by_label])


def _class_counts(page: LabelledPage, prediction: Prediction) -> list[float]:
    guessed = predicted_labels(page.labels, prediction.labels)
    counts: list[float] = (
        metrics.confusion([label for _, label in page.labels], guessed).ravel().tolist()
    )
    return counts


def _is_unspaced(page: LabelledPage) -> bool:
    return page.truth is not None and page.language in UNSPACED


_FAMILIES = (
    _Family(
        "word_",
        lambda page: page.truth is not None,
        4,
        lambda page, ours: (*metrics.word_prf(ours.text, page.truth), 1.0),
        _picked(_means, _PRF),
    ),
    _Family(
        "char_",
        _is_unspaced,
        4,
        lambda page, ours: (*metrics.char_prf(ours.text, page.truth), 1.0),
        _picked(_means, _PRF),
    ),
    _Family(
        "shingle_",
        lambda page: page.truth is not None and page.corpus == "aeb",
        4,
        lambda page, ours: metrics.shingle_terms(*metrics.shingle_counts(ours.text, page.truth)),
        _picked(metrics.shingle_figures, _PRF),
    ),
    _Family(
        "segment_",
        lambda page: bool(page.must or page.must_not),
        4,
        lambda page, ours: metrics.segment_counts(ours.text, page.must, page.must_not),
        _picked(metrics.segment_figures, (*_PRF, "accuracy")),
    ),
    _Family(
        "",
        lambda page: bool(page.labels),
        len(LABELS) * (len(LABELS) + 1),
        _class_counts,
        _picked(_class_figures, ("macro_f1", *(f"{label}_f1" for label in LABELS))),
    ),
)

_Counts = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A system's figures on a set of pages.

    Attributes:
        pages: One row per page, in the order the pages came.
        measurements: The counts behind each figure, for further tables and comparisons.
        figures: Tables "all" and one for each page type.
    """

    pages: tuple[PageRow, ...]
    measurements: tuple[Measurement, ...]
    figures: Mapping[str, tuple[Figure, ...]]

    @property
    def headline(self) -> str:
        """Name of the set's main figure; "" where nothing is known of most pages."""
        pages = {figure.name: figure.pages for figure in self.figures[OVERALL]}
        most = (name for name in _HEADLINES if pages.get(name, 0) * 2 > len(self.pages))
        return next(most, "")

    def figures_by(self, groups: Sequence[str]) -> dict[str, tuple[Figure, ...]]:
        """Return tables by any other property of the pages: site, language, length."""
        return figure_tables(self.measurements, [row.domain for row in self.pages], groups)

    def figure(self, name: str, table: str = OVERALL) -> Figure | None:
        """Return a figure of a table, None where no page of the table counts for it."""
        return next((f for f in self.figures[table] if f.name == name), None)

    def confusion(self) -> list[list[int]] | None:
        """Return blocks by true label (4 rows) and label given (4 columns, then none)."""
        rows = next((m.rows[m.counted] for m in self.measurements if m.name == "macro_f1"), None)
        return None if rows is None else _table(rows.sum(axis=0)).astype(int).tolist()

    def against(self, other: Evaluation, figure: str | None = None) -> Difference:
        """Compare a figure (the headline by default) with another system's on the same pages."""
        if [row.id for row in self.pages] != [row.id for row in other.pages]:
            raise UsageError("the two evaluations hold different pages; evaluate the same corpus")
        name = figure or self.headline
        pair = [m for each in (self, other) for m in each.measurements if m.name == name]
        if len(pair) != 2:
            raise UsageError(f"{name!r} is not a figure of both evaluations")
        return compare(pair[0], pair[1], [row.domain for row in self.pages])

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: headline, figures by table, one row per page."""
        return {
            "headline": self.headline,
            "figures": as_numbers(self.figures),
            "pages": [asdict(row) for row in self.pages],
        }

    def table(self) -> str:
        """Return the figures as plain text: all of them overall, the headline by page type."""
        lines = [_line(figure.name, figure) for figure in self.figures[OVERALL]]
        by_type = [
            _line(f"  {kind}", figure)
            for kind, figures in self.figures.items()
            for figure in figures
            if kind != OVERALL and figure.name == self.headline
        ]
        if len(by_type) > 1:
            lines += ["", f"{self.headline} by page type", *by_type]
        return "\n".join(lines)


def _line(name: str, figure: Figure) -> str:
    return (
        f"{name:20s} {figure.value:7.4f}  [{figure.low:.4f}, {figure.high:.4f}]  "
        f"{figure.pages:5d} pages"
    )


def evaluate(
    predict: Callable[[LabelledPage], Prediction], pages: Iterable[LabelledPage]
) -> Evaluation:
    """Return the figures of `predict` on `pages`, which are read once and not kept."""
    return evaluate_predictions((page, predict(page)) for page in pages)


def evaluate_predictions(pairs: Iterable[tuple[LabelledPage, Prediction]]) -> Evaluation:
    """Return the figures of predictions made elsewhere, such as out of fold or in a pool.

    Raises:
        CorpusError: There is no page.
    """
    rows: list[PageRow] = []
    counts: list[_Counts] = []
    for page, prediction in pairs:
        known = {
            family.name: family.counts(page, prediction)
            for family in _FAMILIES
            if family.applies(page)
        }
        rows.append(_page_row(page, prediction, known))
        counts.append(known)
    if not rows:
        raise CorpusError("found no page to evaluate; wanted: a corpus with at least one")
    measurements = _measurements(rows, counts)
    tables = figure_tables(
        measurements, [row.domain for row in rows], [row.page_type for row in rows]
    )
    return Evaluation(tuple(rows), measurements, tables)


def _page_row(page: LabelledPage, prediction: Prediction, known: _Counts) -> PageRow:
    own = next((name for name in ("char_", "word_", "segment_") if name in known), None)
    scores: dict[str, float] = {}
    for family in _FAMILIES:
        if family.name == own:
            sums = np.asarray(known[own], dtype=float)
            scores = {name: float(family.figures[name](sums)) for name in _PRF}
    precision, recall, f1 = (scores.get(name) for name in _PRF)
    words = None if page.truth is None else len(tokens(page.truth))
    return PageRow(
        page.id, page.domain, page.page_type, page.language, words, precision, recall, f1,
        prediction.confidence,
    )  # fmt: skip


def _measurements(rows: Sequence[PageRow], counts: Sequence[_Counts]) -> tuple[Measurement, ...]:
    measurements: list[Measurement] = []
    for family in _FAMILIES:
        if not any(family.name in known for known in counts):
            continue
        unknown = [float("nan")] * family.width
        table = np.array([known.get(family.name, unknown) for known in counts], dtype=float)
        measurements += [
            Measurement(family.name + suffix, table, figure)
            for suffix, figure in family.figures.items()
        ]
    told = np.array([row.confidence for row in rows], dtype=float)
    # Confidence promises the F1 of a text; a few snippets are no measure of that.
    by_text = ["word_" in known for known in counts]
    true = np.where(by_text, np.array([row.f1 for row in rows], dtype=float), np.nan)
    return (*measurements, *calibration_measurements(told, true))
