import io
from pathlib import Path

import pytest

from boilerkill.dumps.records import Record
from boilerkill.dumps.writers import Stream, json_line
from boilerkill.errors import OutputError

RECORD = Record(id="a", where="here")
ROW = {"id": "a", "text": "text", "status": "kept", "reason": None}


def test_a_line_is_utf8_whatever_the_text() -> None:
    assert json_line({"text": "é\n\ud800\u2028"}) == '{"text":"é\\n?\u2028"}\n'.encode()


def test_a_stream_gets_text_or_rows() -> None:
    stream = io.BytesIO()
    Stream(stream, {"kept"}, rows=False).write(RECORD, ROW)
    Stream(stream, {"empty"}, rows=False).write(RECORD, ROW)
    Stream(stream, {"kept"}, rows=True).write(RECORD, ROW)
    assert stream.getvalue() == b'text\n{"id":"a","text":"text","status":"kept","reason":null}\n'


def test_a_full_stream_is_an_error() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OutputError, match="No"):
        Stream(full, {"kept"}, rows=True).write(RECORD, ROW)
