"""A whole run: find the pages, claim the output, clean, write, count."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain
from typing import IO

from boilerkill.dumps.files import page_names
from boilerkill.dumps.inputs import Inputs, open_inputs
from boilerkill.dumps.options import Options
from boilerkill.dumps.output import Place, claimed, find_place, keep_apart, write_whole
from boilerkill.dumps.pool import Pool
from boilerkill.dumps.records import Reader, Record, Row, Writer
from boilerkill.dumps.rows import CleanerLike
from boilerkill.dumps.stop import stop_on_signal
from boilerkill.dumps.tally import Outcome, Progress, Silent, Tally
from boilerkill.dumps.work import Work
from boilerkill.dumps.writers import JsonLines, Stream, TextFiles, with_reason
from boilerkill.errors import InputError, UsageError
from boilerkill.values import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """What a run reads from and shows itself on."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    progress: Progress = field(default_factory=Silent)


def clean_pages(
    inputs: Sequence[str],
    options: Options,
    make_cleaner: Callable[[], CleanerLike],
    console: Console,
) -> Outcome:
    """Clean every page that `inputs` name and write the results; return the counts.

    Args:
        inputs: Files, folders, globs, or "-" for one page on standard input.
        options: What to do with the pages.
        make_cleaner: Called once in each worker process; picklable.
        console: Standard streams and the display of progress.

    Raises:
        UsageError: The options do not fit the inputs.
        InputError: An input cannot be read, or holds no page.
        OutputError: The output is occupied or cannot be written.
        BrokenPipeError: Nobody reads standard output any more.
    """
    begun = time.monotonic()
    found = open_inputs(inputs, console.stdin, options.limits, kind=options.kind, url=options.url)
    place = _find_place(options, found)
    pages = chain.from_iterable(found.readers)
    first = next(pages, None)
    if first is None:
        raise InputError(f"no page in {', '.join(inputs)}; wanted: files named {page_names()}")
    alone = found.single and place is None
    progress = Silent() if alone else console.progress
    with ExitStack() as stack:
        stop = stack.enter_context(stop_on_signal())
        if place is not None:
            stack.enter_context(claimed(place, overwrite=options.overwrite))
        writers = _writers(place, options, console.stdout)
        for writer in writers:
            stack.callback(writer.discard)
        stack.callback(progress.stop)
        progress.start(_total(found.readers))
        work = _work(options, make_cleaner)
        pool = stack.enter_context(
            Pool(work, 1, fork=_may_fork()) if found.single else Pool(work, options.jobs)
        )
        tally, last = _write_all(pool.clean(chain([first], pages), stop), writers, progress)
        outcome = Outcome(
            tally,
            seconds=time.monotonic() - begun,
            interrupted=stop.is_set(),
            skipped={what: n for reader in found.readers for what, n in reader.skipped.items()},
            alone=last if alone else None,
        )
        for writer in writers:
            writer.commit()
        if place is not None:
            write_whole(place.summary, _summary(outcome, options))
    return outcome


def _work(options: Options, make_cleaner: Callable[[], CleanerLike]) -> Work:
    return Work(
        make_cleaner=make_cleaner,
        blocks=options.blocks,
        at_least=options.min_confidence,
        max_bytes=options.limits.max_bytes,
        time_limit=options.time_limit,
        memory_limit=options.memory_limit,
    )


def _may_fork() -> bool:
    # Elsewhere system libraries do not bear it, and a thread might hold a lock just then.
    return sys.platform == "linux" and threading.active_count() == 1


def _find_place(options: Options, inputs: Inputs) -> Place | None:
    if options.out is None:
        if options.format == "text" and not inputs.single:
            raise UsageError("the texts of several pages need a folder: add -o OUT (or -f jsonl)")
        return None
    place = find_place(options.out, options.format == "jsonl")
    keep_apart(place, inputs.roots)
    return place


def _total(readers: Iterable[Reader]) -> int | None:
    counts = [reader.count() for reader in readers]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def _writers(place: Place | None, options: Options, stdout: IO[bytes]) -> list[Writer]:
    rows = options.format == "jsonl"
    statuses: tuple[Status, ...] = ("kept", "empty", "quarantined") if rows else ("kept",)
    if options.only is not None:
        statuses = (options.only,)
    if place is None:
        return [Stream(stdout, statuses, rows=rows)]
    return [
        TextFiles(place, statuses)
        if place.articles is None
        else JsonLines(place.articles, statuses),
        JsonLines(place.quarantine, {"quarantined"}, with_reason),
        JsonLines(place.empty, {"empty"}, with_reason),
    ]


def _write_all(
    rows: Iterable[tuple[Record, Row]], writers: Sequence[Writer], progress: Progress
) -> tuple[Tally, tuple[Status, str | None] | None]:
    """Give each row to each writer; return the count, and how the last page ended."""
    tally, last = Tally(), None
    for record, row in rows:
        for writer in writers:
            writer.write(record, row)
        tally = tally.plus(row["status"])
        progress.update(tally)
        last = (row["status"], row["reason"])
    return tally, last


def _summary(outcome: Outcome, options: Options) -> bytes:
    """Return the counts and what they hang on; no times, so that equal runs are equal."""
    tally = outcome.tally
    summary = {
        "in": tally.pages,
        "kept": tally.kept,
        "empty": tally.empty,
        "quarantined": tally.quarantined,
        "interrupted": outcome.interrupted,
        "skipped": dict(sorted(outcome.skipped.items())),
        "format": options.format,
        "mode": options.mode,
        "only": options.only,
        "min_confidence": options.min_confidence,
    }
    return json.dumps(summary, indent=2).encode() + b"\n"
