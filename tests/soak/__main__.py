"""Checks that take minutes to hours: `python -m tests.soak kill --trials 300`, and so on.

Each prints one line of figures and ends with status 1 if what it checks does not hold.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from boilerkill.dumps.options import Options
from boilerkill.dumps.run import Console, clean_pages
from tests.soak import pages
from tests.soak.kills import Runs, Trial
from tests.soak.timed import TimedCleaners

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
CLEAN = [sys.executable, "-m", "boilerkill", "clean"]

Work = Annotated[
    Path | None, typer.Option(help="Folder for what is made; a temporary one if left out.")
]
Jobs = Annotated[int, typer.Option(help="Worker processes.")]


@app.command()
def formats(count: int = 1_600, work: Work = None, jobs: Jobs = 2) -> None:
    """The same pages as folder, WARC, WET, JSONL.zst and Parquet: the same text for each."""
    folder = _folder(work)
    made = pages.write_all(folder, pages.real(count))
    texts: dict[str, dict[str, str]] = {}
    for name, path in made.items():
        begun = time.monotonic()
        rows = _rows(_run(path, "-o", folder / f"out-{name}", "-f", "jsonl", "--jobs", jobs))
        texts[name] = {_bare(row["id"]): row["text"] for row in rows}
        took = time.monotonic() - begun
        typer.echo(f"{name}: {len(rows)} pages, {len(rows) / took:.1f} pages/s, {took:.1f} s")
    equal = {n: sum(texts[n].get(k) == v for k, v in texts["folder"].items()) for n in texts}
    typer.echo(f"the same text as in the folder: {equal}")
    raise typer.Exit(0 if all(equal[n] == len(texts["folder"]) for n in equal if n != "wet") else 1)


@app.command()
def kill(  # noqa: PLR0913, PLR0917  (options)
    trials: int = 75,
    first: int = 0,
    count: int = 60,
    work: Work = None,
    jobs: Jobs = 2,
    steps: Annotated[bool, typer.Option(help="Settle and roll after a few pages.")] = True,
) -> None:
    """Runs killed again and again, and resumed: all that they leave is as if nothing had happened.

    A trial is a run that is killed up to eight times, some four on average: 75 of them, three for
    each form of the pages and kind of output, are 300 kills. --first does them a part at a time.
    """
    folder = _folder(work)
    runs = Runs(folder, pages.write_all(folder, pages.small(count)), jobs=jobs, steps=steps)
    total = Trial()
    for number in range(first, first + trials):
        trial = runs.trial(number)
        total += trial
        if trial.differ:
            typer.echo(f"trial {number} differs, see {folder}/out-{number}")
        typer.echo(f"to trial {number}: {total}", err=True)
    typer.echo(f"{trials} trials: {total}")
    raise typer.Exit(1 if total.differ else 0)


@app.command()
def flat(count: int = 100_000, work: Work = None, jobs: Jobs = 2, kind: str = "jsonl") -> None:
    """Synthetic pages: the memory of all processes in the last quarter beside the second."""
    folder = _folder(work)
    path = pages.write_synthetic(folder / "pages.jsonl", count)
    # No time limit, so that the check can be paused.
    limit = ["--time-limit", 1_000_000]
    args = [path, "-o", folder / "out", "-f", kind, "--jobs", jobs, "--quiet", *limit]
    process = subprocess.Popen([*CLEAN, *map(str, args)])
    samples: list[tuple[int, int]] = []
    begun = time.monotonic()
    while process.poll() is None:
        samples.append((_done(folder / "out"), _memory(process.pid)))
        time.sleep(0.5)
    took = time.monotonic() - begun
    quarters = [
        [used for done, used in samples if count * q / 4 <= done < count * (q + 1) / 4]
        for q in range(4)
    ]
    means = [sum(quarter) / max(len(quarter), 1) / 1e6 for quarter in quarters]
    growth = means[3] / means[1] - 1
    shown = " ".join(f"{mean:.1f}" for mean in means)
    typer.echo(
        f"{count} pages in {took:.0f} s ({count / took:.0f} pages/s); memory by quarter {shown} "
        f"MB, last over second {growth:+.1%}; ended with {process.returncode}"
    )
    raise typer.Exit(0 if growth <= 0.05 and process.returncode in {0, 1} else 1)


@app.command()
def overhead(count: int = 300, work: Work = None, most: float = 0.2) -> None:
    """CPU time of a run outside cleaning, once all is loaded, beside that of the cleaning."""
    folder = _folder(work)
    made = pages.write_all(folder, pages.real(count))
    worst = 0.0
    for name in ("folder", "warc", "jsonl", "parquet"):
        for kind in ("text", "jsonl", "parquet"):
            make = TimedCleaners(folder / f"times-{name}-{kind}", facts=kind != "text")
            make.folder.mkdir()
            options = Options(out=folder / f"out-{name}-{kind}", format=kind, jobs=2)
            console = Console(stdin=io.BytesIO(), stdout=io.BytesIO())
            before = time.process_time()
            clean_pages([str(made[name])], options, make, console)
            here = time.process_time() - before
            cleaning, besides = make.seconds()
            share = (here + besides) / cleaning
            worst = max(worst, share)
            typer.echo(
                f"{name} to {kind}: cleaning {1e3 * cleaning / count:.2f} ms a page, "
                f"besides {1e3 * besides / count:.2f} in the workers and "
                f"{1e3 * here / count:.2f} in the run: {share:+.0%}"
            )
    raise typer.Exit(0 if worst <= most else 1)


@app.command()
def peer(count: int = 300, work: Work = None, least: float = 10.0) -> None:
    """Pages per second beside trafilatura's command line on the same folder."""
    folder = _folder(work)
    plain = pages.write_plain(folder / "plain", pages.real(count))
    ours = _seconds(*CLEAN, plain, "-o", folder / "ours", "--jobs", 2, "--quiet")
    tool = Path(sys.executable).with_name("trafilatura")
    args = ["--input-dir", plain, "--output-dir", folder / "theirs", "--parallel", 2]
    theirs = _seconds(tool, *args)
    typer.echo(
        f"{count} pages, two processes: boilerkill {count / ours:.1f} pages/s, trafilatura "
        f"{count / theirs:.1f} pages/s: {theirs / ours:.1f} times"
    )
    raise typer.Exit(0 if theirs >= least * ours else 1)


