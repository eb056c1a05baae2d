"""`boilerkill label`: label the blocks of pages in a browser."""

from __future__ import annotations

import sys
import webbrowser
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from boilerkill.dumps.factory import make_cleaner
from boilerkill.dumps.inputs import STDIN, open_pages
from boilerkill.dumps.output import Place, claimed
from boilerkill.dumps.records import Record
from boilerkill.dumps.work import load
from boilerkill.errors import UsageError
from boilerkill.values import Kind, Limits


def label(  # noqa: PLR0913, PLR0917  (the options of the command)
    pages: Annotated[
        list[str],
        typer.Argument(metavar="PAGES...", help="Files, folders, globs.", show_default=False),
    ],
    out: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="CORPUS", help="Folder of the labelled corpus."),
    ],
    model: Annotated[Path | None, typer.Option(help="Model whose guesses are shown.")] = None,
    kind: Annotated[Kind, typer.Option(help="How to read pages.")] = "auto",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 0,
    show: Annotated[
        bool, typer.Option("--open/--no-open", help="Open the page in the browser.")
    ] = False,
) -> None:
    """Label blocks by mouse and keyboard in the browser; every key is saved at once.

    The page is for this machine only, and its address changes with every run. What is labelled
    goes into CORPUS, to train on and to measure with; pages found there before are taken up again.
    """
    from boilerkill.web.project import Project, Source
    from boilerkill.web.serving import Server

    if STDIN in pages:
        raise UsageError("pages to label are files, so that they are there tomorrow; found -")
    limits = Limits()
    _, records = open_pages(pages, sys.stdin.buffer, limits, kind=kind, url=None)
    sources = [Source(r.id, partial(_read, r, limits.max_bytes), r.kind) for r in records]
    with claimed(Place(out, None), overwrite=True):
        project = Project(sources, out, make_cleaner(model, "balanced", limits))
        server = Server(project, port)
        typer.echo(f"{len(sources):,} pages. Label them at\n\n  {server.address}\n", err=True)
        typer.echo("Ctrl-C ends; everything is saved.", err=True)
        if show:
            webbrowser.open(server.address)
        server.run()
    done = sum(outlook.done for outlook in project.outlooks())
    typer.echo(f"{done:,} blocks are labelled in {out}.", err=True)


def _read(record: Record, max_bytes: int) -> bytes:
    content = load(record, max_bytes)
    return content.encode() if isinstance(content, str) else content
