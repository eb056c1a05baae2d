"""Drawings for the README; the only module that needs matplotlib."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchmarks.scale import Point
    from benchmarks.speed import Result


def quality_by_cost(results: Sequence[Result], path: Path) -> None:
    """Draw F1 against CPU ms per page, one panel for each corpus; parsers are vertical lines."""
    corpora = list(dict.fromkeys(result.corpus for result in results))
    systems = list(dict.fromkeys(result.system for result in results))
    figure, panels = _panels(len(corpora))
    for panel, corpus in zip(panels, corpora, strict=True):
        here = [result for result in results if result.corpus == corpus]
        panel.set(title=corpus, xscale="log", xlabel="CPU ms per page", ylabel=here[0].figure)
        for result in here:
            look = {"color": f"C{systems.index(result.system)}", "label": result.system}
            cost = mean(result.seconds) * 1000
            if result.f1 is None:
                panel.axvline(cost, linestyle=":", **look)
            else:
                panel.scatter(cost, result.f1, s=60, **look)
    handles, names = panels[0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=min(4, 2 * len(corpora)))
    figure.savefig(path, dpi=150)


def cost_by_size(series: Mapping[str, Sequence[Point]], path: Path) -> None:
    """Draw time and memory against size, with the slope that a linear cost has."""
    figure, (time, memory) = _panels(2)
    for name, points in series.items():
        sizes = [point.size / 1e6 for point in points]
        time.plot(sizes, [point.seconds * 1000 for point in points], "o-", label=name)
        memory.plot(sizes, [point.memory / 1e6 or nan for point in points], "o-", label=name)
        last = points[-1]
        for panel, value in ((time, last.seconds * 1000), (memory, last.memory / 1e6)):
            line = [size * 1e6 / last.size * value for size in sizes]
            panel.plot(sizes, line, ":", color="grey", zorder=0)
    for panel, label in ((time, "CPU ms"), (memory, "MB of memory")):
        panel.set(xscale="log", yscale="log", xlabel="page, MB (dotted: linear)", ylabel=label)
        panel.legend()
    figure.savefig(path, dpi=150)


def _panels(count: int) -> tuple[Any, Sequence[Any]]:
    """Return a figure without a display, and its panels side by side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.5 * count, 4), layout="constrained")
    return figure, list(figure.subplots(1, count, squeeze=False)[0])
