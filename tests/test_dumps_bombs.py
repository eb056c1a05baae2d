"""Small files that unpack to gigabytes: quarantined, in little memory, and nothing else lost."""

import gzip
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from dump_files import record, response

from boilerkill.dumps.inputs import open_pages
from boilerkill.dumps.work import load
from boilerkill.errors import InputError
from boilerkill.values import Limits

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
zstandard = pytest.importorskip("zstandard")
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
GOOD = record(response(b"<p>good"))
ROW = b'\n{"html": "<p>good"}\n'


def zeros(begin: bytes = b"") -> bytes:
    """Return a zstd frame of a gigabyte."""
    packer = zstandard.ZstdCompressor(level=1).compressobj()
    parts = [packer.compress(begin), *(packer.compress(bytes(10**7)) for _ in range(100))]
    return b"".join([*parts, packer.flush()])


def gzip_zeros() -> bytes:
    """Return gzip members of a gigabyte in all."""
    return gzip.compress(bytes(10**7), 1) * 100


def parquet_of_large_rows(path: Path) -> None:
    """Write 64 pages of 19 MB that lie in the file once."""
    held = pa.array(["<p>" + "x" * 19_000_000])
    rows = pa.DictionaryArray.from_arrays(pa.array([0] * 64, pa.int32()), held)
    pq.write_table(pa.table({"html": rows}), path, store_schema=False)


BOMBS: dict[str, Callable[[], bytes]] = {
    "page.html.gz": gzip_zeros,
    "page.html.zst": zeros,
    "line.jsonl.zst": lambda: zeros() + zstandard.compress(ROW),
    "gzip.warc": lambda: record(response(gzip_zeros(), content_encoding="gzip")) + GOOD,
    "zstd.warc": lambda: record(response(zeros(), content_encoding="zstd")) + GOOD,
    "member.warc.zst": lambda: zeros(record(b"", length=10**9)[:-4]) + zstandard.compress(GOOD),
}


@pytest.mark.parametrize("name", [*BOMBS, "rows.parquet"])
def test_a_bomb_is_quarantined_within_512_mb(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name in BOMBS:
        path.write_bytes(BOMBS[name]())
    else:
        parquet_of_large_rows(path)
    assert path.stat().st_size < 10_000_000
    code = (
        f"import sys; sys.path[:0] = {sys.path!r}; import test_dumps_bombs as t; t.tell({name!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    ends, kilobytes = done.stdout.rsplit(maxsplit=1)
    assert int(kilobytes) < 512 * 1024
    wanted = ["kept"] * 64 if name == "rows.parquet" else ["too large", "kept"]
    assert ends.splitlines() == wanted[: 1 if name.startswith("page") else None]


def tell(name: str) -> None:
    """Print how each page of a file ends, then the most memory that this took."""
    limits = Limits()
    for page in open_pages([name], sys.stdin.buffer, limits, kind="auto", url=None)[1]:
        try:
            load(page, limits.max_bytes)
            print("kept")  # noqa: T201
        except InputError as error:
            print(str(error).split(":", maxsplit=1)[0])  # noqa: T201
    status = Path("/proc/self/status").read_text()
    print(status.split("VmHWM:")[1].split()[0])  # noqa: T201
