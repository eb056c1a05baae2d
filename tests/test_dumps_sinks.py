import io
from pathlib import Path

import pytest

from boilerkill.dumps.manifest import json_line
from boilerkill.dumps.records import Record, Result
from boilerkill.dumps.sinks import Stdout
from boilerkill.errors import OutputError

RECORD = Record(id="a", where="here", extra={"more": 1})
ROW = {"id": "a", "text": "text"}


def test_a_line_is_utf8_whatever_the_text() -> None:
    assert json_line({"text": "é\n\ud800\u2028"}) == '{"text":"é\\n?\u2028"}\n'.encode()


def test_standard_output_gets_text_or_rows() -> None:
    stream = io.BytesIO()
    sink = Stdout(stream, {"kept"})
    sink.write(RECORD, Result("kept", None, body=b"text\n"))
    sink.write(RECORD, Result("empty", "no text", body=b""))
    sink.write(RECORD, Result("kept", None, row=ROW))
    assert stream.getvalue() == b'text\n{"id":"a","text":"text","more":1}\n'


def test_a_full_stream_is_an_error() -> None:
    with Path("/dev/full").open("wb", buffering=0) as full, pytest.raises(OutputError, match="No"):
        Stdout(full, {"kept"}).write(RECORD, Result("kept", None, row=ROW))
