"""The training line: corpora to samples, folds, models, figures and a model file."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from boilerkill import structure
from boilerkill.cleaner import Cleaner
from boilerkill.decide import decide
from boilerkill.errors import CorpusError, MissingExtraError
from boilerkill.estimators import Network, Trees
from boilerkill.features.lexicon import grams
from boilerkill.features.view import View
from boilerkill.learn import fit, keep, samples
from boilerkill.learn.corpora import LabelledPage, folds
from boilerkill.learn.evaluation import Prediction
from boilerkill.learn.keep import Keep
from boilerkill.learn.samples import Disguises, Materials, Sample
from boilerkill.learn.store import stored
from boilerkill.model import Model
from boilerkill.revise import columns_of
from boilerkill.score import EXPERTS, first_scores, revised_scores
from boilerkill.values import LABELS, Include, Mode
from boilerkill.words import first_tokens

try:
    from joblib import Parallel, delayed
except ImportError:
    raise MissingExtraError("joblib", "train") from None

FOLDS = 5
_KEEP_NOTHING = Keep()
Log = Callable[[str], None]


def log(message: str) -> None:
    """Write a line of progress to stderr."""
    sys.stderr.write(message + "\n")


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything that is trained on.

    Attributes:
        pages: The labelled pages.
        fold: (pages,) the fold of each; by registered domain.
        samples: All appearances of them, and made pages; none of a page of split "test".
    """

    pages: Sequence[LabelledPage]
    fold: NDArray[np.int64]
    samples: Sequence[Sample]

    def site(self, sample: Sample) -> str:
        """Return the site a sample counts for."""
        if sample.page >= 0:
            return self.pages[sample.page].domain
        return f"made {crc32(sample.terms.tobytes()) % 9999}"


def prepare(
    pages: Sequence[LabelledPage], materials: Materials, how: Disguises, jobs: int = 2,
    kept: Keep = _KEEP_NOTHING,
) -> Prepared:  # fmt: skip
    """Make the samples of all pages.

    Args:
        pages: Labelled pages; those of split "test" are left out.
        materials: Texts that noise is made of, by language.
        how: Which disguises are made.
        jobs: Processes.
        kept: Where the samples of pages are kept, and their columns put.
    """
    fold = folds([p.domain for p in pages], FOLDS, types=[p.page_type for p in pages])
    parts = [samples.material_of_fold(materials, k, FOLDS) for k in range(FOLDS)]
    work = [(i, p) for i, p in enumerate(pages) if p.split != "test"]
    real = (
        delayed(keep.samples_of)(kept.folder, p, (i, int(fold[i])), parts[fold[i]], how)
        for i, p in work
    )
    made = (delayed(_made)(parts[k], k, how.made, how.seed) for k in range(FOLDS))
    every = chain(_done(real, jobs), _done(made, jobs))
    return Prepared(pages, fold, keep.shelved(every, kept.shelf) if kept.shelf else list(every))


def _done(work: Iterable[Any], jobs: int) -> Iterator[Sample]:
    """Yield samples as they are made, so that all of them are never held twice."""
    for found in Parallel(n_jobs=jobs, batch_size=8, return_as="generator")(work):
        yield from found


def _made(materials: Materials, fold: int, count: int, seed: int) -> list[Sample]:
    return list(samples.made_samples(materials, fold, count, seed))


@stored
@dataclass(frozen=True, slots=True)
class Fitted:
    """The first models of one training set; trees and networks by kind of page."""

    lexicon: fit.Weighed
    models: Mapping[str, tuple[Trees, Network]]

    def first(self, sample: Sample) -> NDArray[np.float32]:
        """Return what the second model sees of a sample."""
        columns = sample.columns.copy()
        columns[:, fit.WORDING] = self.lexicon.wording(sample)
        scores = first_scores(*self.models[sample.kind], columns)
        return columns_of(scores, columns, sample.layout)


def train(prepared: Prepared, how: fit.Settings, without: int | None = None) -> Fitted:
    """Fit all models on all folds but one.

    The lexicon's evidence on the training pages comes from lexicons that have not seen them, as it
    will on new pages.

    Args:
        prepared: The samples.
        how: Settings.
        without: The fold left out; None trains on everything.
    """
    used = [s for s in prepared.samples if s.fold != without]
    sites = [prepared.site(s) for s in used]

    def worded(inner: int) -> list[tuple[int, NDArray[np.float32]]]:
        others = [i for i, s in enumerate(used) if s.fold != inner]
        lexicon = fit.fit_lexicon([used[i] for i in others], [sites[i] for i in others], how)
        return [(i, lexicon.wording(s)) for i, s in enumerate(used) if s.fold == inner]

    inner = (delayed(worded)(k) for k in range(FOLDS) if k != without)
    wording = dict(chain.from_iterable(Parallel(n_jobs=2, prefer="threads")(inner)))
    models = {}
    for kind in EXPERTS:
        mine = [i for i, s in enumerate(used) if s.kind == kind]
        if not mine:
            raise CorpusError(f"found no page of {kind} to learn from; wanted: both html and text")
        table = fit.tabulate([used[i] for i in mine], [wording[i] for i in mine], how)
        models[kind] = fit.fit_trees(table, how), fit.fit_network(table, how)
    return Fitted(fit.fit_lexicon(used, sites, how), models)


Columns = NDArray[np.float32]


