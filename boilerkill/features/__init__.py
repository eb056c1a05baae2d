"""Blocks to numbers: the same code for training and for cleaning.

`FEATURES` is the one table of features; the matrix, the schema hash in the model file, the
documentation and the reasons shown to users are made from it.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

# isort: off
# The modules enter their features into the table; their order is the order of the columns.
from boilerkill.features import text, markup, context, wording  # noqa: F401

# isort: on
from boilerkill.compiled import kernel
from boilerkill.features.lexicon import Lexicon
from boilerkill.features.table import FAMILIES
from boilerkill.features.view import View
from boilerkill.page import Page

#: (name, meaning) of every column of the matrix.
FEATURES: tuple[tuple[str, str], ...] = tuple(f for fam in FAMILIES for f in fam.features)
#: Position of each column.
COLUMN: dict[str, int] = {name: i for i, (name, _) in enumerate(FEATURES)}
#: Changes whenever a feature is added, dropped, moved or given another meaning.
SCHEMA: str = hashlib.sha256(repr(FEATURES).encode()).hexdigest()[:16]
#: Function that computes a family -> its first column.
_STARTS = {fam.compute.__name__: COLUMN[fam.features[0][0]] for fam in FAMILIES}


def matrix(page: Page, lexicon: Lexicon | None = None) -> NDArray[np.float32]:
    """Compute all features of a page's blocks.

    Returns:
        (n, len(FEATURES)); (0, len(FEATURES)) for a page without blocks.
    """
    return (
        from_view(View(page, lexicon)) if page.texts else np.zeros((0, len(FEATURES)), np.float32)
    )


def from_view(view: View) -> NDArray[np.float32]:
    """Compute all features of a page that is already viewed as columns."""
    out = np.empty((view.n, len(FEATURES)), np.float32)
    compiled: list[Any] = [kernel("blocks"), kernel("context")]
    if all(compiled):
        for part in compiled:
            part.fill(view, out, _STARTS)
        return out
    for fam in FAMILIES:
        columns = fam.compute(view)
        at, width = _STARTS[fam.compute.__name__], len(fam.features)
        if isinstance(columns, np.ndarray):
            out[:, at : at + width] = columns
        else:
            for i, column in enumerate(columns):
                out[:, at + i] = column
    return out
