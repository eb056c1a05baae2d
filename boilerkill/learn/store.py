"""What training works out, as files: arrays and plain values in one `.npz`, and no pickle.

A file holds the arrays of a value and, as JSON, how it is made of them. Only classes that say so
(`stored`) are built again, so that nothing in a file can run.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from boilerkill.estimators import Network, Trees
from boilerkill.revise import Layout

Kind = TypeVar("Kind", bound=type)
_TREE = "tree"
#: Name in a file -> the dataclass it stands for.
_KINDS: dict[str, type] = {kind.__name__: kind for kind in (Layout, Network, Trees)}


def stored(kind: Kind) -> Kind:
    """Let a dataclass be written to files."""
    _KINDS[kind.__name__] = kind
    return kind


def save(file: Path, value: object) -> None:
    """Write a value made of stored dataclasses, lists, tuples, dicts, arrays and JSON types."""
    arrays: dict[str, NDArray[Any]] = {}
    tree = json.dumps(_told(value, arrays)).encode()
    with file.open("wb") as out:
        np.savez(out, **{_TREE: np.frombuffer(tree, np.uint8)}, **arrays)  # type: ignore[arg-type]


def load(file: Path) -> Any:
    """Read what `save` wrote; tuples come as lists."""
    with np.load(file, allow_pickle=False) as arrays:
        return _made(json.loads(arrays[_TREE].tobytes()), arrays)


def _told(value: object, arrays: dict[str, NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        name = f"a{len(arrays)}"
        arrays[name] = value
        return {"array": name}
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, list | tuple):
        return [_told(item, arrays) for item in value]
    if isinstance(value, dict):
        return {"dict": {key: _told(item, arrays) for key, item in value.items()}}
    name = type(value).__name__
    if name in _KINDS:
        known = {f.name: getattr(value, f.name) for f in fields(cast(Any, value))}
        return {name: {key: _told(item, arrays) for key, item in known.items()}}
    return value


def _made(told: Any, arrays: Any) -> Any:
    if isinstance(told, list):
        return [_made(item, arrays) for item in told]
    if not isinstance(told, dict):
        return told
    ((name, inside),) = told.items()
    if name == "array":
        return arrays[inside]
    made = {key: _made(item, arrays) for key, item in inside.items()}
    return made if name == "dict" else _KINDS[name](**made)
