"""Adapting a model: it learns the new pages, forgets nothing, and says what it can know."""

import json
from dataclasses import replace

import numpy as np
import pytest
from made_site import write_site
from tiny_model import tiny_model

from boilerkill.cleaner import Cleaner
from boilerkill.errors import CorpusError, ModelError
from boilerkill.learn import carried, retrain
from boilerkill.learn.adapt import Settings, adapt, moved, rows_of
from boilerkill.learn.corpora import open_corpus
from boilerkill.learn.retrain import beside, verdict
from boilerkill.model import dump, loads
from boilerkill.score import EXPERTS, scorer

QUICK = Settings(rounds=12, rate=0.5, depth=3)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    return write_site(tmp_path_factory.mktemp("site") / "site", pages=20, held_out=6)


@pytest.fixture(scope="module")
def others():
    """Rows of other pages: our samples, whose paragraphs the tiny model knows well."""
    rows = rows_of(tiny_model(), list(open_corpus("corpora"))[:20:4])
    return {kind: found.columns for kind, found in rows.items()}


@pytest.fixture(scope="module")
def made(site, others):
    return retrain.retrain(tiny_model(), [site], others, QUICK, lambda _: None)


def test_the_new_model_is_better_on_pages_held_out(made):
    out_of_fold, held_out = made.trials
    for trial in (out_of_fold, held_out):
        assert trial.differences()["word_f1"].value > 0.15
        assert verdict(trial).startswith("verdict: better beyond noise; word_f1 +0.")


def test_the_old_trees_stay_and_nothing_else_changes(made):
    old, new = tiny_model(), loads(made.model)
    for kind in EXPERTS:
        count = len(old.arrays[f"{kind}_tree_feature"])
        assert len(new.arrays[f"{kind}_tree_feature"]) == count + QUICK.rounds
        for part in ("feature", "threshold", "value"):
            name = f"{kind}_tree_{part}"
            np.testing.assert_array_equal(new.arrays[name][:count], old.arrays[name])
    np.testing.assert_array_equal(new.arrays["html_net_hidden"], old.arrays["html_net_hidden"])


def test_other_pages_hardly_move(made, others):
    apart = np.abs(moved(scorer(tiny_model()), scorer(loads(made.model)), others))
    assert apart.mean() < 0.02
    assert "elsewhere: on" in made.text()


def test_the_header_says_what_was_added_to_what(made):
    header = loads(made.model).header
    (step,) = header["retrained"]
    assert (step["from"], step["pages"]) == (tiny_model().header["sha256"], 14)
    assert header["figures"]["retrained, out of fold"]["word_f1"] > 0.5
    assert header["made"] == "for tests"


def test_pages_of_one_site_are_folded_by_page_and_that_is_said(made):
    assert "too few sites to keep sites apart" in made.text()


def test_again_gives_the_same_bytes(site, others, made):
    pages = [page for page in open_corpus(site) if page.split == "train"]
    rows = rows_of(tiny_model(), pages)
    twice = [adapt(tiny_model(), rows, others, QUICK, {}) for _ in range(2)]
    assert twice[0] == twice[1]
    for kind in EXPERTS:
        name = f"{kind}_tree_value"
        assert loads(twice[0]).arrays[name].shape == loads(made.model).arrays[name].shape


def test_where_nothing_is_to_be_learned_nothing_is_called_better(site, others):
    lame = replace(QUICK, rounds=1, rate=1e-9)
    made = retrain.retrain(tiny_model(), [site], others, lame, lambda _: None)
    assert "no better and no worse within noise" in verdict(made.trials[0])


def test_too_few_pages_are_refused(tmp_path, others):
    few = write_site(tmp_path / "few", pages=7, held_out=0)
    with pytest.raises(CorpusError, match="found 7 pages whose blocks could be labelled; wanted"):
        retrain.retrain(tiny_model(), [few], others, QUICK, lambda _: None)


def test_out_of_fold_predictions_stand_beside_a_model(site):
    pages = list(open_corpus(site))
    predictions = [retrain.train.with_model(tiny_model())(page) for page in pages]
    said = beside(tiny_model(), list(zip(pages, predictions, strict=True)), jobs=1)
    assert "verdict: no better and no worse within noise; " in said
    assert "+0.0000 [+0.0000, +0.0000]" in said


def test_carried_rows_come_back_nearly_as_they_were():
    rng = np.random.default_rng(0)
    width = len(tiny_model().arrays["html_net_shift"])
    rows = {kind: rng.normal(size=(500, width)).astype("f4") for kind in EXPERTS}
    rows["html"][:, 0] = rng.integers(0, 5, 500)
    back = carried.unpack(carried.pack(rows))
    np.testing.assert_array_equal(back["html"][:, 0], rows["html"][:, 0])
    assert np.abs(back["text"] - rows["text"]).mean() < 0.03
    assert carried.pack(back) == carried.pack(carried.unpack(carried.pack(back)))


def test_carried_rows_of_other_features_are_refused():
    with pytest.raises(ModelError, match="feature schema abc"):
        carried.unpack(dump({}, {}, "abc"))


def test_the_rows_that_travel_fit_this_version():
    rows = carried.carried()
    assert [len(rows[kind]) for kind in EXPERTS] == [3000, 3000]


def test_rows_are_drawn_alike_and_not_from_pages_held_out(site):
    pages = list(open_corpus(site))
    lexicon = scorer(tiny_model()).lexicon
    first, again = (carried.draw(pages, lexicon, jobs=1) for _ in range(2))
    for kind in EXPERTS:
        np.testing.assert_array_equal(first[kind], again[kind])
        assert 0 < len(first[kind]) <= 4 * 14


def test_the_adapted_model_cleans(made, site):
    page = json.loads((site / "pages" / "part-15.json").read_text())
    source = (site / "pages" / "part-15.html").read_bytes()
    text = Cleaner(loads(made.model)).clean(source).text
    wanted = [block["text"] for block in page["blocks"] if block["label"] == "content"]
    assert sum(line in text for line in wanted) > 0.7 * len(wanted)
