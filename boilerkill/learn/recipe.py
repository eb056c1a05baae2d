"""A recipe to a model: what `boilerkill train` and the shipped model are both made by.

A recipe is a TOML file: corpora with credit, materials, disguises, settings. From it come the
model, its card with out-of-fold figures, and the list of pages that were not learned from. The
same recipe, corpora and library versions give the same bytes.
"""

from __future__ import annotations

import platform
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, fields, replace
from functools import partial
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from boilerkill.errors import CorpusError, UsageError
from boilerkill.features import FEATURES, SCHEMA
from boilerkill.features.lexicon import Lexicon
from boilerkill.learn import fit, noise, samples, train
from boilerkill.learn.corpora import LabelledPage, open_corpus
from boilerkill.learn.evaluation import Evaluation, Prediction, evaluate_predictions
from boilerkill.learn.keep import Keep, key_of
from boilerkill.learn.samples import Disguises
from boilerkill.learn.train import Fitted, Log, Prepared
from boilerkill.model import Model, dump, loads
from boilerkill.score import EXPERTS, Expert, Scorer, golden_layout

#: Rows of features whose scores stand in the model file, to be checked when it is read.
_GOLDEN = 16


@dataclass(frozen=True, slots=True)
class Source:
    """A corpus of a recipe.

    Attributes:
        path: Its folder.
        credit: Who made it.
        licence: Its licence.
        learn: Whether it is trained on; a corpus that is not is only measured on.
    """

    path: Path
    credit: str
    licence: str
    learn: bool = True


@dataclass(frozen=True, slots=True)
class Recipe:
    """All that a model is made from; without material no noise and no pages are made."""

    sources: tuple[Source, ...]
    material: Path | None
    disguises: Disguises
    settings: fit.Settings


def read_recipe(path: Path) -> Recipe:
    """Read a recipe; relative paths start from its folder.

    Raises:
        UsageError: It is not TOML, or has keys that mean nothing.
    """
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: not a recipe: {error}") from None
    base = path.parent
    sources = tuple(
        _options(Source, entry | {"path": (base / entry["path"]).resolve()}, path)
        for entry in data.pop("corpus", [])
    )
    recipe = Recipe(
        sources,
        base / data.pop("material", "material"),
        _options(Disguises, data.pop("disguises", {}), path),
        _options(fit.Settings, data.pop("settings", {}), path),
    )
    if data or not sources:
        raise UsageError(
            f"{path}: wanted [[corpus]] tables, and perhaps material, [disguises], [settings]; "
            f"found besides: {', '.join(data) or 'nothing'}"
        )
    return recipe


#: What is used for corpora without a recipe: what makes a model of two thousand pages in minutes.
_PLAIN: Final = fit.Settings(trees=100, rate=0.15, passes=5, network_rows=120_000)
_UNDISGUISED: Final = Disguises(noise=0, scripts=0, made=0)


def plain_recipe(corpora: Sequence[Path]) -> Recipe:
    """Return the recipe for training on corpora with default settings."""
    sources = tuple(Source(path, "as named by its owner", "not told") for path in corpora)
    return Recipe(sources, None, _UNDISGUISED, _PLAIN)


def _options(kind: Any, values: Mapping[str, Any], path: Path) -> Any:
    unknown = set(values) - {f.name for f in fields(kind)}
    if unknown:
        raise UsageError(f"{path}: unknown keys {', '.join(sorted(unknown))} for {kind.__name__}")
    return kind(**values)


@dataclass(frozen=True, slots=True)
class Made:
    """What comes of a recipe.

    Attributes:
        model: Bytes of the model file.
        card: The model card, Markdown.
        left_out: (corpus, id, reason) of the pages that were not learned from.
        found: (page, its prediction out of fold) of every page as it is.
    """

    model: bytes
    card: str
    left_out: tuple[tuple[str, str, str], ...]
    found: tuple[tuple[LabelledPage, Prediction], ...] = ()


