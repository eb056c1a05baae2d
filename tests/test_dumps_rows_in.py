"""Rows as input: JSON lines and Parquet."""

import datetime
import decimal
import gzip
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boilerkill.dumps.columns import Columns
from boilerkill.dumps.manifest import json_line
from boilerkill.dumps.parquet import ParquetReader, types_of, write_parquet
from boilerkill.dumps.records import Record
from boilerkill.dumps.sources import JsonlReader, Reading
from boilerkill.errors import InputError

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
zstandard = pytest.importorskip("zstandard")


def reading(**columns: Any) -> Reading:
    return Reading(kind="auto", max_bytes=1_000, columns=Columns(**columns))


def jsonl(data: bytes, **columns: Any) -> list[Record]:
    return list(JsonlReader(io.BytesIO(data), "a.jsonl", reading(**columns)))


def row(values: dict[str, Any], **columns: Any) -> Record:
    (record,) = jsonl(json.dumps(values).encode(), **columns)
    return record


def fault(values: dict[str, Any], **columns: Any) -> str:
    return str(row(values, **columns).fault)


def table(path: Path, columns: dict[str, Any], group: int = 2) -> Path:
    pq.write_table(pa.table(columns), path, row_group_size=group)
    return path


def parquet(path: Path, **columns: Any) -> list[Record]:
    return list(ParquetReader(path, path.name, reading(**columns)))


def test_page_address_and_id_are_found_and_the_others_pass() -> None:
    record = row({"id": 7, "url": "u", "html": "<p>", "text": "plain", "n": [1], "none": None})
    assert (record.id, record.url, record.source, record.kind) == ("7", "u", "<p>", "html")
    assert record.extra == {"text": "plain", "n": [1], "none": None}


def test_the_best_column_that_holds_something_is_the_page() -> None:
    record = row({"html": None, "text": "plain", "body": "<p>"})
    assert (record.source, record.kind) == ("<p>", "auto")


def test_columns_can_be_named() -> None:
    named = {"html": "h", "text": "t", "url": "u", "id": "i"}
    record = row({"h": "<p>", "u": "http://a.example", "i": "x", "id": "y"}, **named)
    assert (record.source, record.url, record.id) == ("<p>", "http://a.example", "x")
    assert record.extra == {"id": "y"}
    assert row({"h": None, "t": "plain"}, **named).kind == "text"


def test_columns_that_the_output_has_itself_are_renamed() -> None:
    record = row({"html": "<p>", "text": "plain", "date": "1999"}, taken={"text", "date"})
    assert record.extra == {"input_text": "plain", "input_date": "1999"}


def test_rows_without_an_id_are_numbered() -> None:
    records = jsonl(b'{"html":"a"}\n\n{"html":"b"}\n')
    assert [(r.id, r.path) for r in records] == [
        ("a.jsonl:1", "00000001"),
        ("a.jsonl:3", "00000003"),
    ]
    assert records[1].where == "standard input, line 3"


