import json
from pathlib import Path

import pytest
from test_cli import run
from tiny_model import model_bytes, tiny_arrays

MAIN = "This is the first of ten words of main text."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.html").write_text(f"<nav><a href=x>Menu</a></nav><p>{MAIN}")
    blocks = [{"text": "Menu", "label": "navigation"}, {"text": MAIN, "label": "content"}]
    page = {"format": "boilerkill-blocks", "version": 1, "id": "a", "source": "a.html"}
    page |= {"kind": "html", "page_type": "article", "blocks": blocks}
    (folder / "a.json").write_text(json.dumps(page))
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "tiny.bk"
    path.write_bytes(model_bytes(tiny_arrays()))
    return path


def test_figures_are_printed(
    corpus: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "evaluate", corpus, "--model", model, "--jobs", 1) == 0
    assert "macro_f1              1.0000" in capsys.readouterr().out


def test_two_models_are_compared(
    corpus: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", model, "--against", model, "--json", "-", "--jobs", 1]
    assert run(monkeypatch, "evaluate", corpus, *options) == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert told["difference"]["macro_f1"]["value"] == 0


def test_a_report_and_json_are_written_against_a_peer(
    corpus: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    peer = tmp_path / "peer.jsonl"
    peer.write_text(json.dumps({"id": "a", "text": MAIN}))
    report, figures = tmp_path / "eval.html", tmp_path / "eval.json"
    options = ["--model", model, "--against", peer, "--report", report, "--json", figures]
    assert run(monkeypatch, "evaluate", corpus, *options, "--jobs", 1) == 0
    assert "<h1>tiny against peer</h1>" in report.read_text("utf-8")
    assert json.loads(figures.read_text("utf-8"))[0]["against"]["name"] == "peer"


def test_bare_text_is_a_page_of_its_own(
    corpus: Path, model: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--model", model, "--flatten", "--split", "test", "--jobs", 1]
    assert run(monkeypatch, "evaluate", corpus, *options) == 2
    assert "no page to evaluate" in capsys.readouterr().err
    assert run(monkeypatch, "evaluate", corpus, "--model", model, "--flatten", "--jobs", 1) == 0
    assert "navigation_f1         0.0000" in capsys.readouterr().out
