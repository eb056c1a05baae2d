"""What a fresh process pays before and with its first page, and what lies on the disk."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution
from io import BytesIO
from pathlib import Path
from statistics import median
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from benchmarks import THREADS
from benchmarks.tables import table

ROOT = Path(__file__).resolve().parents[1]
#: Only training may load these.
UNWANTED = ("joblib", "scipy", "sklearn")
_NOT_PACKED = (".pyc", ".pyx", ".pxi", ".h")
_TIMES = 5
_SHOWN = 8
#: What figures may come to, by the name that tables give them.
LIMITS = {
    "load the model": 20, "import to first page": 250, "resident": 150, "all": 30, "wheel": 3,
}  # fmt: skip


def run() -> list[str]:
    """Print what start-up costs; returns the modules that should not have been loaded."""
    page = max((ROOT / "corpora" / "pages").glob("*.html"), key=lambda path: path.stat().st_size)
    results, alone = _measure(page), _measure(page, threads=1)
    print(
        f"\nfresh processes, median of {_TIMES}; page: {page.name}, {page.stat().st_size:,} bytes"
    )
    print(table(("", "CPU ms", "at most", ""), map(judged, steps(results, alone))))
    print("\n" + table(("heaviest imports", "wall ms"), heaviest_imports()))
    last = results[-1]
    held = [(name, last[name] / 1e6) for name in ("resident", "peak")]
    print("\n" + table(("memory", "MB", "at most", ""), map(judged, held)))
    disk = [*sizes(), ("wheel", wheel_size() / 1e6)]
    print("\n" + table(("on disk, beside numpy", "MB", "at most", ""), map(judged, disk)))
    return sorted({name.partition(".")[0] for name in last["modules"]}.intersection(UNWANTED))


def judged(row: tuple[str, float]) -> tuple[str, float, int | None, str]:
    """Put its limit beside a figure, if it has one, and whether it is missed."""
    name, value = row
    limit = LIMITS.get(name)
    return name, value, limit, "MISSED" if limit is not None and value > limit else ""


def _measure(page: Path, threads: int | None = None) -> list[dict[str, Any]]:
    arguments = ("-m", "benchmarks.fresh", str(page))
    return [json.loads(_fresh(*arguments, threads=threads).stdout) for _ in range(_TIMES)]


def steps(
    results: Sequence[Mapping[str, Any]], alone: Sequence[Mapping[str, Any]]
) -> list[tuple[str, float]]:
    """Return (step, median CPU milliseconds) of runs with numpy's threads, and warm of `alone`."""
    rows = [(name, median(r["cpu"][name] for r in results)) for name in results[0]["cpu"]]
    rows.append(("import to first page", sum(seconds for _, seconds in rows[1:])))
    rows.append(("a page when warm", median(r["warm"] for r in results)))
    rows.append(("  numpy held to one thread", median(r["warm"] for r in alone)))
    return [(name, seconds * 1000) for name, seconds in rows]


def _fresh(*arguments: str, threads: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run Python afresh; numpy may start as many threads as it likes, or the number given."""
    environment = {k: v for k, v in os.environ.items() if k not in THREADS}
    if threads:
        environment |= dict.fromkeys(THREADS, str(threads))
    command = [sys.executable, *arguments]
    return subprocess.run(  # noqa: S603
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )


_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+([\w.]+)")


def heaviest_imports() -> list[tuple[str, float]]:
    """Return (top-level package, its own import milliseconds), the heaviest first."""
    log = _fresh("-X", "importtime", "-c", "import boilerkill").stderr
    spent: Counter[str] = Counter()
    for microseconds, name in _IMPORT.findall(log):
        spent[name.partition(".")[0]] += int(microseconds)
    return [(name, total / 1000) for name, total in spent.most_common(_SHOWN)]


def sizes() -> list[tuple[str, float]]:
    """Return (package, megabytes) of boilerkill and all it needs but numpy, the largest first."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    files = {name: _files_of(name) for name in needed(project["dependencies"]) - {"numpy"}}
    files["boilerkill"] = [*(ROOT / "boilerkill").rglob("*")]
    found = Counter({name: _size(paths) / 1e6 for name, paths in files.items()})
    return [("all", sum(found.values())), *found.most_common()]


def wheel_size() -> int:
    """Return the bytes of the package as a wheel packs it, with the kernel if it is built."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as wheel:
        for path in sorted((ROOT / "boilerkill").rglob("*")):
            if path.is_file() and path.suffix not in _NOT_PACKED:
                wheel.write(path)
    return len(packed.getbuffer())


def needed(requirements: Sequence[str]) -> set[str]:
    """Return the installed distributions that requirements lead to, extras left out."""
    found: set[str] = set()
    waiting = list(requirements)
    while waiting:
        requirement = waiting.pop()
        name = re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")
        # What is not installed is meant for another system or another Python.
        if name not in found and "extra ==" not in requirement:
            with suppress(PackageNotFoundError):
                waiting += distribution(name).requires or []
                found.add(name)
    return found


def _files_of(name: str) -> list[Path]:
    return [Path(str(file.locate())) for file in distribution(name).files or ()]


def _size(paths: Sequence[Path]) -> int:
    """Return the bytes of files, but for what Python compiles from them."""
    return sum(p.stat().st_size for p in paths if p.is_file() and p.suffix != ".pyc")
