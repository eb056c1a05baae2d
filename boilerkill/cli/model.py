"""`boilerkill model`: what a model says of itself, whether it is sound, what sets two apart."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from boilerkill.dumps.names import printable

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


@app.command("verify")
def verify(
    model: Annotated[
        Path | None, typer.Argument(help="Model file; the shipped one if left out.")
    ] = None,
) -> None:
    """Check a model: checksum, arrays, feature schema, and its golden predictions.

    Exit status: 0 if it is whole and scores here as where it was made, 2 otherwise.
    """
    from boilerkill.cleaner import load_model, shipped_model
    from boilerkill.learn.difference import golden_deviation

    found = load_model(model) if model else shipped_model()
    words, size = len(found.vocabulary), sum(array.nbytes for array in found.arrays.values())
    typer.echo(f"{printable(str(model or 'the shipped model'))} is sound")
    typer.echo(f"  sha256 of its contents  {found.header['sha256']}")
    typer.echo(f"  feature schema          {found.header['schema']}, as this boilerkill computes")
    typer.echo(f"  arrays                  {len(found.arrays)}, {size:,} bytes, {words:,} words")
    typer.echo(f"  golden predictions      met to {golden_deviation(found):.1e}")


@app.command("diff")
def diff(
    first: Annotated[Path, typer.Argument(help="A model file.")],
    second: Annotated[Path, typer.Argument(help="Another.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what sets two models apart: corpora, settings, figures, words, trees, scores."""
    from boilerkill.cleaner import load_model
    from boilerkill.learn.difference import difference

    found = difference(load_model(first), load_model(second))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    for line in _lines(found):
        typer.echo(printable(line))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    if not found:
        yield "the same model"
    for path, (mine, other) in found.get("header", {}).items():
        change = ""
        if isinstance(mine, float) and isinstance(other, float):
            change = f"  ({other - mine:+.4f})"
        yield f"{path}: {_shown(mine)} -> {_shown(other)}{change}"
    for which, words in found.get("words", {}).items():
        yield f"words {which}: {words['count']:,}, such as {', '.join(words['heaviest'])}"
    for kind, trees in found.get("trees", {}).items():
        yield (
            f"{kind} trees: {trees['first']} -> {trees['second']}, "
            f"the first {trees['common start']} the same"
        )
    for name, change in found.get("arrays", {}).items():
        if isinstance(change, float):
            yield f"array {name}: changed by at most {change:.3g}"
        else:
            yield f"array {name}: {_shown(change[0])} -> {_shown(change[1])}"
    for kind, apart in found.get("scores", {}).items():
        yield (
            f"chance of main text on {apart['rows']} golden rows of {kind}: "
            f"apart by {apart['mean']:.4f} in the mean, {apart['most']:.4f} at most"
        )


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "1 entry" if len(value) == 1 else f"{len(value)} entries"
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)
