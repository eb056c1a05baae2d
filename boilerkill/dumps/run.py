"""A whole run: find the pages, claim the output, clean, write, count."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import IO

from boilerkill.dumps.columns import Columns
from boilerkill.dumps.dedup import Seen
from boilerkill.dumps.files import page_names
from boilerkill.dumps.inputs import Inputs, Past, Stream, open_inputs
from boilerkill.dumps.ledger import Ledger, Records, finished_before, header_of
from boilerkill.dumps.manifest import Earlier
from boilerkill.dumps.names import Namer, printable
from boilerkill.dumps.options import PAGE_ENDINGS, ROW_ENDINGS, Options
from boilerkill.dumps.output import Place, claimed, find_place, forget, keep_apart, problems_with
from boilerkill.dumps.pool import Pool
from boilerkill.dumps.records import Record, Sink
from boilerkill.dumps.rows import CleanerLike, wanted_of
from boilerkill.dumps.sinks import Layout, PageFiles, Rows, Stdout, check_extra
from boilerkill.dumps.sources import Reading
from boilerkill.dumps.stop import stop_on_signal
from boilerkill.dumps.tally import Outcome, Progress, Silent, Tally, Totals
from boilerkill.dumps.work import Work
from boilerkill.errors import InputError, OutputError, UsageError
from boilerkill.values import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """What a run reads from and shows itself on."""

    stdin: IO[bytes]
    stdout: IO[bytes]
    progress: Progress = field(default_factory=Silent)


def clean_pages(
    given: Sequence[str],
    options: Options,
    make_cleaner: Callable[[], CleanerLike],
    console: Console,
) -> Outcome:
    """Clean every page that the inputs name and write the results; return the counts.

    Args:
        given: Files, folders, globs, or "-" for standard input.
        options: What to do with the pages.
        make_cleaner: Called once in each worker process; picklable.
        console: Standard streams and the display of progress.

    Raises:
        UsageError: The options do not fit the inputs.
        InputError: An input cannot be read, or holds no page.
        OutputError: The output is occupied or cannot be written.
        MissingExtraError: A package is needed that is not installed.
        BrokenPipeError: Nobody reads standard output any more.
    """
    inputs = open_inputs(given, console.stdin, reading_of(options), options.input_format)
    inputs.check_extras()
    check_extra(options.format)
    run = _Run(given, inputs, options, make_cleaner, console)
    if options.out is None:
        if not options.rows and not inputs.single:
            raise UsageError("the texts of several pages need a folder: add -o OUT (or -f jsonl)")
        return run.to_stdout()
    place = find_place(options.out, ROW_ENDINGS.get(options.format))
    keep_apart(place, inputs.roots)
    return run.to_place(place)


def reading_of(options: Options) -> Reading:
    """Return how the options have pages read."""
    columns = Columns(
        html=options.html_column,
        text=options.text_column,
        url=options.url_column,
        id=options.id_column,
        taken=wanted_of(options).columns,
    )
    return Reading(
        kind=options.kind, max_bytes=options.limits.max_bytes, columns=columns, url=options.url
    )


@dataclass(frozen=True, slots=True)
class _Run:
    """A run, before it is known where its results go."""

    given: Sequence[str]
    inputs: Inputs
    options: Options
    make_cleaner: Callable[[], CleanerLike]
    console: Console

    def to_stdout(self) -> Outcome:
        begun = time.monotonic()
        stream = Stream(self.inputs, None, Past())
        first = self._first(stream)
        sink = Stdout(self.console.stdout, self._statuses())
        progress = Silent() if self.inputs.single else self.console.progress
        tally, result = Tally(), None
        with ExitStack() as stack:
            stop = stack.enter_context(stop_on_signal())
            self._show(stack, progress, 0)
            pool = stack.enter_context(self._pool())
            for record, result in pool.clean(stop.breaking(first), stop):
                sink.write(record, result)
                tally = tally.plus(result.status)
                progress.update(tally, record.read)
            return Outcome(
                tally,
                seconds=time.monotonic() - begun,
                interrupted=stop.is_set(),
                skipped=stream.skipped,
                alone=(result.status, result.reason) if self.inputs.single and result else None,
            )

    def to_place(self, place: Place) -> Outcome:
        begun = time.monotonic()
        options = self.options
        if self.inputs.stdin is None:
            self._first(Stream(self.inputs, None, Past()))  # before anything is made
        with ExitStack() as stack:
            stop = stack.enter_context(stop_on_signal())
            claim = claimed(place, overwrite=options.overwrite, resume=options.resume)
            stack.enter_context(claim)
            if options.overwrite:
                forget(place)
            header = header_of(self.given, options)
            records = Records(place, header, resume=options.resume)
            stack.callback(records.discard)
            if options.resume and (finished := finished_before(place)):
                self._refuse_more_than(finished.tally.pages, place)
                return finished
            with problems_with(place.summary):
                place.summary.unlink(missing_ok=True)
            stream = Stream(self.inputs, self._namer(place), records.past())
            sink = self._sink(place, records.earlier)
            stack.callback(sink.discard)
            done = records.earlier.tally.pages
            seen = Seen(place.seen, done) if options.dedup else None
            if seen:
                stack.callback(seen.close)
            ledger = Ledger(records, sink, stream, seen)
            progress = self.console.progress
            self._show(stack, progress, done)
            pool = stack.enter_context(self._pool())
            for record, result in pool.clean(stop.breaking(stream), stop):
                ledger.add(record, result)
                progress.update(ledger.tally, record.read)
            outcome = Outcome(
                ledger.tally,
                seconds=time.monotonic() - begun,
                done=done,
                duplicates=ledger.duplicates,
                interrupted=stop.is_set(),
                skipped=stream.skipped,
            )
            ledger.finish(outcome, options)
            return outcome

    def _first(self, stream: Stream) -> Iterable[Record]:
        """Return all the pages, or raise InputError if there is none."""
        pages = iter(stream)
        first = next(pages, None)
        if first is None:
            given = ", ".join(map(printable, self.given))
            skipped = sorted(stream.skipped.items())
            held = ", ".join(f"{number:,} {what}" for what, number in skipped) or "nothing"
            raise InputError(
                f"no page in {given}, which holds {held}; wanted: web pages, rows or archives of "
                f"them, in files named {page_names()}"
            )
        return chain([first], pages)

    def _refuse_more_than(self, done: int, place: Place) -> None:
        """Raise OutputError if the input has pages that a finished run knew nothing of."""
        if next(islice(Stream(self.inputs, None, Past()), done, None), None) is not None:
            name = printable(str(place.rows or place.folder))
            raise OutputError(
                f"{name} holds a finished run over {done} pages, and the input has more by now; "
                "clean the new ones into another place, or all with --overwrite"
            )

    def _statuses(self) -> tuple[Status, ...]:
        if self.options.only is not None:
            return (self.options.only,)
        rows = self.options.rows or self.options.format == "json"
        return ("kept", "empty", "quarantined") if rows else ("kept",)

    def _namer(self, place: Place) -> Namer | None:
        ending = PAGE_ENDINGS.get(self.options.format)
        reserved = tuple(path.name for path in place.files)
        return Namer(ending, reserved) if ending else None

    def _sink(self, place: Place, earlier: Earlier) -> Sink:
        options = self.options
        if not options.rows:
            return PageFiles(place, self._statuses())
        types = self.inputs.types() if options.format == "parquet" else {}
        columns = wanted_of(options).columns
        layout = Layout(options.format, columns, types)
        return Rows(place, layout, self._statuses(), earlier.last)

    def _show(self, stack: ExitStack, progress: Progress, done: int) -> None:
        """Show the progress for as long as the stack lasts."""
        stack.callback(progress.stop)
        silent = isinstance(progress, Silent)
        pages, size = (None, None) if silent else self.inputs.totals()
        progress.start(Totals(pages, size, done))

    def _pool(self) -> Pool:
        options = self.options
        work = Work(
            make_cleaner=self.make_cleaner,
            wanted=wanted_of(options),
            max_bytes=options.limits.max_bytes,
            time_limit=options.time_limit,
            memory_limit=options.memory_limit,
        )
        return Pool(work, 1, fork=_may_fork()) if self.inputs.single else Pool(work, options.jobs)


def _may_fork() -> bool:
    # Elsewhere system libraries do not bear it, and a thread might hold a lock just then.
    return sys.platform == "linux" and threading.active_count() == 1
