"""`boilerkill explain`: every block of a page, and why it stayed or went."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from boilerkill.cleaner import Article
from boilerkill.cli.console import ExitStatus, complain, quiet_about_closed_pipes
from boilerkill.dumps.factory import make_cleaner
from boilerkill.dumps.inputs import open_pages
from boilerkill.dumps.names import printable
from boilerkill.dumps.work import load
from boilerkill.errors import UsageError
from boilerkill.values import Block, Kind, Limits, Mode

_COLUMNS = ("label", "probability", "kept", "reason", "text")
#: Characters of a block's text that are shown.
_TEXT_START = 80


def explain(
    page: Annotated[str, typer.Argument(metavar="INPUT", help="A file, or - for standard input.")],
    mode: Annotated[Mode, typer.Option(help="As for clean.")] = "balanced",
    kind: Annotated[Kind, typer.Option(help="How to read the page.")] = "auto",
    url: Annotated[str | None, typer.Option(help="Address of the page.")] = None,
    model: Annotated[Path | None, typer.Option(help="Model file to use.")] = None,
) -> None:
    """Show every block of a page: its class, whether it is kept, and why.

    A table on a terminal, tab-separated lines elsewhere.
    """
    article = _clean(page, mode, kind, url, model)
    with quiet_about_closed_pipes():
        _show(article.blocks)
    if article.status != "kept":
        complain(f"{article.status}: {article.reason}")
    if article.status == "quarantined":
        raise typer.Exit(ExitStatus.SOME_QUARANTINED)


def _clean(page: str, mode: Mode, kind: Kind, url: str | None, model: Path | None) -> Article:
    limits = Limits()
    inputs, records = open_pages([page], sys.stdin.buffer, limits, kind=kind, url=url)
    if not inputs.single:
        raise UsageError(f"{page} is more than one page; explain shows one")
    record = next(records)
    cleaner = make_cleaner(model, mode, limits)
    return cleaner.clean(load(record, limits.max_bytes), url=url, kind=record.kind)


def _show(blocks: Iterable[Block]) -> None:
    rows = [_row(block) for block in blocks]
    if not sys.stdout.isatty():
        for row in (_COLUMNS, *rows):
            typer.echo("\t".join(row))
        return
    from rich.box import SIMPLE  # rich is loaded only where a table shows
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console()
    table = Table(box=SIMPLE)
    # Label, probability and kept are short and shown whole; the rest is cut to the terminal.
    short = [max(len(name), len("navigation")) for name in _COLUMNS[:-2]]
    rest = max(console.width - sum(short) - 3 * len(_COLUMNS), 16)
    for name, width in zip(_COLUMNS, [*short, rest // 2, rest - rest // 2], strict=True):
        table.add_column(name, no_wrap=True, overflow="ellipsis", width=width)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _row(block: Block) -> tuple[str, ...]:
    text = " ".join(block.text.split())
    return (
        block.label,
        f"{block.probabilities[block.label]:.3f}",
        "kept" if block.kept else "dropped",
        printable(" ".join(block.reason.split())),
        printable(text if len(text) <= _TEXT_START else f"{text[: _TEXT_START - 1]}…"),
    )
