import gzip
import io
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from boilerkill.dumps.columns import Columns
from boilerkill.dumps.files import count_files, find_roots, read_page
from boilerkill.dumps.inputs import Past, Stream, open_inputs, open_pages
from boilerkill.dumps.records import Record
from boilerkill.dumps.sources import Reading
from boilerkill.dumps.work import load
from boilerkill.errors import InputError
from boilerkill.values import Kind, Limits

zstandard = pytest.importorskip("zstandard")
READING = Reading(kind="auto", max_bytes=99, columns=Columns())


def put(path: Path, data: bytes = b"page") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def pages(*inputs: object, kind: Kind = "auto", stdin: bytes = b"") -> Iterator[Record]:
    given = [str(each) for each in inputs]
    return open_pages(given, io.BytesIO(stdin), Limits(max_bytes=99), kind=kind, url=None)[1]


def stream(*inputs: object) -> tuple[list[str], dict[str, int]]:
    """Return the ids of all pages, and what was skipped."""
    inputs_ = open_inputs([str(each) for each in inputs], io.BytesIO(), READING)
    found = Stream(inputs_, None, Past())
    return [record.id for record in found], dict(found.skipped)


def ids(*inputs: object) -> list[str]:
    return [record.id for record in pages(*inputs)]


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    for name in ("b.html", "a/c.htm.gz", "a/b/d.txt", "Z.md", "style.css"):
        put(tmp_path / name)
    names = ["Z.md", "b.html", "a/c.htm.gz", "a/b/d.txt"]
    assert stream(tmp_path) == (names, {"other files": 1})
    assert count_files(find_roots([str(tmp_path)])) == (4, 16)


def test_names_are_below_the_common_folder(tmp_path: Path) -> None:
    one, two = put(tmp_path / "a" / "x.html"), put(tmp_path / "b" / "x.html")
    assert ids(one, two) == ["a/x.html", "b/x.html"]
    assert ids(one) == ["x.html"]
    assert ids(two.parent, one.parent) == ["b/x.html", "a/x.html"]


def test_a_page_named_twice_is_read_once(tmp_path: Path) -> None:
    page = put(tmp_path / "a" / "x.html")
    assert ids(tmp_path, page, tmp_path / "a", page) == ["a/x.html"]
    assert ids(page, tmp_path / "a" / ".." / "a" / "x.html") == ["x.html"]


def test_a_file_named_outright_needs_no_suffix(tmp_path: Path) -> None:
    assert ids(put(tmp_path / "page.php"), tmp_path) == ["page.php"]


def test_globs_are_expanded(tmp_path: Path) -> None:
    put(tmp_path / "a" / "x.html")
    put(tmp_path / "b" / "[1].html")
    assert ids(tmp_path / "*" / "x.html") == ["x.html"]
    assert ids(tmp_path / "b" / "[1].html") == ["[1].html"]


@pytest.mark.parametrize("name", ["missing.html", "no*match"])
def test_a_missing_input_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="no such file"):
        find_roots([str(tmp_path / name)])


def test_a_named_fifo_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is a FIFO"):
        find_roots([str(tmp_path / "pipe")])


def test_links_to_folders_are_not_entered(tmp_path: Path) -> None:
    put(tmp_path / "a" / "x.html")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.html").symlink_to(tmp_path / "self.html")
    assert stream(tmp_path) == (["self.html", "a/x.html"], {"linked folders": 1})


def test_kind_goes_by_name(tmp_path: Path) -> None:
    put(tmp_path / "a.html.gz")
    put(tmp_path / "b.txt")
    assert [record.kind for record in pages(tmp_path)] == ["html", "auto"]
    (page,) = pages(tmp_path / "b.txt", kind="text")
    assert page.kind == "text"


def test_a_name_that_is_no_utf8(tmp_path: Path) -> None:
    page = put(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.html")))
    (record,) = pages(tmp_path)
    assert record.id == "caf%E9.html"
    assert load(record, 10) == page.read_bytes()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_packed_pages_are_unpacked(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    ending = "GZ" if pack is gzip.compress else "zst"
    packed = put(tmp_path / f"a.html.{ending}", pack(b"one ") + pack(b"two"))
    assert ids(tmp_path) == [packed.name]
    assert read_page(packed, 7) == b"one two"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(os.urandom(900))[:300], "truncated gzip"),
        (gzip.compress(bytes(10**7)), "too large: more than 1,000 bytes"),
        (b"no gzip", "damaged gzip"),
        (gzip.compress(bytes(500), mtime=0)[:12] + b"\xff" * 20, "damaged gzip|truncated gzip"),
    ],
    ids=["truncated", "bomb", "not gzip", "damaged"],
)
def test_bad_gz(tmp_path: Path, data: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_page(put(tmp_path / "a.html.gz", data), 1000)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo.html")
    (tmp_path / "link.html").symlink_to("nowhere")
    (tmp_path / "loop.html").symlink_to("loop.html")
    for name, reason in {
        "fifo.html": "a FIFO",
        "link.html": "leads nowhere",
        "loop.html": "leads nowhere",
        "gone.html": "No such file",
    }.items():
        with pytest.raises(InputError, match=reason):
            read_page(tmp_path / name, 9)


def test_a_socket_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # names of sockets must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("s.html")
        with pytest.raises(InputError, match="a socket"):
            read_page(Path("s.html"), 9)


def test_a_stream_is_one_page_within_the_limit() -> None:
    (page,) = pages("-", stdin=b"page")
    (large,) = pages("-", stdin=bytes(100))
    assert load(page, 4) == b"page"
    with pytest.raises(InputError, match="too large"):
        load(large, 4)


def test_a_fault_is_told() -> None:
    with pytest.raises(InputError, match="bad row"):
        load(Record(id="a", where="b", fault="bad row"), 9)
