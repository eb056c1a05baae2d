"""What sets two model files apart: what they were made from, their arrays, what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np

from boilerkill.model import Model
from boilerkill.score import EXPERTS, golden_layout, scorer

#: Entries of the header that describe the file and not what it was made from.
_OF_THE_FILE: Final = ("arrays", "sha256", "labels")
_EXAMPLES: Final = 8  # words that are shown of those only one model knows


def difference(first: Model, second: Model) -> dict[str, Any]:
    """Return how two models differ, as plain JSON types; {} where they are the same.

    Returns:
        `header`: path of an entry -> its values in both, null where it is missing; `arrays`:
        name -> shapes or largest change; `words`: those that only one knows, counted, with the
        heaviest as examples; `trees`: for each kind of page how many both begin with; `scores`: for
        each kind how much the chance of main text differs on the golden rows of both.
    """
    found = {
        "header": _header(first.header, second.header),
        "arrays": dict(_arrays(first, second)),
        "words": _words(first, second),
        "trees": dict(_trees(first, second)),
        "scores": _scores(first, second),
    }
    return {name: part for name, part in found.items() if part}


def _header(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, list[Any]]:
    a, b = ({k: v for k, v in h.items() if k not in _OF_THE_FILE} for h in (first, second))
    return dict(_apart(a, b, ""))


def _apart(first: Any, second: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    """Yield the paths where two values part; what only one has is not looked into."""
    a, b = _named(first), _named(second)
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            inner = f"{path} / {key}" if path else str(key)
            yield from _apart(a.get(key), b.get(key), inner)
    elif a != b:
        yield path, [a, b]


def _named(value: Any) -> Any:
    """Return a list of named things by their names; anything else as it is."""
    if isinstance(value, list) and all(isinstance(each, dict) and "name" in each for each in value):
        return {each["name"]: {k: v for k, v in each.items() if k != "name"} for each in value}
    return value


def _arrays(first: Model, second: Model) -> Iterator[tuple[str, Any]]:
    for name in sorted(first.arrays.keys() | second.arrays.keys()):
        a, b = first.arrays.get(name), second.arrays.get(name)
        if a is None or b is None or a.shape != b.shape or a.dtype != b.dtype:
            yield name, [None if x is None else [x.dtype.str, list(x.shape)] for x in (a, b)]
        elif a.tobytes() != b.tobytes():
            yield name, float(np.abs(a.astype(np.float64) - b).max())


def _words(first: Model, second: Model) -> dict[str, Any]:
    pairs = (("only first", first, second), ("only second", second, first))
    alone = {name: _heaviest(mine, other) for name, mine, other in pairs}
    return {
        name: {"count": len(words), "heaviest": words[:_EXAMPLES]}
        for name, words in alone.items()
        if words
    }


def _heaviest(model: Model, other: Model) -> list[str]:
    """Return the words that the other has not, those that say most first."""
    weights = np.abs(model.arrays["word_weights"]).max(axis=1, initial=0)
    alone = model.vocabulary.keys() - other.vocabulary.keys()
    return sorted(alone, key=lambda word: (-weights[model.vocabulary[word]], word))


def _trees(first: Model, second: Model) -> Iterator[tuple[str, Any]]:
    for kind in EXPERTS:
        a, b = (
            [m.arrays[f"{kind}_tree_{part}"] for part in ("feature", "threshold", "value")]
            for m in (first, second)
        )
        counts = [len(a[0]), len(b[0])]
        common = 0
        while common < min(counts) and all(
            np.array_equal(x[common], y[common]) for x, y in zip(a, b, strict=True)
        ):
            common += 1
        if counts != [common, common]:
            yield kind, {"first": counts[0], "second": counts[1], "common start": common}


def _scores(first: Model, second: Model) -> dict[str, Any]:
    if first.header.get("schema") != second.header.get("schema"):
        return {}
    out = {}
    for kind in EXPERTS:
        rows = np.concatenate([m.arrays[f"{kind}_golden_columns"] for m in (first, second)])
        says = [
            scorer(m).experts[kind].score(rows, golden_layout(rows))[:, 0] for m in (first, second)
        ]
        apart = np.abs(says[0] - says[1])
        if apart.max(initial=0) > 0:
            out[kind] = {"rows": len(rows), "mean": float(apart.mean()), "most": float(apart.max())}
    return out


def golden_deviation(model: Model) -> float:
    """Return how far the model's scores are from those in its file, at most, on its golden rows."""
    worst = 0.0
    for kind, expert in scorer(model).experts.items():
        rows = model.arrays[f"{kind}_golden_columns"]
        apart = expert.score(rows, golden_layout(rows)) - model.arrays[f"{kind}_golden_scores"]
        worst = max(worst, float(np.abs(apart).max()))
    return worst
