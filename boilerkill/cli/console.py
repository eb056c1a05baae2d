"""What all commands share: exit statuses, messages, and what to do about a closed pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

import typer

from boilerkill.dumps.names import printable


class ExitStatus(IntEnum):
    """How a command ended."""

    FINE = 0
    SOME_QUARANTINED = 1
    UNUSABLE = 2
    INTERRUPTED = 130
    NOBODY_READS = 141


def complain(message: str) -> None:
    """Write one line on standard error."""
    typer.echo(f"boilerkill: {printable(message)}", err=True)


@contextmanager
def quiet_about_closed_pipes() -> Iterator[None]:
    """End the command without a word when nobody reads its output any more."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered would fail again when Python closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(ExitStatus.NOBODY_READS) from None
