import re
import signal
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from urllib.request import urlopen

import pytest
from test_cli import run


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "a.html"
    path.write_text("<h1>News</h1><p>" + "word " * 30)
    return path


def test_it_serves_until_it_is_interrupted(page: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "boilerkill", "label", str(page), "-o", str(tmp_path / "out")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = "".join(takewhile(lambda line: "Ctrl-C" not in line, process.stderr))
            address = re.findall(r"http://127\.0\.0\.1:\d+/\S+/", said)[0]
            with urlopen(address, timeout=60) as answer:  # noqa: S310  (of this machine)
                assert b"boilerkill label" in answer.read()
            process.send_signal(signal.SIGINT)
            assert "0 blocks are labelled" in process.stderr.read()
            assert process.wait(60) == 0
        finally:
            process.kill()


def test_standard_input_is_no_page_to_come_back_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "label", "-", "-o", tmp_path / "out") == 2
    assert "found -" in capsys.readouterr().err


def test_a_folder_without_pages_is_said_to_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "in").mkdir()
    assert run(monkeypatch, "label", tmp_path / "in", "-o", tmp_path / "out") == 2
    assert "no page to label" in capsys.readouterr().err
