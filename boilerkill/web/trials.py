"""The report of an evaluation: figures, plots, and the pages that went worst, in one file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from boilerkill.cleaner import Article, Cleaner
from boilerkill.learn import closeup
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.evaluation import PageRow
from boilerkill.learn.figures.resampling import Difference
from boilerkill.learn.figures.tables import OVERALL, Figure
from boilerkill.learn.trial import Trial
from boilerkill.model import Model
from boilerkill.values import LABELS
from boilerkill.web.coloured import EXTRA, MISSED, Verdict, page_view
from boilerkill.web.html import Html, document, el, join, style
from boilerkill.web.plots import plots

#: Pages shown with their blocks: so many of the worst, and so many lost most to the other system.
_WORST: Final = 15
_LOST: Final = 5
_SITES: Final = 25
#: Columns of text; all others are of figures and keep to the right.
_NAMES: Final = frozenset({"corpus", "figure", "page", "type", "true class", "difference"})
#: Steps of shade in the table of confusions.
_SHADES: Final = 9


@dataclass(frozen=True, slots=True)
class Seen:
    """A page to be looked at.

    Attributes:
        article: What came of it.
        verdicts: What the truth says of each block.
    """

    article: Article
    verdicts: Sequence[Verdict]


def see(trial: Trial, model: Model, pages: Sequence[LabelledPage]) -> dict[str, Seen]:
    """Clean the pages again that a reader of the report will want to look at, by id."""
    wanted = [row.id for row in trial.worst(_WORST)]
    wanted += [row.id for row, gain in trial.swings()[:_LOST] if gain < 0]
    cleaner, by_id = Cleaner(model), {page.id: page for page in pages}
    return {name: _see(cleaner, by_id[name]) for name in dict.fromkeys(wanted)}


def _see(cleaner: Cleaner, page: LabelledPage) -> Seen:
    article = closeup.clean(cleaner, page)
    true = closeup.true_blocks(page, len(article.blocks))
    verdicts = [
        EXTRA if block.kept and truth == 0
        else MISSED if truth == 1 and not block.kept and not closeup.is_aside(block)
        else ""
        for block, truth in zip(article.blocks, true.tolist(), strict=True)
    ]  # fmt: skip
    return Seen(article, verdicts)


def evaluation_report(trials: Sequence[tuple[Trial, Mapping[str, Seen]]]) -> str:
    """Return the report of trials, each with the pages to look at, as an HTML document."""
    first = trials[0][0]
    against = f" against {first.theirs.name}" if first.theirs else ""
    sections = [_section(trial, seen, f"c{i}") for i, (trial, seen) in enumerate(trials, 1)]
    return document(
        f"{first.ours.name}{against} – boilerkill evaluate",
        style("base", "view", "trials"),
        el(
            "header",
            el("h1", f"{first.ours.name}{against}"),
            el("p", "Means over pages; intervals of 95 % from a bootstrap over sites. Figures on "
               "pages that a model was trained on flatter it.", class_="about"),
            class_="page",
        ),
        _summary([trial for trial, _ in trials]),
        *sections,
    )  # fmt: skip


def _summary(trials: Sequence[Trial]) -> Html:
    rows = []
    for number, trial in enumerate(trials, 1):
        name = trial.headline()
        figure = trial.ours.evaluation.figure(name)
        cells = [el("td", el("a", trial.corpus, href=f"#c{number}")), el("td", _words(name))]
        cells += _value(figure)
        if trial.theirs is not None:
            cells += _value(trial.theirs.evaluation.figure(name))
            cells.append(_gain(trial.differences().get(name)))
        cells.append(el("td", f"{len(trial.ours.evaluation.pages):,}", class_="figure"))
        rows.append(el("tr", *cells))
    theirs = trials[0].theirs
    names = ["corpus", "figure", trials[0].ours.name, ""]
    names += [theirs.name, "", "difference"] if theirs else []
    return _table([*names, "pages"], rows)


def _table(names: Sequence[str], rows: Sequence[Html]) -> Html:
    heads = [
        el("th", name, scope="col", class_=None if name in _NAMES else "figure") for name in names
    ]
    head = el("thead", el("tr", *heads))
    return el("div", el("table", head, el("tbody", *rows)), class_="wide")


def _words(name: str) -> str:
    return name.replace("_f1", " F1").replace("_", " ")


def _value(figure: Figure | None) -> list[Html]:
    """Return two cells: a figure and its interval."""
    if figure is None:
        return [el("td", "–", class_="figure"), el("td")]
    interval = f"{figure.low:.3f} to {figure.high:.3f}"
    return [
        el("td", f"{figure.value:.3f}", class_="figure"),
        el("td", el("small", interval), class_="figure"),
    ]


def _gain(difference: Difference | None) -> Html:
    if difference is None:
        return el("td", "–")
    d = difference
    kind = ("better" if d.value > 0 else "worse") if d.beyond_noise else "noise"
    said = {"better": "better", "worse": "worse", "noise": "within noise"}[kind]
    return el(
        "td",
        el("b", f"{d.value:+.3f} {said}", class_=kind),
        el("small", f" {d.low:+.3f} to {d.high:+.3f}; {d.wins} pages up, {d.losses} down"),
    )


def _section(trial: Trial, seen: Mapping[str, Seen], prefix: str) -> Html:
    places = {name: f"{prefix}-page{i}" for i, name in enumerate(seen, 1)}
    confusion = trial.ours.evaluation.confusion()
    return el(
        "section",
        el("h2", trial.corpus),
        *(el("p", note, class_="note") for note in trial.notes),
        _figures(trial),
        el("div", *plots(trial), class_="plots"),
        _confusion(confusion) if confusion else "",
        *_tables(trial),
        el("div", *_pages(trial, places), id=f"{prefix}-pages"),
        *(_look(each, name, places[name], f"{prefix}-pages") for name, each in seen.items()),
        id=prefix,
    )


def _figures(trial: Trial) -> Html:
    differences = trial.differences()
    names = ["figure", trial.ours.name, "95 % interval"]
    names += [trial.theirs.name, "", "difference"] if trial.theirs else []
    rows = []
    for figure in trial.ours.evaluation.figures[OVERALL]:
        cells = [el("td", _words(figure.name)), *_value(figure)]
        if trial.theirs is not None:
            has = trial.theirs.has(figure.name)
            cells += _value(trial.theirs.evaluation.figure(figure.name) if has else None)
            cells.append(_gain(differences.get(figure.name)))
        rows.append(el("tr", *cells, el("td", f"{figure.pages:,}", class_="figure")))
    return _table([*names, "pages"], rows)


def _confusion(counts: Sequence[Sequence[int]]) -> Html:
    """Show blocks by true and given class; the shade is the share of the row."""
    rows = []
    for label, row in zip(LABELS, counts, strict=True):
        cells = [el("th", label, scope="row", class_=label)]
        for count in row:
            share = count / max(1, sum(row))
            text = join([f"{count:,} ", el("small", f"{share:.0%}")])
            cells.append(el("td", text, class_=f"figure shade{round(share * _SHADES)}"))
        rows.append(el("tr", *cells))
    table = _table(["true class", *LABELS, "not found"], rows)
    return join([el("h3", "What blocks of each class were taken for"), table])


def _tables(trial: Trial) -> list[Html]:
    """Return the figures by each property, folded away since the plots show most of them."""
    found = []
    for name, table in trial.tables().items():
        shown = list(table.items())
        if name == "site":  # the worst ones say most
            shown = sorted(shown, key=lambda item: item[1].value)[:_SITES]
        rows = [
            el("tr", el("td", key), *_value(f), el("td", f"{f.pages:,}", class_="figure"))
            for key, f in shown
        ]
        headline = _words(trial.ours.evaluation.headline)
        title = f"{headline} by {name}"
        if name == "site":
            title += f": the lowest of {len(table)} sites with three pages or more"
        found.append(
            el("details", el("summary", title), _table(["figure", headline, "", "pages"], rows))
        )
    return found


def _pages(trial: Trial, places: Mapping[str, str]) -> list[Html]:
    """List the pages to look at."""
    worst = [_page(row, places, f"{row.f1:.3f}") for row in trial.worst(_WORST)]
    if not worst:
        return []
    names = ("page", "type", "F1", "precision", "recall", "confidence")
    found = [el("h3", "The worst pages"), _table(names, worst)]
    swings = trial.swings()
    if trial.theirs is not None and swings:
        lost = [_page(row, places, f"{gain:+.3f}") for row, gain in swings[:_LOST] if gain < 0]
        won = [_page(row, places, f"{gain:+.3f}") for row, gain in swings[::-1][:_LOST] if gain > 0]
        names = ("page", "type", "F1 gained", "precision", "recall", "confidence")
        for said, rows in (("lost to", lost), ("won over", won)):
            if rows:
                title = f"The pages that {trial.ours.name} {said} {trial.theirs.name} by most"
                found += [el("h3", title), _table(names, rows)]
    return found


def _page(row: PageRow, places: Mapping[str, str], first: str) -> Html:
    named = el("a", row.id, href=f"#{places[row.id]}") if row.id in places else row.id
    figures = [first, *(_percent(v) for v in (row.precision, row.recall, row.confidence))]
    return el(
        "tr",
        el("td", named, el("br"), el("small", row.domain)),
        el("td", row.page_type),
        *(el("td", figure, class_="figure") for figure in figures),
    )


def _percent(value: float | None) -> str:
    return "–" if value is None or np.isnan(value) else f"{value:.0%}"


def _look(seen: Seen, name: str, place: str, back: str) -> Html:
    """Show a page with its blocks: hidden until a link leads to it."""
    return el(
        "section",
        el("p", el("a", "Close", href=f"#{back}"), class_="close"),
        page_view(seen.article, name, seen.verdicts, prefix=f"{place}-b"),
        id=place,
        class_="look",
    )
