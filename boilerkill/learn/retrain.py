"""From a model and labelled pages of one's own to a model that does better on such pages.

The figures are out of fold and stand beside those of the model that was started from, on the same
pages; whether the difference is more than chance is said by a paired bootstrap.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np

from boilerkill.errors import CorpusError
from boilerkill.learn import train
from boilerkill.learn.adapt import Rows, Settings, adapt, moved, rows_of
from boilerkill.learn.carried import Columns
from boilerkill.learn.corpora import LabelledPage, folds, open_corpus
from boilerkill.learn.evaluation import Prediction, evaluate_predictions
from boilerkill.learn.figures import Difference
from boilerkill.learn.train import FOLDS, Log
from boilerkill.learn.trial import Side, Trial
from boilerkill.model import Model, loads
from boilerkill.score import EXPERTS, scorer

#: Fewer pages than this cannot be split so that what comes of it means anything.
_FEWEST: Final = 8
#: Every so many-th of the carried rows is not trained on, but looked at afterwards.
_LOOKED_AT: Final = 4
#: A chance of main text that moves by more than this may turn a decision.
_FAR: Final = 0.1


@dataclass(frozen=True, slots=True)
class Retrained:
    """What came of it.

    Attributes:
        model: Bytes of the model file.
        trials: The new model beside the old one: out of fold, and on pages held out, if any.
        elsewhere: What happened to blocks of other pages, in words.
    """

    model: bytes
    trials: tuple[Trial, ...]
    elsewhere: str

    def text(self) -> str:
        """Return the figures and the verdict as plain text."""
        parts = [trial.text() + "\n" + verdict(trial) for trial in self.trials]
        return "\n\n".join([*parts, self.elsewhere])


#: The figures that a verdict is given on, of the text and of the four classes: of each the first
#: that most pages count for.
_JUDGED: Final = (("char_f1", "word_f1", "segment_f1"), ("macro_f1",))


def verdict(trial: Trial) -> str:
    """Say in a line for text and classes whether the first system of a trial is better."""
    most = len(trial.ours.evaluation.pages) / 2
    known = {name: d for name, d in trial.differences().items() if d.pages > most}
    judged = (next((name for name in names if name in known), None) for names in _JUDGED)
    return "\n".join(_verdict(name, known[name]) for name in judged if name is not None)


def _verdict(name: str, gain: Difference) -> str:
    found = "no better and no worse within noise"
    if gain.beyond_noise:
        found = f"{'better' if gain.value > 0 else 'WORSE'} beyond noise"
    return f"verdict: {found}; {name} {gain.value:+.4f} [{gain.low:+.4f}, {gain.high:+.4f}]"


def retrain(
    model: Model, corpora: Sequence[Path], carried: Mapping[str, Columns], how: Settings,
    say: Log = train.log,
) -> Retrained:  # fmt: skip
    """Adapt a model to labelled pages and measure what it gained.

    Args:
        model: The model to start from.
        corpora: Labelled pages; those of split "test" are only measured on.
        carried: Blocks of other pages, on which nothing is to change.
        how: Settings.
        say: Takes lines of progress.

    Raises:
        CorpusError: There are too few pages to learn from.
    """
    pages = [page for path in corpora for page in open_corpus(path)]
    learned = [page for page in pages if page.split != "test"]
    say(f"{len(learned)} pages to learn from, {len(pages) - len(learned)} held out")
    rows = [rows_of(model, [page]) for page in learned]
    useful = [i for i, found in enumerate(rows) if found]
    if len(useful) < _FEWEST:
        raise CorpusError(
            f"found {len(useful)} pages whose blocks could be labelled; wanted: {_FEWEST} or "
            "more, better 20 (boilerkill corpus check says what is wrong with the others)"
        )
    learned, rows = _parted([learned[i] for i in useful]), [rows[i] for i in useful]
    taught = {kind: c[np.arange(len(c)) % _LOOKED_AT > 0] for kind, c in carried.items()}
    found = _out_of_fold(model, (learned, rows), taught, how, say)
    trials = [_trial("out of fold", model, learned, found)]
    info = _info(model, corpora, learned, how) | {"figures": _figures(trials[0], model)}
    made = adapt(model, _joined(rows), taught, how, info)
    new = loads(made)
    held = _parted([page for page in pages if page.split == "test"])
    if held:
        trials.append(_trial("held out", model, held, _run(new, held)))
    rest = {kind: c[np.arange(len(c)) % _LOOKED_AT == 0] for kind, c in carried.items()}
    return Retrained(made, tuple(trials), _elsewhere(model, new, rest))


def beside(model: Model, found: Sequence[tuple[LabelledPage, Prediction]], jobs: int) -> str:
    """Return figures out of fold beside those of a model there is, by corpus, with a verdict.

    Args:
        model: The other model, such as the shipped one.
        found: (page, prediction) of the trained one.
        jobs: Processes.
    """
    parts = []
    for corpus in dict.fromkeys(page.corpus for page, _ in found):
        pages = [page for page, _ in found if page.corpus == corpus]
        ours = evaluate_predictions((page, p) for page, p in found if page.corpus == corpus)
        theirs = evaluate_predictions(zip(pages, train.run_all(model, pages, jobs), strict=True))
        trial = Trial(
            f"{corpus}, out of fold", Side("trained", ours), Side("shipped", theirs), (_FLATTERED,)
        )
        parts.append(trial.text() + "\n" + verdict(trial))
    return "\n\n".join(parts)


_FLATTERED: Final = (
    "the shipped model is measured on the same pages; where it was trained on them (boilerkill "
    "model info names its corpora), its figures flatter"
)


def _parted(pages: Sequence[LabelledPage]) -> list[LabelledPage]:
    """Let every page count as a site of its own where there are too few sites to tell apart."""
    if len({page.domain for page in pages}) >= FOLDS:
        return list(pages)
    return [replace(page, domain=f"page {place}") for place, page in enumerate(pages)]


def _joined(parts: Sequence[Mapping[str, Rows]]) -> dict[str, Rows]:
    joined = {}
    for kind in EXPERTS:
        mine = [part[kind] for part in parts if kind in part]
        if mine:
            joined[kind] = Rows(
                np.concatenate([part.columns for part in mine]),
                np.concatenate([part.target for part in mine]),
                np.concatenate([part.weights for part in mine]),
            )
    return joined


def _out_of_fold(
    model: Model, known: tuple[list[LabelledPage], list[dict[str, Rows]]],
    taught: Mapping[str, Columns], how: Settings, say: Log,
) -> list[Prediction]:  # fmt: skip
    """Clean every page by a model that has learned from the other folds only."""
    pages, rows = known
    fold = folds([page.domain for page in pages], FOLDS, types=[page.page_type for page in pages])
    found: dict[int, Prediction] = {}
    for k in range(FOLDS):
        others = _joined([part for part, of in zip(rows, fold, strict=True) if of != k])
        new = loads(adapt(model, others, taught, how, {}))
        mine = np.flatnonzero(fold == k).tolist()
        found |= zip(mine, _run(new, [pages[i] for i in mine]), strict=True)
        say(f"fold {k + 1} of {FOLDS} learned")
    return [found[i] for i in range(len(pages))]


def _run(model: Model, pages: Sequence[LabelledPage]) -> list[Prediction]:
    return list(map(train.with_model(model), pages))


def _trial(
    name: str, old: Model, pages: Sequence[LabelledPage], found: Sequence[Prediction]
) -> Trial:
    """Put the new model's predictions on pages beside the old model's."""
    alone = any(page.domain.startswith("page ") for page in pages)
    notes = (
        "pages of too few sites to keep sites apart: what to expect on further pages of these "
        "sites, nothing about others",
    )
    new_side, old_side = (
        Side(who, evaluate_predictions(zip(pages, predictions, strict=True)))
        for who, predictions in (("retrained", found), ("before", _run(old, pages)))
    )
    return Trial(f"{name}, {len(pages)} pages", new_side, old_side, notes if alone else ())


def _figures(trial: Trial, model: Model) -> dict[str, Any]:
    """Return the figures for the header: those out of fold, then those of the model before."""
    sides = {"retrained, out of fold": trial.ours, "before, on the same pages": trial.theirs}
    new = {
        name: {f.name: round(f.value, 4) for f in side.evaluation.figures["all"]}
        for name, side in sides.items()
        if side is not None
    }
    return new | {
        name if name.startswith("before: ") else f"before: {name}": figures
        for name, figures in dict(model.header.get("figures", {})).items()
    }


def _info(
    model: Model, corpora: Sequence[Path], pages: Sequence[LabelledPage], how: Settings
) -> dict[str, Any]:
    """Return what the header says besides the figures: what was added to what."""
    steps = list(model.header.get("retrained", []))
    steps.append({
        "from": model.header["sha256"],
        "corpora": [path.resolve().name for path in corpora],
        "pages": len(pages),
        "settings": asdict(how),
    })  # fmt: skip
    return {"retrained": steps}


def _elsewhere(old: Model, new: Model, rest: Mapping[str, Columns]) -> str:
    apart = np.abs(moved(scorer(old), scorer(new), rest))
    far = int((apart > _FAR).sum())
    return (
        f"elsewhere: on {len(apart):,} blocks of other pages, not trained on, the chance of main "
        f"text moved by {apart.mean():.4f} in the mean; by more than {_FAR} on {far}"
    )
