"""Every layout of labelled corpora on a small sample of our own, and the same pages from each."""

import gzip
import json
from pathlib import Path

import pytest

from boilerkill.errors import CorpusError
from boilerkill.learn.corpora import open_corpus
from boilerkill.learn.corpora.markdown import plain_text
from boilerkill.words import tokens

LAYOUTS = Path(__file__).parent / "layouts"
BELL = "Its captain has kept the bell of the old ship, which he rings twice."
ROW = {"id": "a", "html": "<p>Hello world", "text": "Hello world"}


def pages(path):
    return {page.id: page for page in open_corpus(path)}


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("wcxb", "wcxb"),
        ("aeb", "aeb"),
        ("cleaneval", "cleaneval"),
        ("dragnet", "dragnet"),
        ("pairs", "pairs"),
        ("together", "pairs"),
        ("table", "table"),
        ("table/pages.jsonl", "table"),
        ("blocks", "blocks"),
    ],
)
def test_each_layout_gives_the_same_pages(folder, name):
    corpus = open_corpus(LAYOUTS / folder)
    assert (corpus.name, corpus.ids, corpus.unmatched) == (name, ("ferry", "rope"), ())
    ferry = next(iter(corpus))
    assert ferry == corpus.read("ferry")
    assert tokens(ferry.truth)[-14:] == tokens(BELL)
    assert (ferry.corpus, ferry.domain) == (name, "harbour.example")
    assert "comment" not in ferry.truth
    assert "The last ferry" in (ferry.source.decode() if name != "table" else ferry.source)


@pytest.mark.parametrize("folder", ["trafilatura", "trafilatura-py", "trafilatura/evaldata.json"])
def test_lists_of_snippets(folder):
    ferry = pages(LAYOUTS / folder)["ferry"]
    assert (ferry.must, ferry.must_not) == (("The last ferry leaves the",), ("Tides",))
    assert (ferry.truth, ferry.url) == (None, "https://harbour.example/ferry")


def test_a_python_list_is_not_run(tmp_path):
    (tmp_path / "evaldata.py").write_text("raise SystemExit\nX = {'u': {'file': print('run')}}")
    with pytest.raises(CorpusError, match="no list of literals"):
        open_corpus(tmp_path)
    (tmp_path / "evaldata.py").write_text("X = []")
    with pytest.raises(CorpusError, match="assigns no dictionary"):
        open_corpus(tmp_path)


@pytest.mark.parametrize(("file", "fault"), [("../a.html", "no folders"), ("a.html", "no a.html")])
def test_a_list_names_a_page_that_is_not_there(tmp_path, file, fault):
    (tmp_path / "evaldata.json").write_text(json.dumps({"https://a.example": {"file": file}}))
    with pytest.raises(CorpusError, match=fault):
        list(open_corpus(tmp_path))


def test_one_file_under_two_addresses_is_two_pages(tmp_path):
    (tmp_path / "a.html").touch()
    urls = {f"https://{host}.example": {"file": "a.html"} for host in "ab"}
    (tmp_path / "evaldata.json").write_text(json.dumps(urls))
    assert {page.domain for page in open_corpus(tmp_path)} == {"a.example", "b.example"}


def test_what_does_not_pair_up_is_told(tmp_path):
    for name in ("a.html", "a.txt", "b.html", "c.md"):
        (tmp_path / name).write_text("x")
    corpus = open_corpus(tmp_path)
    assert (corpus.ids, corpus.unmatched) == (("a",), ("b.html",))


def test_texts_that_are_not_utf_8_are_read_as_windows_does(tmp_path):
    (tmp_path / "a.html.gz").write_bytes(gzip.compress(b"<p>x"))
    (tmp_path / "a-cleaned.txt").write_bytes(b"<p>caf\xe9 \x97 bar")
    assert pages(tmp_path)["a"].truth == "caf\xe9 \u2014 bar"


def packed(path, lines):
    text = "".join(json.dumps(row) + "\n" for row in lines).encode()
    if path.suffix == ".zst":
        zstandard = pytest.importorskip("zstandard")
        half = len(text) // 2  # two frames, as parallel packers write
        frames = [zstandard.compress(text[:half]), zstandard.compress(text[half:])]
        path.write_bytes(b"".join(frames))
    else:
        path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


@pytest.mark.parametrize("name", ["x.jsonl", "x.jsonl.gz", "x.jsonl.zst", "x.ndjson"])
def test_packed_tables(tmp_path, name):
    rows = [ROW, {"html": "<p>Bye", "main_content": "Bye", "page_type": "forum", "date": 2020}]
    found = pages(packed(tmp_path / name, rows))
    assert list(found) == ["a", f"{name}:2"]
    assert (found[f"{name}:2"].page_type, found[f"{name}:2"].date) == ("forum", "2020")


def test_parquet(tmp_path):
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [ROW | {"html": b"<p>Hello", "with": None}, ROW | {"id": "b", "html": b"x"}]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "x.parquet")
    assert pages(tmp_path)["b"].source == b"x"
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    with pytest.raises(CorpusError, match="cannot be read as Parquet"):
        open_corpus(tmp_path)


def test_rows_with_snippets_alone(tmp_path):
    row = {"html": "<p>x", "with": ["x"], "without": []}
    page = pages(packed(tmp_path / "x.jsonl", [row]))["x.jsonl:1"]
    assert (page.corpus, page.must, page.truth) == ("snippets", ("x",), None)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"{", "row 1: not JSON"),
        (b"\n[]", "row 2: holds no object"),
        (b'{"text": "x"}', "row 1: has no page; wanted: text or bytes in one of html"),
        (b'{"html": "x", "kind": "pdf"}', "'kind' is 'pdf'"),
        (b'{"html": "x", "id": 1}\n' * 2, "two rows have the id '1'"),
    ],
)
def test_a_faulty_row_is_named(tmp_path, content, fault):
    (tmp_path / "x.jsonl").write_bytes(content)
    with pytest.raises(CorpusError, match=fault):
        list(open_corpus(tmp_path))


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_table_cut_short_is_named(tmp_path, suffix):
    file = packed(tmp_path / f"x.jsonl{suffix}", [ROW | {"html": str(i) * 99} for i in range(99)])
    file.write_bytes(file.read_bytes()[:-20] + b"\0" * 20)
    with pytest.raises(CorpusError, match=r"x\.jsonl"):
        open_corpus(file)


def test_a_file_that_is_no_corpus(tmp_path):
    (tmp_path / "x.csv").touch()
    with pytest.raises(CorpusError, match="no labelled corpus by its name"):
        open_corpus(tmp_path / "x.csv")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("# A *big* title #", "A big title"),
        ("see [the _old_ ship](/x_(y) 'T') and ![a mast](m.png)", "see the old ship and"),
        ("a\n\n- one\n- two\n\n1. three", "a\n\none\ntwo\n\nthree"),
        ("| a | b |\n|---|:-:|\n| 1 | 2 |", "a | b \n\n 1 | 2"),
        ("> quoted\n> on", "quoted\non"),
        (
            "call `_a_*b*` or snake_case_name, 2 * 3 * 4",
            "call _a_*b* or snake_case_name, 2 * 3 * 4",
        ),
        ("```py\n# kept *as is*\n```", "# kept *as is*"),
        ("A<br>B &amp; C \\*", "A\nB & C *"),
        ("T\n=\n\n---\n\n[r]: http://x.example", "T"),
        ("<https://x.example/> **bold** __more__", "https://x.example/ bold more"),
    ],
)
def test_markdown_to_its_words(markdown, text):
    assert plain_text(markdown) == text
