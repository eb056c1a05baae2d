"""CPU time, quality and memory of all systems on the same pages, in turn, in one process."""

from __future__ import annotations

import gc
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from benchmarks import memory
from benchmarks.cores import throughput
from benchmarks.pages import corpora, sample, source_of
from benchmarks.systems import Run, System, load
from benchmarks.tables import table
from boilerkill.cleaner import shipped_model
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.evaluation import UNSPACED, Prediction, evaluate_predictions

HEAD = (
    "", "ms median", "ms mean", "× boilerkill", "pages/s, one core", "all cores", "{figure}",
    "peak MB",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What one system did on one corpus.

    Attributes:
        corpus: The corpus' name.
        system: The system's name.
        seconds: CPU time of each page.
        figure: Name of the corpus' own figure, such as "word_f1".
        f1: Its value; None for a parser.
        peak: Peak memory in bytes.
        throughput: Pages per second with a process on every core.
    """

    corpus: str
    system: str
    seconds: tuple[float, ...]
    figure: str
    f1: float | None
    peak: int
    throughput: float


def run(count: int, chosen: Sequence[Path] | None, rounds: int) -> list[Result]:
    """Measure all systems on `count` pages of each corpus, and print a table for each."""
    runs = load()
    results = []
    for corpus in corpora(chosen):
        pages = sample(corpus, count)
        size = sum(len(source_of(page)) for page in pages) / len(pages) / 1000
        found = measure(corpus.root.name, pages, runs, rounds)
        print(
            f"\n{corpus.root.name}: {len(pages)} of {len(corpus)} pages, {size:.0f} KB on average"
        )
        print(show(found))
        print(floor(found))
        if remark := caveat(corpus.root.name, found[0].figure):
            print(remark)
        results += found
    return results


def measure(
    corpus: str, pages: Sequence[LabelledPage], runs: Mapping[System, Run], rounds: int
) -> list[Result]:
    """Run every system on every page."""
    given = [(source_of(page), page.language or "") for page in pages]
    outcomes = take_turns(given, runs, rounds)
    figure = figure_for(pages)
    return [
        Result(
            corpus,
            system.name,
            tuple(seconds for seconds, _ in outcome),
            figure,
            f1(pages, [text for _, text in outcome], figure) if system.extracts else None,
            memory.peak(system.name, given),
            throughput(system.name, given),
        )
        for system, outcome in outcomes.items()
    ]


def take_turns(
    pages: Sequence[tuple[bytes, str]], runs: Mapping[System, Run], rounds: int
) -> dict[System, list[tuple[float, str]]]:
    """Return the best CPU seconds of `rounds` and the text, by system and page.

    The systems take turns on each page, so that whatever else the machine does at the time
    strikes them alike.
    """
    for each in runs.values():
        each(*pages[0])  # what is loaded at first use is not the page's
    # Collections that one system's garbage sets off must not walk what all of them have loaded.
    gc.collect()
    gc.freeze()
    outcomes: dict[System, list[tuple[float, str]]] = {system: [] for system in runs}
    for page in pages:
        best = dict.fromkeys(runs, (float("inf"), ""))
        for _ in range(rounds):
            for system, each in runs.items():
                began = process_time()
                text = each(*page)
                best[system] = min(best[system], (process_time() - began, text))
        for system, outcome in best.items():
            outcomes[system].append(outcome)
    gc.unfreeze()
    return outcomes


def figure_for(pages: Sequence[LabelledPage]) -> str:
    """Return the figure that the field gives for a corpus: by shingles, characters or words."""
    if pages[0].corpus == "aeb":
        return "shingle_f1"
    unspaced = sum(page.language in UNSPACED for page in pages)
    return "char_f1" if 2 * unspaced > len(pages) else "word_f1"


def f1(pages: Sequence[LabelledPage], texts: Sequence[str], figure: str) -> float | None:
    """Return a figure by the definitions of `boilerkill.learn`; None where no truth is known."""
    found = evaluate_predictions(zip(pages, map(Prediction, texts), strict=True))
    return next((f.value for f in found.figures["all"] if f.name == figure), None)


def caveat(corpus: str, figure: str) -> str:
    """Say what to think of boilerkill's own F1 on a corpus that its model learned from."""
    header = shipped_model().header
    if not any(c["learned"] and c["name"] == corpus for c in header.get("corpora", ())):
        return ""
    honest = header.get("figures", {}).get(f"{corpus}, out of fold", {}).get(figure)
    return "The model learned from these pages: boilerkill's F1 here flatters it." + (
        f" Out of fold, on the whole corpus, it is {honest:.4f}." if honest else ""
    )


def floor(results: Sequence[Result]) -> str:
    """Say how near boilerkill comes to the fastest peer, and to what its parser alone takes."""
    cost = {r.system: statistics.mean(r.seconds) for r in results}
    own, parser, peer = (cost.get(n) for n in ("boilerkill", "parse: boilerkill", "resiliparse"))
    if not own or not parser or not peer:
        return ""
    return (
        f"boilerkill takes {own / peer:.2f} × resiliparse. The floor under it, decoding a page and "
        f"cutting it into blocks, is {parser / peer:.2f} ×: {own / parser:.1f} times the floor."
    )


def show(results: Sequence[Result]) -> str:
    """Write the results of one corpus as a table; ratios and pages/s are of the mean."""
    own = next((statistics.mean(r.seconds) for r in results if r.system == "boilerkill"), None)
    rows = []
    for r in results:
        mean = statistics.mean(r.seconds)
        rows.append((
            r.system, statistics.median(r.seconds) * 1000, mean * 1000, own and mean / own,
            round(1 / mean), round(r.throughput), None if r.f1 is None else f"{r.f1:.4f}",
            round(r.peak / 1e6),
        ))  # fmt: skip
    return table([head.format(figure=results[0].figure) for head in HEAD], rows)
