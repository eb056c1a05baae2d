"""Snippet lists as trafilatura evaluates itself by: address to file, must-haves, must-nots.

    evaldata.json   {"https://…": {"file": "x.html", "with": ["…"], "without": ["…"]}, …}
    evaldata.py     EVAL_PAGES = {the same as a Python literal}; it is read, never run

The pages lie beside the list, or in a folder `eval`, `cache` or `html` there.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from functools import partial
from pathlib import Path, PurePath
from typing import Final

from boilerkill.errors import CorpusError
from boilerkill.learn.corpora.corpus import Corpus
from boilerkill.learn.corpora.page import LabelledPage
from boilerkill.learn.corpora.records import Record, read_bytes, read_record
from boilerkill.learn.corpora.sites import site_of

_LISTS: Final = ("evaldata.json", "evaldata.py", "eval-data.py")
_FOLDERS: Final = ("eval", "cache", "html", ".")


def open_list(path: Path) -> Corpus | None:
    """Return the corpus of a list, or of a folder that holds one; None where there is none."""
    lists = [path] if path.is_file() else [path / name for name in _LISTS]
    file = next((each for each in lists if each.is_file()), None)
    if file is None:
        return None
    whole = _literal(file) if file.suffix == ".py" else read_record(file)
    entries: dict[str, Record] = {}
    for url in whole.fields:
        entry = whole.part(url)
        name = PurePath(entry.required("file")).stem
        # Some lists name one file for two addresses.
        entries[url if name in entries else name] = Record(
            entry.file, {**entry.fields, "url": url}, entry.within
        )
    ids = tuple(sorted(entries))
    return Corpus("snippets", path, ids, partial(_read, file.parent, entries))


def _literal(file: Path) -> Record:
    try:
        module = ast.parse(read_bytes(file).decode("utf-8-sig"))
        for statement in module.body:
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Dict):
                return Record(file, ast.literal_eval(statement.value))
    except (ValueError, SyntaxError, RecursionError, MemoryError) as fault:
        raise CorpusError(f"{file}: no list of literals: {fault}") from fault
    raise CorpusError(f"{file}: assigns no dictionary; wanted: NAME = {{'https://…': {{…}}, …}}")


def _read(root: Path, entries: Mapping[str, Record], page_id: str) -> LabelledPage:
    entry = entries[page_id]
    name = entry.required("file")
    if PurePath(name).name != name or "\\" in name:
        raise entry.fault(f"'file' is {name!r}; wanted: a name, no folders")
    places = [root / folder / name for folder in _FOLDERS]
    file = next((each for each in places if each.is_file()), None)
    if file is None:
        raise entry.fault(f"there is no {name} in {', '.join(_FOLDERS[:-1])} or beside the list")
    source = read_bytes(file)
    url, domain = site_of(entry.text("url"), source)
    return LabelledPage(
        id=page_id,
        corpus="snippets",
        source=source,
        url=url,
        domain=domain or page_id,
        must=entry.texts("with"),
        must_not=entry.texts("without"),
    )
