"""What all commands share: exit statuses, messages, and what to do about a closed pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from io import FileIO, TextIOWrapper

import typer

from boilerkill.dumps.names import printable


class ExitStatus(IntEnum):
    """How a command ended."""

    FINE = 0
    SOME_QUARANTINED = 1
    UNUSABLE = 2
    OUR_FAULT = 70
    INTERRUPTED = 130
    NOBODY_READS = 141


def tell(message: str) -> None:
    """Write one line on standard error; if nobody reads it any more, so be it."""
    with suppress(OSError):
        typer.echo(message, err=True)


def complain(message: str) -> None:
    """Write what is wrong in one line on standard error."""
    tell(f"boilerkill: {printable(message)}")


def open_closed_streams() -> None:
    """Give the process the standard streams it was started without (`<&-`, some daemons).

    Else the next file opened would take the number of the missing one. Reading finds nothing,
    messages go nowhere, but writing results fails, so that none is lost without a word.
    """
    if sys.stdin is None:
        sys.stdin = os.fdopen(os.open(os.devnull, os.O_RDONLY))
    if sys.stdout is None:
        unwritable = FileIO(os.open(os.devnull, os.O_RDONLY), "w")
        # Unbuffered: what is left in a buffer would fail again when Python ends.
        sys.stdout = TextIOWrapper(unwritable, write_through=True)
    if sys.stderr is None:
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w")


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
