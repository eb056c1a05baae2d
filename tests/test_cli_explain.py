import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from test_cli import run

from boilerkill.cli import explain
from boilerkill.values import Block, Label

SURE: dict[Label, float] = {"content": 0.75, "navigation": 0.25, "filler": 0.0, "widget": 0.0}
BLOCKS = (
    Block("A  long\ttale" + "." * 99, "content", SURE, True, "many words", "p", "p", None),
    Block("\x1b[31mHome", "navigation", SURE, False, "all\nlinks", "nav", "nav", None),
)


@pytest.fixture(autouse=True)
def _fake(monkeypatch: pytest.MonkeyPatch) -> None:
    statuses = {b"good": ("kept", None), b"bad": ("quarantined", "not text")}

    def clean(source: bytes, **_: object) -> SimpleNamespace:
        status, reason = statuses[source]
        blocks = BLOCKS if status == "kept" else ()
        return SimpleNamespace(blocks=blocks, status=status, reason=reason)

    monkeypatch.setattr(explain, "make_cleaner", lambda *_: SimpleNamespace(clean=clean))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "a.html"
    path.write_text("good")
    return path


def test_tab_separated_lines(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "explain", page) == 0
    lines = [line.split("\t") for line in capsys.readouterr().out.splitlines()]
    assert lines[0] == ["label", "probability", "kept", "reason", "text"]
    assert lines[1] == ["content", "0.750", "kept", "many words", "A long tale" + "." * 68 + "…"]
    assert lines[2] == ["navigation", "0.250", "dropped", "all links", "%1B[31mHome"]


def test_a_table_on_a_terminal(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run(monkeypatch, "explain", page) == 0
    assert "────" in capsys.readouterr().out


def test_a_quarantined_page_says_why(
    page: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page.write_text("bad")
    assert run(monkeypatch, "explain", page) == 1
    assert capsys.readouterr().err == "boilerkill: quarantined: not text\n"


def test_only_one_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, "explain", tmp_path) == 2
