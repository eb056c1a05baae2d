import gzip
import io
import random
import sys
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from dump_files import record, response

from boilerkill.dumps import http, warc
from boilerkill.dumps.columns import Columns
from boilerkill.dumps.records import Record
from boilerkill.dumps.sources import Reading, WarcReader
from boilerkill.dumps.tape import Tape
from boilerkill.dumps.unpack import pieces
from boilerkill.dumps.work import load
from boilerkill.errors import InputError

brotli = pytest.importorskip("brotli")
zstandard = pytest.importorskip("zstandard")
MAX = 10_000
READING = Reading(kind="auto", max_bytes=MAX, columns=Columns())


def noise(size: int) -> bytes:
    return random.Random(size).randbytes(size).hex().encode()


def archive(*bodies: bytes) -> list[bytes]:
    """Return a record for each body, whose id says which it is."""
    return [
        record(response(body), warc_record_id=f"<{number}>") for number, body in enumerate(bodies)
    ]


def read(
    tmp_path: Path, data: bytes, name: str = "a.warc", max_bytes: int = MAX
) -> tuple[list[Record], dict[str, int]]:
    path = tmp_path / name
    path.write_bytes(data)
    reader = WarcReader(path, "a.warc", replace(READING, max_bytes=max_bytes))
    return list(reader), dict(reader.skipped)


def ids(
    tmp_path: Path, data: bytes, name: str = "a.warc", max_bytes: int = MAX
) -> tuple[str, list[str | None]]:
    """Return the ids of the intact records in a row, and the faults."""
    records, _ = read(tmp_path, data, name, max_bytes)
    intact = "".join(r.id.strip("<>") for r in records if r.fault is None)
    return intact, [r.fault for r in records if r.fault is not None]


def one(tmp_path: Path, data: bytes) -> str | bytes:
    ((page,), _) = read(tmp_path, data)
    return load(page, MAX)


def zip_members(parts: list[bytes]) -> bytes:
    return b"".join(gzip.compress(part, mtime=0) for part in parts)


def zstd_frames(parts: list[bytes]) -> bytes:
    return b"".join(map(zstandard.compress, parts))


def one_stream(parts: list[bytes]) -> bytes:
    return gzip.compress(b"".join(parts), mtime=0)


PACKERS = [zip_members, zstd_frames, one_stream, b"".join]
FIVE = [b"<p>page " + noise(400 + i)[:800] for i in range(5)]


@pytest.mark.parametrize("pack", PACKERS)
def test_every_record_of_an_intact_archive(
    tmp_path: Path, pack: Callable[[list[bytes]], bytes]
) -> None:
    assert ids(tmp_path, pack(archive(*FIVE))) == ("01234", [])


@pytest.mark.parametrize("pack", PACKERS)
def test_a_truncated_archive_names_what_is_cut(
    tmp_path: Path, pack: Callable[[list[bytes]], bytes]
) -> None:
    intact, faults = ids(tmp_path, pack(archive(*FIVE))[:-300])
    assert (intact, len(faults)) == ("0123", 1)
    assert "truncated" in str(faults[0]) or "the file ends before" in str(faults[0])


@pytest.mark.parametrize("pack", [zip_members, zstd_frames])
@pytest.mark.parametrize("where", [1, 30, -6])
def test_a_damaged_member_costs_only_its_record(
    tmp_path: Path, pack: Callable[[list[bytes]], bytes], where: int
) -> None:
    parts = [bytearray(pack([part])) for part in archive(*FIVE)]
    parts[2][where] ^= 0xFF
    if pack is zstd_frames and where == -6:
        parts[2] = parts[2][:-20]  # without a checksum nobody sees a flipped byte in its data
    assert ids(tmp_path, b"".join(parts))[0].replace("2", "") == "0134"


