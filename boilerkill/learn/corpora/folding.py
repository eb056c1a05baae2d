"""Folds for cross-validation that never part a site."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from boilerkill.errors import UsageError

_FEWEST = 2  # one fold leaves nothing to learn from


def folds(
    domains: Sequence[str], n: int = 5, seed: int = 0, *, types: Sequence[str] | None = None
) -> NDArray[np.intp]:
    """Return the fold (0 to n - 1) of every page; pages of one domain share it.

    The largest sites are dealt out first, each to the fold that has least of its page types
    and then fewest pages. Equal sites are dealt in an order hashed from seed and domain, so
    that the result depends on which pages there are and not on their order.

    Args:
        domains: Registered domain of each page.
        n: Number of folds, at least 2.
        seed: Another seed gives another partition of the same balance.
        types: Page type of each page, where folds should be alike in them.
    """
    groups, group_of = np.unique(np.asarray(domains, dtype=str), return_inverse=True)
    if not _FEWEST <= n <= len(groups):
        raise UsageError(f"{n} folds of {len(groups)} sites; wanted: from 2 to as many as sites")
    _, type_of = np.unique(np.asarray(types or [""] * len(domains)), return_inverse=True)
    counts = np.zeros((len(groups), type_of.max() + 1))
    np.add.at(counts, (group_of, type_of), 1)
    fold_of = np.zeros(len(groups), dtype=np.intp)
    held = np.zeros((n, counts.shape[1]))
    shares = counts / counts.sum(axis=0)
    for group in _dealing_order(groups, counts.sum(axis=1), seed):
        alike = held @ shares[group]
        fold = np.lexsort((held.sum(axis=1), np.round(alike, 9)))[0]
        fold_of[group] = fold
        held[fold] += counts[group]
    return fold_of[group_of]


def _dealing_order(groups: NDArray[np.str_], sizes: NDArray[np.float64], seed: int) -> list[int]:
    def key(group: int) -> tuple[float, bytes]:
        name = f"{seed} {groups[group]}".encode(errors="surrogatepass")
        return -sizes[group], hashlib.sha256(name).digest()

    return sorted(range(len(groups)), key=key)
