"""Pages per second of one system with a process on every core.

`python -m benchmarks.cores SYSTEM FOLDER` gets the system ready, says so, waits for a line, and
runs over the files of a folder.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from subprocess import PIPE, Popen
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.memory import write, written
from benchmarks.systems import SYSTEMS


def throughput(system: str, pages: Sequence[tuple[bytes, str]], cores: int = 0) -> float:
    """Return the pages per second of as many processes as there are cores, each with all pages.

    Args:
        system: Name of one of `SYSTEMS`.
        pages: (source, language) of each page.
        cores: Number of processes; 0 for all cores that this process may use.
    """
    cores = cores or len(os.sched_getaffinity(0))
    root = Path(__file__).resolve().parents[1]
    with TemporaryDirectory() as folder, ExitStack() as stack:
        write(pages, folder)
        command = [sys.executable, "-m", "benchmarks.cores", system, folder]
        started = [Popen(command, cwd=root, stdin=PIPE, stdout=PIPE) for _ in range(cores)]  # noqa: S603
        pipes = []
        for process in started:
            stack.enter_context(process)
            if not process.stdin or not process.stdout or not process.stdout.readline():
                raise RuntimeError(f"{system} ended before it was ready")
            pipes.append((process.stdin, process.stdout))
        began = perf_counter()
        for go, _ in pipes:
            go.write(b"go\n")
            go.flush()
        for _, done in pipes:
            done.readline()
        took = perf_counter() - began
    return cores * len(pages) / took


def main(name: str, folder: str) -> None:
    """Run a system over the files of a folder once a line comes in."""
    run = next(system for system in SYSTEMS if system.name == name).load()
    pages = list(written(folder))
    run(*pages[0])  # what is loaded at first use is not the page's
    print("ready", flush=True)
    sys.stdin.readline()
    for page in pages:
        run(*page)
    print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
