"""The command line: `python -m boilerkill`, and the `boilerkill` script.

Worker processes import the main module of their parent; everything is imported inside `main`, so
that they do not load the command line.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; ends the process with its exit status."""
    try:
        from boilerkill import cli

        cli.main()
    except KeyboardInterrupt:  # while it was still being loaded
        sys.exit(130)


if __name__ == "__main__":
    main()
