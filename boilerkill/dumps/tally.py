"""Counting how pages ended, and telling of it while a run goes on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import IO, Final, Protocol

#: Seconds between two lines of progress where no terminal shows a bar.
LINE_EVERY = 5.0
#: Bytes of input from which on they are told in gigabytes.
_MANY_BYTES: Final = 10_000_000_000


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pages ended in which way."""

    kept: int = 0
    empty: int = 0
    quarantined: int = 0

    @property
    def pages(self) -> int:
        """All pages that went in and are finished."""
        return self.kept + self.empty + self.quarantined

    def plus(self, status: str) -> Tally:
        """Return the tally with one more page of that status."""
        return replace(self, **{status: getattr(self, status) + 1})

    def __str__(self) -> str:
        """Return the sum as people read it."""
        return (
            f"in {self.pages:,} = kept {self.kept:,} + empty {self.empty:,} "
            f"+ quarantined {self.quarantined:,}"
        )


@dataclass(frozen=True, slots=True)
class Totals:
    """What a run has before it, where that is known without reading it.

    Attributes:
        pages: Pages of all input.
        size: Bytes of all input.
        done: Pages that an earlier run has finished.
    """

    pages: int | None = None
    size: int | None = None
    done: int = 0


class Progress(Protocol):
    """Something that shows how far a run is."""

    def start(self, totals: Totals) -> None:
        """Begin."""
        ...

    def update(self, tally: Tally, read: int) -> None:
        """Take note of one more page, and of the bytes of input that are finished with it."""
        ...

    def stop(self) -> None:
        """End the display; called however the run ends."""
        ...


class Silent:
    """Shows nothing."""

    def start(self, totals: Totals) -> None:
        """Do nothing."""

    def update(self, tally: Tally, read: int) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


class Lines:
    """A plain line every few seconds, for logs and pipes."""

    def __init__(self, stream: IO[str], every: float = LINE_EVERY) -> None:
        self._stream = stream
        self._every = every
        self._totals = Totals()
        self._begun = self._told = time.monotonic()

    def start(self, totals: Totals) -> None:
        """Note the time."""
        self._totals = totals
        self._begun = self._told = time.monotonic()

    def update(self, tally: Tally, read: int) -> None:
        """Write a line if the last one is long enough ago."""
        now = time.monotonic()
        if now - self._told >= self._every:
            self._told = now
            line = "; ".join(progress_lines(tally, self._totals, read, now - self._begun))
            with suppress(OSError):  # whoever looked on has gone; the pages go on
                self._stream.write(line + "\n")
                self._stream.flush()

    def stop(self) -> None:
        """Do nothing."""


def share_of(tally: Tally, totals: Totals, read: int) -> float | None:
    """Return the finished share of the input, by pages or else by bytes; None if unknown."""
    if totals.pages:
        return min(tally.pages / totals.pages, 1.0)
    return min(read / totals.size, 1.0) if totals.size and totals.pages is None else None


def progress_lines(tally: Tally, totals: Totals, read: int, seconds: float) -> tuple[str, str]:
    """Return how far a run is after `seconds`, and how its pages ended.

    Both fit a terminal of 80 columns, beside a bar.
    """
    rate = (tally.pages - totals.done) / seconds if seconds > 0 else 0.0
    count = f"{tally.pages:,}" if totals.pages is None else f"{tally.pages:,} of {totals.pages:,}"
    far = [f"{count} pages", f"{rate:,.1f} pages/s"]
    share = share_of(tally, totals, read)
    if share and rate > 0:
        left = round((tally.pages / share - tally.pages) / rate)
        far.append(f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02} left")
    ended = [f"kept {tally.kept:,}, empty {tally.empty:,}, quarantined {tally.quarantined:,}"]
    if totals.size:
        unit, name = (1e9, "GB") if totals.size >= _MANY_BYTES else (1e6, "MB")
        ended.append(f"{read / unit:,.1f} of {totals.size / unit:,.1f} {name}")
    return "; ".join(far), "; ".join(ended)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        tally: The count of pages.
        seconds: How long it took.
        done: Pages that an earlier run had finished.
        duplicates: Pages that are empty because they repeat an earlier one.
        interrupted: Whether it was stopped before the last page.
        skipped: Number of things in the input that are no pages, by what they are.
        alone: Status and reason of the page, for a run of one page to standard output.
    """

    tally: Tally
    seconds: float
    done: int = 0
    duplicates: int = 0
    interrupted: bool = False
    skipped: Mapping[str, int] = field(default_factory=dict)
    alone: tuple[str, str | None] | None = None

    def __str__(self) -> str:
        """Return the closing line of a run; its numbers add up."""
        rate = (self.tally.pages - self.done) / self.seconds if self.seconds > 0 else 0.0
        parts = [f"{self.tally}; {self.seconds:.1f} s, {rate:,.1f} pages/s"]
        if self.done:
            parts.append(f"{self.done:,} pages were finished before")
        if self.duplicates:
            parts.append(f"{self.duplicates:,} of the empty repeat an earlier page")
        parts += [f"{number:,} {what} not read" for what, number in sorted(self.skipped.items())]
        if self.interrupted:
            parts.append("interrupted: what is finished is safe; --resume goes on with it")
        return "; ".join(parts)
