"""The model file: what is written is read, and nothing else is."""

import contextlib
import json
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_model import model_bytes, random_arrays, tiny_arrays

from boilerkill.errors import ModelError
from boilerkill.model import _TYPES, MAGIC, PROTOCOL, _checksum, dump, loads, read
from boilerkill.score import scorer
from boilerkill.values import LABELS

SMALL = {"a": np.array([[1.5, 2.5]], np.float32), "b": np.array([1, 2, 3], np.uint8)}
FILE = model_bytes(random_arrays(7))


def packed(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack("<8sII", MAGIC, PROTOCOL, len(header)) + header + body


def with_words(**changes: object) -> bytes:
    """Return a model file whose header says something else of the array "words"."""
    model = loads(FILE)
    header = dict(model.header)
    header["arrays"] = header["arrays"] | {"words": header["arrays"]["words"] | changes}
    body = FILE[16 + struct.unpack_from("<I", FILE, 12)[0] :]
    header["sha256"] = _checksum(header, body)
    return packed(json.dumps(header).encode(), body)


def test_arrays_and_header_are_read_as_they_were_written() -> None:
    model = loads(dump({"seed": 3, "note": "ä"}, SMALL, "abc"))
    assert (model.header["seed"], model.header["note"], model.header["schema"]) == (3, "ä", "abc")
    for name, array in SMALL.items():
        np.testing.assert_array_equal(model.arrays[name], array)
        assert model.arrays[name].dtype == array.dtype


def test_equal_contents_give_equal_bytes() -> None:
    turned = dict(reversed(SMALL.items()))
    assert dump({"x": 1, "y": 2}, SMALL, "abc") == dump({"y": 2, "x": 1}, turned, "abc")


def test_arrays_are_read_only_and_lie_at_multiples_of_8() -> None:
    model = loads(dump({}, SMALL, "abc"))
    assert not model.arrays["a"].flags.writeable
    assert all(entry["offset"] % 8 == 0 for entry in model.header["arrays"].values())


def test_the_vocabulary_numbers_the_words() -> None:
    assert loads(model_bytes(tiny_arrays())).vocabulary == {"menu": 0, "news": 1}


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "not a boilerkill model"),
        (b"\x80\x04\x95pickle" * 9, "not a boilerkill model"),
        (b"PK\x03\x04" + bytes(99), "not a boilerkill model"),
        (FILE[:12], "not a boilerkill model"),
        (
            struct.pack("<8sII", MAGIC, PROTOCOL + 1, 0),
            f"protocol {PROTOCOL + 1}.*reads {PROTOCOL}",
        ),
        (FILE[:40], "the header ends beyond the file"),
        (FILE[:-1], "checksum"),
        (FILE + b"\0", "checksum"),
        (FILE.replace(b"for tests", b"for texts"), "checksum"),
        (packed(b"[["), "not JSON"),
        (packed(b"[" * 99_999), "not JSON"),
        (packed(b"[]"), "other labels"),
        (packed(b'{"labels": ["x"]}'), "other labels"),
        (packed(json.dumps({"labels": LABELS, "x": float("nan")}).encode()), "checksum"),
        (with_words(type="|O"), "'words' is not described"),
        (with_words(shape=[-1]), "'words' is not described"),
        (with_words(shape=3), "'words' is not described"),
        (with_words(shape=[True]), "'words' is not described"),
        (with_words(offset=True), "'words' is not described"),
        (with_words(shape=[0, 2**70]), "'words' is not described"),
        (with_words(offset="0"), "'words' is not described"),
        (with_words(shape=[9**7]), "ends beyond the file"),
        (with_words(offset=9**7), "ends beyond the file"),
        (model_bytes(tiny_arrays() | {"tree_bias": np.array([np.nan])}), "NaN or infinity"),
    ],
)
def test_a_file_that_is_no_model_is_refused_by_name(data: bytes, fault: str) -> None:
    with pytest.raises(ModelError, match=fault):
        loads(data)


def test_reading_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "bad.bk"
    path.write_bytes(b"x")
    with pytest.raises(ModelError, match=r"bad\.bk: not a boilerkill model"):
        read(path)
    with pytest.raises(ModelError, match=r"none\.bk: cannot be read: No such file"):
        read(tmp_path / "none.bk")


def test_a_file_too_large_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.bk"
    with path.open("wb") as file:
        file.truncate(10**9)
    with pytest.raises(ModelError, match="larger than a model may be"):
        read(path)


@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_changed_byte_is_noticed_unless_it_is_white_space(place: int, change: int) -> None:
    data = bytearray(FILE)
    data[place] ^= change
    try:
        model = loads(bytes(data))
    except ModelError:
        return
    assert chr(FILE[place]).isspace()
    assert model.header == loads(FILE).header


@given(st.sampled_from(sorted(_TYPES)), st.lists(st.integers(0, 9), max_size=3), st.integers(0, 99))
def test_an_array_described_as_another_is_refused_or_used(
    kind: str, shape: list[int], offset: int
) -> None:
    with contextlib.suppress(ModelError):
        scorer(loads(with_words(type=kind, shape=shape, offset=offset)))


@given(st.integers(0, len(FILE)))
def test_a_truncated_file_is_refused(size: int) -> None:
    if size < len(FILE):
        with pytest.raises(ModelError):
            loads(FILE[:size])
