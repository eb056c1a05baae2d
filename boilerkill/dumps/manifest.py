"""The manifest: one line for each finished page, what `--resume` goes by.

First a line that says what run it is, then a line for each page in input order, and one for each
file of many pages where it ends. A line is written only after what it tells of is on the disk, so
that whatever ends a run, every whole line is true. It holds no times: the manifest of a run that
was resumed is that of a run that was not.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from boilerkill.dumps.inputs import Past
from boilerkill.dumps.names import printable
from boilerkill.dumps.output import Log, problems_with
from boilerkill.dumps.records import Record, Result, SourceEnd
from boilerkill.dumps.tally import Tally
from boilerkill.errors import OutputError

#: Number of this format.
VERSION: Final = 1


def json_line(values: Mapping[str, Any]) -> bytes:
    """Return one line of JSON in UTF-8; what UTF-8 cannot hold becomes "?"."""
    try:
        text = _dumps(values)
    except ValueError:  # rare, so that other lines need no second look
        text = _dumps(_finite(values))
    return text.encode(errors="replace") + b"\n"


def _dumps(values: Any) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _finite(value: Any) -> Any:
    """Return the value with null for the numbers that JSON lacks."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    return [_finite(each) for each in value] if isinstance(value, list | tuple) else value


def page_line(record: Record, result: Result, more: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the manifest says of a page."""
    line = {"id": record.id, "where": record.where, "status": result.status}
    if result.reason is not None:
        line["reason"] = result.reason
    return line | dict(more)


def end_line(end: SourceEnd) -> dict[str, Any]:
    """Return what the manifest says of a file of many pages."""
    skipped = dict(sorted(end.skipped.items()))
    return {"end": end.where, "at": end.at, "pages": end.pages, "skipped": skipped}


def listed(line: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the lists of quarantined and of empty pages say of a page."""
    return {name: line[name] for name in ("id", "where", "reason") if name in line}


@dataclass(slots=True)
class Earlier:
    """What the manifest of an earlier run tells.

    Attributes:
        tally: Pages by how they ended.
        duplicates: Pages that repeat an earlier one.
        last: The line of the last page that is in a file of rows; empty if there is none.
        ends: Files of many pages that were read to their ends.
        size: Bytes of the manifest that are whole lines.
    """

    tally: Tally = field(default_factory=Tally)
    duplicates: int = 0
    last: dict[str, Any] = field(default_factory=dict)
    ends: dict[str, SourceEnd] = field(default_factory=dict)
    size: int = 0

    def past(self, path: Path) -> Past:
        """Return what the input has to skip; its ids are read from the manifest at `path`."""
        ids = (line["id"] for line in read_lines(path, self.size) if "id" in line)
        return Past(self.tally.pages, ids, self.ends)

    def note(self, line: dict[str, Any]) -> None:
        """Take in one line."""
        if "end" in line:
            end = SourceEnd(line["end"], line["at"], line["pages"], line["skipped"])
            self.ends[end.where] = end
            return
        self.tally = self.tally.plus(line["status"])
        self.duplicates += "duplicate_of" in line
        if "shard" in line:
            self.last = line


def read_lines(path: Path, size: int | None = None) -> Iterator[dict[str, Any]]:
    """Yield the whole lines after the first, of the first `size` bytes if given."""
    read = 0
    with problems_with(path), path.open("rb") as file:
        for number, raw in enumerate(file):
            read += len(raw)
            if (size is not None and read > size) or not raw.endswith(b"\n"):
                return
            if number:
                yield json.loads(raw)


def read_manifest(path: Path, header: Mapping[str, Any], lists: Mapping[str, Log]) -> Earlier:
    """Read the manifest of an earlier run.

    Args:
        path: The manifest.
        header: What its first line must be.
        lists: By status, where the lists of pages that ended so are written anew.

    Raises:
        OutputError: It is of another run, or damaged.
    """
    earlier = Earlier()
    with problems_with(path), path.open("rb") as file:
        first = file.readline()
        if not first.endswith(b"\n"):
            return earlier
        _check(path, first, header)
        earlier.size = len(first)
        for raw in file:
            if not raw.endswith(b"\n"):
                break
            try:
                line = json.loads(raw)
                earlier.note(line)
            except (ValueError, KeyError, AttributeError, TypeError) as error:
                raise OutputError(
                    f"{printable(str(path))} is damaged at byte {earlier.size}: {error}; give -o a "
                    "new folder"
                ) from error
            if line.get("status") in lists:
                lists[line["status"]].write(json_line(listed(line)))
            earlier.size += len(raw)
    return earlier


def _check(path: Path, first: bytes, header: Mapping[str, Any]) -> None:
    """Raise OutputError unless the first line is that header."""
    try:
        found = json.loads(first)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise OutputError(f"{printable(str(path))} is no manifest; give -o a new folder")
    wanted = json.loads(json_line(header))
    differing = sorted(k for k in found.keys() | wanted.keys() if found.get(k) != wanted.get(k))
    if differing:
        name = differing[0]
        raise OutputError(
            f"the run that is to be resumed had {name} {found.get(name)!r}, this one has "
            f"{wanted.get(name)!r}; give the same options, or -o a new folder"
        )
