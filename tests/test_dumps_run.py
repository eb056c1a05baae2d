import gzip
import io
import json
import os
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from fake_cleaner import make_fake

from boilerkill.dumps.factory import make_cleaner
from boilerkill.dumps.options import Options
from boilerkill.dumps.output import claimed, find_place
from boilerkill.dumps.run import Console, clean_pages
from boilerkill.dumps.tally import Outcome
from boilerkill.errors import InputError, OutputError, UsageError

Pages = dict[str, str | bytes]


def put(folder: Path, pages: Pages) -> Path:
    for name, page in pages.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        data = page if isinstance(page, bytes) else page.encode()
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder


def run(*inputs: object, stdin: bytes = b"", **options: Any) -> tuple[Outcome, bytes]:
    """Return the outcome and what went to standard output."""
    stdout = io.BytesIO()
    console = Console(stdin=io.BytesIO(stdin), stdout=stdout)
    options = {"jobs": 2, "time_limit": 2} | options
    outcome = clean_pages([str(each) for each in inputs], Options(**options), make_fake, console)
    return outcome, stdout.getvalue()


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    """A folder with a page of every ending."""
    pages: Pages = {
        "a.html": "first",
        "b/c.htm.gz": "second",
        "b/empty.txt": "EMPTY",
        "b/x.html": "KILL",
        "bad.html": "BAD",
        "unsure.html": "UNSURE perhaps",
        "style.css": "no page",
    }
    return put(tmp_path / "in", pages)


def test_a_file_for_each_page(mixed: Path, tmp_path: Path) -> None:
    outcome, stdout = run(mixed, out=tmp_path / "out")
    found = tree(tmp_path / "out")
    assert {name: text for name, text in found.items() if name.endswith(".txt")} == {
        "a.txt": b"first\n",
        "b/c.txt": b"second\n",
        "unsure.txt": b"perhaps\n",
    }
    assert sorted(found.keys() - {"a.txt", "b/c.txt", "unsure.txt"}) == [
        "empty.jsonl",
        "manifest.jsonl",
        "quarantine.jsonl",
        "summary.json",
    ]
    assert str(outcome).startswith("in 6 = kept 3 + empty 1 + quarantined 2; ")
    assert str(outcome).endswith("1 other files not read")
    assert stdout == b""


def test_lists_and_summary_agree(mixed: Path, tmp_path: Path) -> None:
    run(mixed, out=tmp_path / "out")
    assert [(each["id"], each["reason"]) for each in lines(tmp_path / "out/quarantine.jsonl")] == [
        ("bad.html", "not text"),
        ("b/x.html", "killed its worker, twice (SIGKILL)"),
    ]
    assert lines(tmp_path / "out/empty.jsonl") == [
        {"id": "b/empty.txt", "where": str(mixed / "b/empty.txt"), "reason": "no text"}
    ]
    summary = json.loads((tmp_path / "out/summary.json").read_bytes())
    assert summary["in"] == summary["kept"] + summary["empty"] + summary["quarantined"] == 6


def test_a_row_for_each_page(mixed: Path, tmp_path: Path) -> None:
    run(mixed, out=tmp_path / "out", format="jsonl")
    rows = lines(tmp_path / "out/articles-00000.jsonl")
    assert [row["id"] for row in rows] == [
        "a.html",
        "bad.html",
        "unsure.html",
        "b/c.htm.gz",
        "b/empty.txt",
        "b/x.html",
    ]
    assert len({tuple(row) for row in rows}) == 1  # the same columns, faults too
    assert rows[0]["text"] == "first"
    assert rows[0]["status"] == "kept"


def test_one_file_of_rows_with_blocks(mixed: Path, tmp_path: Path) -> None:
    run(mixed, out=tmp_path / "x.jsonl", format="jsonl", blocks=True)
    rows = lines(tmp_path / "x.jsonl")
    assert rows[0]["blocks"] == [{"text": "first"}]
    assert (tmp_path / "x.summary.json").exists()
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir()) == ["in"]


@pytest.mark.parametrize("output", ["text", "jsonl"])
def test_the_same_for_any_number_of_workers(mixed: Path, tmp_path: Path, output: str) -> None:
    put(mixed, {f"n/{i}.html": f"page {i}" for i in range(60)})
    for jobs in (1, 2, 8):
        run(mixed, out=tmp_path / f"out{jobs}", format=output, jobs=jobs)
    assert tree(tmp_path / "out1") == tree(tmp_path / "out2") == tree(tmp_path / "out8")


def test_low_confidence_is_quarantined_with_its_text(mixed: Path, tmp_path: Path) -> None:
    outcome, _ = run(mixed, out=tmp_path / "out", format="jsonl", min_confidence=0.5)
    row = lines(tmp_path / "out/articles-00000.jsonl")[2]
    assert outcome.tally.quarantined == 3
    assert (row["text"], row["reason"]) == ("perhaps", "confidence 0.200 is below 0.5")


