"""Reading the files of a corpus: bounded, and with errors that name file and fault."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from boilerkill.errors import CorpusError

#: Largest page or truth file, unpacked, in bytes.
LARGEST = 64_000_000


def read_bytes(file: Path, largest: int = LARGEST) -> bytes:
    """Return the content of a file, unpacked if its name ends in .gz, at most `largest` bytes."""
    try:
        with gzip.open(file) if file.suffix == ".gz" else file.open("rb") as stream:
            content = stream.read(largest + 1)
    except (OSError, EOFError, zlib.error) as fault:
        raise CorpusError(f"{file}: cannot be read: {fault}") from fault
    if len(content) > largest:
        raise CorpusError(f"{file}: more than {largest:,} bytes; leave this page out")
    return content


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object of a corpus, whose fields are checked as they are read."""

    file: Path
    fields: Mapping[str, object]
    within: str = ""  # where in the file, such as "blocks[3]"

    def fault(self, message: str) -> CorpusError:
        """Return the error to raise for a fault in this record."""
        return CorpusError(f"{self.file}: {self.within and self.within + ': '}{message}")

    def text(self, name: str) -> str | None:
        """Return a text field, None where it is missing, null or empty."""
        value = self.fields.get(name)
        if value is not None and not isinstance(value, str):
            raise self.fault(f"{name!r} is {_kind(value)}; wanted: text or null")
        return value or None

    def required(self, name: str) -> str:
        """Return a text field that must be there and not be empty."""
        value = self.text(name)
        if value is None:
            raise self.fault(f"{name!r} is missing or empty; wanted: text")
        return value

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """Return a text field that must be one of `allowed`."""
        value = self.required(name)
        if value not in allowed:
            raise self.fault(f"{name!r} is {value!r}; allowed: {', '.join(allowed)}")
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts, () where it is missing or null."""
        values = self._list(name)
        for value in values:
            if not isinstance(value, str):
                raise self.fault(f"{name!r} holds {_kind(value)}; wanted: texts only")
        return tuple(str(value) for value in values)

    def part(self, name: str) -> Record:
        """Return an object within this one, an empty one where it is missing or null."""
        value = self.fields.get(name)
        return self._part(name, {} if value is None else value)

    def parts(self, name: str) -> tuple[Record, ...]:
        """Return the objects of a list, () where it is missing or null."""
        return tuple(self._part(f"{name}[{i}]", value) for i, value in enumerate(self._list(name)))

    def _list(self, name: str) -> list[object]:
        values = self.fields.get(name)
        if values is None:
            return []
        if not isinstance(values, list):
            raise self.fault(f"{name!r} is {_kind(values)}; wanted: a list")
        return values

    def _part(self, name: str, value: object) -> Record:
        if not isinstance(value, dict):
            raise self.fault(f"{name!r} is {_kind(value)}; wanted: an object")
        return Record(self.file, value, name)


def read_record(file: Path) -> Record:
    """Return the JSON object that a UTF-8 file holds."""
    try:
        value = json.loads(read_bytes(file).decode("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise CorpusError(f"{file}: not JSON in UTF-8: {fault}") from fault
    if not isinstance(value, dict):
        raise CorpusError(f"{file}: holds {_kind(value)}; wanted: an object")
    return Record(file, value)


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false"}
    return names.get(type(value), "null" if value is None else "a number")
