"""`boilerkill clean`: from pages to articles, one or millions."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import Annotated, Final

import typer

from boilerkill.cli.console import ExitStatus, complain, quiet_about_closed_pipes, tell
from boilerkill.dumps.factory import make_cleaner
from boilerkill.dumps.options import (
    Dedup,
    Format,
    InputFormat,
    Only,
    Options,
    cores,
    format_of,
)
from boilerkill.dumps.run import Console, clean_pages
from boilerkill.dumps.tally import Lines, Outcome, Progress, Silent
from boilerkill.errors import UsageError
from boilerkill.values import Include, Kind, Mode

_MEGA: Final = 1_000_000
_INPUT: Final = "Input"
_RESULT: Final = "Result"
_RUN: Final = "Run"


def clean(  # noqa: PLR0913, PLR0917  (the options of the command)
    inputs: Annotated[
        list[str],
        typer.Argument(
            metavar="INPUT...",
            help="Files, folders, globs, or - for standard input; .html .htm .txt .md .warc .wet "
            ".jsonl, each also .gz and .zst, and .parquet.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="Folder for the results, or one file of rows: .jsonl, .jsonl.zst, .parquet.",
        ),
    ] = None,
    output_format: Annotated[
        Format | None,
        typer.Option(
            "-f", "--output-format", help="A file for each page (the first four), or rows."
        ),
    ] = None,
    mode: Annotated[
        Mode | None, typer.Option(help="Lose little text, keep little boilerplate, or balance.")
    ] = None,
    precision: Annotated[bool, typer.Option("--precision", help="As --mode precision.")] = False,
    recall: Annotated[bool, typer.Option("--recall", help="As --mode recall.")] = False,
    links: Annotated[
        bool, typer.Option(help="Addresses of links.", rich_help_panel=_RESULT)
    ] = True,
    images: Annotated[bool, typer.Option(help="Images.", rich_help_panel=_RESULT)] = True,
    tables: Annotated[bool, typer.Option(help="Tables.", rich_help_panel=_RESULT)] = True,
    comments: Annotated[
        bool, typer.Option(help="Readers' comments.", rich_help_panel=_RESULT)
    ] = False,
    with_metadata: Annotated[
        bool,
        typer.Option(
            "--with-metadata",
            help="All that is known of the page: as columns, or at the head of its file.",
            rich_help_panel=_RESULT,
        ),
    ] = False,
    with_markdown: Annotated[
        bool,
        typer.Option("--with-markdown", help="Add Markdown to rows.", rich_help_panel=_RESULT),
    ] = False,
    with_html: Annotated[
        bool, typer.Option("--with-html", help="Add HTML to rows.", rich_help_panel=_RESULT)
    ] = False,
    blocks: Annotated[
        bool, typer.Option("--blocks", help="Add the blocks to rows.", rich_help_panel=_RESULT)
    ] = False,
    only: Annotated[
        Only | None, typer.Option(help="Write only pages that ended so.", rich_help_panel=_RESULT)
    ] = None,
    min_confidence: Annotated[
        float,
        typer.Option(
            help="Quarantine pages kept with less confidence, 0 to 1.", rich_help_panel=_RESULT
        ),
    ] = 0.0,
    target_language: Annotated[
        str | None,
        typer.Option(
            help="Leave out pages in another language than this, such as de.",
            rich_help_panel=_RESULT,
        ),
    ] = None,
    dedup: Annotated[
        Dedup | None,
        typer.Option(
            help="Leave out pages that repeat an earlier one, word for word or nearly.",
            rich_help_panel=_RESULT,
        ),
    ] = None,
    kind: Annotated[
        Kind,
        typer.Option(help="How to read pages; auto: by name, content.", rich_help_panel=_INPUT),
    ] = "auto",
    url: Annotated[
        str | None, typer.Option(help="Address of the page, if it is one.", rich_help_panel=_INPUT)
    ] = None,
    input_format: Annotated[
        InputFormat, typer.Option(help="What standard input is.", rich_help_panel=_INPUT)
    ] = "page",
    html_column: Annotated[
        str | None, typer.Option(help="Column of rows with markup.", rich_help_panel=_INPUT)
    ] = None,
    text_column: Annotated[
        str | None, typer.Option(help="Column of rows with plain text.", rich_help_panel=_INPUT)
    ] = None,
    url_column: Annotated[
        str | None, typer.Option(help="Column of rows with the address.", rich_help_panel=_INPUT)
    ] = None,
    id_column: Annotated[
        str | None, typer.Option(help="Column of rows with the id.", rich_help_panel=_INPUT)
    ] = None,
    model: Annotated[Path | None, typer.Option(help="Model file to use.")] = None,
    jobs: Annotated[
        int | None, typer.Option("-j", "--jobs", help="Processes; all cores.", rich_help_panel=_RUN)
    ] = None,
    time_limit: Annotated[
        float, typer.Option(help="Seconds a page may take.", rich_help_panel=_RUN)
    ] = 30.0,
    memory_limit: Annotated[
        int, typer.Option(help="Megabytes a page may need.", rich_help_panel=_RUN)
    ] = 2000,
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with an earlier run into OUT.", rich_help_panel=_RUN),
    ] = False,
    overwrite: Annotated[
        bool,
        typer.Option(
            "--overwrite", help="Write into a folder that is not empty.", rich_help_panel=_RUN
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("-q", "--quiet", help="Show errors only.", rich_help_panel=_RUN)
    ] = False,
) -> None:
    """Clean pages.

    One page and no -o: the result on standard output. Otherwise one file for each page, named
    like the page, below OUT, or OUT/articles-00000.jsonl and so on; beside them manifest.jsonl,
    quarantine.jsonl, empty.jsonl and summary.json.
    """
    named = format_of(out) if out is not None else None
    options = Options(
        out=out,
        format=output_format or named or "text",
        mode=_one_mode(mode, precision, recall),
        kind=kind,
        include=Include(links=links, images=images, tables=tables, comments=comments),
        input_format=input_format,
        url=url,
        html_column=html_column,
        text_column=text_column,
        url_column=url_column,
        id_column=id_column,
        jobs=cores() if jobs is None else jobs,
        blocks=blocks,
        with_markdown=with_markdown,
        with_html=with_html,
        with_metadata=with_metadata,
        only=only,
        min_confidence=min_confidence,
        target_language=target_language,
        dedup=dedup,
        model=model,
        time_limit=time_limit,
        memory_limit=memory_limit * _MEGA,
        overwrite=overwrite,
        resume=resume,
    )
    factory = partial(make_cleaner, options.model, options.mode, options.limits, options.include)
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
        tell(str(outcome))
    elif outcome.alone[0] != "kept":
        complain("{}: {}".format(*outcome.alone))
