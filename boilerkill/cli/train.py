"""`boilerkill train`: labelled corpora to a model, from nothing or from a model there is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from boilerkill.dumps.output import write_whole
from boilerkill.errors import UsageError

if TYPE_CHECKING:
    from boilerkill.learn.recipe import Recipe

#: What `--from` calls the model inside the package.
_SHIPPED = "shipped"


def train(  # noqa: PLR0913, PLR0917  (the options of the command)
    output: Annotated[Path, typer.Option("--output", "-o", help="The model file to write.")],
    corpora: Annotated[list[Path] | None, typer.Argument(help="Labelled corpora.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="A recipe (TOML): corpora, material, settings.")
    ] = None,
    start: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="MODEL", help="Adapt this model, or 'shipped', to the corpora."
        ),
    ] = None,
    card: Annotated[
        Path | None, typer.Option(help="Folder for the model card and the list of left-out pages.")
    ] = None,
    work: Annotated[
        Path | None, typer.Option(help="Folder to keep what is done in, to go on after a stop.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Train a model from labelled corpora and measure it out of fold.

    With --from, some 20 labelled pages of a site are enough: the model's trees stay, and small
    ones are added that change what it says of such pages and of no others.
    """
    if start is not None:
        if not corpora or any(option is not None for option in (config, card, work)):
            raise UsageError("--from MODEL wants corpora, and no --config, --card or --work")
        _adapt(start, corpora, output)
        return
    from boilerkill.cleaner import shipped_model
    from boilerkill.learn import recipe as recipes
    from boilerkill.learn.retrain import beside

    wanted = _recipe(config, corpora or [])
    recipes.check_recipe(wanted)
    made = recipes.make(wanted, jobs, work=work)
    recipes.write(made, output, card)
    if corpora:
        typer.echo(beside(shipped_model(), made.found, jobs))
    typer.echo(f"{output} written")


def _recipe(config: Path | None, corpora: list[Path]) -> Recipe:
    from boilerkill.learn import recipe as recipes

    if (config is None) == (not corpora):
        raise UsageError("wanted: either corpora or --config RECIPE, which names its own")
    return recipes.read_recipe(config) if config else recipes.plain_recipe(corpora)


def _adapt(start: str, corpora: list[Path], output: Path) -> None:
    from boilerkill.cleaner import load_model, shipped_model
    from boilerkill.learn.adapt import Settings
    from boilerkill.learn.carried import carried
    from boilerkill.learn.retrain import retrain

    model = shipped_model() if start == _SHIPPED else load_model(start)
    made = retrain(model, corpora, carried(), Settings())
    write_whole(output, made.model)
    typer.echo(made.text())
    typer.echo(f"{output} written")
