import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fake_cleaner import FakeCleaner, make_fake, make_fake_with
from test_cli import run

from boilerkill.cli import clean


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clean, "make_cleaner", make_fake_with)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A folder with a page of every ending."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name, text in {"a": "first", "bad": "BAD", "empty": "EMPTY", "z": "last"}.items():
        (folder / f"{name}.html").write_text(text)
    return folder


def test_one_page_on_standard_output(
    pages: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(monkeypatch, "clean", pages / "a.html") == 0
    assert capsysbinary.readouterr() == (b"first\n", b"")


def test_one_page_without_text_says_why(
    pages: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(monkeypatch, "clean", pages / "bad.html") == 1
    assert capsysbinary.readouterr() == (b"", b"boilerkill: quarantined: not text\n")
    assert run(monkeypatch, "clean", pages / "empty.html") == 0
    assert capsysbinary.readouterr() == (b"", b"boilerkill: empty: no text\n")


def test_a_folder_ends_with_a_count_and_status_1(
    pages: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    assert run(monkeypatch, "clean", pages, "-o", tmp_path / "out") == 1
    out, err = capsysbinary.readouterr()
    assert out == b""
    assert err.startswith(b"in 4 = kept 2 + empty 1 + quarantined 1; ")
    assert (tmp_path / "out/z.txt").read_text() == "last\n"


def test_status_0_without_quarantine(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pages / "bad.html").unlink()
    assert run(monkeypatch, "clean", pages, "-o", tmp_path / "out", "--quiet") == 0


def test_a_name_for_rows_asks_for_rows(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(monkeypatch, "clean", pages, "-o", tmp_path / "x.jsonl", "--only", "kept") == 1
    rows = [json.loads(line) for line in (tmp_path / "x.jsonl").read_text().splitlines()]
    assert [row["id"] for row in rows] == ["a.html", "z.html"]


def test_an_occupied_folder_is_refused(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    args = ["clean", pages / "a.html", "-o", tmp_path / "out"]
    assert run(monkeypatch, *args) == 0
    assert run(monkeypatch, *args) == 2
    assert run(monkeypatch, *args, "--overwrite") == 0


@pytest.mark.parametrize(
    ("flags", "mode"),
    [
        ([], "balanced"),
        (["--recall"], "recall"),
        (["--mode", "precision", "--precision"], "precision"),
    ],
)
def test_mode(pages: Path, flags: list[str], mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[object, ...]] = []

    def partial(*args: object) -> Callable[[], FakeCleaner]:
        made.append(args)
        return make_fake

    monkeypatch.setattr(clean, "partial", partial)
    assert run(monkeypatch, "clean", pages / "a.html", *flags) == 0
    assert made[0][2] == mode


def test_modes_exclude_one_another(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "clean", pages / "a.html", "--recall", "--precision") == 2


def test_a_bar_on_a_terminal(
    pages: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    assert run(monkeypatch, "clean", pages, "-o", tmp_path / "out") == 1
    assert "4 of 4 pages" in capsys.readouterr().err
