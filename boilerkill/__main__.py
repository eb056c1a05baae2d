"""The command line: `python -m boilerkill`, and the `boilerkill` script.

Worker processes import the main module of their parent; everything is imported inside `main`, so
that they do not load the command line.
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Run the command line; ends the process with its exit status."""
    # Nothing is at stake yet, and modules that are being loaded may swallow what is raised in them.
    before = signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    from boilerkill import cli

    signal.signal(signal.SIGINT, before)
    try:
        cli.main()
    except KeyboardInterrupt:  # outside a run, which answers it itself
        sys.exit(130)


if __name__ == "__main__":
    main()
