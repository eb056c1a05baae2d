from pathlib import Path

import pytest
from test_cli import run
from tiny_model import tiny_model

from boilerkill.cleaner import Cleaner
from boilerkill.cli import report
from boilerkill.values import Limits, Mode


@pytest.fixture(autouse=True)
def _tiny(monkeypatch: pytest.MonkeyPatch) -> None:
    def make(_: object, mode: Mode, limits: Limits) -> Cleaner:
        return Cleaner(tiny_model(), mode, limits)

    monkeypatch.setattr(report, "make_cleaner", make)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>News</h1><p>" + "word " * 30)
    (folder / "deep" / "b.html").write_text("<nav><a href=x>Menu</a></nav>")
    return folder


def test_one_page_becomes_one_file(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "report.html"
    assert run(monkeypatch, "report", pages / "index.html", "-o", out) == 0
    assert "<h1 " in out.read_text("utf-8")
    assert run(monkeypatch, "report", pages / "index.html", "-o", out) == 2
    assert run(monkeypatch, "report", pages / "index.html", "-o", out, "--overwrite") == 0


def test_many_become_a_folder_with_an_index(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert run(monkeypatch, "report", pages, "-o", out) == 0
    assert {str(p.relative_to(out)) for p in out.rglob("*.html")} == {
        "index.html", "index-2.html", "deep/b.html",
    }  # fmt: skip
    assert 'href="deep/b.html"' in (out / "index.html").read_text("utf-8")


def test_an_unreadable_page_has_a_report_that_says_so(
    pages: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (pages / "deep" / "c.html").write_bytes(b"%PDF-1.7\n\0\0")
    assert run(monkeypatch, "report", pages, "-o", tmp_path / "out") == 1
    assert "quarantined" in (tmp_path / "out/deep/c.html").read_text("utf-8")


def test_a_folder_is_no_place_for_one_page(
    pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "report", pages / "index.html", "-o", pages) == 2
    assert "is a folder" in capsys.readouterr().err


def test_a_report_does_not_replace_its_page(
    pages: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page = pages / "index.html"
    monkeypatch.chdir(pages)
    assert run(monkeypatch, "report", page, "-o", "index.html", "--overwrite") == 2
    assert "is the page itself" in capsys.readouterr().err
    assert page.read_text().startswith("<h1>News")
