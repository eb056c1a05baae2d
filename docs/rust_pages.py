"""Pages of a real site with their truth: the Rust documentation that comes with its compiler.

    python docs/rust_pages.py "$(rustc --print sysroot)/share/doc/rust/html" rust.jsonl

Writes 44 pages of the standard library as a table that `boilerkill train` reads, 20 of them of
split "test". What the site repeats on every page counts as no text: its bars, and the lists of
implementations that every type has.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from random import Random

from selectolax.lexbor import LexborHTMLParser

#: Page kinds that document one thing, and the sizes in bytes of ordinary ones.
KINDS = ("struct", "trait", "enum", "fn", "macro", "primitive", "keyword")
SIZES = range(12_000, 60_000)
PAGES, HELD_OUT = 44, 20
NOT_TEXT = (
    "script, style, template, button, rustdoc-toolbar, .src, .since, .rightside, .tooltip, "
    ".hideme, a.anchor, .sub-heading, .out-of-band, #copy-path, #synthetic-implementations, "
    "#synthetic-implementations-list, #blanket-implementations, #blanket-implementations-list"
)


def truth(html: str) -> str:
    """Return the main text of a page, a line for each piece."""
    main = LexborHTMLParser(html).css_first("#main-content")
    for node in main.css(NOT_TEXT):
        node.decompose()
    lines = (" ".join(line.split()) for line in main.text(separator="\n").splitlines())
    return "\n".join(filter(None, lines))


def main(root: Path, output: Path) -> None:
    """Write the table."""
    found = [
        path for path in sorted((root / "std").rglob("*.html"))
        if path.name.split(".")[0] in KINDS and "arch" not in path.parts
        and path.stat().st_size in SIZES
    ]  # fmt: skip
    Random(1).shuffle(found)  # noqa: S311  (a sample, not a secret)
    with output.open("w", encoding="utf-8") as out:
        for number, path in enumerate(found[:PAGES]):
            html, place = path.read_text("utf-8"), path.relative_to(root).as_posix()
            split = "train" if number < PAGES - HELD_OUT else "test"
            page = {"id": place, "url": f"https://doc.rust-lang.org/{place}", "split": split}
            out.write(json.dumps(page | {"html": html, "text": truth(html)}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
