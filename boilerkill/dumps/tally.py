"""Counting how pages ended, and telling of it while a run goes on."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import IO, Protocol

#: Seconds between two lines of progress where no terminal shows a bar.
LINE_EVERY = 5.0


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


class Progress(Protocol):
    """Something that shows how far a run is."""

    def start(self, total: int | None) -> None:
        """Begin; `total` is the number of pages to come, if known."""
        ...

    def update(self, tally: Tally) -> None:
        """Take note of one more page."""
        ...

    def stop(self) -> None:
        """End the display; called however the run ends."""
        ...


class Silent:
    """Shows nothing."""

    def start(self, total: int | None) -> None:
        """Do nothing."""

    def update(self, tally: Tally) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


class Lines:
    """A plain line every few seconds, for logs and pipes."""

    def __init__(self, stream: IO[str], every: float = LINE_EVERY) -> None:
        self._stream = stream
        self._every = every
        self._total: int | None = None
        self._begun = self._told = time.monotonic()

    def start(self, total: int | None) -> None:
        """Note the time."""
        self._total = total
        self._begun = self._told = time.monotonic()

    def update(self, tally: Tally) -> None:
        """Write a line if the last one is long enough ago."""
        now = time.monotonic()
        if now - self._told >= self._every:
            self._told = now
            self._stream.write(progress_line(tally, self._total, now - self._begun) + "\n")
            self._stream.flush()

    def stop(self) -> None:
        """Do nothing."""


def progress_line(tally: Tally, total: int | None, seconds: float) -> str:
    """Return how far a run is after `seconds`, in one line."""
    rate = tally.pages / seconds if seconds > 0 else 0.0
    parts = [
        f"{tally.pages:,} of {total:,} pages" if total is not None else f"{tally.pages:,} pages",
        f"{rate:,.1f} pages/s",
        f"kept {tally.kept:,}, empty {tally.empty:,}, quarantined {tally.quarantined:,}",
    ]
    if total is not None and rate > 0:
        left = round(max(total - tally.pages, 0) / rate)
        parts.append(f"{left // 3600}:{left // 60 % 60:02}:{left % 60:02} left")
    return "; ".join(parts)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run.

    Attributes:
        tally: The count of pages.
        seconds: How long it took.
        interrupted: Whether it was stopped before the last page.
        skipped: Number of things in folders that are no pages, by what they are.
        alone: Status and reason of the page, for a run of one page to standard output.
    """

    tally: Tally
    seconds: float
    interrupted: bool = False
    skipped: Mapping[str, int] = field(default_factory=dict)
    alone: tuple[str, str | None] | None = None

    def __str__(self) -> str:
        """Return the closing line of a run; its numbers add up."""
        rate = self.tally.pages / self.seconds if self.seconds > 0 else 0.0
        parts = [f"{self.tally}; {self.seconds:.1f} s, {rate:,.1f} pages/s"]
        parts += [f"{number:,} {what} not read" for what, number in sorted(self.skipped.items())]
        if self.interrupted:
            parts.append("interrupted: what is finished is safe")
        return "; ".join(parts)