def test_a_member_that_lost_bytes_costs_only_its_record(tmp_path: Path) -> None:
    parts = [zip_members([part]) for part in archive(*FIVE)]
    parts[2] = parts[2][:100] + parts[2][200:]
    intact, faults = ids(tmp_path, b"".join(parts))
    assert (intact, len(faults)) == ("0134", 1)


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_damage_within_one_stream_costs_nothing_before_it(tmp_path: Path, packing: str) -> None:
    pack = one_stream if packing == "gzip" else lambda parts: zstandard.compress(b"".join(parts))
    data = bytearray(pack(archive(*map(noise, range(150_000, 150_005)))))
    data[-100_000:-99_960] = b"\xff" * 40
    intact, faults = ids(tmp_path, bytes(data), max_bytes=10**6)
    # Of zstd, whole blocks of 128 KB only.
    assert (intact, len(faults)) == ("0123" if packing == "gzip" else "012", 1)


def test_a_damaged_first_member_does_not_hide_that_the_file_is_packed(tmp_path: Path) -> None:
    for pack, name in ((zip_members, "a.warc.gz"), (zstd_frames, "a.warc.zst")):
        data = b"????" + pack(archive(*FIVE))[4:]
        intact, faults = ids(tmp_path, data, name)
        assert (intact, len(faults)) == ("1234", 1)
    assert ids(tmp_path, b"".join(archive(*FIVE)), "a.warc.gz") == ("01234", [])


@pytest.mark.parametrize(
    ("lost", "reason"),
    [
        (b"\r\n\r\nHTTP/1.1", "no WARC record where one should begin"),  # also of its headers
        (noise(402)[:800][-700:], "Content-Length is 852, but the next record begins 152 bytes on"),
    ],
)
def test_a_record_that_lost_its_end_does_not_take_the_next(
    tmp_path: Path, lost: bytes, reason: str
) -> None:
    parts = archive(*FIVE)
    parts[2] = parts[2][: parts[2].index(lost)]
    intact, faults = ids(tmp_path, b"".join(parts))
    assert (intact, len(faults)) == ("0134", 1)
    assert reason in str(faults[0])


def test_content_that_lost_what_its_neighbour_has_is_damaged(tmp_path: Path) -> None:
    parts = archive(*FIVE)
    size = len(response(FIVE[2])) + len(parts[3]) + 2  # and ends within the line ends after that
    parts[2] = record(response(FIVE[2]), warc_record_id="<2>", length=size)
    intact, faults = ids(tmp_path, b"".join(parts))
    assert (intact, len(faults)) == ("0134", 1)


@pytest.mark.parametrize("pack", [zip_members, one_stream, b"".join])
@pytest.mark.parametrize("claim", [10, 5_000, 2_500, 999_999_999_999])
def test_a_wrong_length_costs_only_its_record(
    tmp_path: Path, pack: Callable[[list[bytes]], bytes], claim: int
) -> None:
    parts = archive(*FIVE)
    parts[2] = record(response(FIVE[2]), warc_record_id="<2>", length=claim)
    intact, faults = ids(tmp_path, pack(parts))
    assert intact == "0134"
    assert faults == [
        f"damaged: its Content-Length is {claim:,}, but the next record begins 856 bytes on"
    ]


@pytest.mark.parametrize("length", ["", "-5", "many"])
def test_no_length_costs_only_its_record(tmp_path: Path, length: str) -> None:
    parts = archive(*FIVE)
    size = str(len(response(FIVE[2]))).encode()
    parts[2] = parts[2].replace(b"content-length: " + size, b"content-length: " + length.encode())
    assert ids(tmp_path, b"".join(parts)) == ("0134", ["damaged: no usable Content-Length"])


def test_garbage_between_records_is_named_once(tmp_path: Path) -> None:
    parts = archive(*FIVE)
    data = b"".join([*parts[:2], noise(3_000), b"\r\n", *parts[2:]])
    intact, faults = ids(tmp_path, data)
    assert intact == "01234"
    assert faults == ["damaged: no WARC record where one should begin"]


def test_an_archive_within_a_record_is_its_content(tmp_path: Path) -> None:
    inner = b"<p>\r\n\r\n" + b"".join(archive(b"inner"))
    assert ids(tmp_path, b"".join(archive(inner, b"outer"))) == ("01", [])


