"""`boilerkill corpus`: look a labelled corpus through before training on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from boilerkill.cli.console import ExitStatus, quiet_about_closed_pipes
from boilerkill.dumps.names import printable

if TYPE_CHECKING:
    from boilerkill.learn.check import Report

app = typer.Typer(no_args_is_help=True, help="Look through a labelled corpus.")
#: Cases of one fault that are listed unless all are wanted.
_SHOWN = 12


@app.callback()
def _group() -> None:
    """Look through a labelled corpus."""


@app.command("check")
def check(
    corpora: Annotated[list[Path], typer.Argument(help="Corpora that are to be used together.")],
    show_all: Annotated[bool, typer.Option("--all", help="List every case of a fault.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """List what is wrong with corpora, and the F1 that a right choice of blocks would reach.

    Exit status: 0, or 1 where copies or sites stand on both sides of a split or fold, so that
    figures would flatter.
    """
    from boilerkill.learn import check as checks

    report = checks.check(corpora, jobs)
    with quiet_about_closed_pipes():
        if as_json:
            typer.echo(json.dumps(report.to_dict(), ensure_ascii=False))
        else:
            for line in _lines(report, None if show_all else _SHOWN):
                typer.echo(printable(line))
    if report.leaks:
        raise typer.Exit(ExitStatus.SOME_QUARANTINED)


def _lines(report: Report, most: int | None) -> Iterator[str]:
    from boilerkill.learn.check import FAULTS

    for corpus in report.corpora:
        yield from _summary(corpus)
    for finding in report.findings:
        yield f"{finding.kind}: {len(finding.pages)} {FAULTS[finding.kind]}"
        yield from (f"  {page}  {detail}" for page, detail in finding.pages[:most])
        if most is not None and len(finding.pages) > most:
            yield f"  … and {len(finding.pages) - most} more (--all lists them)"
    if not report.findings:
        yield "nothing found to complain of"


def _summary(corpus: dict[str, Any]) -> Iterator[str]:
    counts = f"{corpus['pages']:,} pages of {corpus['sites']:,} sites"
    yield f"{corpus['path']}: {counts} (layout {corpus['layout']})"
    for name in ("page_types", "languages", "splits", "known", "blocks"):
        counts = ", ".join(f"{key} {count:,}" for key, count in corpus[name].items())
        if counts and counts != f"none {corpus['pages']:,}":
            yield f"  {name.replace('_', ' ')}: {counts}"
    if corpus["ceiling"] is not None:
        pages = corpus["ceiling_pages"]
        yield f"  ceiling: F1 {corpus['ceiling']:.4f} with exactly the right blocks ({pages} pages)"
