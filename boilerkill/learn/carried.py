"""Blocks of many pages that travel with the package, so that a model keeps what it knows.

Who adapts the shipped model to a site has not the corpora it was made from. A few thousand blocks
of their pages, as features and never as text, stand for the rest of the web (`adapt`). They know
nothing of labels: what is wanted on them is what the model says. A number is kept to one of 64
steps of its feature, which is as finely as training looks at it.

    python -m boilerkill.learn.carried training/recipe.toml boilerkill/data/carried.bk
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterable, Mapping
from importlib import resources
from pathlib import Path
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

from boilerkill import features
from boilerkill.cleaner import shipped_model
from boilerkill.errors import MissingExtraError, ModelError
from boilerkill.features import FEATURES, SCHEMA
from boilerkill.features.lexicon import Lexicon
from boilerkill.features.view import View
from boilerkill.learn import samples
from boilerkill.learn.corpora import LabelledPage, open_corpus
from boilerkill.model import dump, loads
from boilerkill.score import EXPERTS, scorer

try:
    from joblib import Parallel, delayed
except ImportError:
    raise MissingExtraError("joblib", "train") from None

Columns = NDArray[np.float32]

#: Rows of each kind of page that are kept.
_KEPT: Final = 3000
#: Rows drawn of each page before that, with chances by their words up to this many.
_OF_A_PAGE: Final = 4
_WORDS: Final = 60
_STEPS: Final = 64
_LARGEST: Final = 64 * _KEPT * len(FEATURES)


def draw(pages: Iterable[LabelledPage], lexicon: Lexicon, jobs: int) -> dict[str, Columns]:
    """Draw blocks of pages, as they are and as bare text; the same ones every time."""
    found = Parallel(n_jobs=jobs, batch_size=8)(
        delayed(_of_page)(page, lexicon) for page in pages if page.split != "test"
    )
    drawn = {}
    for kind in EXPERTS:
        rows = np.concatenate([part[kind] for part in found if kind in part])
        kept = np.random.default_rng(0).permutation(len(rows))[:_KEPT]
        drawn[kind] = rows[np.sort(kept)]
    return drawn


def _of_page(page: LabelledPage, lexicon: Lexicon) -> dict[str, Columns]:
    cut = samples.cut(page)
    if not cut.texts:
        return {}
    rng = Random(f"{page.corpus}/{page.id}")
    parts = {}
    for each in [cut] if cut.kind == "text" else [cut, samples.flatten(cut)]:
        view = View(each, lexicon)
        chances = np.minimum(view.words + 1, _WORDS).tolist()
        rows = rng.choices(range(view.n), chances, k=_OF_A_PAGE)
        parts[each.kind] = features.from_view(view)[sorted(set(rows))]
    return parts


def pack(drawn: Mapping[str, Columns]) -> bytes:
    """Return the bytes of a file of such rows."""
    arrays: dict[str, NDArray[np.float32] | NDArray[np.uint8]] = {}
    for kind, rows in drawn.items():
        steps = np.zeros((len(FEATURES), _STEPS), np.float32)
        codes = np.zeros((len(FEATURES), len(rows)), np.uint8)
        for i, column in enumerate(rows.T):
            values = np.unique(column)
            if len(values) > _STEPS:
                values = np.unique(np.quantile(column, np.linspace(0, 1, _STEPS)).astype("f4"))
            steps[i, : len(values)] = values
            nearest = np.searchsorted((values[1:] + values[:-1]) / 2, column)
            codes[i] = nearest
        arrays[f"{kind}_steps"] = steps
        packed = zlib.compress(codes.tobytes(), 9)
        arrays[f"{kind}_rows"] = np.frombuffer(packed, np.uint8)
    return dump({"holds": "blocks of training pages, as features"}, arrays, SCHEMA)


def unpack(data: bytes) -> dict[str, Columns]:
    """Return the rows of a file by kind of page.

    Raises:
        ModelError: The file is damaged or was made for other features.
    """
    held = loads(data)
    if held.header.get("schema") != SCHEMA:
        raise ModelError(
            f"the rows carried with boilerkill were made for feature schema "
            f"{held.header.get('schema')}, this boilerkill computes {SCHEMA}; make them again: "
            "python -m boilerkill.learn.carried RECIPE FILE"
        )
    found = {}
    for kind in EXPERTS:
        steps = held.arrays[f"{kind}_steps"]
        packed = zlib.decompressobj().decompress(held.arrays[f"{kind}_rows"].tobytes(), _LARGEST)
        codes = np.frombuffer(packed, np.uint8).reshape(len(FEATURES), -1)
        found[kind] = np.ascontiguousarray(np.take_along_axis(steps, codes.astype(np.intp), 1).T)
    return found


def carried() -> dict[str, Columns]:
    """Return the rows that came with boilerkill."""
    return unpack(resources.files("boilerkill").joinpath("data/carried.bk").read_bytes())


def main(recipe: str, output: str) -> None:
    """Draw the rows from the corpora that a recipe learns from, seen with the shipped words."""
    from boilerkill.learn.recipe import read_recipe

    sources = [source for source in read_recipe(Path(recipe)).sources if source.learn]
    pages = (page for source in sources for page in open_corpus(source.path))
    drawn = draw(pages, scorer(shipped_model()).lexicon, jobs=2)
    Path(output).write_bytes(pack(drawn))


if __name__ == "__main__":
    main(*sys.argv[1:])
