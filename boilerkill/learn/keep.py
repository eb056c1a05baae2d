"""What training has worked out already, kept on disk: to go on after a stop, to add pages.

Everything is kept under a name made from all that it depends on: the content of the pages, the
settings, this package's own code and the libraries' versions. What no longer fits has another
name and is simply not found. A folder of this kind can be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

import boilerkill
from boilerkill.features import SCHEMA
from boilerkill.learn import samples
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.samples import Disguises, Materials, Sample
from boilerkill.learn.store import load, save

Value = TypeVar("Value")
_CODE = ("*.py", "*.so")
#: Parts of this package that nothing in training passes through.
_ELSEWHERE = frozenset({"cli", "dumps", "web"})


@dataclass(frozen=True, slots=True)
class Keep:
    """Where training puts what it has worked out.

    Attributes:
        folder: For the next time; None keeps nothing.
        key: What all results of one training depend on.
        shelf: For the columns of the samples, while it lasts; None holds them in memory.
    """

    folder: Path | None = None
    key: str = ""
    shelf: Path | None = None

    def get(self, name: str, make: Callable[[], Value]) -> Value:
        """Return the result of that name, made now unless it is there."""
        if self.folder is None:
            return make()
        return _kept(self.folder / f"{name}-{self.key[:24]}.npz", make)


def _kept(file: Path, make: Callable[[], Value]) -> Value:
    if file.is_file():
        found: Value = load(file)
        return found
    made = make()
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")  # a run that is killed leaves no half
    save(part, made)
    part.replace(file)
    return made


def key_of(*parts: object) -> str:
    """Return a name for whatever depends on these values; pages count with all they hold."""
    found = hashlib.sha256(_code().encode())
    for part in parts:
        if isinstance(part, LabelledPage):
            for field in fields(part):
                _add(found, getattr(part, field.name))
        else:
            _add(found, part)
    return found.hexdigest()


def _add(found: Any, value: object) -> None:
    data = value if isinstance(value, bytes) else repr(value).encode("utf-8", "surrogatepass")
    found.update(f"{type(value).__name__} {len(data)} ".encode())
    found.update(data)


@cache
def _code() -> str:
    """Return a hash of this package and of the libraries that results depend on."""
    root = Path(boilerkill.__file__).parent
    found = hashlib.sha256(SCHEMA.encode())
    for name in ("numpy", "scikit-learn", "scipy"):
        found.update(f"{name} {version(name)} ".encode())
    for file in sorted(file for pattern in _CODE for file in root.rglob(pattern)):
        if file.relative_to(root).parts[0] not in _ELSEWHERE:
            found.update(file.relative_to(root).as_posix().encode())
            found.update(file.read_bytes())
    return found.hexdigest()


def samples_of(
    folder: Path | None, page: LabelledPage, place: tuple[int, int], materials: Materials,
    how: Disguises,
) -> list[Sample]:  # fmt: skip
    """Return the samples of a page, kept ones if there are; `place` is (page, fold)."""
    number, fold = place
    if folder is None:
        return samples.samples_of(page, number, fold, materials, how)
    key = key_of(page, how, materials if how.noise else None)
    file = folder / "pages" / key[:2] / f"{key[2:26]}.npz"
    found = _kept(file, lambda: samples.samples_of(page, number, fold, materials, how))
    return [replace(sample, page=number, fold=fold) for sample in found]


def shelved(found: Iterable[Sample], folder: Path) -> Sequence[Sample]:
    """Return the samples with their columns in a file of that folder, mapped into memory.

    The columns are nearly all that samples weigh; so they need not be held at the same time as
    the tables that are made of them.
    """
    file = folder / "columns.f4"
    light: list[Sample] = []
    ends = [0]
    with file.open("wb") as shelf:
        for sample in found:
            shelf.write(np.ascontiguousarray(sample.columns, np.float32).tobytes())
            ends.append(ends[-1] + len(sample.columns))
            light.append(replace(sample, columns=sample.columns[:0].copy()))
    if not ends[-1]:
        return light
    width = light[0].columns.shape[1]
    whole = np.asarray(np.memmap(file, np.float32, "r", shape=(ends[-1], width)))
    return [
        replace(sample, columns=whole[begin:end])
        for sample, begin, end in zip(light, ends, ends[1:], strict=False)
    ]
