import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tiny_model import tiny_model

from boilerkill.cleaner import Cleaner
from boilerkill.errors import BoilerkillError, CorpusError, InputError, OutputError, UsageError
from boilerkill.learn.corpora import open_corpus
from boilerkill.web.project import ConflictError, Opened, Project, Source

MAIN = "This is the first of ten words of main text."
PAGE = f"<title>T</title><nav><a href=x>Menu</a></nav><p>{MAIN}<p>Also this"
#: The tiny model knows long blocks and links; the rest it calls a widget.
GUESSES = ["navigation", "content", "widget"]


def a_project(folder: Path, pages: Mapping[str, str] | None = None) -> Project:
    sources = [
        Source(name, lambda page=page: page.encode())
        for name, page in (pages or {"a.html": PAGE}).items()
    ]
    return Project(sources, folder, Cleaner(tiny_model()))


def written(folder: Path, name: str = "a") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / f"pages/{name}.json").read_text("utf-8"))
    return found


def test_a_page_opens_with_guesses_and_no_label(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    assert [block.label for block in project.open(0).blocks] == GUESSES
    assert project.state(0).labels == (None, None, None)
    assert list(tmp_path.iterdir()) == []


def test_every_change_is_written_at_once(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    assert project.change(0, 0, {1: "content"}).revision == 1
    assert [b["label"] for b in written(tmp_path)["blocks"]] == [None, "content", None]
    assert (tmp_path / "pages/a.html").read_text() == PAGE
    project.change(0, 1, {0: "navigation", 2: "filler"}, "forum")
    (page,) = open_corpus(tmp_path)
    assert page.labels == (("Menu", "navigation"), (MAIN, "content"), ("Also this", "filler"))
    assert (page.truth, page.page_type) == (MAIN, "forum")


def test_a_change_to_an_older_revision_is_refused(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    project.change(0, 0, {0: "navigation"})
    with pytest.raises(ConflictError, match="at revision 1, the change was made to 0"):
        project.change(0, 0, {0: "widget"})
    assert project.state(0).labels[0] == "navigation"


def test_labels_are_there_again_the_next_day(tmp_path: Path) -> None:
    a_project(tmp_path).change(0, 0, {0: "navigation", 1: "filler"}, "forum")
    project = a_project(tmp_path)
    assert project.outlooks()[0].done == 2
    project.open(0)
    assert project.state(0).labels == ("navigation", "filler", None)
    assert project.state(0).page_type == "forum"


def test_labels_outlive_a_change_of_the_cutting(tmp_path: Path) -> None:
    a_project(tmp_path).change(0, 0, {1: "filler"})
    file = tmp_path / "pages/a.json"
    page = written(tmp_path)
    page["blocks"] = [{"text": "Menu", "label": "navigation"}, {"text": MAIN, "label": "filler"}]
    file.write_text(json.dumps(page))
    project = a_project(tmp_path)
    project.open(0)
    assert project.state(0).labels == ("navigation", "filler", None)


def test_what_a_person_wrote_into_the_file_stays(tmp_path: Path) -> None:
    a_project(tmp_path).change(0, 0, {0: "widget"})
    page = written(tmp_path) | {"split": "test", "title": "Mine"}
    (tmp_path / "pages/a.json").write_text(json.dumps(page))
    a_project(tmp_path).change(0, 0, {0: "navigation"})
    assert (written(tmp_path)["split"], written(tmp_path)["title"]) == ("test", "Mine")


@pytest.mark.parametrize("fault", [b"\x89PNG\r\n\x1a\n" + bytes(99), None])
def test_a_labelled_page_that_cannot_be_read_is_shown_so(
    tmp_path: Path, fault: bytes | None
) -> None:
    def load() -> bytes:
        if fault is None:
            raise InputError("cannot read a.html")
        return fault

    a_project(tmp_path).change(0, 0, {0: "widget"})
    project = Project([Source("a.html", load)], tmp_path, Cleaner(tiny_model()))
    assert (project.open(0).blocks, project.open(0).article.status) == ((), "quarantined")
    assert project.next_unsure() is None


def test_a_source_outside_the_corpus_is_not_written(tmp_path: Path) -> None:
    a_project(tmp_path).change(0, 0, {0: "widget"})
    page = written(tmp_path) | {"source": "../../x.html"}
    (tmp_path / "pages/a.json").write_text(json.dumps(page))
    (tmp_path / "pages/a.html").rename(tmp_path / "pages/x.html")
    project = a_project(tmp_path)
    (tmp_path / "pages/x.html").unlink()
    project.change(0, 0, {0: "navigation"})
    assert (tmp_path / "pages/x.html").read_text() == PAGE
    assert not (tmp_path.parent / "x.html").exists()


def test_text_pages_are_written_as_utf8(tmp_path: Path) -> None:
    source = Source("a.txt", lambda: f"Menü\n{MAIN}".encode("latin-1"), "text")
    Project([source], tmp_path, Cleaner(tiny_model())).change(0, 0, {0: "widget"})
    (page,) = open_corpus(tmp_path)
    assert (page.kind, page.source) == ("text", f"Menü\n{MAIN}")


def test_another_page_of_the_same_name_is_not_overwritten(tmp_path: Path) -> None:
    a_project(tmp_path).change(0, 0, {0: "widget"})
    with pytest.raises(CorpusError, match="labels another page than a"):
        a_project(tmp_path, {"a.html": PAGE + "more"})


def test_pages_of_equal_names_in_folders_are_kept_apart(tmp_path: Path) -> None:
    project = a_project(tmp_path, {"x/a.html": PAGE, "x-a.html": PAGE + "<p>x", "X/A.html": PAGE})
    for number in range(3):
        project.change(number, 0, {0: "widget"})
    names = sorted(path.name for path in (tmp_path / "pages").glob("*.json"))
    assert names == ["X-A-3.json", "x-a-2.json", "x-a.json"]
    assert len(open_corpus(tmp_path)) == len(list(open_corpus(tmp_path))) == 3


@pytest.mark.parametrize(
    ("labels", "page_type", "said"),
    [
        ({9: "content"}, None, "there is no block 9; the page has 3"),
        ({-1: "content"}, None, "no block -1"),
        ({0: "menu"}, None, "label is 'menu'; allowed: content"),
        ({}, "poem", "page type is 'poem'"),
    ],
)
def test_what_does_not_exist_is_refused(
    tmp_path: Path, labels: Any, page_type: str | None, said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        a_project(tmp_path).change(0, 0, labels, page_type)


def test_nothing_changes_that_cannot_be_written(tmp_path: Path) -> None:
    project = a_project(tmp_path)
    (tmp_path / "pages").write_text("in the way")
    with pytest.raises(OutputError):
        project.change(0, 0, {0: "widget"})
    assert project.state(0).revision == 0


def test_an_unreadable_page_says_why(tmp_path: Path) -> None:
    def fail() -> bytes:
        raise InputError("truncated gzip")

    project = Project([Source("a.html", fail)], tmp_path, Cleaner(tiny_model()))
    assert project.open(0).article.reason == "truncated gzip"
    with pytest.raises(UsageError, match="no block to label"):
        project.change(0, 0, {})


def test_no_page_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(BoilerkillError, match="no page to label"):
        Project([], tmp_path, Cleaner(tiny_model()))


def test_the_least_sure_page_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"sure.html": PAGE, "unsure.html": PAGE + "<p>x", "new.html": PAGE}
    project = a_project(tmp_path, pages)
    assert project.next_unsure() == 0
    before = Project._settle

    def settle(self: Project, number: int, opened: Opened) -> None:
        before(self, number, opened)
        known = self._outlooks[number]
        self._outlooks[number] = type(known)(known.blocks, known.done, [0.1, 0.3, 0.2][number])

    monkeypatch.setattr(Project, "_settle", settle)
    for number in (0, 1):
        project.open(number)
    assert project.next_unsure() == 1
    assert project.next_unsure(after=1) == 0
    project.change(1, 0, dict.fromkeys(range(4), "widget"))
    assert project.next_unsure() == 0
    project.change(0, 0, dict.fromkeys(range(3), "widget"))
    project.change(2, 0, dict.fromkeys(range(3), "widget"))
    assert project.next_unsure() is None


def test_only_some_pages_are_held_ready(tmp_path: Path) -> None:
    project = a_project(tmp_path, {f"{i}.html": PAGE for i in range(12)})
    for number in range(12):
        project.change(number, 0, {0: "widget"})
    assert len(project._ready) == 8
    project.open(0)
    assert project.state(0).labels[0] == "widget"