def make(recipe: Recipe, jobs: int = 2, say: Log = train.log, work: Path | None = None) -> Made:
    """Train a model and measure it.

    Args:
        recipe: What to make it from.
        jobs: Processes for what is done page by page.
        say: Takes lines of progress.
        work: A folder where what is done is kept, so that the same training goes on there after
            a stop, and another one with some of the same pages starts with those done.
    """
    with ExitStack() as leaving:
        shelf = work or Path(leaving.enter_context(TemporaryDirectory(prefix="boilerkill-")))
        shelf.mkdir(parents=True, exist_ok=True)
        return _make(recipe, jobs, say, Keep(work, shelf=shelf))


def _make(recipe: Recipe, jobs: int, say: Log, kept: Keep) -> Made:
    materials = noise.load_material(recipe.material) if recipe.material else {}
    learned = [s for s in recipe.sources if s.learn]
    pages = [page for source in learned for page in open_corpus(source.path)]
    say(f"{len(pages)} pages of {len(learned)} corpora")
    _check_pages(pages)
    if kept.folder is not None:
        kept = replace(kept, key=key_of(recipe.disguises, recipe.settings, materials, *pages))
    prepared = train.prepare(pages, materials, recipe.disguises, jobs, kept)
    say(f"{len(prepared.samples)} samples, {sum(len(s.words) for s in prepared.samples):,} blocks")
    seen = train.first_out_of_fold(prepared, recipe.settings, say, kept)
    fitted = kept.get("final", partial(train.train, prepared, recipe.settings))
    say("final model trained")
    words = fit.spell(fitted.lexicon, train.terms_of(pages, materials))
    return finish(recipe, prepared, Learned(seen, fitted, words), jobs)


def _check_pages(pages: Sequence[LabelledPage]) -> None:
    """Raise CorpusError if no model can be made of the pages."""
    sites = len({page.domain for page in pages})
    if sites < train.FOLDS:
        raise CorpusError(
            f"found {len(pages)} pages of {sites} sites; to train from nothing wants pages of "
            f"{train.FOLDS} sites at the least, better hundreds. To learn from pages of a few "
            "sites, adapt a model that is there: boilerkill train --from shipped"
        )


@dataclass(frozen=True, slots=True)
class Learned:
    """First models, before the second and the figures.

    Attributes:
        seen: What the second model sees of every sample, out of fold.
        fitted: First model on everything.
        lexicon: Its words.
    """

    seen: Sequence[train.Columns]
    fitted: Fitted
    lexicon: Lexicon


def finish(recipe: Recipe, prepared: Prepared, learned: Learned, jobs: int) -> Made:
    """Fit the second model, calibrate, measure, and write it all down."""
    scored = train.out_of_fold(prepared, learned.seen, recipe.settings)
    points, found = _calibrate(prepared, train.predictions(prepared, scored, jobs))
    revised = train.revision(prepared, learned.seen, recipe.settings)
    fitted = learned.fitted
    experts = {kind: Expert(*fitted.models[kind], *revised[kind]) for kind in EXPERTS}
    scorer = Scorer(learned.lexicon, experts, points)
    arrays = fit.arrays_of(scorer) | _golden(prepared, fitted, scorer)
    info = _info(recipe, prepared)
    figures = _figures(prepared, found)
    draft = loads(dump(info, arrays, SCHEMA))
    figures |= _plain_figures(recipe, prepared.pages, draft, jobs)
    info["figures"] = {
        name: {f.name: round(f.value, 4) for f in e.figures["all"]} for name, e in figures.items()
    }
    left_out = _left_out(prepared)
    card = _card(recipe, info, figures, left_out)
    as_is = tuple(
        (prepared.pages[i], p) for i, variant, p in found if variant == prepared.pages[i].kind
    )
    return Made(dump(info, arrays, SCHEMA), card, left_out, as_is)


Found = Sequence[tuple[int, str, Prediction]]


