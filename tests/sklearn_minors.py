"""Models across versions of scikit-learn: read, and the same predictions to 1e-12, in all and none.

    python tests/sklearn_minors.py FOLDER 1.7 1.8 1.9

Makes in the folder a virtual environment for each minor, and one that has nothing of the training
side, unless they are there; trains a model from nothing and adapts the shipped one under every
minor; then every environment reads every model, and the shipped one, and scores the pages of
`corpora/` with it. Some minutes, and a network.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
import venv
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from made_site import write_site

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "boilerkill/data/model.bk"
TOLERANCE = 1e-12
_SCORE = """
import json, sys
from pathlib import Path
import boilerkill
cleaner = boilerkill.Cleaner(boilerkill.load_model(sys.argv[1]))
articles = [cleaner.clean(Path(page).read_bytes()) for page in sys.argv[2:]]
loaded = [name for name in ("sklearn", "scipy", "joblib") if name in sys.modules]
if loaded:
    sys.exit(f"cleaning imported {loaded}")
print(json.dumps([[a.confidence, *p.values()] for a in articles for p in
                  (b.probabilities for b in a.blocks)]))
"""
_RECIPE = """
material = "{material}"
[[corpus]]
path = "{site}"
credit = "made for this"
licence = "MIT"
[disguises]
noise = 0
scripts = 0
made = 0
[settings]
trees = 20
passes = 2
spread = 2
"""
_FROM = ("--from", "shipped")


class Environment:
    """A virtual environment in a folder, with a minor of scikit-learn or, for "none", without."""

    def __init__(self, folder: Path, minor: str) -> None:
        self.minor = minor
        self._python = folder / "bin/python"
        if self._python.exists():
            return
        venv.create(folder, with_pip=True)
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        wanted = list(project["dependencies"])
        if minor != "none":
            extra = project["optional-dependencies"]["train"]
            wanted += [need for need in extra if not need.startswith("scikit-learn")]
            wanted.append(f"scikit-learn=={minor}.*")
        self.run("-m", "pip", "install", "--quiet", "--disable-pip-version-check", *wanted)

    def run(self, *args: object) -> str:
        """Run Python on this checkout; returns its output."""
        done = subprocess.run(
            [self._python, *map(str, args)], check=True, text=True, stdout=subprocess.PIPE,
            env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONNOUSERSITE": "1"},
        )  # fmt: skip
        return done.stdout

    def scores(self, model: Path, pages: list[Path]) -> np.ndarray[Any, Any]:
        """Return what a model says of all blocks of some pages."""
        return np.array(json.loads(self.run("-c", _SCORE, model, *pages)))


def main(folder: Path, minors: list[str]) -> None:
    """Try all minors; raises AssertionError if one of them scores otherwise."""
    pages = sorted(path for path in (ROOT / "corpora/pages").iterdir() if path.suffix != ".json")
    known = [Environment(folder / minor, minor) for minor in (*minors, "none")]
    recipe = folder / "recipe.toml"
    with TemporaryDirectory() as name:
        site = write_site(Path(name) / "site", pages=20, held_out=0, sites=10)
        recipe.write_text(_RECIPE.format(site=site, material=ROOT / "training/material"))
        models = {"shipped": SHIPPED}
        for each in known[:-1]:
            for kind, *wanted in (("trained", "--config", recipe), ("adapted", site, *_FROM)):
                file = models[f"{kind} under {each.minor}"] = folder / f"{kind}-{each.minor}.bk"
                each.run("-m", "boilerkill", "train", *wanted, "-o", file)
    for model, file in models.items():
        found = [each.scores(file, pages) for each in known]
        apart = max(float(np.abs(a - b).max()) for a, b in pairwise(found))
        sys.stdout.write(f"{model}: {found[0].size:,} numbers, apart by {apart:.1e} at most\n")
        assert apart <= TOLERANCE, f"{model} scores otherwise in one of {minors}"


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
