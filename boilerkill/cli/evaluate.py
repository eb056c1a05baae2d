"""`boilerkill evaluate`: figures of a model on labelled corpora."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer


def evaluate(  # noqa: PLR0913, PLR0917  (the options of the command)
    corpora: Annotated[list[Path], typer.Argument(help="Folders of labelled pages.")],
    model: Annotated[
        Path | None, typer.Option(help="Model file; the shipped one if left out.")
    ] = None,
    flatten: Annotated[
        bool, typer.Option(help="Give the line only the pages' text, one block a line.")
    ] = False,
    split: Annotated[str | None, typer.Option(help="Only pages of this split, as test.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Measure a model: word, character, shingle and segment F1, classes, calibration.

    Figures on pages that the model was trained on flatter it; `boilerkill train` prints those out
    of fold.
    """
    from boilerkill.cleaner import load_model, shipped_model
    from boilerkill.learn import evaluation, recipe, train
    from boilerkill.learn.corpora import open_corpus

    chosen = load_model(model) if model else shipped_model()
    for path in corpora:
        pages = [p for p in open_corpus(path) if split is None or p.split == split]
        if flatten:
            pages = [recipe.flattened(p) if p.kind == "html" else replace(p) for p in pages]
        found = zip(pages, train.run_all(chosen, pages, jobs), strict=True)
        result = evaluation.evaluate_predictions(found)
        typer.echo(json.dumps(result.to_dict()) if as_json else f"{path}\n{result.table()}")
