"""Cleaners that note what share of a worker's time they take."""

from __future__ import annotations

import os
import struct
import time
from dataclasses import dataclass
from pathlib import Path

from boilerkill import Article, Cleaner
from boilerkill.values import Kind


@dataclass(frozen=True)
class TimedCleaners:
    """Makes a cleaner for each worker, which notes its times in a file of `folder`.

    Attributes:
        folder: Where.
        facts: Whether the metadata are read too, as rows need them.
    """

    folder: Path
    facts: bool

    def __call__(self) -> TimedCleaner:
        return TimedCleaner(self)

    def seconds(self) -> tuple[float, float]:
        """Return the CPU seconds of all workers: in cleaning, and besides."""
        noted = [struct.unpack("dd", path.read_bytes()) for path in self.folder.iterdir()]
        cleaning, all_in_all = map(sum, zip(*noted, strict=True))
        return cleaning, all_in_all - cleaning


class TimedCleaner:
    def __init__(self, make: TimedCleaners) -> None:
        self._cleaner = Cleaner()
        self._facts = make.facts
        self._file = (make.folder / str(os.getpid())).open("wb", buffering=0)
        self._spent = 0.0
        self._made = time.process_time()

    def clean(self, source: bytes | str, *, url: str | None = None, kind: Kind = "auto") -> Article:
        begun = time.process_time()
        article = self._cleaner.clean(source, url=url, kind=kind)
        if self._facts:
            article.to_dict()
        ended = time.process_time()
        self._spent += ended - begun
        os.pwrite(self._file.fileno(), struct.pack("dd", self._spent, ended - self._made), 0)
        return article
