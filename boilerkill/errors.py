"""The error tree, divided by whose fault it is.

BoilerkillError
├── InputError          the page, file or record given cannot be used
├── ModelError          the model file is missing, damaged, or of another protocol or schema
├── CorpusError         the labelled corpus cannot be read or is inconsistent
├── OutputError         the result cannot be written (occupied, read-only, full)
├── UsageError          an option has a value that is not allowed
└── MissingExtraError   a feature needs packages of an extra that is not installed

`Cleaner.clean` turns an InputError into an article of status "quarantined"; the command line
turns any of them into one line on stderr. Nothing else catches the base class.
"""

from __future__ import annotations

__all__ = [
    "BoilerkillError",
    "CorpusError",
    "InputError",
    "MissingExtraError",
    "ModelError",
    "OutputError",
    "UsageError",
]


class BoilerkillError(Exception):
    """Root of every exception boilerkill raises on purpose."""


class InputError(BoilerkillError):
    """The input cannot be cleaned; the message is the reason shown to the user."""


class ModelError(BoilerkillError):
    """The model file cannot be trusted; the message names what is wrong with it."""


class CorpusError(BoilerkillError):
    """The labelled corpus cannot be read; the message names file and fault."""


class OutputError(BoilerkillError):
    """The output cannot be written; the message names the path and what to do."""


class UsageError(BoilerkillError):
    """An option or argument is wrong; the message names what is allowed."""


class MissingExtraError(BoilerkillError):
    """Packages of an optional extra are missing; the message holds the pip command."""

    def __init__(self, package: str, extra: str) -> None:
        # Both arguments stay in `args`, so that the error can cross process borders.
        super().__init__(package, extra)

    def __str__(self) -> str:
        """Return the message, with the pip command."""
        package, extra = self.args
        return f"this needs {package}, which is not installed: pip install 'boilerkill[{extra}]'"
