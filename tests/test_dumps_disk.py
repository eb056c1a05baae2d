"""Disks and folders that refuse: clear errors, and nothing lost."""

import io
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_cleaner import make_fake
from test_cli_process import CLI, tree
from test_dumps_run import put, run

from boilerkill.dumps.files import find_files, find_roots
from boilerkill.dumps.inputs import open_pages
from boilerkill.dumps.options import Options
from boilerkill.dumps.pool import Pool
from boilerkill.dumps.run import Console, clean_pages
from boilerkill.dumps.work import Work, load
from boilerkill.errors import (
    BoilerkillError,
    InputError,
    MissingExtraError,
    ModelError,
    OutputError,
)
from boilerkill.values import Limits


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return put(tmp_path, {"a.html": "first"}) / "a.html"


@pytest.fixture
def locked() -> Iterator[Path]:
    """A folder that nobody may write to, and a process that has to heed it."""
    folder = Path(tempfile.mkdtemp())  # the folders of other tests are closed to strangers
    user = os.geteuid()
    (folder / "out").mkdir()
    folder.chmod(0o555)
    (folder / "out").chmod(0o555)
    os.seteuid(user or 65534)
    yield folder
    os.seteuid(user)
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("out", ["new", "out", "out/x.jsonl"])
def test_a_place_that_may_not_be_written_to(locked: Path, out: str) -> None:
    kind = "jsonl" if out.endswith("jsonl") else "text"
    with pytest.raises(OutputError, match=f"cannot write {locked}.*: Permission denied"):
        run("-", stdin=b"page", out=locked / out, format=kind)


def test_a_place_that_may_not_be_looked_at(locked: Path) -> None:
    os.seteuid(os.getuid())
    locked.chmod(0o000)
    os.seteuid(os.getuid() or 65534)
    for out in (locked / "out", locked / "out/x.jsonl", locked):
        with pytest.raises(OutputError, match="Permission denied"):
            run("-", stdin=b"page", out=out, format="jsonl")


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_a_file_is_no_folder(page: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match=rf"{out} is a file or lies below one; -o wants a folder"):
        run(page, out=tmp_path / out)
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("out", ["x" * 300, "x" * 300 + ".jsonl", "circle", "circle/below"])
def test_a_name_that_leads_nowhere(page: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "circle").symlink_to("circle")
    with pytest.raises(OutputError, match=r"cannot write|is a file or lies below one"):
        run(page, out=tmp_path / out, format="jsonl")


def test_a_link_to_a_place_that_may_not_be_looked_at_is_a_page(locked: Path) -> None:
    os.seteuid(os.getuid())
    put(locked / "in", {"a.html": "first"})
    (locked / "in/b.html").symlink_to("../secret/b.html")
    (locked / "secret").mkdir(mode=0o000)
    os.seteuid(os.getuid() or 65534)
    found = find_files(find_roots([str(locked / "in")]), Counter())
    assert [each.name for each in found] == ["a.html", "b.html"]


def test_an_unreadable_page_and_folder_cost_themselves(locked: Path) -> None:
    os.seteuid(os.getuid())
    put(locked / "in", {"a.html": "first", "b.html": "secret", "c/d.html": "hidden"})
    (locked / "in/b.html").chmod(0o000)
    (locked / "in/c").chmod(0o000)
    os.seteuid(os.getuid() or 65534)
    good, bad, folder = open_pages(
        [str(locked / "in")], io.BytesIO(), Limits(), kind="auto", url=None
    )[1]
    assert load(good, 99) == b"first"
    with pytest.raises(InputError, match="Permission denied"):
        load(bad, 99)
    assert folder.fault == "the folder cannot be read: Permission denied"


def test_what_cannot_be_read_from_is_no_input(tmp_path: Path) -> None:
    with tmp_path.joinpath("x").open("wb") as closed_to_readers:
        stdin = io.FileIO(closed_to_readers.fileno(), closefd=False)
        stdin.readable = lambda: True  # type: ignore[method-assign]
        console = Console(stdin=stdin, stdout=io.BytesIO())  # type: ignore[arg-type]
        with pytest.raises(InputError, match="cannot read standard input: "):
            clean_pages(["-"], Options(), make_fake, console)


def test_a_missing_model_is_named(page: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"cannot read the model .*nowhere.bk: No such file"):
        run(page, out=tmp_path / "out", model=tmp_path / "nowhere.bk")


@pytest.mark.parametrize(
    ("form", "module", "packed"),
    [("parquet", "pyarrow", "b.parquet"), ("jsonl.zst", "zstandard", "b.html.zst")],
)
def test_a_missing_extra_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str, module: str, packed: str
) -> None:
    put(tmp_path / "in", {"a.html": "first"})
    monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, f"{module}.parquet", None)
    with pytest.raises(MissingExtraError):
        run(tmp_path / "in", out=tmp_path / "out", format=form)
    put(tmp_path / "in", {packed: ""})
    with pytest.raises(MissingExtraError):
        run(tmp_path / "in", out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_workers_that_cannot_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("boilerkill.dumps.pool._start_forkserver", refuse)
    work = Work(make_cleaner=make_fake, max_bytes=9, time_limit=1, memory_limit=10**9)
    with pytest.raises(BoilerkillError, match="cannot start workers: No space"), Pool(work, 1):
        pass


@pytest.mark.parametrize("form", ["text", "jsonl", "jsonl.zst", "parquet"])
def test_a_full_disk_ends_a_run_that_can_be_gone_on_with(tmp_path: Path, form: str) -> None:
    """Here no file may grow beyond a limit, which writing meets in the same way."""
    noise = "".join(f"{n * n:x} " for n in range(9_000))
    pages = {f"{i:03}.html": noise[i * 50 : 40_000 + i * 50] for i in range(30)}
    put(tmp_path / "in", pages)
    args = [*CLI, "clean", str(tmp_path / "in"), "-f", form, "-j", "1", "--resume", "-o"]
    limit = 30_000 if form == "text" else 300_000

    def shrink() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    out = str(tmp_path / "out")
    ended = subprocess.run([*args, out], preexec_fn=shrink, capture_output=True, check=False)
    assert ended.returncode == 2, ended.stderr
    assert b"cannot write" in ended.stderr
    assert b"File too large; what was finished before is whole" in ended.stderr
    assert b"Traceback" not in ended.stderr
    for folder in (out, str(tmp_path / "whole")):
        subprocess.run([*args, folder], capture_output=True, check=True)
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_nobody_needs_to_watch(page: Path, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    args = [*CLI, "clean", str(page), "-o", str(tmp_path / "out")]
    assert subprocess.run(args, stderr=write, check=False).returncode == 0
    os.close(write)
    assert (tmp_path / "out/summary.json").exists()
