"""Progress as a bar; a module of its own because loading rich takes longer than a page."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from boilerkill.dumps.tally import Tally, Totals, progress_lines, share_of

#: The bar counts thousandths of the input, which are known in pages or in bytes.
_WHOLE = 1000


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
        self._totals = Totals()
        self._begun = time.monotonic()

    def start(self, totals: Totals) -> None:
        """Show the bar."""
        self._totals = totals
        self._begun = time.monotonic()
        line = "\n".join(progress_lines(Tally(), totals, 0, 0.0))
        known = totals.pages is not None or totals.size is not None
        self._task = self._bar.add_task(line, total=_WHOLE if known else None)
        self._bar.start()

    def update(self, tally: Tally, read: int) -> None:
        """Move the bar."""
        seconds = time.monotonic() - self._begun
        line = "\n".join(progress_lines(tally, self._totals, read, seconds))
        share = share_of(tally, self._totals, read) or 0.0
        self._bar.update(self._task, completed=share * _WHOLE, description=line)

    def stop(self) -> None:
        """Take the bar away."""
        self._bar.stop()
