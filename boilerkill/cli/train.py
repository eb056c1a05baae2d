"""`boilerkill train`: a recipe to a model."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def train(
    recipe: Annotated[Path, typer.Argument(help="TOML file: corpora, material, settings.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The model file to write.")],
    card: Annotated[
        Path | None, typer.Option(help="Folder for the model card and the list of left-out pages.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Train a model from labelled corpora and measure it out of fold."""
    from boilerkill.learn import recipe as recipes

    wanted = recipes.read_recipe(recipe)
    recipes.check_recipe(wanted)
    recipes.write(recipes.make(wanted, jobs), output, card)
    typer.echo(f"{output} written")
