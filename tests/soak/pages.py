"""Pages for the long checks: real ones, small ones, synthetic ones."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Sequence
from itertools import islice
from pathlib import Path

from boilerkill.decode import decode
from boilerkill.errors import InputError
from boilerkill.segment import cut_markup
from boilerkill.values import Limits
from tests.dump_files import (
    Page,
    write_folder,
    write_jsonl,
    write_parquet,
    write_warc,
    write_wet,
)

SHARED = Path(__file__).parents[3] / "shared" / "corpora"
_WORDS = [f"{a}{b}" for a in ("ba", "ko", "lu", "mer", "sti") for b in ("ron", "tal", "vi", "ne")]


def real(count: int) -> list[Page]:
    """Return pages of the shared corpora, in an order that mixes them, the same every time."""
    paths = sorted(SHARED.glob("*/html/*.html.gz"))
    random.Random(1).shuffle(paths)
    found = []
    for path in islice(paths, count):
        name = f"{path.parents[1].name}-{path.name.removesuffix('.html.gz')}"
        found.append((name, f"http://a.example/{name}", gzip.decompress(path.read_bytes())))
    return sorted(found)


def small(count: int) -> list[Page]:
    """Return so many short pages, some of them copies of earlier ones, empty or not text."""
    dice = random.Random(1)
    found = []
    for number in range(count):
        body = _synthetic(random.Random(dice.choice((1, 2, number))), parts=3).encode()
        if number % 29 == 7:
            body = dice.choice((b"<p>", b"%PDF-1.7", bytes(99)))
        found.append((f"{number:05}", f"http://a.example/{number}", body))
    return found


def write_all(folder: Path, pages: Sequence[Page]) -> dict[str, Path]:
    """Write the same pages in five forms; the text of WET is that of the source."""
    texts = [(name, url, _text(body)) for name, url, body in pages]
    return {
        "folder": write_folder(folder / "pages", pages),
        "warc": write_warc(folder / "pages.warc.gz", pages),
        "wet": write_wet(folder / "pages.warc.wet.gz", [(n, u, _bare(t)) for n, u, t in texts]),
        "jsonl": write_jsonl(folder / "pages.jsonl.zst", texts),
        "parquet": write_parquet(folder / "pages.parquet", pages),
    }


def write_plain(folder: Path, pages: Iterable[Page]) -> Path:
    """Write the pages as files that are not packed."""
    folder.mkdir()
    for name, _, body in pages:
        (folder / f"{name}.html").write_bytes(body)
    return folder


def write_synthetic(path: Path, count: int) -> Path:
    """Write JSON lines of small pages that are all different."""
    dice = random.Random(1)
    with path.open("w") as file:
        for number in range(count):
            file.write(json.dumps({"id": str(number), "html": _synthetic(dice, parts=8)}) + "\n")
    return path


def _synthetic(dice: random.Random, parts: int) -> str:
    texts = [" ".join(dice.choices(_WORDS, k=dice.randint(5, 60))) for _ in range(parts)]
    body = "".join(f"<p>{text}.</p>" for text in texts)
    menu = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in _WORDS[:8])
    return f"<html><body><ul>{menu}</ul><h1>{texts[0]}</h1>{body}</body></html>"


def _text(body: bytes) -> str:
    try:
        return decode(body)
    except InputError:
        return ""


def _bare(html: str) -> bytes:
    """Return markup as the lines of text that stand between its tags."""
    return "\n".join(cut_markup(html, Limits()).texts).encode(errors="replace")
