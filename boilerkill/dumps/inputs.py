"""From the INPUTs of the command line to the readers that yield their pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from boilerkill.dumps.files import FileReader, Root, StreamReader, find_roots
from boilerkill.dumps.records import Reader
from boilerkill.errors import UsageError
from boilerkill.values import Kind, Limits

#: The INPUT that stands for one page on standard input.
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What the INPUTs turned out to be.

    Attributes:
        readers: In the order of their pages; standard input first.
        roots: The files and folders among them.
        single: Whether they are one page by their very form (a file or standard input).
    """

    readers: tuple[Reader, ...]
    roots: tuple[Root, ...]
    single: bool


def open_inputs(
    given: Sequence[str], stdin: IO[bytes], limits: Limits, *, kind: Kind, url: str | None
) -> Inputs:
    """Return readers for what is given: files, folders, globs, or "-".

    Raises:
        InputError: Something is not there or cannot be read.
        UsageError: There is a URL but more than one page.
    """
    named = [each for each in given if each != STDIN]
    roots = find_roots(named)
    readers: list[Reader] = []
    if len(named) < len(given):
        readers.append(StreamReader(stdin, limits.max_bytes, kind=kind, url=url))
    if roots:
        readers.append(FileReader(roots, kind=kind, url=url))
    single = len(readers) == 1 and (not roots or (len(roots) == 1 and not roots[0].is_folder))
    if url is not None and not single:
        raise UsageError("a URL belongs to one page; the input is more")
    return Inputs(tuple(readers), tuple(roots), single)