def _folder(work: Path | None) -> Path:
    folder = work or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _run(*args: object) -> Path:
    """Run the command line to its end; return the folder it wrote."""
    given = [str(arg) for arg in args]
    done = subprocess.run([*CLEAN, *given, "--quiet"], check=False, stderr=subprocess.PIPE)
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"{given}: {done.returncode}, {done.stderr.decode()}")
    return Path(given[given.index("-o") + 1])


def _rows(out: Path) -> list[dict[str, str]]:
    shards = sorted(out.glob("articles-*.jsonl"))
    return [json.loads(line) for shard in shards for line in shard.read_bytes().splitlines()]


def _bare(name: str) -> str:
    return re.sub(r"<urn:uuid:|>|\.html\.gz$", "", name)


def _done(out: Path) -> int:
    """Return the number of lines of the manifest, by its size."""
    try:
        with (out / "manifest.jsonl").open("rb") as file:
            file.readline()
            line = len(file.readline())
            return int(file.seek(0, 2) / max(line, 1))
    except FileNotFoundError:
        return 0


def _memory(parent: int) -> int:
    """Return the bytes that a process and all below it hold in memory, shared ones divided."""
    total = 0
    waiting = [parent]
    while waiting:
        process = waiting.pop()
        try:
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            total += 1024 * int(re.search(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[1])
            for task in Path(f"/proc/{process}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (FileNotFoundError, ProcessLookupError, TypeError):
            continue
    return total


def _seconds(*command: object) -> float:
    begun = time.monotonic()
    subprocess.run(
        [str(part) for part in command],
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    return time.monotonic() - begun


if __name__ == "__main__":
    app()
