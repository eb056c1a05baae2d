"""Plots of an evaluation, drawn by matplotlib, as pictures that stand inside a document."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from boilerkill.errors import MissingExtraError
from boilerkill.learn import closeup
from boilerkill.learn.figures.tables import Figure
from boilerkill.learn.trial import Side, Trial, page_calibration
from boilerkill.web.html import COLOURS, Html, el

try:
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Canvas
except ImportError:
    raise MissingExtraError("matplotlib", "train") from None

_OURS: Final = COLOURS["navigation"]
_THEIRS: Final = COLOURS["filler"]
_SOFT: Final = "#8a949e"
_STYLE: Final[Any] = {
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _SOFT,
    "axes.grid": True,
    "grid.color": "#e6e9ec",
    "axes.axisbelow": True,
    "axes.labelcolor": "#3d4650",
    "xtick.color": "#3d4650",
    "ytick.color": "#3d4650",
    "font.size": 9,
    "legend.frameon": False,
    # The same evaluation gives the same bytes.
    "svg.hashsalt": "boilerkill",
}
_SIZE: Final = (4.8, 3.1)
#: More points than this are drawn as pixels: as lines they would weigh megabytes.
_MANY: Final = 400
#: Groups drawn, the largest; the tables have all.
_MOST_GROUPS: Final = 10
Axes = Any


def plots(trial: Trial) -> list[Html]:
    """Return the plots that a trial has the figures for, each with its caption."""
    sides = [(trial.ours, _OURS, "-")] + ([(trial.theirs, _THEIRS, "--")] if trial.theirs else [])
    drawn = [_curves(sides), _page_calibration(trial.ours), _block_calibration(sides)]
    if trial.theirs is not None:
        drawn.append(_pairs(trial.ours, trial.theirs))
    drawn.append(_spread(sides))
    drawn += [_groups(name, table) for name, table in trial.tables().items() if name != "site"]
    return [plot for plot in drawn if plot is not None]


_Sides = Sequence[tuple[Side, str, str]]


def _picture(said: str, draw: Callable[[Axes], None], size: tuple[float, float] = _SIZE) -> Html:
    """Draw into fresh axes and return the picture with its caption."""
    with rc_context(_STYLE):
        canvas = Canvas(figsize=size, layout="constrained")
        draw(canvas.add_subplot())
        held = io.BytesIO()
        canvas.savefig(held, format="svg", metadata={"Date": None}, dpi=160, transparent=True)
    data = base64.b64encode(held.getvalue()).decode()
    image = el("img", src=f"data:image/svg+xml;base64,{data}", alt=said)
    return el("figure", image, el("figcaption", said), class_="plot")


def _curves(sides: _Sides) -> Html | None:
    known = [(s, c, d) for s, c, d in sides if s.evaluation.figure("word_f1") is not None]
    curves = [(s, c, d, closeup.mean_curve(s.closeups)) for s, c, d in known]
    if not any(curve for *_, curve in curves):
        return None

    def draw(axes: Axes) -> None:
        for side, colour, dash, curve in curves:
            if curve:
                points = [(p["recall"], p["precision"]) for p in curve]
                axes.plot(*zip(*points, strict=True), dash, color=colour, label=side.name)
            at = _working_point(side)
            axes.plot(*at, "o" if curve else "D", color=colour, label=None if curve else side.name)
        axes.set(xlabel="mean recall", ylabel="mean precision")
        axes.legend(loc="lower left")

    return _picture(
        "Precision against recall, by the chance from which a block is kept; the mark is what "
        "is kept in fact",
        draw,
    )


def _working_point(side: Side) -> tuple[float, float]:
    """Return (recall, precision) of the text as emitted; that of characters beats words."""
    rows = [r for r in side.evaluation.pages if r.words and r.recall is not None]
    emitted = [r.precision for r in rows if r.precision]
    return float(np.mean([r.recall for r in rows])), float(np.mean(emitted or [0.0]))


def _page_calibration(side: Side) -> Html | None:
    rows = [r for r in side.evaluation.pages if r.confidence is not None and r.f1 is not None]
    if not rows:
        return None

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], ":", color=_SOFT)
        axes.scatter(
            [r.confidence for r in rows], [r.f1 for r in rows], s=9, color=_OURS, alpha=0.35,
            linewidth=0, rasterized=len(rows) > _MANY,
        )  # fmt: skip
        means = page_calibration(side.evaluation)
        axes.plot([b["told"] for b in means], [b["true"] for b in means], "o-", color="#1d232b")
        axes.set(xlabel="confidence", ylabel="F1 of the page", ylim=(-0.03, 1.03))

    return _picture("How far confidence tells F1: a dot is a page, the line is their mean", draw)


def _block_calibration(sides: _Sides) -> Html | None:
    bins = [(s, c, d, closeup.block_calibration(s.closeups)) for s, c, d in sides]
    if not any(found for *_, found in bins):
        return None

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], ":", color=_SOFT)
        for side, colour, dash, found in bins:
            if found:
                told, true = [b["told"] for b in found], [b["true"] for b in found]
                axes.plot(told, true, f"o{dash}", color=colour, label=side.name)
        axes.set(xlabel="probability of main text", ylabel="share that is main text")
        axes.legend(loc="upper left")

    return _picture("How far the probabilities of blocks hold: on the diagonal they do", draw)


def _pairs(ours: Side, theirs: Side) -> Html | None:
    pages = zip(ours.evaluation.pages, theirs.evaluation.pages, strict=True)
    pairs = [(b.f1, a.f1) for a, b in pages if a.f1 is not None and b.f1 is not None]
    if not pairs:
        return None

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], ":", color=_SOFT)
        x, y = zip(*pairs, strict=True)
        axes.scatter(x, y, s=9, color=_OURS, alpha=0.4, linewidth=0, rasterized=len(x) > _MANY)
        axes.set(xlabel=f"F1 by {theirs.name}", ylabel=f"F1 by {ours.name}")

    return _picture(f"Page by page: above the diagonal {ours.name} is better", draw)


def _spread(sides: _Sides) -> Html | None:
    scores = [
        (s, c, d, [r.f1 for r in s.evaluation.pages if r.f1 is not None]) for s, c, d in sides
    ]
    if not any(found for *_, found in scores):
        return None

    def draw(axes: Axes) -> None:
        for side, colour, dash, found in scores:
            values = np.sort(np.array(found, dtype=float))
            share = np.arange(1, len(values) + 1) / max(1, len(values))
            axes.step(values, share, dash, where="post", color=colour, label=side.name)
        axes.set(xlabel="F1", ylabel="share of pages with no more")
        axes.legend(loc="upper left")

    return _picture("How the pages spread: the longer the line keeps low, the better", draw)


def _groups(name: str, table: Mapping[str, Figure]) -> Html:
    def draw(axes: Axes) -> None:
        keys = list(table)[:_MOST_GROUPS][::-1]
        for place, key in enumerate(keys):
            f = table[key]
            axes.plot([f.low, f.high], [place, place], color=_OURS, alpha=0.5, linewidth=3)
            axes.plot(f.value, place, "o", color=_OURS)
        axes.set_yticks(range(len(keys)), [f"{key} ({table[key].pages})" for key in keys])
        axes.set(xlabel=next(iter(table.values())).name.replace("_f1", " F1"))
        axes.set_ylim(-0.6, len(keys) - 0.4)

    tall = 1.1 + 0.28 * min(len(table), _MOST_GROUPS)
    return _picture(f"By {name}, with 95 % intervals over sites", draw, (_SIZE[0], tall))