@pytest.mark.parametrize("seed", range(40))
def test_whatever_happens_to_a_member_the_others_are_kept(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    parts = [zip_members([part]) for part in archive(*FIVE)]
    hit = dice.randrange(5)
    parts[hit] = mutated(dice, parts[hit])
    intact, faults = ids(tmp_path, b"".join(parts))
    assert intact.replace(str(hit), "") == "01234".replace(str(hit), "")
    assert faults or str(hit) in intact


def mutated(dice: random.Random, data: bytes) -> bytes:
    at, size = dice.randrange(len(data)), dice.randrange(1, 40)
    middle = dice.choice([b"", bytes(size), dice.randbytes(size), data[at : at + size] * 3])
    return data[:at] + middle + data[at + size :]


def test_where_a_record_lies_is_said(tmp_path: Path) -> None:
    parts = [zip_members([part]) for part in archive(b"a", b"b")]
    records, _ = read(tmp_path, b"".join(parts))
    assert [r.where.rpartition(", ")[2] for r in records] == ["offset 0", f"offset {len(parts[0])}"]


def test_what_is_no_page_is_counted(tmp_path: Path) -> None:
    parts = [
        record(b"", "warcinfo"),
        record(b"GET", "request"),
        record(b"", "revisit"),
        record(response(b"\x89PNG", content_type="image/png")),
        record(b"20200101 a.example. IN A 127.0.0.1", content_type="text/dns"),
        record(response(b"page")),
    ]
    records, skipped = read(tmp_path, b"".join(parts))
    assert len(records) == 1
    assert skipped == {
        "warcinfo records": 1,
        "request records": 1,
        "revisit records": 1,
        "records of other media types": 2,
    }


def test_a_page_that_was_refused_is_empty(tmp_path: Path) -> None:
    ((page,), _) = read(tmp_path, record(response(b"<p>Not here", status=404)))
    assert page.empty == "the server answered with status 404"


@pytest.mark.parametrize(
    ("kind", "media_type", "how"),
    [
        ("conversion", "text/plain", "text"),
        ("resource", "text/html", "html"),
        ("conversion", "text/html; charset=utf-8", "html"),
    ],
)
def test_conversions_and_resources(tmp_path: Path, kind: str, media_type: str, how: str) -> None:
    ((page,), _) = read(tmp_path, record(b"One\nTwo", kind, content_type=media_type))
    assert (page.kind, load(page, MAX)) == (how, "One\nTwo" if page.charset else b"One\nTwo")
    assert page.url == "http://a.example/"


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = (body[:half], body[half:], b"")
    return b"".join(b"%x;ext=1\r\n%s\r\n" % (len(part), part) for part in parts)


BODY = b"<p>" + noise(200)


@pytest.mark.parametrize(
    ("pack", "headers"),
    [
        (chunked, {"transfer_encoding": "chunked"}),
        (gzip.compress, {"content_encoding": "gzip"}),
        (lambda body: gzip.compress(body) + b"junk", {"content_encoding": "x-gzip"}),
        (zlib.compress, {"content_encoding": "deflate"}),
        (lambda body: zlib.compress(body)[2:-4], {"content_encoding": "deflate"}),
        (brotli.compress, {"content_encoding": "br"}),
        (zstandard.compress, {"content_encoding": "zstd"}),
        (
            lambda body: chunked(gzip.compress(body)),
            {"content_encoding": "gzip", "transfer_encoding": "chunked"},
        ),
        (lambda body: gzip.compress(brotli.compress(body)), {"content_encoding": "br, gzip"}),
        (bytes, {"content_encoding": "identity"}),
        (bytes, {"content_encoding": "gzip", "transfer_encoding": "chunked"}),
        (bytes, {"content_encoding": "br"}),
        (bytes, {"content_encoding": "deflate"}),
    ],
)
def test_bodies_are_unpacked(
    tmp_path: Path, pack: Callable[[bytes], bytes], headers: dict[str, str]
) -> None:
    assert one(tmp_path, record(response(pack(BODY), **headers))) == BODY


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (gzip.compress(BODY)[:-20], "gzip", "truncated gzip"),
        (gzip.compress(bytes(10**7)), "gzip", "too large"),
        (brotli.compress(bytes(10**7)), "br", "too large"),
        (brotli.compress(BODY)[:-9], "br", "truncated brotli"),
        (b"\xff" * 9, "br", "damaged brotli"),
        (zstandard.compress(bytes(10**7)), "zstd", "too large"),
        (zlib.compress(bytes(10**7)), "deflate", "too large"),
        (zlib.compress(BODY)[:-9], "deflate", "truncated deflate"),
        (b"\xff" * 9, "deflate", "damaged deflate"),
        (BODY, "compress", "unknown way"),
    ],
)
def test_bad_bodies(tmp_path: Path, body: bytes, coding: str, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        one(tmp_path, record(response(body, content_encoding=coding)))


@pytest.mark.parametrize(
    ("body", "reason"),
    [(chunked(BODY)[:-99], "inside a chunk"), (chunked(BODY)[:-5] + b"x", "no chunk begins")],
)
def test_bad_chunks(tmp_path: Path, body: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        one(tmp_path, record(response(body, transfer_encoding="chunked")))


def test_the_charset_of_the_server_is_used(tmp_path: Path) -> None:
    body = response("<p>Привет, мир".encode("koi8-r"), content_type="text/html; charset=KOI8-R")
    assert one(tmp_path, record(body)) == "<p>Привет, мир"


def test_a_page_that_is_too_large_has_a_fault(tmp_path: Path) -> None:
    large = record(response(bytes(2_000_000)), warc_record_id="<0>")
    assert ids(tmp_path, large + archive(b"a", b"b")[1]) == ("1", ["too large: 2,000,044 bytes"])


def test_a_dictionary_of_zstd_is_used() -> None:
    parts = archive(*(b"<p>the same words in every page %d" % i for i in range(200)))
    held = zstandard.train_dictionary(2_000, parts)
    packer = zstandard.ZstdCompressor(dict_data=held)
    skipped = b"\x5d\x2a\x4d\x18" + len(held.as_bytes()).to_bytes(4, "little") + held.as_bytes()
    file = io.BytesIO(skipped + b"".join(map(packer.compress, parts)))
    tape = Tape(pieces(file, begin=warc.BEGIN))
    assert sum(raw.content is not None for raw in warc.records(tape, lambda _: True, MAX)) == 200


@pytest.mark.parametrize(
    ("rest", "charset"),
    [
        ("; charset*=a; charset*0=b", None),
        (f"; charset*{'9' * 5_000}=x", None),
        ("; charset=", None),
        ('; x=y ;Charset = "GBK"; z', "GBK"),
    ],
)
def test_any_media_type_can_be_read(rest: str, charset: str | None) -> None:
    assert http.media_type(f"Text/HTML{rest}") == ("text/html", charset)


def test_a_zstd_body_without_zstandard_costs_only_its_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body = zstandard.compress(b"<p>")
    monkeypatch.setitem(sys.modules, "zstandard", None)
    with pytest.raises(InputError, match=r"packed with zstd; .*pip install"):
        http.undo(body, ("zstd",), MAX)


def test_a_bad_dictionary_is_damage() -> None:
    bad = b"\x37\xa4\x30\xec" + bytes(40)
    data = b"\x50\x2a\x4d\x18" + len(bad).to_bytes(4, "little") + bad + zstandard.compress(b"x")
    with pytest.raises(InputError, match="damaged zstd dictionary"):
        list(pieces(io.BytesIO(data)))


def test_false_members_are_passed_over_without_reading_again() -> None:
    good = gzip.compress(b"WARC/1.0")
    file = CountingFile(b"\x1f\x8b\x08\0" * 200_000 + good)
    *_, last = pieces(file, "gzip", begin=warc.BEGIN)
    assert (last.offset, last.data) == (800_000, b"WARC/1.0")
    assert file.count < 3_000_000


class CountingFile(io.BytesIO):
    """Counts the bytes that are read."""

    count = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.count += len(data)
        return data
