"""Training from nothing, on a corpus small enough: the same bytes whatever the way to them."""

from pathlib import Path

import numpy as np
import pytest
from made_site import write_site

from boilerkill.errors import CorpusError, UsageError
from boilerkill.learn import fit, keep, recipe, train
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.keep import Keep, key_of
from boilerkill.learn.samples import Disguises
from boilerkill.model import loads
from boilerkill.score import scorer

SMALL = fit.Settings(trees=4, passes=1, hidden=4, depth=3, network_rows=800, spread=2)


class StoppedError(Exception):
    """Stands for whatever stops a training."""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A recipe with pages of seven sites, and without made noise."""
    site = write_site(tmp_path_factory.mktemp("sites") / "s", pages=14, held_out=2, sites=7)
    source = recipe.Source(site, "us", "MIT")
    return recipe.Recipe((source,), None, Disguises(noise=0, scripts=0, made=0), SMALL)


@pytest.fixture(scope="module")
def made(small):
    return recipe.make(small, 1, lambda _: None)


def test_a_model_comes_of_it_with_figures_and_predictions_of_every_page(made):
    model = loads(made.model)
    assert scorer(model).experts.keys() == {"html", "text"}
    assert model.header["figures"]["blocks, out of fold"]["word_f1"] > 0.3
    assert len(made.found) == 12
    assert "blocks" in made.card


@pytest.mark.parametrize("shown", [(0, 1, 2, 3), (0, 2), (3,)])
def test_kinds_that_no_page_shows_are_never_called(shown):
    rng = np.random.default_rng(0)
    classes = np.array(shown * 20, np.int8)
    columns = rng.random((len(classes), 5), np.float32)
    network = fit._perceptron(columns, (classes, 4), np.ones(len(classes)), SMALL)
    chances = network.probabilities(columns)
    assert chances.shape == (len(classes), 4)
    assert (chances.max(axis=0) > 1e-6).nonzero()[0].tolist() == list(shown)


def test_a_stopped_training_goes_on_where_it_was_to_the_same_bytes(small, made, tmp_path):
    said: list[str] = []

    def stop_after_two_folds(line: str) -> None:
        said.append(line)
        if line.startswith("fold 2"):
            raise StoppedError

    with pytest.raises(StoppedError):
        recipe.make(small, 1, stop_after_two_folds, tmp_path)
    before = {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("fold-*")}
    assert len(before) == 2
    assert len(list(tmp_path.glob("pages/*/*.npz"))) == 12
    assert recipe.make(small, 1, lambda _: None, tmp_path).model == made.model
    after = {file.name: file.stat().st_mtime_ns for file in tmp_path.glob("fold-*")}
    assert len(after) == 5
    assert {name: after[name] for name in before} == before


def test_what_is_kept_depends_on_pages_settings_and_code(monkeypatch):
    page = LabelledPage(id="a", corpus="c", source=b"x", domain="d")
    keys = {key_of(page, SMALL), key_of(page, fit.Settings()), key_of(page)}
    keys.add(key_of(LabelledPage(id="a", corpus="c", source=b"y", domain="d"), SMALL))
    monkeypatch.setattr(keep, "_code", lambda: "other code")
    keys.add(key_of(page, SMALL))
    assert len(keys) == 5


def test_keeping_nothing_makes_it_every_time(tmp_path):
    made = []
    for kept in (Keep(), Keep(), Keep(tmp_path, "k"), Keep(tmp_path, "k"), Keep(tmp_path, "other")):
        kept.get("name", lambda: made.append(1) or len(made))
    assert len(made) == 4


def test_columns_on_disk_are_the_same(small, tmp_path):
    pages = list(recipe.open_corpus(small.sources[0].path))
    in_memory = train.prepare(pages, {}, small.disguises, 1).samples
    on_disk = train.prepare(pages, {}, small.disguises, 1, Keep(shelf=tmp_path)).samples
    for a, b in zip(in_memory, on_disk, strict=True):
        np.testing.assert_array_equal(a.columns, b.columns)
    assert (tmp_path / "columns.f4").stat().st_size == sum(s.columns.nbytes for s in in_memory)


def test_pages_of_few_sites_are_refused_with_a_way_out(tmp_path):
    site = write_site(tmp_path / "s", pages=6, held_out=0, sites=2)
    with pytest.raises(CorpusError, match=r"6 pages of 2 sites.*--from shipped"):
        recipe.make(recipe.plain_recipe([site]), 1, lambda _: None)


def test_a_recipe_with_unknown_keys_is_refused(tmp_path):
    path = tmp_path / "r.toml"
    path.write_text('[[corpus]]\npath = "x"\ncredit = "c"\nlicence = "l"\n[settings]\ntree = 1')
    with pytest.raises(UsageError, match="unknown keys tree"):
        recipe.read_recipe(path)


@pytest.mark.parametrize(
    "args",
    [
        ["-o", "m.bk"],
        ["c", "-o", "m.bk", "--config", "r.toml"],
        ["-o", "m.bk", "--from", "shipped"],
        ["c", "-o", "m.bk", "--from", "shipped", "--card", "d"],
    ],
)
def test_options_that_do_not_go_together(monkeypatch, capsys, args):
    from boilerkill import cli

    monkeypatch.setattr("sys.argv", ["boilerkill", "train", *args])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, "boilerkill: " in capsys.readouterr().err) == (2, True)
    assert not Path("m.bk").exists()