def test_only_selects_what_is_written_not_what_is_counted(mixed: Path, tmp_path: Path) -> None:
    outcome, _ = run(mixed, out=tmp_path / "out", format="jsonl", only="kept")
    assert len(lines(tmp_path / "out/articles-00000.jsonl")) == 3
    assert outcome.tally.pages == 6
    run(mixed, out=tmp_path / "doubtful", only="quarantined", min_confidence=0.5)
    assert [path.name for path in (tmp_path / "doubtful").glob("**/*.txt")] == ["unsure.txt"]


def test_names_do_not_hang_on_how_other_pages_end(tmp_path: Path) -> None:
    put(tmp_path / "in", {"x.htm": "BAD", "x.html": "text"})
    run(tmp_path / "in", out=tmp_path / "out")
    assert (tmp_path / "out/x-2.txt").read_text() == "text\n"


@pytest.mark.parametrize(
    ("output", "name", "content"),
    [
        ("markdown", "a.md", b"# first\n"),
        ("html", "a.html", b"<p>first</p>\n</body>\n</html>\n"),
        ("json", "a.json", b'"status": "kept",\n "reason": null,'),
    ],
)
def test_other_files(mixed: Path, tmp_path: Path, output: str, name: str, content: bytes) -> None:
    run(mixed, out=tmp_path / "out", format=output)
    assert content in (tmp_path / "out" / name).read_bytes()


def test_what_is_known_of_a_page_stands_at_its_head(mixed: Path, tmp_path: Path) -> None:
    run(mixed / "a.html", out=tmp_path / "text", with_metadata=True)
    assert (
        tmp_path / "text/a.txt"
    ).read_text() == '---\ntags: ["one"]\nconfidence: 0.9\n---\n\nfirst\n'
    run(mixed / "a.html", out=tmp_path / "html", with_metadata=True, format="html")
    assert '<meta name="tags" content="one">' in (tmp_path / "html/a.html").read_text()


def test_more_columns_on_request(mixed: Path, tmp_path: Path) -> None:
    wanted = {"with_metadata": True, "with_markdown": True, "with_html": True}
    run(mixed, out=tmp_path / "x.jsonl", format="jsonl", **wanted)
    rows = lines(tmp_path / "x.jsonl")
    assert (rows[0]["tags"], rows[0]["markdown"], rows[0]["html"]) == (
        ["one"],
        "# first",
        "<p>first</p>",
    )
    assert len({tuple(row) for row in rows}) == 1


