"""Fit the weights by which claims about a page are chosen: `python -m training.metadata`.

A logistic choice among the claims of a page (softmax over the sums of their signs' weights, "none
of them" at 0), with a quadratic penalty. Learns from the half of WCXB whose registered domains
hash to 0 (`half_of`); the other half is left to `python -m benchmarks metadata`.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from boilerkill import Cleaner
from boilerkill.learn.corpora import LabelledPage, open_corpus
from boilerkill.metadata import authors, days, kinds, titles
from boilerkill.metadata.claims import Claim
from boilerkill.metadata.facts import Facts

ROOT = Path(__file__).parents[1]
OUT = ROOT / "boilerkill/data/metadata.json"
CREDIT = "Web Content Extraction Benchmark (WCXB), Murrough Foley, CC-BY-4.0"
#: Signs seen in fewer claims get no weight; smaller weights are left out.
_RARE = 5
_SMALL = 0.05


@dataclass(frozen=True)
class Field:
    """What is fitted for one field of a labelled page.

    Attributes:
        claims: Finds the claims.
        key: What two values must share to be equal.
        penalty: Weight of the squared weights.
        none: Weight of a page on which no claim is true, against one on which one is.
        signs: The signs that get a weight; filled by `examples`.
    """

    claims: Callable[[Facts], list[Claim]]
    key: Callable[[str], str]
    penalty: float
    none: float
    signs: list[str] = dataclasses.field(default_factory=list)


def words(text: str) -> str:
    """Return a text's words, lower-cased: equal ones count as equal."""
    return " ".join(re.findall(r"\w+", text.lower()))


FIELDS: Mapping[str, Field] = {
    "title": Field(titles.claims, words, 5.0, 0.0),
    "author": Field(authors.claims, words, 1.0, 0.2),
    "date": Field(days.claims, lambda day: day[:10], 3.0, 0.3),
    "page_type": Field(kinds.claims, str, 3.0, 0.0),
}


def half_of(page: LabelledPage) -> int:
    """Return 0 or 1 by a hash of the page's registered domain."""
    return int(sha256(page.domain.encode()).hexdigest(), 16) % 2


def facts_of(page: LabelledPage, line: Cleaner) -> Facts | None:
    """Bring a page as far as cleaning does before it reads metadata; None if it has no text."""
    cut = line._cut(page.source, page.kind)
    return Facts(*line._decided(cut), page.url) if cut.texts else None


Example = tuple[NDArray[np.float64], NDArray[np.float64], float]


def examples(found: Iterable[tuple[list[Claim], str | None]], field: Field) -> Iterable[Example]:
    """Turn pages into (claims x signs, which claims are true, weight); the last row is "none"."""
    pages = [(claims, truth) for claims, truth in found if claims]
    seen = Counter(sign for claims, _ in pages for claim in claims for sign in set(claim.signs))
    field.signs.extend(sorted(sign for sign, count in seen.items() if count >= _RARE))
    place = {sign: i for i, sign in enumerate(field.signs)}
    for claims, truth in pages:
        true = [bool(truth) and field.key(c.value) == field.key(truth or "") for c in claims]
        weight = 1.0 if any(true) else 0.0 if truth else field.none
        if weight:
            matrix = np.zeros((len(claims) + 1, len(place)))
            for row, claim in zip(matrix, claims, strict=False):
                row[[place[sign] for sign in set(claim.signs) & place.keys()]] = 1
            yield matrix, np.array([*true, not any(true)], float), weight


def fit(pages: Sequence[Example], penalty: float, width: int) -> NDArray[np.float64]:
    """Find the weights under which the true claims are likeliest to be chosen."""

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = penalty * float(w @ w) / 2, penalty * w
        for matrix, true, weight in pages:
            points = np.exp(matrix @ w - (matrix @ w).max())
            right = points * true / (points @ true)
            value -= weight * float(np.log(points @ true / points.sum()))
            slope = slope + weight * matrix.T @ (points / points.sum() - right)
        return value, slope

    found = minimize(loss, np.zeros(width), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    weights: NDArray[np.float64] = found.x
    return weights


def main() -> None:
    """Fit the weights of all fields and write them into the package."""
    corpus = open_corpus(ROOT.parent / "shared/corpora/wcxb")
    line = Cleaner()
    pages = [page for page in map(corpus.read, corpus.ids) if half_of(page) == 0]
    facts = [facts_of(page, line) for page in pages]
    weights = {}
    for name, field in FIELDS.items():
        found = [
            (field.claims(fact), getattr(page, name))
            for page, fact in zip(pages, facts, strict=True)
            if fact
        ]
        data = list(examples(found, field))
        fitted = fit(data, field.penalty, len(field.signs))
        weights[name] = {
            sign: round(float(weight), 2)
            for sign, weight in zip(field.signs, fitted, strict=True)
            if abs(weight) >= _SMALL
        }
        print(f"{name}: {len(data)} pages, {len(weights[name])} weights")
    OUT.write_text(json.dumps({"credit": CREDIT, "weights": weights}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
