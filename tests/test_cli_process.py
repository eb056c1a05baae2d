"""The command line from outside: signals, closed pipes, kill -9."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

CLI = [sys.executable, str(Path(__file__).with_name("fake_cli.py"))]


def start(*args: object, **options: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*CLI, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, **options
    )


def wait_for(condition: Any) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """Pages that take a minute in all."""
    folder = tmp_path / "in"
    folder.mkdir()
    for i in range(600):
        (folder / f"{i:03}.html").write_text("NAP 0.1")
    return folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_soon_and_keeps_what_is_finished(
    slow: Path, tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "out"
    with start("clean", slow, "-o", out, "-f", "jsonl", start_new_session=True) as process:
        wait_for(out.exists)
        time.sleep(1)
        os.killpg(process.pid, number)  # as a terminal does: the workers hear it too
        begun = time.monotonic()
        stderr = process.communicate()[1].decode()
    assert time.monotonic() - begun < 2
    assert process.returncode == 130
    rows = [json.loads(line) for line in (out / "articles-00000.jsonl").read_bytes().splitlines()]
    summary = json.loads((out / "summary.json").read_bytes())
    assert len(rows) == summary["in"] == summary["kept"] < 600
    assert summary["interrupted"] is True
    assert "interrupted: what is finished is safe; --resume" in stderr
    assert "Traceback" not in stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_a_run_whose_input_does_not_come(
    tmp_path: Path, number: signal.Signals
) -> None:
    out = tmp_path / "out"
    args = ("clean", "-", "--input-format", "jsonl", "-o", out, "-f", "jsonl")
    with start(*args, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        process.stdin.write(b'{"text":"a page"}\n' * 14_000)
        process.stdin.flush()
        wait_for((out / "manifest.jsonl").exists)
        time.sleep(1)
        process.send_signal(number)
        begun = time.monotonic()
        process.wait(10)
        assert time.monotonic() - begun < 2
        stderr = process.stderr.read() if process.stderr else b""
    assert process.returncode == 130
    assert json.loads((out / "summary.json").read_bytes())["interrupted"] is True
    assert b"Traceback" not in stderr


def test_a_signal_stops_while_every_worker_is_busy(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text":"SPIN"}\n' * 20)
    args = ("clean", tmp_path / "in.jsonl", "-o", tmp_path / "out", "-f", "parquet", "-j", "2")
    with start(*args) as process:
        wait_for((tmp_path / "out/manifest.jsonl").exists)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        begun = time.monotonic()
        process.communicate()
    assert time.monotonic() - begun < 2
    assert process.returncode == 130


def test_a_signal_while_the_command_line_is_loaded_is_no_fault() -> None:
    for delay in (0.05, 0.15, 0.25, 0.35):
        command = [sys.executable, "-c", "from boilerkill.__main__ import main; print(); main()"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen([*command, "clean", "-"], stdin=subprocess.PIPE, **pipes) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(delay)
            process.send_signal(signal.SIGINT)
            stderr = process.communicate(timeout=20)[1]
        assert (process.returncode, stderr) == (130, b"")


def test_kill_9_leaves_whole_files_only(slow: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start("clean", slow, "-o", out) as process:
        wait_for(lambda: list(out.glob("*.txt")))
        process.kill()
    assert {path.read_text() for path in out.glob("*.txt")} == {"NAP 0.1\n"}
    assert not (out / "summary.json").exists()


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_killed_run_leaves_no_process_and_is_gone_on_with(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"text":"NAP 0.04"}\n' * 100)
    args = ("clean", tmp_path / "in.jsonl", "-f", "jsonl", "-j", "2", "--resume", "-o")
    out = tmp_path / "out"
    manifest = out / "manifest.jsonl"
    with start(*args, out, start_new_session=True) as process:
        wait_for(lambda: manifest.exists() and manifest.read_bytes().count(b"\n") > 10)
        process.kill()
    wait_for(lambda: not is_group_alive(process.pid))
    for folder in (out, tmp_path / "whole"):
        with start(*args, folder) as process:
            process.communicate()
        assert process.returncode == 0
    assert tree(out) == tree(tmp_path / "whole")


def is_group_alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    for i in range(50):
        (tmp_path / f"{i}.html").write_text("text " * 10_000)
    with start("clean", tmp_path, "-f", "jsonl") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_standard_input_is_read() -> None:
    with start("clean", "-", stdin=subprocess.PIPE) as process:
        assert process.communicate(b"piped")[0] == b"piped\n"
    assert process.returncode == 0


def test_a_closed_output_is_no_success() -> None:
    command = ["/bin/sh", "-c", f"{' '.join(CLI)} clean - >&-"]
    ended = subprocess.run(command, input=b"page", stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 2
    assert ended.stderr == b"boilerkill: cannot write to standard output: Bad file descriptor\n"
