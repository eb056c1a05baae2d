"""`boilerkill model`: what a model file says of itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Look into a model file.")


@app.callback()
def _group() -> None:
    """Look into a model file."""


@app.command("info")
def info(
    model: Annotated[
        Path | None, typer.Argument(help="Model file; the shipped one if left out.")
    ] = None,
) -> None:
    """Print what a model was trained on, its settings, versions and figures, as JSON."""
    from boilerkill.cleaner import load_model, shipped_model

    header = dict((load_model(model) if model else shipped_model()).header)
    header["arrays"] = {name: entry["shape"] for name, entry in header["arrays"].items()}
    typer.echo(json.dumps(header, indent=1, ensure_ascii=False, sort_keys=True))