def first_out_of_fold(
    prepared: Prepared, how: fit.Settings, say: Log = log, kept: Keep = _KEEP_NOTHING
) -> list[Columns]:
    """Return what the second model sees of every sample, from first models that never saw it."""
    seen: list[Columns] = [np.zeros((0, 0), np.float32)] * len(prepared.samples)
    for k in range(FOLDS):
        mine = [i for i, s in enumerate(prepared.samples) if s.fold == k]
        found = kept.get(f"fold-{k}", partial(_fold, prepared, how, k, mine))
        for i, columns in zip(mine, found, strict=True):
            seen[i] = columns
        say(f"fold {k + 1} of {FOLDS} trained")
    return seen


def _fold(prepared: Prepared, how: fit.Settings, k: int, mine: Sequence[int]) -> list[Columns]:
    fitted = train(prepared, how, without=k)
    return [fitted.first(prepared.samples[i]) for i in mine]


def revision(
    prepared: Prepared, seen: Sequence[Columns], how: fit.Settings, without: int | None = None
) -> dict[str, tuple[Network, Network]]:
    """Fit the second models on all folds but one; by kind of page."""
    models = {}
    for kind in EXPERTS:
        used = [i for i, s in enumerate(prepared.samples) if s.fold != without and s.kind == kind]
        table = fit.tabulate_revision(
            [prepared.samples[i] for i in used], [seen[i] for i in used], how
        )
        models[kind] = fit.fit_revision(table, how)
    return models


@dataclass(frozen=True, slots=True)
class Scored:
    """Out-of-fold scores of one appearance of a page."""

    page: int
    variant: str
    scores: NDArray[np.float64]


def out_of_fold(prepared: Prepared, seen: Sequence[Columns], how: fit.Settings) -> Iterator[Scored]:
    """Score every page, as it is and flattened, by models that have not seen its domain.

    The second model of a fold is fitted on first scores of the other folds, each of which comes
    from a first model that has not seen the page it scores.
    """
    for k in range(FOLDS):
        models = revision(prepared, seen, how, without=k)
        for s, columns in zip(prepared.samples, seen, strict=True):
            if s.fold == k and s.page >= 0 and s.variant in {"html", "text"}:
                yield Scored(s.page, s.variant, revised_scores(*models[s.kind], columns))


def predict(
    page: LabelledPage, variant: str, scores: NDArray[np.float64], mode: Mode = "balanced"
) -> Prediction:
    """Decide over a page by scores that are already there; the confidence is not yet calibrated."""
    cut = samples.cut(page)
    if variant == "text" and page.kind == "html":
        cut = samples.flatten(cut)
    view = View(cut)
    decision = decide(view, scores, mode)
    labels = tuple((t, LABELS[k]) for t, k in zip(cut.texts, decision.labels.tolist(), strict=True))
    kept = np.flatnonzero(decision.kept).tolist()
    text = structure.text.write(structure.Context(cut, kept, Include(), page.url))
    return Prediction(text, decision.expected, labels)


def predictions(
    prepared: Prepared, scored: Iterable[Scored], jobs: int = 2
) -> list[tuple[int, str, Prediction]]:
    """Decide over all scored pages; of pages without a readable block nothing is emitted."""
    waiting = list(scored)
    done = Parallel(n_jobs=jobs, batch_size=16)(
        delayed(predict)(prepared.pages[s.page], s.variant, s.scores) for s in waiting
    )
    found = [(s.page, s.variant, p) for s, p in zip(waiting, done, strict=True)]
    scored_pages = {s.page for s in waiting}
    nothing = [
        (i, variant, Prediction("", 0.0, ()))
        for i, page in enumerate(prepared.pages)
        if page.split != "test" and i not in scored_pages
        for variant in dict.fromkeys((page.kind, "text"))
    ]
    return sorted([*found, *nothing], key=lambda item: item[:2])


def terms_of(pages: Iterable[LabelledPage], made: Materials) -> Iterator[tuple[int, str]]:
    """Yield (hash, term) of everything that a lexicon can have learned from."""
    learned = (text for p in pages if p.split != "test" for text in samples.cut(p).texts)
    tables = (lists for material in made.values() for lists in material.values())
    written = (
        text
        for lists in tables
        if isinstance(lists, dict)
        for items in lists.values()
        for text in items
    )
    for text in chain(learned, written):
        for term in grams(first_tokens(text)):
            yield crc32(term.encode("utf-8", "replace")), term


def with_model(model: Model, mode: Mode = "balanced") -> Callable[[LabelledPage], Prediction]:
    """Return a predictor that runs the shipped line, for `evaluate`."""
    cleaner = Cleaner(model, mode)

    def run(page: LabelledPage) -> Prediction:
        article = cleaner.clean(page.source, url=page.url, kind=page.kind)
        labels = tuple((b.text, b.label) for b in article.blocks) if page.labels else ()
        return Prediction(article.text, article.confidence, labels)

    return run


def run_all(model: Model, pages: Sequence[LabelledPage], jobs: int = 2) -> list[Prediction]:
    """Run the shipped line over pages, in order."""
    size = max(1, -(-len(pages) // (4 * jobs)))
    parts = [pages[i : i + size] for i in range(0, len(pages), size)]
    done = Parallel(n_jobs=jobs)(delayed(_run)(model, part) for part in parts)
    return [prediction for part in done for prediction in part]


def _run(model: Model, pages: Sequence[LabelledPage]) -> list[Prediction]:
    return list(map(with_model(model), pages))
