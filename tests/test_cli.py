import sys

import pytest

import boilerkill
from boilerkill import cli
from boilerkill.compiled import kernel


def run(monkeypatch: pytest.MonkeyPatch, *args: object) -> int | str | None:
    """Return the exit status of a command line."""
    monkeypatch.setattr(sys, "argv", ["boilerkill", *map(str, args)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code


def test_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(monkeypatch, "--version") == 0
    how = "with its compiled kernel" if kernel("cut") else "in Python alone"
    assert capsys.readouterr().out == f"boilerkill {boilerkill.__version__}, {how}\n"


def test_help_names_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "-h") == 0
    out = capsys.readouterr().out
    assert "clean" in out
    assert "explain" in out


@pytest.mark.parametrize("args", [["clean"], ["clean", "-f", "xml", "a"], ["no-such-command"]])
def test_wrong_usage(monkeypatch: pytest.MonkeyPatch, args: list[str]) -> None:
    assert run(monkeypatch, *args) == 2


def test_an_error_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "clean", "no\nsuch.html") == 2
    assert capsys.readouterr().err == "boilerkill: no such file or folder: no%0Asuch.html\n"


def test_an_unforeseen_fault_is_not_some_quarantined(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", fail)
    assert run(monkeypatch) == 70
    assert "ZeroDivisionError" in capsys.readouterr().err
