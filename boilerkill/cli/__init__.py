"""The command line. Each command is a module: parse, one library call, print.

Exit status: 0 all pages kept, or empty for a stated reason; 1 some quarantined; 2 wrong usage,
unreadable input or unwritable output; 70 a fault of boilerkill itself; 130 stopped by
Ctrl-C or SIGTERM; 141 nobody reads the output any more.
"""

from __future__ import annotations

import sys
import traceback
from typing import Annotated

import typer

from boilerkill import __version__
from boilerkill.cli import clean, corpus, evaluate, explain, label, model, report, train
from boilerkill.cli.console import ExitStatus, complain, open_closed_streams
from boilerkill.compiled import kernel
from boilerkill.errors import BoilerkillError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("clean")(clean.clean)
app.command("explain")(explain.explain)
app.command("report")(report.report)
app.command("label")(label.label)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.add_typer(model.app, name="model")
app.add_typer(corpus.app, name="corpus")


def _show_version(wanted: bool) -> None:
    if wanted:
        how = "with its compiled kernel" if kernel("cut") else "in Python alone"
        typer.echo(f"boilerkill {__version__}, {how}")
        raise typer.Exit


@app.callback()
def _options(
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version and end."
        ),
    ] = False,
) -> None:
    """Cut web pages down to what they are for."""


def main() -> None:
    """Run the command line on `sys.argv`; ends the process with its exit status."""
    open_closed_streams()
    try:
        app()
    except BoilerkillError as error:
        complain(str(error))
        sys.exit(ExitStatus.UNUSABLE)
    except Exception:  # noqa: BLE001  (Python's own status for it is that of quarantined pages)
        traceback.print_exc()
        sys.exit(ExitStatus.OUR_FAULT)
