"""Parquet in and out, a few rows at a time.

Values that JSON does not have (times, decimals, bytes) pass as text and get their type back where
the output is Parquet too.
"""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final

from boilerkill.dumps.columns import page_of
from boilerkill.dumps.extras import need
from boilerkill.dumps.files import open_regular
from boilerkill.dumps.names import printable
from boilerkill.dumps.records import Record, Row
from boilerkill.dumps.sources import Reading
from boilerkill.errors import InputError

#: Rows read at once (one where they are larger than this on average), and in a row group written.
_READ_ROWS: Final = 4
_LARGE_ROW: Final = 1_000_000
_WRITE_ROWS: Final = 2_000
#: Bytes read from the file at once, for each column.
_BUFFER: Final = 1 << 20

Types = dict[str, Any]


class ParquetReader:
    """The pages of a Parquet file.

    Attributes:
        skipped: Nothing; every row is a page.
    """

    def __init__(self, path: Path, name: str, reading: Reading) -> None:
        self._path = path
        self._name = name
        self._reading = reading
        self.skipped: Counter[str] = Counter()

    def __iter__(self) -> Iterator[Record]:
        """Yield a record for each row, and one with a fault for each row group that is damaged."""
        with open_regular(self._path) as raw:
            file = _open(raw)
            columns = self._reading.columns
            if not columns.pages(file.schema_arrow.names):
                names = ", ".join(file.schema_arrow.names)
                raise InputError(
                    f"no column {columns.wanted()}; it has {names}; --html-column names it"
                )
            row = 0
            for group in range(file.num_row_groups):
                end = row + file.metadata.row_group(group).num_rows
                for values in self._group(file, group):
                    yield self._record(row, values, raw)
                    if values is None:
                        break
                    row += 1
                row = end

    def _record(self, row: int, values: Mapping[str, Any] | None, raw: IO[bytes]) -> Record:
        where = f"{printable(str(self._path))}, row {row}"
        record = Record(
            id=f"{printable(self._name)}:{row}", where=where, path=f"{row:08}", read=raw.tell()
        )
        if values is None:
            fault = "damaged Parquet: neither this row nor those after it in its group can be read"
            return replace(record, fault=fault)
        size = sum(len(v) for v in values.values() if isinstance(v, str | bytes))
        return page_of(record, values, self._reading.columns, self._reading.kind, size)

    def _group(self, file: Any, group: int) -> Iterator[Mapping[str, Any] | None]:
        pages = self._reading.columns.pages(file.schema_arrow.names)
        meta = file.metadata.row_group(group)
        large = meta.total_byte_size > _LARGE_ROW * meta.num_rows
        rows = 1 if large else _READ_ROWS
        try:
            for batch in file.iter_batches(rows, row_groups=[group], use_threads=False):
                names = batch.schema.names
                plain = [
                    _listed(column) if name in pages else plain_values(column)
                    for name, column in zip(names, batch.columns, strict=True)
                ]
                for values in zip(*plain, strict=True):
                    yield dict(zip(names, values, strict=True))
        except (need("pyarrow").ArrowException, OSError):
            yield None


def types_of(path: Path, reading: Reading) -> Types:
    """Return the Arrow types of the columns that pass through; none if it cannot be read."""
    try:
        with open_regular(path) as raw:
            schema = _open(raw).schema_arrow
    except InputError:
        return {}
    pages = reading.columns.pages(schema.names)
    passing = reading.columns.passing(schema.names, ())
    return {passing[field.name]: field.type for field in schema if field.name not in pages}


def write_parquet(
    rows: Callable[[], Iterable[Row]], target: IO[bytes], columns: Iterable[str], types: Types
) -> None:
    """Write rows as Parquet.

    Args:
        rows: Gives the rows; called twice, the first time to see what types they have.
        target: A file open for writing.
        columns: The first columns, there without any row too.
        types: Types that are known.
    """
    pq = need("pyarrow.parquet", "pyarrow")
    pa = need("pyarrow")
    schema = pa.schema(list(_types(rows(), columns, types).items()))
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        rest = iter(rows())
        while group := list(islice(rest, _WRITE_ROWS)):
            arrays = [_typed([row.get(f.name) for row in group], f.type) for f in schema]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _listed(column: Any) -> list[Any]:
    """Return the values of an Arrow column; text that is not UTF-8 as its bytes."""
    try:
        return list(column.to_pylist())
    except UnicodeDecodeError:
        raw = column.cast(need("pyarrow").large_binary()).to_pylist()
        return [_text(value) for value in raw]


def _text(raw: bytes | None) -> str | bytes | None:
    try:
        return None if raw is None else raw.decode()
    except UnicodeDecodeError:
        return raw


