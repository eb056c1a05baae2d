"""Stopping a run between two pages when the user or the system asks for it."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TypeVar

_T = TypeVar("_T")


class Stop(threading.Event):
    """Set once the run is to stop; nothing breaks off in mid-file then.

    Only before the first page and while waiting for the next, which may never come from a pipe,
    is nothing at stake and waiting in vain.
    """

    def __init__(self) -> None:
        super().__init__()
        self._nothing_at_stake = True

    def ask(self) -> None:
        """Set the event; raise KeyboardInterrupt if nothing is at stake, or at the second call."""
        again = self.is_set()
        self.set()
        if again or self._nothing_at_stake:
            raise KeyboardInterrupt

    def breaking(self, records: Iterable[_T]) -> Iterator[_T]:
        """Yield the records; end once asked to stop, also in the middle of reading one."""
        rest = iter(records)
        while True:
            try:
                self._nothing_at_stake = True
                # A signal that came just before has set the event and no more.
                record = None if self.is_set() else next(rest, None)
            except KeyboardInterrupt:
                record = None
            self._nothing_at_stake = False
            if record is None:
                return
            yield record


@contextmanager
def stop_on_signal() -> Iterator[Stop]:
    """Yield what Ctrl-C and SIGTERM ask to stop.

    In a thread other than the main one no signal arrives, and nothing asks.
    """
    stop = Stop()

    def handle(number: int, frame: FrameType | None) -> None:
        del number, frame
        stop.ask()

    if threading.current_thread() is not threading.main_thread():
        yield stop
        return
    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
