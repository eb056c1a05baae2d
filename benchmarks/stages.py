"""Where the time of a page goes.

The functions of the line are wrapped in place by a clock, so that what is timed is the line itself
and not a copy of it. A stage that calls another is not charged for it. The compiled kernel parses
while it cuts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property, wraps
from pathlib import Path
from time import process_time
from typing import Any
from unittest.mock import patch

from benchmarks.pages import corpora, sample, source_of
from benchmarks.tables import table
from boilerkill import (
    Cleaner,
    cleaner,
    decode,
    features,
    score,
    segment,
    structure,
)
from boilerkill.estimators import Network, Trees
from boilerkill.features import chars
from boilerkill.features.beginnings import beginnings
from boilerkill.features.table import FAMILIES, Family
from boilerkill.features.view import View
from boilerkill.metadata import read as reading
from boilerkill.score import Expert

#: Where each function of the line is looked up, its name, and "stage" or "stage: part".
WATCHED: tuple[tuple[Any, str, str], ...] = (
    (decode, "read", "decode"),
    (cleaner, "check_size", "guard"),
    (cleaner, "kind_of", "guard"),
    (segment, "tokens", "parse"),
    (cleaner, "cut_markup", "segment"),
    (cleaner, "cut_text", "segment"),
    (View, "__init__", "features: view"),
    (chars, "count", "features: view, characters"),
    (type(beginnings([])), "evidence", "features: lexicon"),
    (features, "from_view", "features: into one matrix"),
    (Trees, "log_odds", "score: trees"),
    (Network, "log_odds", "score: networks"),
    (score, "columns_of", "score: neighbours' scores"),
    (cleaner, "layout_of", "score: layout"),
    (Expert, "score", "score: together"),
    (cleaner, "decide", "decide"),
    (reading, "read", "metadata"),
    (structure.text, "write", "render"),
)
REST = "the rest"


class Clock:
    """CPU seconds by stage; at any time exactly one stage is running."""

    def __init__(self) -> None:
        self.spent: defaultdict[str, float] = defaultdict(float)
        self._running = [REST]
        self._since = process_time()

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function so that its time is charged to a stage."""

        @wraps(function)
        def run(*args: Any, **options: Any) -> Any:
            self._charge()
            self._running.append(stage)
            try:
                return function(*args, **options)
            finally:
                self._charge()
                self._running.pop()

        return run

    def _charge(self) -> None:
        now = process_time()
        self.spent[self._running[-1]] += now - self._since
        self._since = now

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Time the line's stages, families of features, and cached columns of a page."""
        families = [
            Family(f.features, self.timed(f"features: {_family_name(f)}", f.compute))
            for f in FAMILIES
        ]
        with ExitStack() as stack:
            for owner, name, stage in WATCHED:
                timed = self.timed(stage, getattr(owner, name))
                stack.enter_context(patch.object(owner, name, timed))
            for name, column in vars(View).items():
                if isinstance(column, cached_property):
                    timed = self.timed(f"features: view.{name}", column.func)
                    stack.enter_context(patch.object(column, "func", timed))
            stack.enter_context(patch.object(features, "FAMILIES", families))
            yield

    def lap(self, function: Callable[[], object]) -> dict[str, float]:
        """Return the seconds by stage that one call takes."""
        self._charge()
        self.spent.clear()
        function()
        self._charge()
        return dict(self.spent)


def _family_name(family: Family) -> str:
    return family.compute.__name__.removesuffix("_features")


def run(count: int, chosen: Sequence[Path] | None) -> None:
    """Profile `count` pages of each corpus, and print a table for each."""
    for corpus in corpora(chosen):
        pages = sample(corpus, count)
        spent = profile([source_of(page) for page in pages])
        print(f"\n{corpus.root.name}: {len(pages)} pages, CPU time per page")
        print(show(spent))


def profile(sources: Sequence[bytes], rounds: int = 2) -> dict[str, float]:
    """Return mean CPU seconds per page by stage, of each page's best round."""
    line, clock = Cleaner(), Clock()
    line.clean(sources[0])  # loads what is loaded at first use
    total: defaultdict[str, float] = defaultdict(float)
    with clock.watching():
        for source in sources:
            # The title is asked for because the metadata are read no sooner.
            laps = [clock.lap(lambda: line.clean(source).title) for _ in range(rounds)]  # noqa: B023
            for stage, seconds in min(laps, key=lambda lap: sum(lap.values())).items():
                total[stage] += seconds / len(sources)
    return total


def show(spent: Mapping[str, float]) -> str:
    """Write stages in the order of the line, each with its parts, the costliest first."""
    stages: dict[str, dict[str, float]] = {
        stage.partition(":")[0]: {} for *_, stage in WATCHED if stage.partition(":")[0]
    }
    for name, seconds in spent.items():
        stage, _, part = name.partition(": ")
        stages.setdefault(stage, {})[part] = seconds
    total = sum(spent.values())
    rows = [("all", total * 1000, "100 %")]
    for stage, parts in stages.items():
        rows.append((stage, 1000 * sum(parts.values()), f"{sum(parts.values()) / total:.1%}"))
        rows += [
            (f"  {part}", 1000 * seconds, f"{seconds / total:.1%}")
            for part, seconds in sorted(parts.items(), key=lambda item: -item[1])
            if part
        ]
    return table(("stage", "ms", "share"), rows)
