"""Pages with their main text as a file of its own: CleanEval, dragnet, and folders of one's own.

Pages and texts lie in one folder or in two folders side by side, and pair up by their names:

    input/NAME.html       GoldStandard/NAME.txt            CleanEval, CleanPortalEval
    HTML/NAME.html        Corrected/NAME.html.corrected.txt  dragnet
    html/NAME.html.gz     text/NAME.txt or NAME.md         anybody
    NAME.html             NAME.txt or NAME.md              anybody

How a text is written is told from the texts themselves: CleanEval begins paragraphs with `<p>`,
`<h>` or `<l>` and names the address in a line `URL: …`; dragnet parts the readers' comments off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from html import unescape
from pathlib import Path
from typing import Final

from boilerkill.learn.corpora.corpus import Corpus
from boilerkill.learn.corpora.markdown import plain_text
from boilerkill.learn.corpora.page import LabelledPage
from boilerkill.learn.corpora.records import read_bytes
from boilerkill.learn.corpora.sites import site_of

_PAGE: Final = re.compile(r"(.+?)\.x?html?(?:\.gz)?", re.IGNORECASE)
_TEXT: Final = re.compile(
    r"(.+?)(?:\.x?html?)?(?:\.corrected|[.-]cleaned)?\.(?:txt|md|markdown)(?:\.gz)?", re.IGNORECASE
)
_MARKDOWN: Final = re.compile(r"\.(?:md|markdown)(?:\.gz)?", re.IGNORECASE)
#: As CleanEval writes; its annotators wrote tags in both cases, some with white space before.
_CLEANEVAL: Final = re.compile(r"(?mi)^\s*<[phl]>[ \t]*")
_ADDRESS: Final = re.compile(r"(?mi)\A\s*URL:[ \t]*(\S*)[^\n]*\n?")
#: Typed by hand in dragnet's files, with and without all of its signs.
_COMMENTS: Final = re.compile(r"[!@#$%^&*() ]{6,}COMMENTS")
_LOOKED_AT: Final = 20  # texts that are read to tell how all are written


def open_paired(root: Path) -> Corpus | None:
    """Return the corpus of pages and texts in a folder; None where no two of them pair up."""
    folders = [root, *sorted(path for path in root.iterdir() if path.is_dir())]
    pages = {folder: _names(folder, _PAGE) for folder in folders}
    texts = {folder: _names(folder, _TEXT) for folder in folders}
    pairs = [(p, t) for p in folders for t in folders if pages[p].keys() & texts[t].keys()]
    if not pairs:
        return None
    # A README.html beside a README.txt is no corpus where a folder of 700 pairs is.
    mine, theirs = max(pairs, key=lambda pair: len(pages[pair[0]].keys() & texts[pair[1]].keys()))
    files = {name: (pages[mine][name], texts[theirs][name]) for name in pages[mine]
             if name in texts[theirs]}  # fmt: skip
    name = _layout([text for _, text in files.values()])
    lonely = [pages[mine][n] for n in pages[mine].keys() - files.keys()]
    if theirs != mine:
        lonely += [texts[theirs][n] for n in texts[theirs].keys() - files.keys()]
    unmatched = tuple(sorted(str(path.relative_to(root)) for path in lonely))
    return Corpus(name, root, tuple(sorted(files)), partial(_read, name, files), unmatched)


def _names(folder: Path, pattern: re.Pattern[str]) -> dict[str, Path]:
    """Return name to file of the files in a folder that match; the first of equal names."""
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        match = pattern.fullmatch(path.name)
        if match and path.is_file():
            found.setdefault(match[1], path)
    return found


def _layout(texts: list[Path]) -> str:
    heads = [_decoded(path) for path in texts[:_LOOKED_AT]]
    if any(path.name.lower().endswith((".corrected.txt", ".corrected.txt.gz")) for path in texts):
        return "dragnet"
    marked = sum(bool(_CLEANEVAL.search(head)) for head in heads)
    return "cleaneval" if marked * 2 > len(heads) else "pairs"


def _decoded(path: Path) -> str:
    content = read_bytes(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:  # the older corpora hold what their annotators' editors wrote
        return content.decode("windows-1252", "replace")


def _read(layout: str, files: Mapping[str, tuple[Path, Path]], name: str) -> LabelledPage:
    page, text = files[name]
    source, written = read_bytes(page), _decoded(text)
    address = _ADDRESS.match(written) if layout == "cleaneval" else None
    url, domain = site_of(address[1] if address else None, source)
    return LabelledPage(
        id=name,
        corpus=layout,
        source=source,
        url=url,
        domain=domain or name,
        truth=_truth(layout, text, written[address.end() if address else 0 :]) or None,
    )


def _truth(layout: str, file: Path, written: str) -> str:
    if layout == "cleaneval":
        return "\n\n".join(_paragraphs(written))
    if layout == "dragnet":
        return _COMMENTS.split(written, maxsplit=1)[0].strip()
    return plain_text(written) if _MARKDOWN.search(file.name) else written.strip()


def _paragraphs(written: str) -> Iterator[str]:
    for piece in _CLEANEVAL.split(written):
        folded = " ".join(unescape(piece).split())
        if folded:
            yield folded
