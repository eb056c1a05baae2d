"""Values of training on disk."""

from pathlib import Path

import numpy as np
import pytest
from tiny_model import tiny_model

from boilerkill.learn.fit import Weighed
from boilerkill.learn.store import load, save
from boilerkill.learn.train import Fitted
from boilerkill.score import scorer


def test_models_come_back_as_they_were(tmp_path: Path) -> None:
    expert = scorer(tiny_model()).experts["html"]
    rows = np.random.default_rng(0).random((3, expert.network.hidden.shape[0]), np.float32)
    lexicon = Weighed(np.array([1, 2], np.uint32), np.ones((2, 4), np.float32))
    before = expert.trees.log_odds(rows)
    save(tmp_path / "x", Fitted(lexicon, {"html": (expert.trees, expert.network)}))
    found = load(tmp_path / "x")
    trees, network = found.models["html"]
    np.testing.assert_array_equal(found.lexicon.hashes, lexicon.hashes)
    np.testing.assert_array_equal(trees.log_odds(rows), before)
    np.testing.assert_array_equal(network.probabilities(rows), expert.network.probabilities(rows))


def test_only_what_is_meant_to_be_is_written_and_nothing_is_run(tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        save(tmp_path / "x", [print])
    with (tmp_path / "y").open("wb") as out:
        np.savez(out, tree=np.array([print], object))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        load(tmp_path / "y")
