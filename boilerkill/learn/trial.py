"""A trial: one system's figures on one corpus, perhaps against another's, with what to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from boilerkill.errors import CorpusError
from boilerkill.learn import closeup, train
from boilerkill.learn.breakdown import Tables, breakdown
from boilerkill.learn.closeup import CloseUp
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.evaluation import Evaluation, PageRow, evaluate, evaluate_predictions
from boilerkill.learn.figures.resampling import Difference
from boilerkill.learn.peers import Peer
from boilerkill.model import Model
from boilerkill.values import LABELS

#: Figures that two systems are compared by; the last only where both label blocks.
_COMPARED: Final = (
    "word_f1", "word_precision", "word_recall", "char_f1", "shingle_f1", "segment_f1",
    "segment_accuracy", "macro_f1",
)  # fmt: skip
_OF_BLOCKS: Final = frozenset({"macro_f1", *(f"{label}_f1" for label in LABELS)})
#: Pages whose F1 differs by less count as equal.
_SAME: Final = 0.005


@dataclass(frozen=True, slots=True)
class Side:
    """What one system did.

    Attributes:
        name: Shown for it.
        evaluation: Its figures.
        closeups: Of each page; () where nobody looked, or could.
        only_text: Whether it tells nothing but text, so that it has no figures of blocks.
    """

    name: str
    evaluation: Evaluation
    closeups: Sequence[CloseUp] = ()
    only_text: bool = False

    def has(self, name: str) -> bool:
        """Tell whether it has a figure."""
        if self.only_text and name in _OF_BLOCKS:
            return False
        return self.evaluation.figure(name) is not None


@dataclass(frozen=True, slots=True)
class Trial:
    """One system's figures on one corpus.

    Attributes:
        corpus: Shown for it.
        ours: The system in question.
        theirs: What it is compared with, on the same pages.
        notes: What a reader has to know.
    """

    corpus: str
    ours: Side
    theirs: Side | None = None
    notes: tuple[str, ...] = ()

    def headline(self) -> str:
        """Return the name of the main figure, of those that both sides have."""
        main = self.ours.evaluation.headline
        return (
            main
            if self.theirs is None or main in self.differences()
            else next(iter(self.differences()), main)
        )

    def differences(self) -> dict[str, Difference]:
        """Return ours less theirs for every figure that both have."""
        if self.theirs is None:
            return {}
        both = [name for name in _COMPARED if self.ours.has(name) and self.theirs.has(name)]
        return {name: self.ours.evaluation.against(self.theirs.evaluation, name) for name in both}

    def tables(self) -> Tables:
        """Return our headline figure by type, language, length and site."""
        return breakdown(self.ours.evaluation)

    def worst(self, count: int) -> list[PageRow]:
        """Return our worst pages, the worst first."""
        known = [row for row in self.ours.evaluation.pages if row.f1 is not None]
        return sorted(known, key=lambda row: (row.f1, row.id))[:count]

    def swings(self) -> list[tuple[PageRow, float]]:
        """Return the pages on which the systems differ, with ours less theirs, lowest first."""
        if self.theirs is None:
            return []
        pairs = zip(self.ours.evaluation.pages, self.theirs.evaluation.pages, strict=True)
        found = [(a, a.f1 - b.f1) for a, b in pairs if a.f1 is not None and b.f1 is not None]
        return sorted(
            (each for each in found if abs(each[1]) >= _SAME),
            key=lambda each: (each[1], each[0].id),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        told = {
            "corpus": self.corpus,
            "notes": list(self.notes),
            "system": _side(self.ours),
            "by": {
                name: {key: asdict(figure) for key, figure in table.items()}
                for name, table in self.tables().items()
            },
        }
        if self.theirs is not None:
            told["against"] = _side(self.theirs)
            told["difference"] = {
                name: asdict(d) | {"beyond_noise": d.beyond_noise}
                for name, d in self.differences().items()
            }
            told["pages_that_differ"] = {row.id: round(gain, 4) for row, gain in self.swings()}
        return told

    def text(self) -> str:
        """Return the figures as plain text."""
        lines = [self.corpus, *self.notes, self.ours.evaluation.table()]
        if self.theirs is not None:
            lines += ["", f"{self.ours.name} less {self.theirs.name}"]
            lines += [_line(name, d) for name, d in self.differences().items()]
        return "\n".join(lines)


def of_model(
    name: str, model: Model, pages: Sequence[LabelledPage], jobs: int, *, closely: bool
) -> Side:
    """Run a model over pages; `closely` costs about as much again."""
    if not closely:
        found = train.run_all(model, pages, jobs)
        return Side(name, evaluate_predictions(zip(pages, found, strict=True)))
    looked = closeup.run(model, pages, jobs)
    predictions = ((page, p) for page, (p, _) in zip(pages, looked, strict=True))
    return Side(name, evaluate_predictions(predictions), [c for _, c in looked])


def of_peer(peer: Peer, pages: Sequence[LabelledPage]) -> tuple[Side, tuple[str, ...]]:
    """Measure another system's output on pages; returns what has to be said about it, too.

    Raises:
        CorpusError: It says nothing of any of the pages.
    """
    missing = peer.missing([page.id for page in pages])
    if len(missing) == len(pages):
        raise CorpusError(
            f"{peer.name} has none of the {len(pages)} pages; wanted their ids, such as "
            f"{pages[0].id!r}, and found such as {next(iter(peer.texts), 'nothing')!r}"
        )
    said = f"{peer.name} says nothing of {len(missing)} pages, which count as empty text."
    side = Side(peer.name, evaluate(peer.predict, pages), only_text=True)
    return side, (said,) if missing else ()


def _side(side: Side) -> dict[str, Any]:
    found = {"name": side.name, **side.evaluation.to_dict()}
    found["confusion"] = side.evaluation.confusion()
    found["calibration"] = page_calibration(side.evaluation)
    return found | (closeup.to_dict(side.closeups) if side.closeups else {})


def page_calibration(evaluation: Evaluation) -> list[dict[str, float]]:
    """Return mean F1 by confidence."""
    rows: Sequence[PageRow] = evaluation.pages
    return closeup.page_calibration([r.confidence for r in rows], [r.f1 for r in rows])


def _line(name: str, d: Difference) -> str:
    noise = "beyond noise" if d.beyond_noise else "within noise"
    return (
        f"{name:20s} {d.value:+7.4f}  [{d.low:+.4f}, {d.high:+.4f}]  {noise}; "
        f"{d.wins} pages better, {d.losses} worse"
    )
