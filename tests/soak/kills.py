"""Runs of the command line that are killed at any moment, and gone on with."""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NamedTuple

from boilerkill import cli
from boilerkill.dumps import ledger, sinks

#: A process that has loaded everything once makes the others: a run begins at once, so that it is
#: killed at its work, not while Python loads.
_LOADED = multiprocessing.get_context("forkserver")
_LOADED.set_forkserver_preload([__name__, "pyarrow.parquet", "zstandard"])
_KINDS = ("text", "markdown", "jsonl", "jsonl.zst", "parquet")
#: Trials in a row of one form of pages and kind of output, so that a part of all trials needs few
#: undisturbed runs; and kills in one trial, at most.
_OF_EACH = 3
_KILLS = 8
#: Share of kills at any moment; the others wait for some pages, so that starting does not get most.
_BLINDLY = 0.25

Tree = dict[str, bytes]


class Trial(NamedTuple):
    """What came of trials.

    Attributes:
        kills: How often a run was killed, and gone on with.
        halfway: How often it had finished pages by then.
        differ: Trials that left something else than an undisturbed run.
    """

    kills: int = 0
    halfway: int = 0
    differ: int = 0

    def __add__(self, other: tuple[Any, ...]) -> Trial:
        """Return the sum."""
        return Trial(*(a + b for a, b in zip(self, other, strict=True)))

    def __str__(self) -> str:
        """Return the counts in words."""
        return f"{self.kills} kills, {self.halfway} with pages finished; {self.differ} differ"


@dataclass
class Runs:
    """Trials over the same pages in several forms.

    Attributes:
        folder: Where everything lies that they make.
        made: The forms of the pages, by name.
        jobs: Worker processes.
        steps: Whether runs settle after a few pages and shards are small, so that a kill may meet
            each step of that.
    """

    folder: Path
    made: Mapping[str, Path]
    jobs: int
    steps: bool
    _whole: dict[tuple[str, str], tuple[Tree, float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Have everything loaded, so that no run is timed with it."""
        process = _LOADED.Process(target=os.getpid)
        process.start()
        self._end(process)

    def trial(self, number: int) -> Trial:
        """Kill a run and go on with it until it ends, and compare what it leaves."""
        dice = random.Random(number)
        setups = [(name, kind) for name in self.made for kind in _KINDS]
        name, kind = setups[number // _OF_EACH % len(setups)]
        args = [self.made[name], "-f", kind, "--jobs", self.jobs, "--dedup", "near", "--resume"]
        if (name, kind) not in self._whole:
            begun = time.monotonic()
            self._end(self._start([*args, "-o", self.folder / "whole"]))
            self._whole[name, kind] = tree(self.folder / "whole"), time.monotonic() - begun
            shutil.rmtree(self.folder / "whole")
        expected, took = self._whole[name, kind]
        out = self.folder / f"out-{number}"
        kills = halfway = 0
        for _ in range(_KILLS):
            process = self._start([*args, "-o", out])
            if dice.random() < _BLINDLY:
                process.join(dice.uniform(0, took))
            else:
                _watch(process, out, _finished(out) + dice.randint(0, 25))
                process.join(dice.uniform(0, 0.05))
            if not _kill(process, with_workers=dice.random() < 0.5):
                break
            kills += 1
            halfway += _finished(out) > 0
        self._end(self._start([*args, "-o", out]))
        differs = tree(out) != expected
        if not differs:
            shutil.rmtree(out)
        return Trial(kills, halfway, differs)

    def _start(self, args: Sequence[object]) -> BaseProcess:
        process = _LOADED.Process(target=_clean, args=([str(arg) for arg in args], self.steps))
        process.start()
        return process

    @staticmethod
    def _end(process: BaseProcess) -> None:
        """Wait for the end of a run."""
        process.join()
        if process.exitcode not in {0, 1}:
            raise RuntimeError(f"a run ended with status {process.exitcode}")


def tree(folder: Path) -> Tree:
    """Return the content of every file in a folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _clean(args: list[str], steps: bool) -> None:
    """Be the command line."""
    os.setsid()
    if steps:
        ledger._EVERY, sinks.SHARD_BYTES = 0.05, 20_000  # type: ignore[misc]
    sys.argv = ["boilerkill", "clean", *args, "--quiet"]
    cli.main()


def _kill(process: BaseProcess, *, with_workers: bool) -> bool:
    """Kill a run, alone or with its workers; return whether it was still running."""
    if process.exitcode is not None:
        return False
    if with_workers and process.pid is not None:
        with suppress(ProcessLookupError):  # it has no group of its own yet
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _watch(process: BaseProcess, out: Path, pages: int) -> None:
    """Wait until so many pages are finished, or the process ends."""
    while process.exitcode is None and _finished(out) < pages:
        time.sleep(0.005)


def _finished(out: Path) -> int:
    """Return the number of pages that the manifest names."""
    with suppress(FileNotFoundError):
        lines = (out / "manifest.jsonl").read_bytes().split(b"\n")[1:-1]
        return sum("status" in json.loads(line) for line in lines)
    return 0
