"""Cleaning records in worker processes: results in input order, whatever a page does.

Batches of records go to a pebble pool; at most a window of them is under way, so memory stays
flat. A worker that dies costs only the page it died of: pages of its batch before and after are
cleaned again, the page itself once more alone unless its time was up.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import forkserver
from threading import Event
from types import TracebackType
from typing import Self

from pebble import ProcessExpired, ProcessPool

from boilerkill.dumps.records import Record, Result
from boilerkill.dumps.rows import fault_result
from boilerkill.dumps.work import NOT_STARTED, OUT_OF_MEMORY, Work, clean_batch, start_worker
from boilerkill.errors import BoilerkillError

#: A batch is closed at this many records or stored bytes, whichever comes first.
BATCH_RECORDS = 8
BATCH_BYTES = 500_000
#: Batches under way, and stored bytes of the records in them, per worker.
WINDOW_BATCHES = 12
WINDOW_BYTES = 8_000_000
#: Seconds between looks at whether to stop or whether a worker has vanished.
_POLL = 0.2
#: Looks after which a worker that is gone without pebble saying so is given up.
_PATIENCE = 5
#: Seconds a worker may take to start and load its model.
_START = 60.0


@dataclass(slots=True)
class _Job:
    """A batch: waiting (no future), under way, or decided (future done)."""

    records: Sequence[Record]
    alone: bool = False
    future: Future[list[Result]] | None = None
    slot: int = -1

    @property
    def size(self) -> int:
        return sum(record.size for record in self.records)


class Pool:
    """Worker processes that clean records; use as a context manager.

    With `fork` the one worker is a copy of this process, ready at once: the way for a single
    page. It is for a process without threads; a long run takes workers from a server.
    """

    def __init__(self, work: Work, jobs: int, *, fork: bool = False) -> None:
        self._work = work
        self._jobs = jobs
        self._fork = fork
        self._context = multiprocessing.get_context("fork" if fork else "forkserver")
        with _starting():  # shared memory is a file somewhere
            self._slots = self._context.RawArray("q", 2 * WINDOW_BATCHES * jobs)
        self._free = list(range(WINDOW_BATCHES * jobs))
        self._pending: deque[_Job] = deque()
        self._pool = self._new_pool()

    def __enter__(self) -> Self:
        """Start the workers' server; the workers start with the first batch."""
        if not self._fork:
            with _starting():
                _start_forkserver()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers at once, also in the middle of a page."""
        self._close()

    def clean(self, records: Iterable[Record], stop: Event) -> Iterator[tuple[Record, Result]]:
        """Yield each record with its result, in the order of `records`.

        Ends early, within a fraction of a second, once `stop` is set; what was not yielded
        until then is dropped.

        Raises:
            BoilerkillError: The cleaner cannot be made, or the workers do not even start.
        """
        batches = _batches(records, self._jobs)
        while not stop.is_set():
            self._fill(batches)
            if not self._pending:
                return
            failure = self._wait(self._pending[0], stop)
            if stop.is_set():
                return
            job = self._pending.popleft()
            if failure is not None:
                self._pending.extendleft(reversed(self._instead_of(job, failure)))
            elif job.future is not None:
                self._release(job)
                yield from zip(job.records, job.future.result(), strict=True)

    def _fill(self, batches: Iterator[list[Record]]) -> None:
        for place, job in enumerate(self._pending):
            if job.alone and place:
                return
            if job.future is None and self._free:
                self._submit(job)
            if job.alone:
                return  # nothing new beside a page that may break the pool
        size = sum(job.size for job in self._pending)
        while self._free and size < WINDOW_BYTES * self._jobs:
            records = next(batches, None)
            if records is None:
                return
            self._pending.append(_Job(records))
            self._submit(self._pending[-1])
            size += self._pending[-1].size

    def _submit(self, job: _Job) -> None:
        job.slot = self._free.pop()
        self._slots[2 * job.slot : 2 * job.slot + 2] = [NOT_STARTED, 0]
        # Only a net under the worker's own timer, for a worker that never gets to set it.
        timeout = _START + len(job.records) * (self._work.time_limit + 1)
        args = (job.slot, [record.light() for record in job.records])
        try:
            job.future = self._pool.schedule(clean_batch, args=args, timeout=timeout)
        except RuntimeError:  # the pool has broken since; whoever waits for its jobs finds out
            job.future = Future()
            job.future.set_exception(BrokenProcessPool())

    def _release(self, job: _Job) -> None:
        if job.slot >= 0:
            self._free.append(job.slot)
        job.slot = -1

    def _wait(self, job: _Job, stop: Event) -> BaseException | None:
        """Return once the job is done: its failure, or None if it has results (or on `stop`)."""
        if job.future is None:
            return BrokenProcessPool()
        gone = 0
        while not wait([job.future], timeout=_POLL).done:
            if stop.is_set():
                return None
            if not self._pool.active:
                return BrokenProcessPool()
            # pebble can miss that a worker died in the very moment it took its batch.
            gone = gone + 1 if _is_gone(self._slots[2 * job.slot + 1]) else 0
            if gone >= _PATIENCE:
                return ProcessExpired("the worker vanished")  # type: ignore[no-untyped-call]
        return job.future.exception()

    def _instead_of(self, job: _Job, failure: BaseException) -> list[_Job]:
        """Return the jobs that take the place of a failed one, in order of their records."""
        if isinstance(failure, BoilerkillError):
            raise failure
        at = self._slots[2 * job.slot]
        self._release(job)
        # A broken pool fails every job under way, so whose fault it was shows only alone.
        suspects = self._reopen() + 1 if isinstance(failure, BrokenProcessPool) else 1
        if job.alone and at == NOT_STARTED:
            why = _cause(failure, self._work)
            raise BoilerkillError(f"no worker gets to its first page: {why}") from failure
        if suspects > 1 or at == NOT_STARTED:
            return [_Job([record], alone=True) for record in job.records]
        culprit = job.records[at]
        if job.alone or _ran_out_of_time(failure):
            result = fault_result(culprit, _cause(failure, self._work), self._work.wanted)
            decided: Future[list[Result]] = Future()
            decided.set_result([result])
            verdict = _Job([culprit], future=decided)
        else:
            verdict = _Job([culprit], alone=True)
        parts = [_Job(job.records[:at]), verdict, _Job(job.records[at + 1 :])]
        return [part for part in parts if part.records]

    def _reopen(self) -> int:
        """Put a new pool in place of a broken one; return how many other jobs it fails."""
        failed = [job for job in self._pending if job.future and not _has_results(job.future)]
        self._close()
        for job in failed:
            self._release(job)
            job.future = None
        self._pool = self._new_pool()
        return len(failed)

    def _new_pool(self) -> ProcessPool:
        return ProcessPool(
            max_workers=self._jobs,
            initializer=start_worker,
            initargs=(self._work, self._slots),
            context=self._context,
        )

    def _close(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()


def _batches(records: Iterable[Record], jobs: int) -> Iterator[list[Record]]:
    """Cut the records into batches, small ones first so that few pages use every worker."""
    batch: list[Record] = []
    made = size = 0
    for record in records:
        batch.append(record)
        size += record.size
        if len(batch) >= min(BATCH_RECORDS, 1 + made // (2 * jobs)) or size >= BATCH_BYTES:
            yield batch
            batch, made, size = [], made + 1, 0
    if batch:
        yield batch


@contextmanager
def _starting() -> Iterator[None]:
    """Turn an OSError (no temporary folder, no process more) into one that says what it hinders."""
    try:
        yield
    except OSError as error:
        raise BoilerkillError(f"cannot start workers: {error.strerror or error}") from error


def _start_forkserver() -> None:
    """Start the process that workers are forked from, deaf to Ctrl-C and with one thread.

    Workers inherit both: a Ctrl-C on the terminal is this process's to handle, and numerical
    libraries with threads of their own would only fight for the cores.
    """
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ |= dict.fromkeys(names, "1")
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        multiprocessing.get_context("forkserver").set_forkserver_preload(
            ["boilerkill.dumps.factory"]
        )
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _has_results(future: Future[list[Result]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _is_gone(process: int) -> bool:
    if process == 0:
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


def _ran_out_of_time(failure: BaseException) -> bool:
    return isinstance(failure, ProcessExpired) and failure.exitcode == -signal.SIGALRM


def _cause(failure: BaseException, work: Work) -> str:
    """Say what ended the worker, as a reason for the user."""
    if isinstance(failure, TimeoutError) or _ran_out_of_time(failure):
        return f"took longer than {work.time_limit:g} s"
    if isinstance(failure, BrokenProcessPool):
        return "broke the worker pool"
    if not isinstance(failure, ProcessExpired):
        return f"cleaning failed with {type(failure).__name__}: {failure}"
    if failure.exitcode == OUT_OF_MEMORY:
        return f"needed more than {work.memory_limit / 1e6:,.0f} MB of memory"
    if failure.exitcode < 0:
        number = -failure.exitcode
        known = {each.value: each.name for each in signal.Signals}
        return f"killed its worker, twice ({known.get(number, f'signal {number}')})"
    return f"ended its worker, twice (exit status {failure.exitcode})"
