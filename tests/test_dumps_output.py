import fcntl
from pathlib import Path

import pytest

from boilerkill.dumps.dedup import Seen
from boilerkill.dumps.files import find_roots
from boilerkill.dumps.ledger import finished_before
from boilerkill.dumps.output import (
    Place,
    WholeFile,
    claimed,
    find_place,
    keep_apart,
    problems_with,
    write_whole,
)
from boilerkill.errors import OutputError


def test_a_file_is_absent_until_it_is_whole(tmp_path: Path) -> None:
    file = WholeFile(tmp_path / "a.jsonl")
    file.write(b"row\n")
    assert not (tmp_path / "a.jsonl").exists()
    file.commit()
    file.discard()
    assert [path.name for path in tmp_path.iterdir()] == ["a.jsonl"]


def test_a_discarded_file_leaves_nothing(tmp_path: Path) -> None:
    file = WholeFile(tmp_path / "a.jsonl")
    file.write(b"row\n")
    file.discard()
    assert list(tmp_path.iterdir()) == []


def test_leftovers_of_a_killed_run_are_in_nobodys_way(tmp_path: Path) -> None:
    killed = WholeFile(tmp_path / "a.txt")
    write_whole(tmp_path / "a.txt", b"new")
    killed.discard()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"new"]


def test_a_full_disk_is_an_output_error() -> None:
    full = Path("/dev/full")
    expected = pytest.raises(OutputError, match="cannot write /dev/full: No space left")
    with expected, problems_with(full), full.open("wb", buffering=0) as file:
        file.write(b"row")


def test_a_place_is_a_folder_or_a_file_of_rows(tmp_path: Path) -> None:
    assert find_place(tmp_path / "out", None).rows is None
    assert find_place(tmp_path / "out", ".jsonl").rows is None
    named = find_place(tmp_path / "x.jsonl.zst", ".jsonl.zst")
    assert [path.name for path in named.files] == [
        "x.jsonl.zst",
        "x.quarantine.jsonl",
        "x.empty.jsonl",
        "x.summary.json",
        "x.manifest.jsonl",
    ]


def test_one_run_at_a_time(tmp_path: Path) -> None:
    place = Place(tmp_path / "out", None)
    refused = pytest.raises(OutputError, match="another run")
    with claimed(place, overwrite=False), refused, claimed(place, overwrite=True):
        pass
    with claimed(place, overwrite=False):
        pass


def test_a_lock_that_was_just_removed_is_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path, None)
    monkeypatch.setattr(fcntl, "flock", lambda *_: place.lock.unlink())
    with pytest.raises(OutputError, match="another run"), claimed(place, overwrite=True):
        pass


def test_an_occupied_place_needs_overwrite(tmp_path: Path) -> None:
    (tmp_path / "notes").touch()
    refused = pytest.raises(OutputError, match="already holds notes")
    with refused, claimed(Place(tmp_path, None), overwrite=False):
        pass
    with claimed(Place(tmp_path, None), overwrite=True):
        pass
    with claimed(find_place(tmp_path / "x.jsonl", ".jsonl"), overwrite=False):
        pass


@pytest.mark.parametrize("out", [".", "in", "in/out", "in/x.jsonl", "link"])
def test_output_and_input_lie_apart(tmp_path: Path, out: str) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to("in")
    roots = find_roots([str(tmp_path / "in")])
    with pytest.raises(OutputError, match="apart"):
        keep_apart(find_place(tmp_path / out, ".jsonl"), roots)
    keep_apart(find_place(tmp_path / "out", ".jsonl"), roots)


def test_a_file_of_rows_may_lie_beside_its_input(tmp_path: Path) -> None:
    page = tmp_path / "x.html"
    page.touch()
    keep_apart(find_place(tmp_path / "x.jsonl", ".jsonl"), find_roots([str(page)]))


def test_a_file_of_rows_named_as_typed_is_not_its_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("in.jsonl").touch()
    with pytest.raises(OutputError, match="apart"):
        keep_apart(find_place(Path("in.jsonl"), ".jsonl"), find_roots(["in.jsonl"]))


def test_a_damaged_database_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "seen").write_bytes(b"no database" * 100)
    with pytest.raises(OutputError, match="cannot use"):
        Seen(tmp_path / "seen", 0)


@pytest.mark.parametrize("summary", [b"[]", b"{}", b'{"interrupted": false, "kept": "x"}'])
def test_anything_else_is_no_summary(tmp_path: Path, summary: bytes) -> None:
    (tmp_path / "summary.json").write_bytes(summary)
    assert finished_before(Place(tmp_path)) is None
