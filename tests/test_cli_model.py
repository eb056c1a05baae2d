"""`boilerkill model`: info, verify, diff."""

import json
import sys

import numpy as np
import pytest
from tiny_model import for_all_kinds, model_bytes, random_arrays, tiny_arrays, with_golden

from boilerkill import cli
from boilerkill.features import SCHEMA
from boilerkill.learn.difference import difference, golden_deviation
from boilerkill.model import dump, loads
from boilerkill.score import EXPERTS


def run(monkeypatch, capsys, *args):
    monkeypatch.setattr(sys, "argv", ["boilerkill", "model", *map(str, args)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, capsys.readouterr()


@pytest.fixture
def tiny(tmp_path):
    path = tmp_path / "tiny.bk"
    path.write_bytes(model_bytes(tiny_arrays()))
    return path


def test_a_sound_model_is_called_so(monkeypatch, capsys, tiny):
    status, said = run(monkeypatch, capsys, "verify", tiny)
    assert (status, said.err) == (0, "")
    assert "tiny.bk is sound" in said.out
    assert "golden predictions      met to 0.0e+00" in said.out


def test_the_shipped_model_is_sound(monkeypatch, capsys):
    assert run(monkeypatch, capsys, "verify")[0] == 0


def test_a_damaged_model_is_not(monkeypatch, capsys, tiny):
    tiny.write_bytes(tiny.read_bytes()[:-1])
    status, said = run(monkeypatch, capsys, "verify", tiny)
    assert status == 2
    assert said.err.count("\n") == 1
    assert "tiny.bk: damaged: the checksum" in said.err


def test_a_model_that_scores_otherwise_than_where_it_was_made_is_not(monkeypatch, capsys, tiny):
    arrays = tiny_arrays()
    arrays["html_golden_scores"] = arrays["html_golden_scores"] + 0.01
    tiny.write_bytes(model_bytes(arrays))
    status, said = run(monkeypatch, capsys, "verify", tiny)
    assert (status, "golden predictions" in said.err) == (2, True)


def test_a_small_deviation_is_measured():
    arrays = tiny_arrays()
    arrays["text_golden_scores"] = arrays["text_golden_scores"] + 1e-6
    assert golden_deviation(loads(model_bytes(arrays))) == pytest.approx(1e-6)


def test_equal_models_do_not_differ(monkeypatch, capsys, tiny):
    assert run(monkeypatch, capsys, "diff", tiny, tiny)[1].out == "the same model\n"


def test_what_two_models_were_made_from_is_told(monkeypatch, capsys, tmp_path, tiny):
    info = {
        "made": "for tests", "figures": {"wcxb": {"word_f1": 0.9}},
        "corpora": [{"name": "wcxb", "credit": "M"}],
    }  # fmt: skip
    other = tmp_path / "other.bk"
    other.write_bytes(dump(info, tiny_arrays(), SCHEMA))
    info["figures"] = {"wcxb": {"word_f1": 0.92}}
    third = tmp_path / "third.bk"
    third.write_bytes(dump(info, tiny_arrays(), SCHEMA))
    out = run(monkeypatch, capsys, "diff", tiny, other)[1].out
    assert "corpora: nothing -> 1 entry\n" in out
    info["corpora"] = [*info["corpora"], {"name": "own", "credit": "me"}]
    fourth = tmp_path / "fourth.bk"
    fourth.write_bytes(dump(info, tiny_arrays(), SCHEMA))
    out = run(monkeypatch, capsys, "diff", other, fourth)[1].out
    assert out.startswith("corpora / own: nothing -> 1 entry\nfigures / wcxb / word_f1: 0.9 ->")
    out = run(monkeypatch, capsys, "diff", other, third)[1].out
    assert out == "figures / wcxb / word_f1: 0.9 -> 0.92  (+0.0200)\n"
    said = run(monkeypatch, capsys, "diff", other, third, "--json")[1].out
    assert json.loads(said) == {"header": {"figures / wcxb / word_f1": [0.9, 0.92]}}


def test_words_are_compared():
    arrays = tiny_arrays()
    more = arrays | {
        "words": np.frombuffer(b"menu\nsport\ntea", np.uint8),
        "word_weights": np.array([[0] * 4, [1] * 4, [-2] * 4], np.float32),
    }
    found = difference(*(loads(model_bytes(a)) for a in (arrays, more)))
    assert found["words"] == {
        "only first": {"count": 1, "heaviest": ["news"]},
        "only second": {"count": 2, "heaviest": ["tea", "sport"]},
    }


def test_added_trees_and_what_they_change_are_told(monkeypatch, capsys, tmp_path):
    old = random_arrays(1)
    paths = [tmp_path / "old.bk", tmp_path / "new.bk"]
    paths[0].write_bytes(model_bytes(old))
    longer = {
        name.removeprefix("html_"): np.concatenate([array, array[:1]]) if "_tree_" in name
        and not name.endswith("bias") else array
        for name, array in old.items() if name.startswith("html_")
    }  # fmt: skip
    paths[1].write_bytes(model_bytes(for_all_kinds(with_golden(longer))))
    out = run(monkeypatch, capsys, "diff", *paths)[1].out
    for kind in EXPERTS:
        assert f"{kind} trees: 5 -> 6, the first 5 the same" in out
        assert f"golden rows of {kind}: apart by 0." in out
