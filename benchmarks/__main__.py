"""The commands: parse, one call, print. Without a command, all of them run."""

from __future__ import annotations

import logging
import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import THREADS

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Speed and quality beside peers. Without a command, all of them run.",
)

Pages = Annotated[int, typer.Option(min=1, help="Pages of each corpus, spread over it evenly.")]
Corpora = Annotated[
    list[Path] | None, typer.Option("--corpus", help="Folder of labelled pages; may be repeated.")
]


def _drawable(path: Path | None) -> Path | None:
    """Refuse before measuring what could not be drawn after it."""
    if path and find_spec("matplotlib") is None:
        raise typer.BadParameter("needs matplotlib, which is not installed: pip install matplotlib")
    return path


Plot = Annotated[Path | None, typer.Option(help="Draw a PNG too.", callback=_drawable)]


@app.callback(invoke_without_command=True)
def everything(context: typer.Context) -> None:
    """Measure speed, quality, memory, start-up and scaling."""
    logging.disable(logging.CRITICAL)  # peers complain about pages that they cannot read
    if context.invoked_subcommand is None:
        startup()
        profile()
        scale()
        speed()


@app.command()
def speed(
    pages: Pages = 60,
    corpus: Corpora = None,
    rounds: Annotated[int, typer.Option(min=1, help="Take the best of so many runs.")] = 2,
    plot: Plot = None,
) -> None:
    """CPU time, F1 and peak memory of boilerkill, its peers and bare parsers, side by side."""
    _use_one_thread()
    from benchmarks import plots
    from benchmarks.speed import run

    results = run(pages, corpus, rounds)
    if plot:
        plots.quality_by_cost(results, plot)


@app.command()
def profile(pages: Pages = 60, corpus: Corpora = None) -> None:
    """Where the time of a page goes, by stage."""
    _use_one_thread()
    from benchmarks.stages import run

    run(pages, corpus)


@app.command()
def structure(pages: Pages = 300) -> None:
    """F1 of headings, items, cells, code, links, emphasis and quotes, beside trafilatura."""
    _use_one_thread()
    from benchmarks.structure import run

    run(pages)


@app.command()
def metadata(corpus: Corpora = None) -> None:
    """Titles, authors and dates beside trafilatura's."""
    from benchmarks.metadata import run

    run(corpus)


@app.command()
def startup() -> None:
    """What a fresh process pays: CPU, memory, modules, size on disk."""
    from benchmarks.startup import run

    unwanted = run()
    if unwanted:
        typer.echo(f"loaded, but must not be: {', '.join(unwanted)}", err=True)
        raise typer.Exit(1)


@app.command()
def scale(
    largest: Annotated[
        int, typer.Option(min=10_000, help="Size of the largest page, in characters.")
    ] = 10_000_000,
    plot: Plot = None,
) -> None:
    """How time and memory grow with a page, up to 10 MB or 100,000 blocks; hostile shapes too."""
    _use_one_thread()
    from benchmarks import plots
    from benchmarks.scale import run

    series = run(largest)
    if plot:
        plots.cost_by_size(series, plot)


def _use_one_thread() -> None:
    """Keep numpy from starting threads, as the workers of `boilerkill clean` do.

    Threads that spin while they wait for more work would be charged to whichever system runs next.
    `startup` shows what they cost. Must come before numpy is imported.
    """
    os.environ.update(dict.fromkeys(THREADS, "1"))


if __name__ == "__main__":
    app()
