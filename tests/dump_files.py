"""The same pages as every kind of dump, for tests."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
zstandard = pytest.importorskip("zstandard")

#: A page: its id, address and bytes.
Page = tuple[str, str, bytes]


def record(
    content: bytes, kind: str = "response", *, length: int | None = None, **headers: str
) -> bytes:
    """Return a WARC record; `length` is what it claims, if that is not the truth."""
    known = {
        "warc-type": kind,
        "warc-target-uri": "http://a.example/",
        "content-type": "application/http",
    }
    named = {k.replace("_", "-"): v for k, v in headers.items()}
    size = len(content) if length is None else length
    lines = [f"{k}: {v}" for k, v in (known | named | {"content-length": str(size)}).items()]
    return "\r\n".join(["WARC/1.0", *lines, "", ""]).encode() + content + b"\r\n\r\n"


def response(body: bytes, *, status: int = 200, **headers: str) -> bytes:
    """Return an HTTP response."""
    named = {"content-type": "text/html"} | {k.replace("_", "-"): v for k, v in headers.items()}
    lines = [f"{k}: {v}" for k, v in named.items() if v]
    return "\r\n".join([f"HTTP/1.1 {status} OK", *lines, "", ""]).encode() + body


def warc_records(pages: Iterable[Page]) -> Iterator[bytes]:
    yield record(b"software: test\r\n", "warcinfo")
    for name, url, body in pages:
        uri = {"warc_record_id": f"<urn:uuid:{name}>", "warc_target_uri": url}
        yield record(b"GET / HTTP/1.1\r\n\r\n", "request", **uri)
        yield record(response(body), **uri)


def write_folder(path: Path, pages: Iterable[Page]) -> Path:
    path.mkdir()
    for name, _, body in pages:
        (path / f"{name}.html.gz").write_bytes(gzip.compress(body, 1, mtime=0))
    return path


def write_warc(path: Path, pages: Iterable[Page]) -> Path:
    with path.open("wb") as file:
        for each in warc_records(pages):
            file.write(gzip.compress(each, 1, mtime=0))
    return path


def write_wet(path: Path, pages: Iterable[Page]) -> Path:
    """Write text, one record for each page."""
    with path.open("wb") as file:
        for name, url, body in pages:
            headers = {"warc_record_id": f"<urn:uuid:{name}>", "warc_target_uri": url}
            each = record(body, "conversion", content_type="text/plain", **headers)
            file.write(gzip.compress(each, 1, mtime=0))
    return path


def write_jsonl(path: Path, pages: Iterable[tuple[str, str, str]]) -> Path:
    buffer = io.BytesIO()
    for number, (name, url, html) in enumerate(pages):
        row = {"id": name, "url": url, "html": html, "crawl": number}
        buffer.write(json.dumps(row).encode() + b"\n")
    path.write_bytes(zstandard.compress(buffer.getvalue()))
    return path


def write_parquet(path: Path, pages: Iterable[Page], group: int = 100) -> Path:
    names, urls, bodies = zip(*pages, strict=True)
    crawl = pa.array(range(len(names)), pa.int32())
    table = pa.table(
        {"id": names, "url": urls, "html": pa.array(bodies, pa.binary()), "crawl": crawl}
    )
    pq.write_table(table, path, row_group_size=group)
    return path
