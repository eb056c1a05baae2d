"""Keeping what is finished: results to their sink and, once they are on the disk, the manifest."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import asdict
from importlib import resources
from typing import Any, Final

import boilerkill
from boilerkill.dumps.dedup import Seen
from boilerkill.dumps.inputs import Past, Stream
from boilerkill.dumps.manifest import (
    VERSION,
    Earlier,
    end_line,
    json_line,
    listed,
    page_line,
    read_manifest,
)
from boilerkill.dumps.options import Options
from boilerkill.dumps.output import Log, Place, part_of, sync_folder, write_whole
from boilerkill.dumps.records import Record, Result, Sink
from boilerkill.dumps.rows import without_text
from boilerkill.dumps.tally import Outcome, Tally
from boilerkill.errors import ModelError

#: Seconds, and pages, after which what is finished is brought to the disk.
_EVERY: Final = 1.0
_PAGES: Final = 1_000
#: Options that do not show in the results.
_WITHOUT_TRACE: Final = {
    "out",
    "jobs",
    "time_limit",
    "memory_limit",
    "overwrite",
    "resume",
    "model",
}


def header_of(inputs: Sequence[str], options: Options) -> dict[str, Any]:
    """Return the first line of the manifest: what has to be the same for a run to be resumed."""
    asked = {k: v for k, v in asdict(options).items() if k not in _WITHOUT_TRACE}
    model = options.model or resources.files("boilerkill").joinpath("data/model.bk")
    try:
        digest = hashlib.sha256(model.read_bytes()).hexdigest()[:16]
    except OSError as error:
        raise ModelError(f"cannot read the model {model}: {error.strerror}") from error
    start = {"manifest": VERSION, "boilerkill": boilerkill.__version__, "model": digest}
    return start | {"inputs": [each.rstrip("/") or "/" for each in inputs]} | asked


class Records:
    """The files of a run other than its results: manifest, and lists of the pages without any.

    Args:
        place: Where.
        header: First line of the manifest.
        resume: Whether to go on with the manifest that is there.

    Attributes:
        earlier: What it tells of the earlier run.

    Raises:
        OutputError: The earlier run was another one.
    """

    def __init__(self, place: Place, header: Mapping[str, Any], *, resume: bool) -> None:
        self._place = place
        self._lists: dict[str, Log] = {}
        self.earlier = Earlier()
        with ExitStack() as stack:
            for status, path in (("quarantined", place.quarantine), ("empty", place.empty)):
                self._lists[status] = Log(part_of(path))
                stack.callback(self._drop, self._lists[status])
            if resume and place.manifest.exists():
                self.earlier = read_manifest(place.manifest, header, self._lists)
            self._manifest = Log(place.manifest, self.earlier.size)
            stack.callback(self._manifest.close)
            if not self.earlier.size:
                self._manifest.write(json_line(header))
            self._manifest.settle()
            sync_folder(place.folder)
            self._open = stack.pop_all()

    def past(self) -> Past:
        """Return what the input has to skip."""
        return self.earlier.past(self._place.manifest)

    def write(self, lines: Sequence[Mapping[str, Any]]) -> None:
        """Add lines whose results are on the disk."""
        for line in lines:
            if line.get("status") in self._lists:
                self._lists[line["status"]].write(json_line(listed(line)))
            self._manifest.write(json_line(line))
        self._manifest.settle()

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Give the lists their names, and write the summary."""
        for status, path in (("quarantined", self._place.quarantine), ("empty", self._place.empty)):
            self._lists[status].settle()
            self._lists[status].name(path)
        self._manifest.close()
        write_whole(self._place.summary, json.dumps(summary, indent=2).encode() + b"\n")

    def discard(self) -> None:
        """Close everything; the lists will be made anew from the manifest."""
        self._open.close()

    @staticmethod
    def _drop(log: Log) -> None:
        log.close()
        with suppress(OSError):
            log.path.unlink(missing_ok=True)


class Ledger:
    """Takes the results of a run in input order, and sees to it that they are safe.

    Args:
        records: Manifest and lists.
        sink: Where the results go.
        stream: Where the records come from.
        seen: The signatures of earlier pages, if duplicates are wanted.

    Attributes:
        tally: The pages so far, those of an earlier run included.
        duplicates: Those of them that repeat another.
    """

    def __init__(self, records: Records, sink: Sink, stream: Stream, seen: Seen | None) -> None:
        self._records = records
        self._sink = sink
        self._stream = stream
        self._seen = seen
        self._lines: list[Mapping[str, Any]] = []
        self._ends = 0
        self._settled = time.monotonic()
        self.tally: Tally = records.earlier.tally
        self.duplicates: int = records.earlier.duplicates

    def add(self, record: Record, result: Result) -> None:
        """Take the next result."""
        self._add_ends(self.tally.pages)
        result, more = self._judged(record, result)
        more |= self._sink.write(record, result)
        self._lines.append(page_line(record, result, more))
        self.tally = self.tally.plus(result.status)
        due = time.monotonic() - self._settled >= _EVERY or len(self._lines) >= _PAGES
        if due or self._sink.full:
            self.settle()

    def settle(self) -> None:
        """Bring everything to the disk."""
        self._sink.settle()
        if self._seen:
            self._seen.settle()
        self._records.write(self._lines)
        self._lines = []
        self._sink.roll()
        self._settled = time.monotonic()

    def finish(self, outcome: Outcome, options: Options) -> None:
        """Give everything its final name; the summary comes last."""
        if not outcome.interrupted:
            self._add_ends(self.tally.pages)
        self.settle()
        self._sink.finish(interrupted=outcome.interrupted)
        if self._seen and not outcome.interrupted:
            self._seen.remove()
        self._records.finish(summary_of(outcome, options))

    def _add_ends(self, number: int) -> None:
        """Note the files of many pages that ended before record `number`."""
        ends = self._stream.ends
        while self._ends < len(ends) and ends[self._ends].at <= number:
            end = ends[self._ends]
            self._ends += 1
            if end.where not in self._records.earlier.ends:
                self._lines.append(end_line(end))

    def _judged(self, record: Record, result: Result) -> tuple[Result, dict[str, Any]]:
        """Return the result, empty if it repeats an earlier page, and what to say of that."""
        if self._seen is None or result.signature is None or result.status != "kept":
            return result, {}
        first = self._seen.first(self.tally.pages, record.id, result.signature)
        if first is None:
            return result, {}
        self.duplicates += 1
        name, exactly = first
        reason = f"{'the same text as' if exactly else 'nearly the same text as'} {name}"
        return without_text(result, reason), {"duplicate_of": name}


def summary_of(outcome: Outcome, options: Options) -> dict[str, Any]:
    """Return the counts and what they hang on; no times, so that equal runs are equal."""
    tally = outcome.tally
    return {
        "in": tally.pages,
        "kept": tally.kept,
        "empty": tally.empty,
        "quarantined": tally.quarantined,
        "duplicates": outcome.duplicates,
        "interrupted": outcome.interrupted,
        "skipped": dict(sorted(outcome.skipped.items())),
        "format": options.format,
        "mode": options.mode,
        "only": options.only,
        "min_confidence": options.min_confidence,
    }


def finished_before(place: Place) -> Outcome | None:
    """Return what came of the run that has finished there, if one has."""
    try:
        found = json.loads(place.summary.read_bytes())
        if found["interrupted"]:
            return None
        tally = Tally(*(int(found[name]) for name in ("kept", "empty", "quarantined")))
        skipped = {str(what): int(number) for what, number in found["skipped"].items()}
        return Outcome(tally, 0.0, tally.pages, int(found["duplicates"]), False, skipped)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
