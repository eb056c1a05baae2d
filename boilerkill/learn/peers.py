"""What another system made of the same pages: one JSON object a line, `id` and `text`."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

from boilerkill.errors import CorpusError
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.corpora.records import LARGEST, Record, read_bytes
from boilerkill.learn.evaluation import Prediction


@dataclass(frozen=True, slots=True)
class Peer:
    """A system known by its output alone.

    Attributes:
        name: Of its file, without ".jsonl".
        texts: Text of each page, by the page's id.
        confidence: What it expects of its text, by the page's id, where it tells.
    """

    name: str
    texts: dict[str, str]
    confidence: dict[str, float] = field(default_factory=dict)

    def predict(self, page: LabelledPage) -> Prediction:
        """Return what it made of a page; "" where it says nothing of it."""
        return Prediction(self.texts.get(page.id, ""), self.confidence.get(page.id))

    def missing(self, ids: list[str]) -> list[str]:
        """Return the ids of which it says nothing."""
        return [each for each in ids if each not in self.texts]


def is_output(path: Path) -> bool:
    """Tell from its name whether a file holds a system's output (and is no model)."""
    return path.name.removesuffix(".gz").endswith(".jsonl")


def read_peer(path: Path) -> Peer:
    """Read a system's output.

    Raises:
        CorpusError: A line is no JSON object with `id` and `text`, or an id stands twice.
    """
    texts: dict[str, str] = {}
    confidence: dict[str, float] = {}
    lines = read_bytes(path, 16 * LARGEST).decode("utf-8-sig", "replace").split("\n")
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        record = _record(path, number, line)
        name = record.required("id")
        if name in texts:
            raise record.fault(f"the id {name!r} stands here for the second time")
        texts[name] = record.text("text") or ""
        told = record.fields.get("confidence")
        if isinstance(told, int | float) and 0 <= told <= 1:
            confidence[name] = float(told)
    return Peer(path.name.split(".jsonl")[0], texts, confidence)


def _record(path: Path, number: int, line: str) -> Record:
    within = f"line {number}"
    try:
        value = json.loads(line)
    except ValueError as error:
        raise CorpusError(f"{path}: {within}: not JSON: {error}") from None
    if not isinstance(value, dict) or "text" not in value:
        raise CorpusError(f'{path}: {within}: wanted {{"id": …, "text": …}}, found another thing')
    return Record(path, value, within)
