"""The layouts of labelled corpora: how each is recognised and how a page is read from it.

`open_corpus` tries the openers of `_OPENERS` in turn; each returns None where its layout is not
the folder's. A layout with one JSON of truth per page is a row of `_BESIDE` here: the keys that
tell it, and the function that puts what a truth file says into the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from boilerkill.errors import CorpusError
from boilerkill.learn.corpora import blocks
from boilerkill.learn.corpora.corpus import Corpus
from boilerkill.learn.corpora.page import LabelledPage
from boilerkill.learn.corpora.paired import open_paired
from boilerkill.learn.corpora.records import Record, read_bytes, read_record
from boilerkill.learn.corpora.rows import SUFFIXES, is_table, open_tables
from boilerkill.learn.corpora.sites import site_of
from boilerkill.learn.corpora.snippets import open_list

#: Folders of truth files, of which there is one.
_TRUTHS = ("truth", "ground-truth", "ground_truth")
_SHOWN = 8  # names of a folder that an error message lists


def open_corpus(path: str | Path) -> Corpus:
    """Return the corpus in a folder or a file, its layout told from what lies there.

    Raises:
        CorpusError: It cannot be read, or has none of the layouts.
        MissingExtraError: Packages of an extra are missing (often only when pages are read).
    """
    root = Path(path)
    if root.is_file():
        return _open_file(root)
    if not root.is_dir():
        raise CorpusError(f"{root} is not there; wanted: the folder or file of a labelled corpus")
    for opener in (_open_aeb, open_list, _open_beside, _open_blocks, open_tables, open_paired):
        opened = opener(root)
        if opened is not None:
            return opened
    found = sorted(entry.name for entry in root.iterdir())
    shown = ", ".join(found[:_SHOWN]) + (", …" if len(found) > _SHOWN else "")
    raise CorpusError(
        f"{root} holds no labelled corpus. Found: {shown or 'nothing'}. Wanted one of: "
        "html/ID.html.gz with truth/ID.json (WCXB, zh69, readability, snippets); "
        f"html/ with ground-truth.json (AEB); pages/ID.json of format {blocks.FORMAT!r}; "
        "pages and texts that pair up by name (CleanEval, dragnet, NAME.html with NAME.txt or "
        f"NAME.md); evaldata.json or .py (trafilatura); tables ({', '.join(SUFFIXES)})"
    )


def _open_file(file: Path) -> Corpus:
    opened = open_tables(file) if is_table(file) else None
    if file.suffix in {".json", ".py"}:
        opened = open_list(file)
    if opened is None:
        raise CorpusError(
            f"{file} is no labelled corpus by its name; wanted: a folder, a table of pages "
            f"({', '.join(SUFFIXES)}) or a list of snippets (.json, .py)"
        )
    return opened


def _open_blocks(root: Path) -> Corpus | None:
    folder = root / "pages" if (root / "pages").is_dir() else root
    ids = _ids(folder)
    # A folder "pages" is meant; in the root any JSON may lie about.
    meant = ids and (folder != root or blocks.is_ours(read_record(folder / f"{ids[0]}.json")))
    return Corpus("blocks", root, ids, partial(blocks.read_page, folder)) if meant else None


def _ids(folder: Path) -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in folder.glob("*.json")))


def _open_aeb(root: Path) -> Corpus | None:
    file = root / "ground-truth.json"
    if not file.is_file():
        return None
    whole = read_record(file)

    def read(name: str) -> LabelledPage:
        record = whole.part(name)
        page = _bare_page(root, "aeb", name, record.text("url"))
        return replace(page, language="en", truth=record.text("articleBody"))

    return Corpus("aeb", root, tuple(sorted(whole.fields)), read)


def _bare_page(root: Path, corpus: str, name: str, url: str | None) -> LabelledPage:
    """Return the page with its source and site only."""
    packed, plain = (root / "html" / f"{name}{suffix}" for suffix in (".html.gz", ".html"))
    source = read_bytes(plain if plain.is_file() else packed)
    address, domain = site_of(url, source)
    return LabelledPage(id=name, corpus=corpus, source=source, url=address, domain=domain or name)


def _wcxb(record: Record, page: LabelledPage) -> LabelledPage:
    truth = record.part("ground_truth")
    kind = record.part("_internal").part("page_type").text("primary")
    return replace(
        page,
        page_type=kind or "article",
        language=truth.text("language") or "en",  # WCXB itself is English
        truth=truth.text("main_content"),
        must=truth.texts("with"),
        must_not=truth.texts("without"),
        title=truth.text("title"),
        author=truth.text("author"),
        date=truth.text("publish_date"),
    )


def _snippets(record: Record, page: LabelledPage) -> LabelledPage:
    return replace(page, must=record.texts("with"), must_not=record.texts("without"))


def _readability(record: Record, page: LabelledPage) -> LabelledPage:
    metadata = record.part("metadata")
    language = metadata.text("lang")
    return replace(
        page,
        language=language.split("-")[0].lower() if language else None,
        truth=record.text("main_content"),
        title=metadata.text("title"),
        author=metadata.text("byline"),
        date=metadata.text("publishedTime"),
    )


def _zh69(record: Record, page: LabelledPage) -> LabelledPage:
    def known(name: str) -> str | None:
        value = record.text(name)
        return None if value == "UNKNOWN" else value

    return replace(
        page,
        language="zh",
        truth=record.text("main_content"),
        author=known("author"),
        date=known("date"),
    )


@dataclass(frozen=True, slots=True)
class _Beside:
    """A layout of html/ID.html.gz with truth/ID.json: keys of every truth file, and its reader."""

    name: str
    keys: frozenset[str]
    fill: Callable[[Record, LabelledPage], LabelledPage]

    def read(self, root: Path, truths: Path, page_id: str) -> LabelledPage:
        record = read_record(truths / f"{page_id}.json")
        missing = self.keys - record.fields.keys()
        if missing:
            raise record.fault(f"lacks {', '.join(sorted(missing))}, which {self.name} truth has")
        return self.fill(record, _bare_page(root, self.name, page_id, record.text("url")))


#: The first whose keys stand in the first truth file is taken.
_BESIDE = (
    _Beside("wcxb", frozenset({"ground_truth"}), _wcxb),
    _Beside("snippets", frozenset({"with", "without"}), _snippets),
    _Beside("readability", frozenset({"main_content", "metadata"}), _readability),
    _Beside("zh69", frozenset({"main_content", "author", "date"}), _zh69),
)


def _open_beside(root: Path) -> Corpus | None:
    folder = next((root / name for name in _TRUTHS if _ids(root / name)), None)
    if folder is None:
        return None
    ids = _ids(folder)
    sample = read_record(folder / f"{ids[0]}.json")
    for layout in _BESIDE:
        if layout.keys <= sample.fields.keys():
            return Corpus(layout.name, root, ids, partial(layout.read, root, folder))
    wanted = "; ".join(f"{each.name}: {', '.join(sorted(each.keys))}" for each in _BESIDE)
    raise sample.fault(f"has the keys {', '.join(sorted(sample.fields))}; wanted {wanted}")
