"""`boilerkill evaluate`: figures of a model on labelled corpora."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from boilerkill.dumps.output import write_whole

if TYPE_CHECKING:
    from boilerkill.learn.corpora import LabelledPage
    from boilerkill.learn.trial import Trial
    from boilerkill.model import Model

#: The file that stands for standard output.
_STDOUT = Path("-")


def evaluate(  # noqa: PLR0913, PLR0917  (the options of the command)
    corpora: Annotated[list[Path], typer.Argument(help="Folders of labelled pages.")],
    model: Annotated[
        Path | None, typer.Option(help="Model file; the shipped one if left out.")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(
            help="Compare with another model file, or with another system's output: a .jsonl "
            "file with the id and text of each page."
        ),
    ] = None,
    flatten: Annotated[
        bool, typer.Option(help="Give the line only the pages' text, one block a line.")
    ] = False,
    split: Annotated[str | None, typer.Option(help="Only pages of this split, as test.")] = None,
    report: Annotated[
        Path | None, typer.Option(help="Write a report to look at: one HTML file.")
    ] = None,
    as_json: Annotated[
        Path | None, typer.Option("--json", help="Write all figures as JSON; - prints it.")
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """Measure a model: word, character, shingle and segment F1, classes, calibration.

    Figures on pages that the model was trained on flatter it; `boilerkill train` prints those out
    of fold.
    """
    from boilerkill.cleaner import load_model, shipped_model

    chosen = load_model(model) if model else shipped_model()
    name = model.stem if model else "shipped model"
    closely = report is not None or as_json is not None
    trials: list[tuple[Trial, Any]] = []
    for path in corpora:
        pages = _pages(path, split, flatten)
        trial = _trial((name, chosen), against, (path, pages), (jobs, closely))
        seen = {}
        if report is not None:
            from boilerkill.web import trials as web

            seen = web.see(trial, chosen, pages)
        trials.append((trial, seen))
        if as_json != _STDOUT:
            typer.echo(trial.text())
    _write(trials, report, as_json)


def _pages(path: Path, split: str | None, flatten: bool) -> list[LabelledPage]:
    from boilerkill.learn import recipe
    from boilerkill.learn.corpora import open_corpus

    pages = [page for page in open_corpus(path) if split is None or page.split == split]
    return [recipe.flattened(p) if flatten and p.kind == "html" else p for p in pages]


def _trial(
    ours: tuple[str, Model],
    against: Path | None,
    corpus: tuple[Path, Sequence[LabelledPage]],
    how: tuple[int, bool],
) -> Trial:
    from boilerkill.cleaner import load_model
    from boilerkill.learn import peers, trial

    (path, pages), (jobs, closely) = corpus, how
    side = trial.of_model(*ours, pages, jobs, closely=closely)
    if against is None:
        return trial.Trial(str(path), side)
    if peers.is_output(against):
        theirs, notes = trial.of_peer(peers.read_peer(against), pages)
        return trial.Trial(str(path), side, theirs, notes)
    other = load_model(against)
    theirs = trial.of_model(against.stem, other, pages, jobs, closely=closely)
    return trial.Trial(str(path), side, theirs)


def _write(trials: Sequence[tuple[Trial, Any]], report: Path | None, as_json: Path | None) -> None:
    if report is not None:
        from boilerkill.web.trials import evaluation_report

        write_whole(report, evaluation_report(trials).encode())
        typer.echo(f"{report} written", err=True)
    if as_json is not None:
        told = json.dumps([trial.to_dict() for trial, _ in trials], ensure_ascii=False)
        if as_json == _STDOUT:
            typer.echo(told)
        else:
            write_whole(as_json, told.encode())
