"""What a worker process does: read, clean and turn into results one batch of pages after another.

A page that outlives its time, its memory or the interpreter ends the worker; the parent reads
from the shared `slots` which page that was. Nothing softer is sure: an exception raised by a
timer does not interrupt C code, and a process that ran out of memory is not to be trusted.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable, MutableSequence, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from boilerkill.decode import decode
from boilerkill.dumps.files import read_page
from boilerkill.dumps.http import undo
from boilerkill.dumps.records import Record, Result
from boilerkill.dumps.rows import CleanerLike, Wanted, article_result, fault_result
from boilerkill.errors import InputError

#: Exit status of a worker whose page needed more memory than it may.
OUT_OF_MEMORY = 86
#: Value of a slot whose batch has no page under work yet.
NOT_STARTED = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What each worker is told once; picklable.

    Attributes:
        make_cleaner: Called once in each worker.
        wanted: What is made of each page.
        max_bytes: Largest source, unpacked.
        time_limit: Seconds a page may take.
        memory_limit: Bytes a worker may need beyond what it needs when idle.
    """

    make_cleaner: Callable[[], CleanerLike]
    wanted: Wanted = field(default_factory=Wanted)
    max_bytes: int
    time_limit: float
    memory_limit: int


class Worker:
    """A worker's own state: its cleaner and the shared array it reports to.

    `slots` holds two numbers for each batch under way: the index of the page being cleaned and
    the id of the process that cleans it.
    """

    def __init__(self, work: Work, slots: MutableSequence[int]) -> None:
        self._work = work
        self._slots = slots
        self._cleaner: CleanerLike | None = None

    def clean(self, slot: int, records: Sequence[Record]) -> list[Result]:
        """Return a result for each record."""
        if self._cleaner is None:
            self._cleaner = self._work.make_cleaner()
            _limit_memory(self._work.memory_limit)
        self._slots[2 * slot + 1] = os.getpid()
        results = []
        for index, record in enumerate(records):
            self._slots[2 * slot] = index
            signal.setitimer(signal.ITIMER_REAL, self._work.time_limit)
            results.append(self._result(self._cleaner, record))
            signal.setitimer(signal.ITIMER_REAL, 0)
        return results

    def _result(self, cleaner: CleanerLike, record: Record) -> Result:
        work = self._work
        try:
            if record.empty is not None:
                return fault_result(record, record.empty, work.wanted, "empty")
            source = load(record, work.max_bytes)
            article = cleaner.clean(source, url=record.url, kind=record.kind)
            return article_result(record, article, work.wanted)
        except InputError as error:
            return fault_result(record, str(error), work.wanted)
        except MemoryError:
            os._exit(OUT_OF_MEMORY)


def load(record: Record, max_bytes: int) -> bytes | str:
    """Return the page of a record, unpacked.

    Raises:
        InputError: It has a fault, or cannot be read within `max_bytes`.
    """
    if record.fault is not None:
        raise InputError(record.fault)
    source = record.source
    if isinstance(source, Path):
        return read_page(source, max_bytes)
    if isinstance(source, bytes):
        source = undo(source, record.encodings, max_bytes)
        if record.charset is not None:
            return decode(source, record.charset)
    return source


#: The worker of this process; filled by `start_worker`.
_here: list[Worker] = []


def start_worker(work: Work, slots: MutableSequence[int]) -> None:
    """Prepare this process; the pool calls it once in each worker."""
    # Both must end the process even inside C code, so no Python handler may stand in the way.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _here[:] = [Worker(work, slots)]


def clean_batch(slot: int, records: Sequence[Record]) -> list[Result]:
    """Clean one batch in this worker process."""
    return _here[0].clean(slot, records)


def _limit_memory(extra: int) -> None:
    """Let this process map at most `extra` bytes more than it does now."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except FileNotFoundError:  # not Linux: there the limit is not enforced anyway
        return
    limit = pages * resource.getpagesize() + extra
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    if hard != resource.RLIM_INFINITY:
        limit = min(limit, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
