"""`corpus check`: every fault on a corpus that has it, and none on one that has not."""

import json
from pathlib import Path

import pytest

from boilerkill import cli
from boilerkill.learn.check import FAULTS, check

LAYOUTS = Path(__file__).parent / "layouts"
TEXT = (
    "The old pilot boat was raised on Tuesday after eleven months under water. "
    "Two cranes lifted it, and a crowd on the pier counted the minutes aloud until it was dry."
)
MENU = "<ul><li><a href=/>Home</a><li><a href=/a>About</a></ul>"


def a_row(page_id, html=f"{MENU}<p>{TEXT}", **fields):
    return {"id": page_id, "html": html, "url": f"https://{page_id}.example", "text": TEXT} | fields


def findings(tmp_path, *rows):
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return {f.kind: f.pages for f in check([tmp_path], jobs=1).findings}


def test_a_sound_corpus_has_no_findings():
    report = check([LAYOUTS / "wcxb"], jobs=1)
    (corpus,) = report.corpora
    assert report.findings == ()
    assert (corpus["pages"], corpus["sites"], corpus["ceiling"]) == (2, 2, 1.0)
    assert corpus["blocks"] == {"main text": 4, "other": 8}


def test_labelled_blocks_are_counted_by_class():
    (corpus,) = check([LAYOUTS / "blocks"], jobs=1).corpora
    assert corpus["blocks"] == {"content": 6, "navigation": 4, "filler": 2, "widget": 0}


@pytest.mark.parametrize(
    ("changed", "kind", "detail"),
    [
        ({"html": "<script>x</script>"}, "unreadable", "no readable block"),
        ({"text": None}, "no truth", "no main text, snippets or labelled blocks"),
        ({"text": "Nobody wrote any of this on that page."}, "truth not on the page", "0% of the"),
        (
            {"html": f"<p>{TEXT} {'And so on for ever and a day. ' * 3}"},
            "low ceiling",
            "F1 0.7",
        ),
        ({"text": None, "with": ["Two cranes", "three cranes"]}, "snippets not on", "'three cr"),
    ],
)
def test_a_page_that_teaches_less_than_it_should(tmp_path, changed, kind, detail):
    found = findings(tmp_path, a_row("a", **changed))
    (name,) = found
    ((page, told),) = found[name]
    assert (name.startswith(kind), page) == (True, "a")
    assert told.startswith(detail)


def test_a_page_that_is_not_there_is_named(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_text(f"<p>{TEXT}{name * 9}")
        (tmp_path / f"{name}.txt").write_text(TEXT)
    (tmp_path / "b.html").unlink()
    (tmp_path / "b.html").symlink_to("nowhere.html")
    (tmp_path / "c.html").touch()
    found = {f.kind: f.pages for f in check([tmp_path], jobs=1).findings}
    assert found == {"unmatched": (("c.html", "alone"),)}


def test_damaged_pages_do_not_end_the_check(tmp_path):
    for folder in ("html", "truth"):
        (tmp_path / folder).mkdir()
    for name in ("a", "b"):
        truth = {"with": ["raised"], "without": []}
        (tmp_path / "truth" / f"{name}.json").write_text(json.dumps(truth))
    (tmp_path / "html" / "a.html").write_text(f"<p>{TEXT}")
    (tmp_path / "html" / "b.html.gz").write_bytes(b"no gzip")
    (finding,) = check([tmp_path], jobs=1).findings
    assert (finding.kind, finding.pages[0][0]) == ("unreadable", "b")
    assert "Not a gzipped file" in finding.pages[0][1]


def test_copies_on_one_site_are_told_and_on_two_sites_leak(tmp_path):
    near = f"<p>{TEXT} Later."
    rows = [a_row("a"), a_row("b", near, url="https://a.example/b"), a_row("c")]
    found = findings(tmp_path, *rows)
    assert set(found) == {"near copies", "parted copies"}
    assert found["near copies"][0] == ("a", "100% b (a.example; a.example)")
    assert ("a", "100% c (a.example; c.example)") in found["parted copies"]


def a_page_of_its_own(number, site, split):
    text = " ".join(f"word{number}{chr(97 + i)}" for i in range(20))
    url = f"https://{site}.example/{number}"
    return a_row(f"p{number}", f"<p>{text}", url=url, text=text, split=split)


def test_sites_in_two_splits_leak(tmp_path):
    sites = [a_page_of_its_own(number, "bcdef"[number], "train") for number in range(5)]
    rows = [a_page_of_its_own(6, "a", "train"), a_page_of_its_own(7, "a", "test")]
    assert findings(tmp_path, *sites, *rows) == {
        "parted sites": (("a.example", "test 1, train 1"),)
    }


def test_one_site_can_only_be_split_within(tmp_path):
    rows = [a_page_of_its_own(6, "a", "train"), a_page_of_its_own(7, "a", "test")]
    assert findings(tmp_path, *rows) == {}


def test_copies_between_corpora_are_named_with_their_corpora():
    report = check([LAYOUTS / "wcxb", LAYOUTS / "pairs"], jobs=1)
    (finding,) = report.findings
    assert (finding.kind, report.leaks) == ("same page", False)
    page, copy = finding.pages[0]
    assert page.endswith("wcxb: ferry")
    assert "100% " in copy
    assert copy.endswith("pairs: ferry (harbour.example; harbour.example)")


def test_the_command_prints_a_list_and_tells_leaks_by_its_exit(tmp_path, monkeypatch, capsys):
    rows = [a_row(f"p{i}") for i in range(20)]
    (tmp_path / "x.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def run(*args):
        monkeypatch.setattr("sys.argv", ["boilerkill", "corpus", "check", *map(str, args)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, capsys.readouterr().out

    status, out = run(tmp_path, "--jobs", 1)
    assert (status, FAULTS["parted copies"] in out) == (1, True)
    assert "more (--all lists them)" in out
    assert "--all lists" not in run(tmp_path, "--jobs", 1, "--all")[1]
    status, out = run(LAYOUTS / "wcxb", "--jobs", 1)
    assert (status, "nothing found" in out) == (0, True)
    assert json.loads(run(LAYOUTS / "wcxb", "--json", "--jobs", 1)[1])["findings"] == []
