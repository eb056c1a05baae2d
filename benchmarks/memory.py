"""Peak memory of one system, in a process that does nothing else.

`python -m benchmarks.memory SYSTEM FOLDER` runs the system over the files of a folder and prints
its peak in bytes.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.systems import SYSTEMS

#: Only the largest pages of a sample are run: they make the peak.
LARGEST = 10


def peak(system: str, pages: Sequence[tuple[bytes, str]]) -> int:
    """Return the peak resident memory, in bytes, of a process that runs the largest pages.

    Args:
        system: Name of one of `SYSTEMS`.
        pages: (source, language) of each page.
    """
    with TemporaryDirectory() as folder:
        write(sorted(pages, key=lambda p: -len(p[0]))[:LARGEST], folder)
        command = [sys.executable, "-m", "benchmarks.memory", system, folder]
        root = Path(__file__).resolve().parents[1]
        done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    return int(done.stdout)


def write(pages: Sequence[tuple[bytes, str]], folder: str) -> None:
    """Write (source, language) of pages to a folder."""
    for number, (source, language) in enumerate(pages):
        Path(folder, f"{number}.{language}").write_bytes(source)


def written(folder: str) -> Iterator[tuple[bytes, str]]:
    """Yield what `write` wrote."""
    for path in sorted(Path(folder).iterdir()):
        yield path.read_bytes(), path.suffix[1:]


def resident(field: str) -> int:
    """Return this process's memory in bytes: "VmRSS" for now, "VmHWM" for the peak.

    Linux only. `getrusage` would not do: its peak counts the parent from before `exec` too.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{field}:")[2].split()[0]) * 1024


def main(name: str, folder: str) -> None:
    """Run a system over the files of a folder and print the peak."""
    run = next(system for system in SYSTEMS if system.name == name).load()
    for page in written(folder):
        run(*page)
    print(resident("VmHWM"))


if __name__ == "__main__":
    main(*sys.argv[1:])
