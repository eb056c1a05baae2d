"""`boilerkill clean`: from pages to articles, one or millions."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from boilerkill.cli.console import ExitStatus, complain, quiet_about_closed_pipes
from boilerkill.dumps.factory import make_cleaner
from boilerkill.dumps.options import Format, Only, Options, cores
from boilerkill.dumps.run import Console, clean_pages
from boilerkill.dumps.tally import Lines, Outcome, Progress, Silent
from boilerkill.errors import UsageError
from boilerkill.values import Kind, Mode

_MEGA = 1_000_000


def clean(  # noqa: PLR0913, PLR0917  (the options of the command)
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Files, folders, globs, or - for one page on standard input; "
            ".html .htm .txt .md, each also .gz.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="OUT", help="Folder for the results, or a .jsonl file."
        ),
    ] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "-f", "--output-format", help="A text file for each page, or a row for each page."
        ),
    ] = None,
    mode: Annotated[
        Mode | None, typer.Option(help="Lose little text, keep little boilerplate, or balance.")
    ] = None,
    precision: Annotated[bool, typer.Option("--precision", help="As --mode precision.")] = False,
    recall: Annotated[bool, typer.Option("--recall", help="As --mode recall.")] = False,
    kind: Annotated[Kind, typer.Option(help="How to read pages; auto: by name, content.")] = "auto",
    url: Annotated[str | None, typer.Option(help="Address of the page, if it is one.")] = None,
    blocks: Annotated[bool, typer.Option("--blocks", help="Add the blocks to rows.")] = False,
    only: Annotated[Only | None, typer.Option(help="Write only pages that ended so.")] = None,
    min_confidence: Annotated[
        float, typer.Option(help="Quarantine pages kept with less confidence, 0 to 1.")
    ] = 0.0,
    model: Annotated[Path | None, typer.Option(help="Model file to use.")] = None,
    jobs: Annotated[int | None, typer.Option("-j", "--jobs", help="Processes; all cores.")] = None,
    time_limit: Annotated[float, typer.Option(help="Seconds a page may take.")] = 30.0,
    memory_limit: Annotated[int, typer.Option(help="Megabytes a page may need.")] = 2000,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Write into a folder that is not empty.")
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Show errors only.")] = False,
) -> None:
    """Clean pages.

    One page and no -o: the result on standard output. Otherwise one file for each page, named
    like the page, below OUT, or OUT/articles.jsonl; beside them quarantine.jsonl, empty.jsonl
    and summary.json.
    """
    rows = out is not None and out.suffix == ".jsonl"
    options = Options(
        out=out,
        format=output_format or ("jsonl" if rows else "text"),
        mode=_one_mode(mode, precision, recall),
        kind=kind,
        url=url,
        jobs=cores() if jobs is None else jobs,
        blocks=blocks,
        only=only,
        min_confidence=min_confidence,
        model=model,
        time_limit=time_limit,
        memory_limit=memory_limit * _MEGA,
        overwrite=overwrite,
    )
    factory = partial(make_cleaner, options.model, options.mode, options.limits)
    console = Console(stdin=sys.stdin.buffer, stdout=sys.stdout.buffer, progress=_progress(quiet))
    with quiet_about_closed_pipes():
        outcome = clean_pages(inputs, options, factory, console)
    if not quiet:
        _conclude(outcome)
    raise typer.Exit(exit_status(outcome))


def exit_status(outcome: Outcome) -> ExitStatus:
    """Return the exit status of a run."""
    if outcome.interrupted:
        return ExitStatus.INTERRUPTED
    return ExitStatus.SOME_QUARANTINED if outcome.tally.quarantined else ExitStatus.FINE


def _one_mode(mode: Mode | None, precision: bool, recall: bool) -> Mode:
    asked: list[Mode] = [mode] if mode else []
    asked += ["precision"] if precision else []
    asked += ["recall"] if recall else []
    if len(set(asked)) > 1:
        raise UsageError(f"modes {' and '.join(asked)} exclude one another; give one")
    return asked[0] if asked else "balanced"


def _progress(quiet: bool) -> Progress:
    if quiet:
        return Silent()
    if not sys.stderr.isatty():
        return Lines(sys.stderr)
    from boilerkill.cli.bar import Bar  # rich is loaded only where it shows

    return Bar()


def _conclude(outcome: Outcome) -> None:
    if outcome.alone is None:
        typer.echo(str(outcome), err=True)
    elif outcome.alone[0] != "kept":
        complain("{}: {}".format(*outcome.alone))