def test_another_language_is_empty(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.html": "GERMAN Servus", "b.html": "unknown"})
    outcome, _ = run(tmp_path / "in", out=tmp_path / "out", format="jsonl", target_language="en")
    row = lines(tmp_path / "out/articles-00000.jsonl")[0]
    assert (row["status"], row["text"]) == ("empty", "")
    assert row["reason"] == "its language is de-AT, wanted: en"
    assert outcome.tally.kept == 1
    german = run(tmp_path / "in", out=tmp_path / "de", target_language="de_DE")[0]
    assert german.tally.kept == 2


def test_the_language_is_that_of_the_text_not_what_the_page_states(tmp_path: Path) -> None:
    text = "Der Fluss war in der Nacht über die Ufer getreten, und niemand hatte es bemerkt. " * 9
    put(tmp_path / "in", {"a.html": f'<html lang="en"><body><p>{text}</p></body></html>'})
    for wanted, status in (("de", "kept"), ("en", "empty")):
        options = Options(out=tmp_path / wanted, target_language=wanted, jobs=1)
        console = Console(stdin=io.BytesIO(), stdout=io.BytesIO())
        make = partial(make_cleaner, None, "balanced", options.limits)
        tally = clean_pages([str(tmp_path / "in")], options, make, console).tally
        assert getattr(tally, status) == 1


def test_duplicates_are_empty_and_named(tmp_path: Path) -> None:
    text = " ".join(f"word{i}" for i in range(400))
    pages: Pages = {
        "a.html": text,
        "b.html": text.upper(),
        "c.html": f"{text} more",
        "d.html": "other",
    }
    put(tmp_path / "in", pages)
    outcome, _ = run(tmp_path / "in", out=tmp_path / "near", dedup="near")
    assert {path.name for path in (tmp_path / "near").glob("*.txt")} == {"a.txt", "d.txt"}
    assert (outcome.duplicates, outcome.tally.empty) == (2, 2)
    said = {
        each["id"]: each.get("duplicate_of") for each in lines(tmp_path / "near/manifest.jsonl")[1:]
    }
    assert said == {"a.html": None, "b.html": "a.html", "c.html": "a.html", "d.html": None}
    assert run(tmp_path / "in", out=tmp_path / "exact", dedup="exact")[0].duplicates == 1


def test_one_page_to_standard_output(mixed: Path) -> None:
    assert run(mixed / "a.html")[1] == b"first\n"
    assert run("-", stdin=b"piped")[1] == b"piped\n"
    outcome, stdout = run(mixed / "bad.html")
    assert (outcome.alone, stdout) == (("quarantined", "not text"), b"")
    row = json.loads(run("-", stdin=b"piped", format="jsonl", url="http://a.example/")[1])
    assert (row["id"], row["url"], row["text"]) == ("stdin", "http://a.example/", "piped")


def test_standard_input_beside_files(mixed: Path) -> None:
    _, stdout = run(mixed / "a.html", "-", stdin=b"piped", format="jsonl")
    assert [json.loads(line)["id"] for line in stdout.splitlines()] == ["stdin", "a.html"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "add -o OUT"),
        ({"url": "http://a.example/"}, "one page"),
        ({"blocks": True}, "needs rows"),
        ({"out": Path("x.jsonl")}, "add -f jsonl"),
        ({"out": Path("x.txt")}, "names a folder"),
        ({"min_confidence": 2.0}, "0 to 1"),
        ({"jobs": 0}, "above 0"),
        ({"time_limit": float("nan")}, "above 0"),
        ({"time_limit": float("inf")}, "above 0"),
        ({"resume": True}, "add -o OUT"),
        ({"dedup": "near"}, "add -o OUT"),
        ({"format": "parquet"}, "add -o OUT"),
        ({"out": Path("x"), "resume": True, "overwrite": True}, "give one"),
        ({"target_language": "english"}, "target-language is 'english'; wanted: one of af am"),
        ({"input_format": "xml"}, "allowed: page, jsonl"),
        ({"format": "xml"}, "allowed: text, markdown, html, json, jsonl"),
    ],
)
def test_wrong_usage(mixed: Path, options: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run(mixed, **options)


def test_no_page_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    put(tmp_path / "in", {"style.css": ""})
    with pytest.raises(InputError, match=r"no page in .*, which holds 1 other files; .* \.html"):
        run(tmp_path / "in", out=tmp_path / "out")
    with pytest.raises(InputError, match="no page in -, which holds nothing"):
        run("-", input_format="jsonl", format="jsonl")
    assert not (tmp_path / "out").exists()


def test_results_are_not_overwritten_unasked(mixed: Path, tmp_path: Path) -> None:
    run(mixed, out=tmp_path / "out")
    (mixed / "a.html").write_text("changed")
    with pytest.raises(OutputError, match="--overwrite"):
        run(mixed, out=tmp_path / "out")
    assert (tmp_path / "out/a.txt").read_text() == "first\n"
    run(mixed, out=tmp_path / "out", overwrite=True)
    assert (tmp_path / "out/a.txt").read_text() == "changed\n"


def test_a_link_in_the_output_is_not_followed_out(mixed: Path, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere", {"c.txt": "mine"})
    (tmp_path / "out").mkdir()
    (tmp_path / "out/b").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="leads out"):
        run(mixed, out=tmp_path / "out", overwrite=True)
    assert tree(tmp_path / "elsewhere") == {"c.txt": b"mine"}


def test_an_occupied_name_ends_the_run_and_leaves_nothing_unfinished(
    mixed: Path, tmp_path: Path
) -> None:
    (tmp_path / "out/a.txt").mkdir(parents=True)
    with pytest.raises(OutputError, match=r"cannot write .*a\.txt"):
        run(mixed, out=tmp_path / "out", overwrite=True)
    assert tree(tmp_path / "out").keys() == {"manifest.jsonl"}


def test_a_second_run_is_refused(mixed: Path, tmp_path: Path) -> None:
    refused = pytest.raises(OutputError, match="another run")
    with claimed(find_place(tmp_path / "out", None), overwrite=False), refused:
        run(mixed, out=tmp_path / "out", overwrite=True)


def test_every_kind_of_file_is_counted(tmp_path: Path) -> None:
    put(tmp_path / "in", {"a.html": "first", "b.html.gz": "x" * 99})
    packed = tmp_path / "in/b.html.gz"
    packed.write_bytes(packed.read_bytes()[:-9])
    os.mkfifo(tmp_path / "in/fifo.html")
    (tmp_path / "in/link.html").symlink_to("nowhere")
    outcome, _ = run(tmp_path / "in", out=tmp_path / "out")
    assert (outcome.tally.kept, outcome.tally.quarantined) == (1, 3)
    assert {each["id"] for each in lines(tmp_path / "out/quarantine.jsonl")} == {
        "b.html.gz",
        "fifo.html",
        "link.html",
    }
