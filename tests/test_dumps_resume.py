"""Runs that were broken off, in every way, and gone on with."""

import io
import json
import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from dump_files import Page, write_folder, write_jsonl, write_parquet, write_warc
from fake_cleaner import FakeCleaner, make_fake
from test_dumps_run import lines, run, tree

from boilerkill.dumps import ledger, sinks
from boilerkill.dumps.options import Options
from boilerkill.dumps.output import Log
from boilerkill.dumps.records import Record, Result
from boilerkill.dumps.run import Console, clean_pages
from boilerkill.dumps.stop import Stop
from boilerkill.dumps.tally import Tally
from boilerkill.dumps.work import Work, Worker
from boilerkill.errors import InputError, MissingExtraError, OutputError

pq = pytest.importorskip("pyarrow.parquet")
zstandard = pytest.importorskip("zstandard")
FORMATS = ["text", "jsonl", "jsonl.zst", "parquet"]
PAGES: list[Page] = [
    (f"{i:03}", f"http://a.example/{i}", f"page {i} {'x' * (i * 37 % 400)}".encode())
    for i in range(30)
] + [("bad", "", b"BAD"), ("empty", "", b"EMPTY"), ("last", "", b"page 3")]


class StopError(Exception):
    pass


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with every kind of input."""
    folder = tmp_path / "in"
    folder.mkdir()
    write_folder(folder / "pages", PAGES)
    write_warc(folder / "a.warc.gz", PAGES)
    write_jsonl(folder / "b.jsonl.zst", [(n, u, b.decode()) for n, u, b in PAGES])
    write_parquet(folder / "c.parquet", PAGES)
    return folder


class Inline:
    """Stands in for the pool, which has its own tests: no processes, but read ahead as there."""

    def __init__(self, work: Work, jobs: int, *, fork: bool = False) -> None:
        self._worker = Worker(work, [])
        self._cleaner = work.make_cleaner()

    def __enter__(self) -> "Inline":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def clean(
        self, records: Iterable[Record], stop: threading.Event
    ) -> Iterator[tuple[Record, Result]]:
        rest = iter(records)
        ahead = deque(islice(rest, 15))
        while ahead and not stop.is_set():
            record = ahead.popleft()
            ahead.extend(islice(rest, 1))
            yield record, self._worker._result(self._cleaner, record.light())


@pytest.fixture(autouse=True)
def _inline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boilerkill.dumps.run.Pool", Inline)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards and steps so small that there are many."""
    monkeypatch.setattr(sinks, "SHARD_BYTES", 3_000)
    monkeypatch.setattr(ledger, "_PAGES", 7)


@pytest.mark.parametrize("output", FORMATS)
@pytest.mark.parametrize("breaks", [[1], [20, 40], [66, 67], [3, 20, 130]])
def test_a_resumed_run_leaves_what_an_undisturbed_one_does(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str, breaks: list[int]
) -> None:
    wanted = {"format": output, "dedup": "near"}
    run(mixed, out=tmp_path / "whole", **wanted)
    for pages in breaks:
        with monkeypatch.context() as patch:
            patch.setattr(ledger.Ledger, "add", breaking_after(pages, ledger.Ledger.add))
            with pytest.raises(StopError):
                run(mixed, out=tmp_path / "out", resume=True, **wanted)
    outcome, _ = run(mixed, out=tmp_path / "out", resume=True, **wanted)
    assert outcome.done <= breaks[-1]
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def breaking_after(pages: int, add: Callable[..., None]) -> Callable[..., None]:
    def broken(self: ledger.Ledger, *args: Any) -> None:
        if self.tally.pages == pages:
            raise StopError
        add(self, *args)

    return broken


