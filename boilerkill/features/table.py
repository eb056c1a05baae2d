"""The table of features: what each is called, what it means, and which function gives it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boilerkill.features.view import View


@dataclass(frozen=True, slots=True)
class Family:
    """Features that are computed together.

    Attributes:
        features: (name, meaning) of each column, in order.
        compute: View -> (n, len(features)) array, or a sequence of columns of length n or scalars.
    """

    features: tuple[tuple[str, str], ...]
    compute: Callable[[View], Any]


FAMILIES: list[Family] = []


def family(*features: tuple[str, str]) -> Callable[[Callable[[View], Any]], Callable[[View], Any]]:
    """Enter a function into the table of features under the names of its columns."""

    def enter(compute: Callable[[View], Any]) -> Callable[[View], Any]:
        FAMILIES.append(Family(features, compute))
        return compute

    return enter
