"""Which columns of an input row are the page, its address and its id; the others pass through."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from boilerkill.dumps.names import printable
from boilerkill.dumps.records import Record
from boilerkill.values import Kind

#: Where a page is looked for, and what it is there; "auto" is told by looking at it.
PAGE_COLUMNS: Final[dict[str, Kind]] = {
    "html": "html",
    "content": "auto",
    "raw_html": "html",
    "body": "auto",
    "warc_content": "auto",
    "text": "auto",
}
URL_COLUMNS: Final = ("url", "uri", "target_uri", "warc_target_uri", "WARC-Target-URI")
ID_COLUMNS: Final = ("id", "warc_record_id", "WARC-Record-ID")
#: What the name of an input column begins with if the output has a column of its own so called.
RENAMED: Final = "input_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Names of columns that were given, and those that the output gives itself.

    Attributes:
        html: Column that holds markup.
        text: Column that holds plain text, for rows whose markup is missing.
        url: Column of addresses.
        id: Column of ids.
        taken: Columns of the output; input columns of the same name are renamed.
    """

    html: str | None = None
    text: str | None = None
    url: str | None = None
    id: str | None = None
    taken: Collection[str] = ()

    def pages(self, names: Collection[str]) -> dict[str, Kind]:
        """Return the columns that may hold the page, the best first, of those there are."""
        given: dict[str, Kind] = {}
        if self.html:
            given[self.html] = "html"
        if self.text:
            given[self.text] = "text"
        return {name: kind for name, kind in (given or PAGE_COLUMNS).items() if name in names}

    def wanted(self) -> str:
        """Return what was looked for, for messages."""
        given = [name for name in (self.html, self.text) if name]
        return " or ".join(given) if given else ", ".join(PAGE_COLUMNS)

    def passing(self, names: Collection[str], used: Collection[str]) -> dict[str, str]:
        """Return the names that columns which pass through have in the output."""
        found = {name: name for name in names if name not in used and name not in self.taken}
        for name in names:
            if name not in used and name in self.taken:
                new = f"{RENAMED}{name}"
                while new in self.taken or new in names or new in found.values():
                    new = f"{RENAMED}{new}"
                found[name] = new
        return {name: found[name] for name in names if name in found}


def page_of(
    record: Record, row: Mapping[str, Any], columns: Columns, kind: Kind, size: int
) -> Record:
    """Return the record with what the row holds; with a fault if that is no page."""
    pages = columns.pages(row)
    url = _first(row, (columns.url,) if columns.url else URL_COLUMNS)
    name = _first(row, (columns.id,) if columns.id else ID_COLUMNS)
    column = next((each for each in pages if row[each] is not None), None)
    used = {*filter(None, (column or next(iter(pages), None), url, name))}
    record = replace(
        record,
        id=record.id if name is None else printable(str(row[name])),
        path=record.path if name is None else "",
        url=None if url is None else str(row[url]),
        extra={new: _plain(row[old]) for old, new in columns.passing(row, used).items()},
        size=size,
    )
    if column is None:
        held = f"{next(iter(pages))} is null" if pages else f"there are {', '.join(row) or 'none'}"
        return replace(record, fault=f"no page in its columns: wanted {columns.wanted()}; {held}")
    source = row[column]
    if not isinstance(source, str | bytes):
        return replace(record, fault=f"column {column} holds {type(source).__name__}, not a page")
    return replace(record, source=source, kind=pages[column] if kind == "auto" else kind)


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    """Return the first of the columns that holds text or a number."""
    held = (n for n in names if isinstance(row.get(n), str | int) and row[n] != "")
    return next(held, None)


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