def plain_values(column: Any) -> list[Any]:
    """Return the values of an Arrow column in types that JSON has."""
    pa = need("pyarrow")
    kind = column.type
    if isinstance(kind, pa.BaseExtensionType):
        column, kind = column.storage, kind.storage_type
    if pa.types.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if (bridge := _bridge(kind)) is not None:
        return list(column.cast(bridge).to_pylist())
    if _is_binary(kind):
        return [v if v is None else base64.b64encode(v).decode() for v in column.to_pylist()]
    if pa.types.is_nested(kind) and not _is_plain(kind):
        return [v if v is None else json.dumps(v, default=str) for v in column.to_pylist()]
    if pa.types.is_nested(kind) or _is_plain(kind):
        return _listed(column)
    return [v if v is None else str(v) for v in column.to_pylist()]


def _typed(values: list[Any], kind: Any) -> Any:
    """Return an Arrow array of plain values; the inverse of `plain_values`."""
    pa = need("pyarrow")
    if (bridge := _bridge(kind)) is not None:
        return pa.array(values, bridge).cast(kind)
    if _is_binary(kind):
        return pa.array([v if v is None else base64.b64decode(v) for v in values], kind)
    if pa.types.is_string(kind):
        values = [
            v if v is None or isinstance(v, str) else json.dumps(v, ensure_ascii=False)
            for v in values
        ]
    return pa.array(values, kind)


def _types(rows: Iterable[Row], columns: Iterable[str], known: Types) -> Types:
    """Return the type of every column: known, or what all its values fit, text at worst."""
    pa = need("pyarrow")
    found: dict[str, set[type]] = {name: set() for name in columns}
    for row in rows:
        for name, value in row.items():
            found.setdefault(name, set())
            if value is not None:
                found[name].add(str if _is_huge(value) else type(value))
    fixed = _own_types() | {name: _storable(kind) for name, kind in known.items()}
    guesses = {
        frozenset({bool}): pa.bool_(),
        frozenset({int}): pa.int64(),
        frozenset({float}): pa.float64(),
        frozenset({int, float}): pa.float64(),
    }
    return {
        name: fixed.get(name) or guesses.get(frozenset(kinds)) or pa.string()
        for name, kinds in found.items()
    }


def _is_huge(value: object) -> bool:
    return isinstance(value, int) and not -(1 << 63) <= value < 1 << 63


def _own_types() -> Types:
    pa = need("pyarrow")
    chances = pa.struct([(n, pa.float64()) for n in ("content", "navigation", "filler", "widget")])
    block = pa.struct([
        ("text", pa.string()), ("label", pa.string()), ("probabilities", chances),
        ("kept", pa.bool_()), ("reason", pa.string()), ("path", pa.string()), ("tag", pa.string()),
        ("span", pa.list_(pa.int64())),
    ])  # fmt: skip
    return {"confidence": pa.float64(), "tags": pa.list_(pa.string()), "blocks": pa.list_(block)}


def _storable(kind: Any) -> Any:
    """Return the type in which values of a type are written: as it is, or as text."""
    pa = need("pyarrow")
    if pa.types.is_dictionary(kind):
        return _storable(kind.value_type)
    if isinstance(kind, pa.BaseExtensionType):
        return _storable(kind.storage_type)
    held = _is_plain(kind) or _is_binary(kind) or _bridge(kind) is not None
    return kind if held else pa.string()


def _is_plain(kind: Any) -> bool:
    """Whether the values of a type are of JSON's types all the way down."""
    pa = need("pyarrow")
    t = pa.types
    if t.is_list(kind) or t.is_large_list(kind) or t.is_fixed_size_list(kind):
        return _is_plain(kind.value_type)
    if t.is_struct(kind):
        return all(_is_plain(field.type) for field in kind)
    return bool(
        t.is_string(kind) or t.is_large_string(kind) or t.is_boolean(kind) or t.is_integer(kind)
        or t.is_floating(kind) or t.is_null(kind)
    )  # fmt: skip


def _bridge(kind: Any) -> Any:
    """Return the type through which values that JSON lacks come and go; None if not needed."""
    pa = need("pyarrow")
    t = pa.types
    if t.is_time32(kind):
        return pa.int32()
    if t.is_time64(kind) or t.is_duration(kind):
        return pa.int64()
    return pa.string() if t.is_timestamp(kind) or t.is_date(kind) or t.is_decimal(kind) else None


def _is_binary(kind: Any) -> bool:
    t = need("pyarrow").types
    return bool(t.is_binary(kind) or t.is_large_binary(kind) or t.is_fixed_size_binary(kind))


def _open(raw: IO[bytes]) -> Any:
    pq = need("pyarrow.parquet", "pyarrow")
    try:
        file = pq.ParquetFile(raw, pre_buffer=False, buffer_size=_BUFFER)
        _ = file.schema_arrow.names  # whether they are text shows only here
    except (need("pyarrow").ArrowException, OSError, UnicodeDecodeError) as error:
        raise InputError(f"damaged or no Parquet file: {error}") from None
    return file
