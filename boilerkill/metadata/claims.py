"""Claims: values that a page may state for a field, of which the best one becomes its value.

What speaks for a claim are *signs*: short names of facts such as "meta", "near the headline",
"agreed". Each has a weight, a claim's score is the sum of its signs' weights, and a claim wins with
the highest score above zero. The weights are fitted by `training/metadata.py` (logistic choice
among the claims of a page, with "none of them" at score zero).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Claim:
    """A value that may be true.

    Attributes:
        value: As it would be returned.
        source: Where it stands, for the user: 'meta name="author"', "JSON-LD Article.author".
        signs: What speaks for or against it.
    """

    value: str
    source: str
    signs: tuple[str, ...]


def score(claim: Claim, weights: Mapping[str, float]) -> float:
    """Sum the weights of a claim's signs; signs without a weight say nothing."""
    return sum(weights.get(sign, 0.0) for sign in claim.signs)


def best(claims: Iterable[Claim], weights: Mapping[str, float], least: float = 0.0) -> Claim | None:
    """Return the claim with the highest score, the first of equals.

    Args:
        claims: The claims for one field of one page.
        weights: Of their signs.
        least: None is returned unless a score is higher.
    """
    found, highest = None, least
    for claim in claims:
        points = score(claim, weights)
        if points > highest:
            found, highest = claim, points
    return found


@cache
def weights(field: str) -> Mapping[str, float]:
    """Return the fitted weights for a field: "title", "author", "date" or "page_type"."""
    source = resources.files("boilerkill").joinpath("data/metadata.json").read_text("utf-8")
    found: dict[str, float] = json.loads(source)["weights"][field]
    return found
