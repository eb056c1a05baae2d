"""The regression gate: a small model, measured out of fold, may not get worse unnoticed.

It sees cutting, features, labels, learning and deciding at work on a fixed part of the corpora,
with trees alone: their sums, unlike a network's, are the same on every processor. After a change
that is meant: `pytest tests/learn/test_gate.py --regold`, and say so in CHANGELOG.md.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from zlib import crc32

import numpy as np
import pytest
from numpy.typing import NDArray

from boilerkill.estimators import Trees
from boilerkill.learn import fit, train
from boilerkill.learn.corpora import LabelledPage, open_corpus
from boilerkill.learn.evaluation import evaluate_predictions
from boilerkill.learn.samples import Disguises, Sample
from boilerkill.learn.train import FOLDS, Prepared, Scored
from boilerkill.score import EXPERTS, KINDS

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
GOLDEN = Path(__file__).with_name("gate.json")
#: Pages of each corpus that are used, drawn by their ids.
PAGES = {"wcxb": 100, "zh69": 20, "readability": 20}
LOSS = 0.002
HOW = fit.Settings(trees=30, leaves=20, mute=1.0)


def some_pages() -> list[LabelledPage]:
    pages = []
    for name, count in PAGES.items():
        found = [page for page in open_corpus(CORPORA / name) if page.truth]
        pages += sorted(found, key=lambda page: crc32(page.id.encode()))[:count]
    return pages


def trees_without(prepared: Prepared, fold: int) -> dict[str, Trees]:
    trees = {}
    for kind in EXPERTS:
        used = [s for s in prepared.samples if s.fold != fold and s.kind == kind]
        silent = [np.zeros((len(s.words), 0), np.float32) for s in used]
        trees[kind] = fit.fit_trees(fit.tabulate(used, silent, HOW), HOW)
    return trees


def scores(sample: Sample, trees: Trees) -> NDArray[np.float64]:
    main = 1 / (1 + np.exp(-trees.log_odds(sample.columns)))
    found = np.zeros((len(main), 1 + len(KINDS)))
    found[:, 0], found[:, 1 + KINDS.index("widget")] = main, 1 - main
    return found


def scored(prepared: Prepared) -> Iterable[Scored]:
    for fold in range(FOLDS):
        trees = trees_without(prepared, fold)
        for s in prepared.samples:
            if s.fold == fold:
                yield Scored(s.page, s.variant, scores(s, trees[s.kind]))


def figures() -> dict[str, float]:
    pages = some_pages()
    prepared = train.prepare(pages, {}, Disguises(noise=0, scripts=0, hollow=0, made=0), jobs=1)
    rows = train.predictions(prepared, scored(prepared), jobs=1)
    found = {}
    for corpus in PAGES:
        for kind in EXPERTS:
            mine = [(pages[i], p) for i, v, p in rows if v == kind and pages[i].corpus == corpus]
            evaluation = evaluate_predictions(mine)
            value = next(
                f.value for f in evaluation.figures["all"] if f.name == evaluation.headline
            )
            found[f"{corpus} {kind} {evaluation.headline}"] = round(value, 4)
    return found


@pytest.mark.skipif(not CORPORA.is_dir(), reason="needs ../shared/corpora")
def test_a_small_model_is_as_good_as_before(request: pytest.FixtureRequest) -> None:
    found = figures()
    if request.config.getoption("--regold"):
        GOLDEN.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    before = json.loads(GOLDEN.read_text("utf-8"))
    assert found.keys() == before.keys()
    assert {k: v for k, v in found.items() if v < before[k] - LOSS} == {}
