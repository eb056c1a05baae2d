"""The model file: arrays and a JSON header in one file, nothing that could run.

Layout (protocol 1, little-endian throughout):

    8 bytes   b"BOILKILL"
    4 bytes   protocol number
    4 bytes   length of the header
    n bytes   header, UTF-8 JSON with sorted keys
    …         the arrays, one after the other, each at a multiple of 8

The header holds what a reader must agree with (schema of the features, labels), the arrays'
names, types, shapes and offsets, the SHA-256 of everything else in the header and of all array
bytes, and what a user may want to know (training corpora with credit, seed, versions, figures).
Raise `PROTOCOL` whenever an array changes its meaning; a reader refuses other protocols and other
feature schemas by name.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.errors import ModelError
from boilerkill.values import LABELS

MAGIC: Final = b"BOILKILL"
PROTOCOL: Final = 1
_PREFIX: Final = struct.Struct("<8sII")
_MAX_BYTES: Final = 64_000_000
_TYPES: Final = {"<f4", "<f8", "<i4", "<u2", "|u1"}

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Model:
    """A trained model, read and checked.

    Attributes:
        header: What the file says of itself; plain JSON types.
        arrays: Read-only arrays by name.
    """

    header: Mapping[str, Any]
    arrays: Arrays = field(repr=False)

    @cached_property
    def vocabulary(self) -> dict[str, int]:
        """Word to row of `lexicon`."""
        words = bytes(self.arrays["words"]).decode("utf-8").split("\n")
        return {word: row for row, word in enumerate(words)}


def dump(info: Mapping[str, Any], arrays: Arrays, schema: str) -> bytes:
    """Return the bytes of a model file; equal arguments give equal bytes.

    Args:
        info: Further entries of the header, JSON types.
        arrays: Arrays of the types the format knows.
        schema: Hash of the table of features that the arrays refer to.
    """
    table: dict[str, Any] = {}
    body = bytearray()
    for name in sorted(arrays):
        array = np.ascontiguousarray(arrays[name])
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        body += b"\0" * (-len(body) % 8)
        table[name] = {"type": array.dtype.str, "shape": list(array.shape), "offset": len(body)}
        body += array.tobytes()
    header = {**info, "schema": schema, "labels": list(LABELS), "arrays": table}
    text = _json(header | {"sha256": _checksum(header, body)})
    text += b" " * (-(len(text) + _PREFIX.size) % 8)
    return _PREFIX.pack(MAGIC, PROTOCOL, len(text)) + text + bytes(body)


def _json(header: Mapping[str, Any]) -> bytes:
    return json.dumps(header, sort_keys=True, ensure_ascii=False, allow_nan=False).encode()


def _checksum(header: Mapping[str, Any], body: bytes | bytearray | memoryview) -> str:
    """Return the SHA-256 of a header, its own checksum left out, and the arrays."""
    rest = {key: value for key, value in header.items() if key != "sha256"}
    found = hashlib.sha256(_json(rest))
    found.update(body)
    return found.hexdigest()


def read(path: str | Path) -> Model:
    """Read and check a model file.

    Raises:
        ModelError: The file is missing, too large, damaged or of another protocol.
    """
    path = Path(path)
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ModelError(f"{path}: larger than a model may be ({_MAX_BYTES:,} bytes)")
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(f"{path}: cannot be read: {error.strerror}") from None
    try:
        return loads(data)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from None


def loads(data: bytes) -> Model:
    """Read and check the bytes of a model file.

    Raises:
        ModelError: See `read`.
    """
    if len(data) < _PREFIX.size or data[:8] != MAGIC:
        raise ModelError("not a boilerkill model (wrong first bytes)")
    _, protocol, length = _PREFIX.unpack_from(data)
    if protocol != PROTOCOL:
        raise ModelError(
            f"model protocol {protocol}, this boilerkill reads {PROTOCOL}; "
            "install the version that wrote the model, or train again"
        )
    start = _PREFIX.size + length
    if start > len(data):
        raise ModelError("truncated: the header ends beyond the file")
    try:
        header = json.loads(data[_PREFIX.size : start])
    except (ValueError, RecursionError):
        raise ModelError("damaged: the header is not JSON") from None
    if not isinstance(header, dict) or header.get("labels") != list(LABELS):
        raise ModelError(f"damaged header, or other labels than {', '.join(LABELS)}")
    body = memoryview(data)[start:]
    try:
        right = _checksum(header, body)
    except ValueError:  # NaN or half a surrogate in the header
        right = None
    if right is None or header.get("sha256") != right:
        raise ModelError("damaged: the checksum of header and arrays is wrong")
    return Model(MappingProxyType(header), MappingProxyType(_arrays(header, body)))


def _arrays(header: Mapping[str, Any], body: memoryview) -> dict[str, NDArray[Any]]:
    """Cut the arrays out of the body, trusting nothing that the header says."""
    table = header.get("arrays")
    if not isinstance(table, dict):
        raise ModelError("damaged: the header lists no arrays")
    arrays = {}
    for name, entry in table.items():
        try:
            dtype, shape, offset = entry["type"], tuple(entry["shape"]), entry["offset"]
            sizes = (*shape, offset)
            known = dtype in _TYPES and all(
                type(n) is int and 0 <= n <= _MAX_BYTES
                for n in sizes  # true is an int
            )
        except (TypeError, KeyError, ValueError):
            known = False
        if not known:
            raise ModelError(f"damaged: array {name!r} is not described as it must be")
        count = 1
        for n in shape:
            count *= n
        if offset + count * np.dtype(dtype).itemsize > len(body):
            raise ModelError(f"truncated: array {name!r} ends beyond the file")
        array = np.frombuffer(body, dtype, count, offset).reshape(shape)
        if array.dtype.kind == "f" and not np.isfinite(array).all():
            raise ModelError(f"damaged: array {name!r} holds NaN or infinity")
        arrays[name] = array
    return arrays
