"""`boilerkill report`: the blocks of pages in colour, to look at in a browser."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from boilerkill.cleaner import Article, Cleaner
from boilerkill.cli.console import ExitStatus, complain
from boilerkill.dumps.factory import make_cleaner
from boilerkill.dumps.inputs import open_pages
from boilerkill.dumps.names import Namer, printable
from boilerkill.dumps.output import Place, claimed, keep_apart, write_whole
from boilerkill.dumps.records import Record
from boilerkill.dumps.work import load
from boilerkill.errors import InputError, OutputError
from boilerkill.values import Kind, Limits, Mode


def report(  # noqa: PLR0913, PLR0917  (the options of the command)
    inputs: Annotated[
        list[str],
        typer.Argument(metavar="INPUT...", help="As for clean.", show_default=False),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "-o", "--output", metavar="OUT", help="File to write; of several pages, the folder."
        ),
    ],
    mode: Annotated[Mode, typer.Option(help="As for clean.")] = "balanced",
    kind: Annotated[Kind, typer.Option(help="How to read pages.")] = "auto",
    url: Annotated[str | None, typer.Option(help="Address of the page, if it is one.")] = None,
    model: Annotated[Path | None, typer.Option(help="Model file to use.")] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what is there already.")
    ] = False,
) -> None:
    """Show pages with their blocks in colour: class, probability, kept or not, and why.

    One page becomes one file that any browser opens; several become a folder of such files,
    with an index.html that lists the least sure first.
    """
    limits = Limits()
    found, records = open_pages(inputs, sys.stdin.buffer, limits, kind=kind, url=url)
    cleaner = make_cleaner(model, mode, limits)
    if found.single:
        if any(Path(root.path).resolve() == out.resolve() for root in found.roots):
            raise OutputError(f"{printable(str(out))} is the page itself; give another -o")
        ended = _one(next(records), cleaner, out, overwrite)
    else:
        place = Place(out, None)
        keep_apart(place, found.roots)
        with claimed(place, overwrite=overwrite):
            ended = _many(records, cleaner, out)
    raise typer.Exit(ended)


def _one(record: Record, cleaner: Cleaner, out: Path, overwrite: bool) -> ExitStatus:
    from boilerkill.web.report import report as page_report

    if out.is_dir():
        raise OutputError(f"{out} is a folder; give -o the name of a file, such as report.html")
    if out.exists() and not overwrite:
        raise OutputError(f"{out} exists; give another -o, or --overwrite to replace it")
    article = _clean(record, cleaner)
    write_whole(out, page_report(article, record.id).encode())
    if article.status == "kept":
        return ExitStatus.FINE
    complain(f"{article.status}: {article.reason}")
    return ExitStatus.SOME_QUARANTINED if article.status == "quarantined" else ExitStatus.FINE


def _many(records: Iterable[Record], cleaner: Cleaner, out: Path) -> ExitStatus:
    from boilerkill.web import report as web

    namer = Namer(".html", reserved=("index.html",))
    entries = []
    for record in records:
        article = _clean(record, cleaner)
        name = namer.path(record.id)
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        write_whole(out / name, web.report(article, record.id).encode())
        entries.append(web.entry(article, record.id, name))
    write_whole(out / "index.html", web.index(entries).encode())
    typer.echo(f"{len(entries):,} reports in {out}; begin with {out / 'index.html'}", err=True)
    some = any(each.status == "quarantined" for each in entries)
    return ExitStatus.SOME_QUARANTINED if some else ExitStatus.FINE


def _clean(record: Record, cleaner: Cleaner) -> Article:
    try:
        source = load(record, cleaner.limits.max_bytes)
    except InputError as error:
        return Article(url=record.url, reason=str(error))
    return cleaner.clean(source, url=record.url, kind=record.kind)
