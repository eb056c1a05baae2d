"""Tables of pages: JSON Lines (plain, .gz, .zst) and Parquet, one row a page.

    html | content | raw_html | body | warc_content     the page (text or bytes)
    text | main_content | article_body | plaintext      its main text, or else
    markdown | main_content_markdown                    the same as Markdown
    with, without                                       snippets, where there is no main text
    id, url, title, author, date, language, page_type, split, kind     where known

Anything else is passed over. A row without `id` is named by its place, such as `pages.jsonl:12`.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Final, Literal, Protocol, cast

from boilerkill.errors import CorpusError, MissingExtraError
from boilerkill.learn.corpora.corpus import Corpus
from boilerkill.learn.corpora.markdown import plain_text
from boilerkill.learn.corpora.page import LabelledPage
from boilerkill.learn.corpora.records import LARGEST, Record
from boilerkill.learn.corpora.sites import site_of

SUFFIXES: Final = (".jsonl", ".jsonl.gz", ".jsonl.zst", ".ndjson", ".ndjson.gz", ".parquet")
_HTML: Final = ("html", "content", "raw_html", "body", "warc_content")
_TEXT: Final = ("text", "main_content", "article_body", "articleBody", "plaintext")
_MARKDOWN: Final = ("markdown", "main_content_markdown")
_BATCH: Final = 64  # rows of a Parquet file in memory at a time


def is_table(path: Path) -> bool:
    """Return whether a file's name says that it is a table of pages."""
    return path.name.lower().endswith(SUFFIXES)


def open_tables(path: Path) -> Corpus | None:
    """Return the corpus of one table, or of all those in a folder; None where there are none."""
    files = [path] if path.is_file() else sorted(f for f in path.iterdir() if is_table(f))
    if not files:
        return None
    ids = tuple(record.required("id") for record in _rows(files))
    twice = [each for each, times in Counter(ids).items() if times > 1]
    if twice:
        raise CorpusError(f"{path}: two rows have the id {twice[0]!r}; wanted: one each, or none")

    def stream() -> Iterator[LabelledPage]:
        return map(_page, _rows(files))

    return Corpus("table", path, ids, partial(_find, files), stream=stream)


def _find(files: Iterable[Path], page_id: str) -> LabelledPage:
    return next(_page(row) for row in _rows(files) if row.required("id") == page_id)


def _rows(files: Iterable[Path]) -> Iterator[Record]:
    for file in files:
        found = _parquet(file) if file.suffix == ".parquet" else _lines(file)
        for place, fields in found:
            name = f"{file.name}:{place}"
            own = fields.get("id")
            named = {**fields, "id": name if own is None or own == "" else str(own)}
            yield Record(file, named, f"row {place}")


def _lines(file: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    with ExitStack() as open_files:
        stream = _unpacked(file, open_files)
        for place in count(1):
            try:
                line = stream.readline(LARGEST + 1)
            except (OSError, EOFError, zlib.error) as fault:
                raise CorpusError(
                    f"{file}: cannot be read after row {place - 1}: {fault}"
                ) from None
            if not line:
                return
            if len(line) > LARGEST:
                raise CorpusError(f"{file}: row {place} is longer than {LARGEST:,} bytes")
            if line.strip():
                yield place, _fields(file, place, line)


def _fields(file: Path, place: int, line: bytes) -> Mapping[str, object]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise CorpusError(f"{file}: row {place}: not JSON in UTF-8: {fault}") from fault
    if not isinstance(fields, dict):
        raise CorpusError(f"{file}: row {place}: holds no object; wanted: {{…}}")
    return fields


def _need(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(module.split(".", maxsplit=1)[0], "dumps") from None


class _LineReader(Protocol):
    def readline(self, size: int, /) -> bytes: ...


def _unpacked(file: Path, open_files: ExitStack) -> _LineReader:
    try:
        if file.suffix == ".gz":
            return cast(_LineReader, open_files.enter_context(gzip.open(file)))
        stream = open_files.enter_context(file.open("rb"))
    except OSError as fault:
        raise CorpusError(f"{file}: cannot be read: {fault}") from fault
    if file.suffix != ".zst":
        return stream
    zstandard = _need("zstandard")
    reader = zstandard.ZstdDecompressor().stream_reader(stream, read_across_frames=True)
    return _Lines(reader, zstandard.ZstdError)


class _Lines:
    """Lines of a zstd stream, which has no `readline` of its own; damage is an OSError."""

    def __init__(self, reader: Any, damage: type[Exception]) -> None:
        self._reader, self._damage, self._left = reader, damage, b""

    def readline(self, size: int, /) -> bytes:
        """Return the next line with its end, at most `size` bytes; b"" at the end."""
        parts, held = [self._left], len(self._left)
        while b"\n" not in parts[-1] and held < size:
            try:
                piece = self._reader.read(1 << 20)
            except self._damage as fault:
                raise OSError(str(fault)) from None
            if not piece:
                break
            parts.append(piece)
            held += len(piece)
        whole = b"".join(parts)
        end = whole.find(b"\n") + 1 or len(whole)
        end = min(end, size)
        self._left = whole[end:]
        return whole[:end]


def _parquet(file: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    arrow = _need("pyarrow")
    try:
        table = _need("pyarrow.parquet").ParquetFile(file)
        place = count(1)
        for batch in table.iter_batches(_BATCH):
            yield from ((next(place), row) for row in batch.to_pylist())
    except (OSError, arrow.ArrowException) as fault:
        raise CorpusError(f"{file}: cannot be read as Parquet: {fault}") from fault


def _page(row: Record) -> LabelledPage:
    source = next((row.fields[name] for name in _HTML if row.fields.get(name)), None)
    if not isinstance(source, str | bytes):
        raise row.fault(f"has no page; wanted: text or bytes in one of {', '.join(_HTML)}")
    kind = row.choice("kind", ("html", "text")) if row.text("kind") else "html"
    url, domain = site_of(row.text("url"), source)
    truth, must, must_not = _truth(row), row.texts("with"), row.texts("without")
    page_id = row.required("id")
    return LabelledPage(
        id=page_id,
        corpus="table" if truth or not (must or must_not) else "snippets",
        source=source,
        kind=cast(Literal["html", "text"], kind),
        url=url,
        domain=domain or page_id,
        page_type=row.text("page_type") or "article",
        language=row.text("language"),
        truth=truth,
        must=must,
        must_not=must_not,
        title=row.text("title"),
        author=row.text("author"),
        date=_day(row.fields.get("date")),
        split=row.choice("split", ("train", "test")) if row.text("split") else None,
    )


def _truth(row: Record) -> str | None:
    plain = next((text for text in map(row.text, _TEXT) if text), None)
    if plain is None:
        markdown = next((text for text in map(row.text, _MARKDOWN) if text), None)
        return plain_text(markdown) if markdown else None
    return plain


def _day(value: object) -> str | None:
    return None if value is None or value == "" else str(value)
