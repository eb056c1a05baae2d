"""Progress as a bar; a module of its own because loading rich takes longer than a page."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from boilerkill.dumps.tally import Tally, progress_line


class Bar:
    """Progress as a bar on a terminal."""

    def __init__(self) -> None:
        self._bar = Progress(
            SpinnerColumn(),
            BarColumn(bar_width=12),
            TextColumn("{task.description}"),
            console=Console(stderr=True),
            transient=True,
        )
        self._total: int | None = None
        self._begun = time.monotonic()

    def start(self, total: int | None) -> None:
        """Show the bar."""
        self._total = total
        self._begun = time.monotonic()
        self._task = self._bar.add_task(progress_line(Tally(), total, 0.0), total=total)
        self._bar.start()

    def update(self, tally: Tally) -> None:
        """Move the bar."""
        line = progress_line(tally, self._total, time.monotonic() - self._begun)
        self._bar.update(self._task, completed=tally.pages, description=line)

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()