def test_rows_that_are_no_page_have_a_fault() -> None:
    assert "there are a, b" in fault({"a": 1, "b": 2})
    assert "html is null" in fault({"html": None})
    assert "holds int" in fault({"html": 5})
    assert "wanted h; there are html" in fault({"html": "<p>"}, html="h")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (b'{"html": ', "not JSON"),
        (b"[1]", "not a JSON object but list"),
        (b'{"html": "\xff"}', "not UTF-8"),
        (b"[" * 1_900, "not JSON"),
        (b'{"html": "' + b"x" * 5_000_000 + b'"}', "too large: more than 2,000 bytes"),
    ],
)
def test_a_bad_line_costs_only_itself(line: bytes, why: str) -> None:
    good = b'{"html":"<p>"}\n'
    first, bad, last = jsonl(good + line + b"\n" + good)
    assert (first.fault, last.fault) == (None, None)
    assert re.search(why, str(bad.fault))


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, bytes])
def test_packed_lines_keep_what_comes_before_damage(pack: Callable[[bytes], bytes]) -> None:
    lines = b"".join(b'{"html":"%x"}\n' % (number * 7919) for number in range(30_000))
    data = pack(lines)
    assert len(jsonl(data)) == 30_000
    cut = jsonl(data[: len(data) * 3 // 4])
    assert 10_000 < sum(record.fault is None for record in cut) < 30_000
    assert cut[-1].fault


def test_parquet_rows(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet", {"id": ["x", None, "z"], "html": [b"<p>", b"\xff", None]})
    records = parquet(path)
    assert [r.id for r in records] == ["x", "a.parquet:1", "z"]
    assert [r.source for r in records[:2]] == [b"<p>", b"\xff"]
    assert "html is null" in str(records[2].fault)
    assert records[1].where == f"{path}, row 1"


def test_parquet_without_a_page_names_its_columns(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it has a, b; --html-column"):
        parquet(table(tmp_path / "a.parquet", {"a": [1], "b": [2]}))


@pytest.mark.parametrize("end", [0, 3, 200])
def test_truncated_parquet(tmp_path: Path, end: int) -> None:
    path = table(tmp_path / "a.parquet", {"html": ["<p>"] * 500})
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(InputError, match="damaged or no Parquet file"):
        parquet(path)


def test_a_column_whose_name_is_no_text_is_damage(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet", {"html": ["<p>"]})
    path.write_bytes(path.read_bytes().replace(b"html", b"\xf0tml"))
    with pytest.raises(InputError, match="damaged or no Parquet file"):
        parquet(path)


def test_a_damaged_row_group_costs_only_itself(tmp_path: Path) -> None:
    path = table(tmp_path / "a.parquet", {"html": [f"{i:x}" * 400 for i in range(6)]})
    data = bytearray(path.read_bytes())
    group = pq.ParquetFile(path).metadata.row_group(1).column(0)
    data[group.dictionary_page_offset : group.dictionary_page_offset + 40] = bytes(40)
    path.write_bytes(data)
    records = parquet(path)
    assert [r.id[-1] for r in records if r.fault is None] == ["0", "1", "4", "5"]
    assert ["damaged Parquet" in str(r.fault) for r in records if r.fault] == [True]


def test_types_come_through(tmp_path: Path) -> None:
    columns = {
        "n": pa.array([1, None], pa.int16()),
        "when": pa.array([datetime.datetime(2020, 1, 2, 3, tzinfo=datetime.UTC), None]),
        "time": pa.array([datetime.time(1, 2), None]),
        "cost": pa.array([decimal.Decimal("1.20"), None]),
        "raw": pa.array([b"\xff", None]),
        "word": pa.array(["a", None]).dictionary_encode(),
        "list": pa.array([["a"], None]),
        "odd": pa.array([[datetime.date(2020, 1, 2)], None]),
    }
    path = table(tmp_path / "a.parquet", {"html": ["a", "b"]} | columns)
    rows = [dict(r.extra or {}) for r in parquet(path)]
    rows = [json.loads(json.dumps(each)) for each in rows]
    target = io.BytesIO()
    write_parquet(lambda: rows, target, (), types_of(path, reading()))
    back = pq.read_table(target)
    for name in ("n", "when", "time", "cost", "raw", "list"):
        assert back[name].combine_chunks().equals(columns[name]), name
    assert back["word"].to_pylist() == ["a", None]
    assert back["odd"].to_pylist() == ['["2020-01-02"]', None]


def test_types_that_are_not_known_are_found() -> None:
    rows = [
        {"a": 1, "b": 1, "c": "x", "d": [1], "e": None, "f": True, "g": 1 << 70},
        {"a": 2, "b": 0.5, "c": 3, "d": {"y": 1}, "e": None, "f": None, "h": "late"},
    ]
    target = io.BytesIO()
    write_parquet(lambda: rows, target, ("id",), {})
    back = pq.read_table(target)
    assert [str(field.type) for field in back.schema] == [
        *("string", "int64", "double", "string", "string", "string", "bool", "string", "string")
    ]
    assert back["c"].to_pylist() == ["x", "3"]
    assert back["d"].to_pylist() == ["[1]", '{"y": 1}']
    assert back["h"].to_pylist() == [None, "late"]


def test_text_that_is_not_utf_8_costs_no_other_row(tmp_path: Path) -> None:
    text = pa.Array.from_buffers(pa.string(), 2, pa.array([b"<p>", b"\xff"], pa.binary()).buffers())
    records = parquet(table(tmp_path / "a.parquet", {"html": text, "note": text}))
    assert [r.source for r in records] == ["<p>", b"\xff"]
    assert [r.extra for r in records] == [{"note": "<p>"}, {"note": "/w=="}]


def test_extension_types_pass_as_what_they_are_stored_as(tmp_path: Path) -> None:
    ids = pa.array([bytes(16), None], pa.uuid())
    path = table(tmp_path / "a.parquet", {"html": ["a", "b"], "key": ids})
    rows = [json.loads(json_line(r.extra or {})) for r in parquet(path)]
    target = io.BytesIO()
    write_parquet(lambda: rows, target, (), types_of(path, reading()))
    assert pq.read_table(target)["key"].to_pylist() == [bytes(16), None]


def test_numbers_that_json_lacks_become_null() -> None:
    assert (
        json_line({"a": [float("nan"), 1.5], "b": -float("inf")}) == b'{"a":[null,1.5],"b":null}\n'
    )


def test_a_renamed_column_meets_no_other() -> None:
    found = Columns(taken={"date"}).passing(["date", "input_date"], ())
    assert found == {"date": "input_input_date", "input_date": "input_date"}
