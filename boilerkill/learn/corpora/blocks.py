"""Our own block-labelled format: one JSON per page, its source file beside it.

    {"format": "boilerkill-blocks", "version": 1, "id": "ID", "source": "ID.html",
     "kind": "html" | "text", "url": …, "language": …, "page_type": …,
     "split": "train" | "test", "title": …, "author": …, "date": …,
     "blocks": [{"text": …, "label": "content" | "navigation" | "filler" | "widget" | null}, …]}

Blocks stand in page order. The main text is the content blocks, parted by blank lines. A block of
label null is not labelled yet; while there is one, the page's main text is unknown.
"""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import Literal, cast

from boilerkill.learn.corpora.page import LabelledPage
from boilerkill.learn.corpora.records import Record, read_bytes, read_record
from boilerkill.learn.corpora.sites import site_of
from boilerkill.values import LABELS, Label

FORMAT = "boilerkill-blocks"

#: Raise it when a field changes its meaning or a new one must be understood.
VERSION = 1

_SPLITS = ("train", "test")


def is_ours(record: Record) -> bool:
    """Return whether a JSON object says that it is a page of this format, of any version."""
    return record.fields.get("format") == FORMAT


def read_page(folder: Path, name: str) -> LabelledPage:
    """Return the page that `folder/name.json` describes; CorpusError where it is not sound."""
    record = read_record(folder / f"{name}.json")
    _check_head(record, name)
    kind = cast(Literal["html", "text"], record.choice("kind", ("html", "text")))
    source = _source(record, kind)
    url, domain = site_of(record.text("url"), source)
    blocks = [_labelled(block) for block in record.parts("blocks")]
    labels = tuple((text, label) for text, label in blocks if label is not None)
    whole = len(labels) == len(blocks)
    return LabelledPage(
        id=name,
        corpus="blocks",
        source=source,
        kind=kind,
        url=url,
        domain=domain or name,
        page_type=record.required("page_type"),
        language=record.text("language"),
        truth="\n\n".join(t for t, label in labels if label == "content") if whole else None,
        labels=labels,
        title=record.text("title"),
        author=record.text("author"),
        date=record.text("date"),
        split=record.choice("split", _SPLITS) if record.text("split") else None,
    )


def _check_head(record: Record, name: str) -> None:
    if not is_ours(record):
        raise record.fault(f"'format' is {record.fields.get('format')!r}; wanted: {FORMAT!r}")
    if record.fields.get("version") != VERSION:
        raise record.fault(
            f"'version' is {record.fields.get('version')!r}; this boilerkill reads {VERSION}"
        )
    if record.required("id") != name:
        raise record.fault(f"'id' is {record.required('id')!r}; wanted the file's name, {name!r}")


def _source(record: Record, kind: str) -> bytes | str:
    name = record.required("source")
    if PurePath(name).name != name or "\\" in name:
        raise record.fault(f"'source' is {name!r}; wanted: a file beside this one, no folders")
    content = read_bytes(record.file.with_name(name))
    if kind == "html":
        return content
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise record.fault(f"its source {name} is not UTF-8: {fault}") from fault


def _labelled(block: Record) -> tuple[str, Label | None]:
    text = block.required("text")
    if block.fields.get("label", "") is None:
        return text, None
    return text, cast(Label, block.choice("label", LABELS))