@pytest.mark.parametrize("output", FORMATS)
def test_any_write_may_fail(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    run(mixed, out=tmp_path / "whole", format=output)
    for countdown in (1, 2, 3, 5, 8):
        left = [countdown]

        def settle(self: Log, left: list[int] = left, real: Any = Log.settle) -> None:
            left[0] -= 1
            if not left[0]:
                raise OSError(28, "No space left on device")
            real(self)

        with monkeypatch.context() as patch:
            patch.setattr(Log, "settle", settle)
            with pytest.raises(OSError, match="No space"):
                run(mixed, out=tmp_path / "out", format=output, resume=True)
    run(mixed, out=tmp_path / "out", format=output, resume=True)
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


@pytest.mark.parametrize("output", FORMATS)
def test_power_may_fail(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    """A file gets its name, and the manifest a line, only for what is on the disk."""
    safe: dict[str, int] = {}

    def sync(file: int, real: Any = os.fsync) -> None:
        real(file)
        safe[str(Path(f"/proc/self/fd/{file}").readlink())] = os.fstat(file).st_size

    def rename(self: Path, target: Path, real: Any = Path.replace) -> None:
        size = self.stat().st_size
        assert safe.pop(str(self)) == size
        real(self, target)
        safe[str(target)] = size

    def tell(self: ledger.Records, said: list[Any], real: Any = ledger.Records.write) -> None:
        for line in said:
            if "file" in line:
                assert safe[str(tmp_path / "out" / line["file"])]
            elif "to" in line:
                assert line["to"] in safe.values()
        real(self, said)

    monkeypatch.setattr("os.fsync", sync)
    monkeypatch.setattr(Path, "replace", rename)
    monkeypatch.setattr(ledger.Records, "write", tell)
    monkeypatch.setattr(ledger, "_EVERY", 0)
    run(mixed, out=tmp_path / "out", format=output)
    assert str(tmp_path / "out/manifest.jsonl") in safe


@pytest.mark.parametrize("output", FORMATS)
def test_what_was_finished_is_not_done_again(mixed: Path, tmp_path: Path, output: str) -> None:
    calls = tmp_path / "calls"
    stop_after(mixed, tmp_path, output, 50)
    done = len([line for line in lines(tmp_path / "out/manifest.jsonl")[1:] if "id" in line])
    assert done >= 50
    console = Console(stdin=io.BytesIO(), stdout=io.BytesIO())
    options = Options(out=tmp_path / "out", format=output, resume=True, jobs=1)  # type: ignore[arg-type]
    outcome = clean_pages([str(mixed)], options, Counting(calls), console)
    assert outcome.done == done
    assert calls.stat().st_size == outcome.tally.pages - done == 4 * len(PAGES) - done


class Counting:
    """Makes cleaners that write a byte for each page."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __call__(self) -> "Counting":
        return self

    def clean(self, *args: Any, **options: Any) -> Any:
        with self.path.open("ab") as file:
            file.write(b"x")
        return FakeCleaner().clean(*args, **options)


def stop_after(mixed: Path, tmp_path: Path, output: str, pages: int) -> Tally:
    """Interrupt a run after so many pages, as Ctrl-C does."""
    stop = Stop()

    class Stopping:
        def start(self, totals: object) -> None:
            pass

        def update(self, tally: Tally, read: int) -> None:
            if tally.pages == pages:
                stop.set()

        def stop(self) -> None:
            pass

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("boilerkill.dumps.run.stop_on_signal", lambda: nullcontext(stop))
        console = Console(stdin=io.BytesIO(), stdout=io.BytesIO(), progress=Stopping())
        options = Options(out=tmp_path / "out", format=output, jobs=2, resume=True)  # type: ignore[arg-type]
        outcome = clean_pages([str(mixed)], options, make_fake, console)
    assert outcome.interrupted
    return outcome.tally


@pytest.mark.parametrize("output", FORMATS)
def test_what_was_finished_before_an_interruption_can_be_read(
    mixed: Path, tmp_path: Path, output: str
) -> None:
    tally = stop_after(mixed, tmp_path, output, 70)
    out = tmp_path / "out"
    counted = {
        "text": lambda: len(list(out.rglob("*.txt"))) + tally.empty + tally.quarantined,
        "jsonl": lambda: sum(len(lines(path)) for path in out.glob("articles-*")),
        "jsonl.zst": lambda: sum(
            zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read().count(b"\n")
            for path in out.glob("articles-*")
        ),
        "parquet": lambda: sum(pq.read_table(path).num_rows for path in out.glob("articles-*")),
    }
    assert counted[output]() == tally.pages
    assert json.loads((out / "summary.json").read_bytes())["interrupted"] is True
    run(mixed, out=tmp_path / "whole", format=output)
    run(mixed, out=out, format=output, resume=True)
    assert tree(out) == tree(tmp_path / "whole")


def test_a_finished_run_is_finished(mixed: Path, tmp_path: Path) -> None:
    first, _ = run(mixed, out=tmp_path / "out")
    before = tree(tmp_path / "out")
    again, _ = run(mixed, out=tmp_path / "out", resume=True)
    assert (again.tally, again.done) == (first.tally, first.tally.pages)
    assert tree(tmp_path / "out") == before


def test_a_slash_behind_a_folder_makes_no_other_run(mixed: Path, tmp_path: Path) -> None:
    run(f"{mixed}/", out=tmp_path / "out")
    outcome, _ = run(mixed, out=tmp_path / "out", resume=True)
    assert outcome.done == outcome.tally.pages


def test_a_finished_run_does_not_pass_over_new_input(mixed: Path, tmp_path: Path) -> None:
    run(mixed, out=tmp_path / "out")
    (mixed / "new.html").write_text("<p>new")
    with pytest.raises(OutputError, match="the input has more by now"):
        run(mixed, out=tmp_path / "out", resume=True)


def test_only_the_same_run_is_resumed(mixed: Path, tmp_path: Path) -> None:
    stop_after(mixed, tmp_path, "jsonl", 20)
    for options in ({"format": "parquet"}, {"format": "jsonl", "mode": "recall"}):
        with pytest.raises(OutputError, match="give the same options"):
            run(mixed, out=tmp_path / "out", resume=True, **options)
    with pytest.raises(OutputError, match="--resume to go on"):
        run(mixed, out=tmp_path / "out", format="jsonl")
    run(mixed, out=tmp_path / "out", format="jsonl", overwrite=True)
    assert len(tree(tmp_path / "out")) > 4


def test_only_the_same_input_is_resumed(tmp_path: Path) -> None:
    mixed = write_folder(tmp_path / "in", PAGES)
    stop_after(mixed, tmp_path, "jsonl", 20)
    (mixed / "0000.html").write_text("new")
    with pytest.raises(OutputError, match="the input changed"):
        run(mixed, out=tmp_path / "out", format="jsonl", resume=True)


def test_a_manifest_that_was_cut_or_damaged(mixed: Path, tmp_path: Path) -> None:
    stop_after(mixed, tmp_path, "text", 20)
    manifest = tmp_path / "out/manifest.jsonl"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole[:900] + b"\n{]\n" + whole[900:])
    with pytest.raises(OutputError, match="is damaged at byte"):
        run(mixed, out=tmp_path / "out", resume=True)
    manifest.write_bytes(whole[:-9])
    run(mixed, out=tmp_path / "out", resume=True)
    run(mixed, out=tmp_path / "whole")
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_rows_that_vanished_are_told(mixed: Path, tmp_path: Path) -> None:
    stop_after(mixed, tmp_path, "jsonl", 20)
    for path in (tmp_path / "out").glob("articles-*"):
        path.unlink()
    with pytest.raises(OutputError, match="is missing or cut"):
        run(mixed, out=tmp_path / "out", format="jsonl", resume=True)


def test_every_kind_of_input_gives_the_same(mixed: Path, tmp_path: Path) -> None:
    found = {}
    for name in ("pages", "a.warc.gz", "b.jsonl.zst", "c.parquet"):
        run(mixed / name, out=tmp_path / f"{name}.out")
        files = tree(tmp_path / f"{name}.out")
        found[name] = {Path(k).name: v for k, v in files.items() if k.endswith(".txt")}
    assert found["pages"] == found["a.warc.gz"] == found["b.jsonl.zst"] == found["c.parquet"]
    assert len(found["pages"]) == len(PAGES) - 2


def test_pages_of_a_dump_lie_in_a_folder_named_after_it(mixed: Path, tmp_path: Path) -> None:
    run(mixed, out=tmp_path / "out")
    assert {path.parent.name for path in (tmp_path / "out").rglob("last.txt")} == set("abc") | {
        "pages"
    }


@pytest.mark.parametrize("name", ["a.warc.gz", "b.jsonl.zst", "c.parquet"])
def test_columns_pass_through(mixed: Path, tmp_path: Path, name: str) -> None:
    run(mixed / name, out=tmp_path / "x.parquet", format="parquet")
    table = pq.read_table(tmp_path / "x.parquet")
    assert table["id"].to_pylist()[0].strip("<>").removeprefix("urn:uuid:") == "000"
    assert ("crawl" in table.column_names) == (name != "a.warc.gz")
    if name == "c.parquet":
        assert str(table.schema.field("crawl").type) == "int32"


def test_an_unusable_dump_is_an_error_alone_and_a_fault_among_others(
    mixed: Path, tmp_path: Path
) -> None:
    (mixed / "c.parquet").write_bytes(b"PAR1 no more")
    with pytest.raises(InputError, match="damaged or no Parquet file"):
        run(mixed / "c.parquet", out=tmp_path / "out", format="jsonl")
    assert not (tmp_path / "out").exists()
    outcome, _ = run(mixed, out=tmp_path / "out", format="jsonl")
    assert outcome.tally.pages == 3 * len(PAGES) + 1
    assert "c.parquet" in {each["id"] for each in lines(tmp_path / "out/quarantine.jsonl")}


def test_json_lines_on_standard_input(tmp_path: Path) -> None:
    data = b'{"html":"first","n":1}\n{"html":"BAD"}\n'
    outcome, stdout = run("-", stdin=data, input_format="jsonl", format="jsonl")
    rows = [json.loads(line) for line in stdout.splitlines()]
    assert [(row["id"], row["status"]) for row in rows] == [
        ("stdin:1", "kept"),
        ("stdin:2", "quarantined"),
    ]
    assert (rows[0]["n"], outcome.tally.pages) == (1, 2)
    run("-", stdin=data, input_format="jsonl", out=tmp_path / "out")
    assert (tmp_path / "out/stdin/00000001.txt").read_bytes() == b"first\n"


@pytest.mark.parametrize(
    ("name", "module"), [("b.jsonl.zst", "zstandard"), ("c.parquet", "pyarrow")]
)
def test_a_missing_extra_names_the_command(
    mixed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, module: str
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"{module}.*pip install 'boilerkill\[dumps\]'"):
        run(mixed / name, out=tmp_path / "out", format="jsonl")