def _calibrate(prepared: Prepared, found: Found) -> tuple[Any, Found]:
    """Learn confidence from out-of-fold pages; each page's own by the other folds' pages."""
    whole = {}
    for i, variant, prediction in found:
        page = prepared.pages[i]
        if page.truth and page.corpus != "snippets":
            row = evaluate_predictions([(page, prediction)]).pages[0]
            whole[i, variant] = (prediction.confidence or 0.0, row.f1, int(prepared.fold[i]))
    if not whole:
        raise CorpusError("found no page whose whole main text is known; wanted: some at least")
    expected, f1, fold = map(np.array, zip(*whole.values(), strict=True))
    by_fold = [fit.fit_confidence(expected[fold != k], f1[fold != k]) for k in range(train.FOLDS)]
    sure = []
    for i, variant, prediction in found:
        line = by_fold[int(prepared.fold[i])]
        confidence = float(np.interp(prediction.confidence or 0.0, line[:, 0], line[:, 1]))
        sure.append((i, variant, replace(prediction, confidence=confidence)))
    return fit.fit_confidence(expected, f1), sure


def _golden(prepared: Prepared, fitted: Fitted, scorer: Scorer) -> dict[str, Any]:
    """Pick rows of features all over the samples, with the scores they must get."""
    arrays = {}
    for kind, expert in scorer.experts.items():
        mine = [s for s in prepared.samples if s.kind == kind]
        rows = []
        for s in mine[:: max(1, len(mine) // _GOLDEN)][:_GOLDEN]:
            columns = s.columns[len(s.columns) // 2].copy()
            columns[fit.WORDING] = fitted.lexicon.wording(s)[len(s.columns) // 2]
            rows.append(columns)
        golden = np.stack(rows)
        arrays[f"{kind}_golden_columns"] = golden
        arrays[f"{kind}_golden_scores"] = expert.score(golden, golden_layout(golden))
    return arrays


def _info(recipe: Recipe, prepared: Prepared) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for page in prepared.pages:
        if page.split != "test":
            counts[page.corpus] = counts.get(page.corpus, 0) + 1
    return {
        "corpora": [
            {"name": s.path.name, "credit": s.credit, "licence": s.licence, "learned": s.learn}
            for s in recipe.sources
        ],
        "pages": counts,
        "settings": asdict(recipe.settings) | {"disguises": asdict(recipe.disguises)},
        "versions": {
            "boilerkill": version("boilerkill"),
            "numpy": np.__version__,
            "scikit-learn": version("scikit-learn"),
            "python": ".".join(platform.python_version_tuple()[:2]),
        },
    }


def _figures(prepared: Prepared, found: Found) -> dict[str, Evaluation]:
    """Measure the out-of-fold predictions, per corpus, as the pages are and flattened."""
    out: dict[str, Evaluation] = {}
    names = dict.fromkeys(p.corpus for p in prepared.pages)
    for name in names:
        for variant, suffix in (("html", ""), ("text", ", flattened")):
            rows = [
                (prepared.pages[i], p)
                for i, v, p in found
                if prepared.pages[i].corpus == name and v == variant
            ]
            if rows:
                out[f"{name}{suffix}, out of fold"] = evaluate_predictions(rows)
    return out


def _plain_figures(
    recipe: Recipe, pages: Iterable[LabelledPage], model: Model, jobs: int
) -> dict[str, Evaluation]:
    """Measure the final model on what was never learned from."""
    out = {}
    held = [p for p in pages if p.split == "test"]
    for kind in ("html", "text"):
        mine = [p for p in held if p.kind == kind]
        if mine:
            out[f"own pages, held out, {kind}"] = _measure(model, mine, jobs)
    for source in recipe.sources:
        if not source.learn:
            found = list(open_corpus(source.path))
            out[f"{source.path.name}, never learned from"] = _measure(model, found, jobs)
            flat = [flattened(p) for p in found]
            out[f"{source.path.name}, flattened, never learned from"] = _measure(model, flat, jobs)
    return out


def flattened(page: LabelledPage) -> LabelledPage:
    """Return the bare text of a page as a page of its own: every block a line."""
    text = "\n".join(t.replace("\n", " ") for t in samples.cut(page).texts)
    return replace(page, source=text, kind="text")


def _measure(model: Model, pages: Sequence[LabelledPage], jobs: int) -> Evaluation:
    return evaluate_predictions(zip(pages, train.run_all(model, pages, jobs), strict=True))


def _left_out(prepared: Prepared) -> tuple[tuple[str, str, str], ...]:
    """Name the pages that taught nothing, and say why."""
    first: dict[int, Any] = {}
    for s in prepared.samples:
        first.setdefault(s.page, s.labels)
    out = []
    for i, page in enumerate(prepared.pages):
        labels = first.get(i)
        if page.split == "test":
            reason = "held out"
        elif labels is None:
            reason = "no readable block"
        elif labels.weights.any():
            continue
        elif not page.truth:
            reason = "no truth"
        else:
            reason = f"only {labels.covered:.0%} of the truth stands in the page's blocks"
        out.append((page.corpus, page.id, reason))
    return tuple(out)


def _card(
    recipe: Recipe, info: Mapping[str, Any], figures: Mapping[str, Evaluation], left_out: Any
) -> str:
    """Write the model card."""
    lines = [
        "# Model card", "",
        "Written by `boilerkill train`; do not edit.", "",
        f"{len(FEATURES)} features (schema `{SCHEMA}`), a lexicon of at most "
        f"{recipe.settings.lexicon:,} terms; for markup and for text each {recipe.settings.trees} "
        f"trees and networks of {recipe.settings.hidden} hidden units.", "",
        "## Corpora and credit", "",
    ]  # fmt: skip
    for source in recipe.sources:
        use = "trained on" if source.learn else "measured on only"
        lines.append(f"- {source.path.name}: {source.credit}. Licence {source.licence}; {use}.")
    lines += ["", "Pages: " + ", ".join(f"{k} {v}" for k, v in info["pages"].items()) + ".", ""]
    lines += ["Versions: " + ", ".join(f"{k} {v}" for k, v in info["versions"].items()) + ".", ""]
    lines += ["## Figures", "", "Mean per page with 95 % intervals (bootstrap over sites).", ""]
    for name, evaluation in figures.items():
        lines += [f"### {name}", "", "```", evaluation.table().rstrip(), "```", ""]
    reasons: dict[str, list[str]] = {}
    for corpus, page_id, reason in left_out:
        reasons.setdefault(corpus, []).append(f"{page_id} ({reason})")
    lines += ["## Pages not learned from", ""]
    lines += [f"- {corpus}: {'; '.join(items)}" for corpus, items in reasons.items()]
    lines += ["", "## Known weaknesses", "", _WEAKNESSES]
    return "\n".join(lines) + "\n"


_WEAKNESSES = """\
- Product, listing and collection pages: what belongs to the text of such a page is a matter of
  convention, and the corpora disagree; expect F1 well under that of articles.
- Languages other than English, German and Chinese are known from made pages and from structure;
  the lexicon knows few of their words.
- Text that a page builds by script is not on it, and is not found.
"""


def write(made: Made, path: Path, folder: Path | None) -> None:
    """Write the model file, and the card and the list of left-out pages if a folder is named."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made.model)
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model-card.md").write_text(made.card, "utf-8")
        rows = ["corpus\tid\treason", *("\t".join(row) for row in made.left_out)]
        (folder / "left-out.tsv").write_text("\n".join(rows) + "\n", "utf-8")


def check_recipe(recipe: Recipe) -> None:
    """Raise CorpusError if a corpus of the recipe is not there."""
    for source in recipe.sources:
        if not source.path.is_dir():
            raise CorpusError(f"{source.path}: the recipe names this corpus, but it is not there")
