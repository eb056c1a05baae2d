"""The options of a run, validated once and passed whole."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from boilerkill.dumps.files import is_folder
from boilerkill.errors import UsageError
from boilerkill.metadata import language
from boilerkill.values import KINDS, MODES, Include, Kind, Limits, Mode, choice

Format = Literal["text", "markdown", "html", "json", "jsonl", "jsonl.zst", "parquet"]
Only = Literal["kept", "quarantined"]
Dedup = Literal["exact", "near"]
InputFormat = Literal["page", "jsonl"]
FORMATS: tuple[Format, ...] = get_args(Format)
ONLY: tuple[Only, ...] = get_args(Only)
DEDUP: tuple[Dedup, ...] = get_args(Dedup)
INPUT_FORMATS: tuple[InputFormat, ...] = get_args(InputFormat)
#: Formats with a file for each page: what its name ends in.
PAGE_ENDINGS: dict[Format, str] = {
    "text": ".txt",
    "markdown": ".md",
    "html": ".html",
    "json": ".json",
}
#: Formats with a row for each page: what the file's name ends in.
ROW_ENDINGS: dict[Format, str] = {
    "jsonl": ".jsonl",
    "jsonl.zst": ".jsonl.zst",
    "parquet": ".parquet",
}


def cores() -> int:
    """Number of processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def format_of(out: Path) -> Format | None:
    """Return the format of rows that the name of a file asks for; None for a folder's name."""
    found = (name for name, ending in ROW_ENDINGS.items() if out.name.endswith(ending))
    return next(found, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run does with its pages.

    Attributes:
        out: Folder for the results, or a file of rows; None for standard output.
        format: A file for each page (`PAGE_ENDINGS`), or a row for each page (`ROW_ENDINGS`).
        mode: Balance between losing text and keeping boilerplate.
        kind: How pages are read; "auto" goes by name and content.
        include: Which parts of an article are given out.
        input_format: What standard input is.
        url: Address of the page; only for a run of one page.
        html_column: Column of input rows that holds markup; None to look for it.
        text_column: Column of input rows that holds plain text.
        url_column: Column of input rows that holds the address.
        id_column: Column of input rows that holds the id.
        jobs: Worker processes.
        blocks: Whether rows carry the blocks.
        with_markdown: Whether rows carry the article as Markdown.
        with_html: Whether rows carry the article as HTML.
        with_metadata: Whether rows and files carry all that is known of the page.
        only: Emit only pages that ended so; every page is counted all the same.
        min_confidence: Pages kept with less confidence are quarantined; in [0, 1].
        target_language: Pages in another language are empty, by their text, or where that is too
            short by what they state; those whose language cannot be told stay.
        dedup: Which pages that repeat an earlier one are empty; None for none.
        model: Model file; None for the model of the package.
        time_limit: Seconds a page may take.
        memory_limit: Bytes a worker may need beyond what it needs when idle.
        overwrite: Whether `out` may already hold something.
        resume: Whether to go on with an earlier run into `out`, if there was one.
        limits: What a page may cost.
    """

    out: Path | None = None
    format: Format = "text"
    mode: Mode = "balanced"
    kind: Kind = "auto"
    include: Include = field(default_factory=Include)
    input_format: InputFormat = "page"
    url: str | None = None
    html_column: str | None = None
    text_column: str | None = None
    url_column: str | None = None
    id_column: str | None = None
    jobs: int = field(default_factory=cores)
    blocks: bool = False
    with_markdown: bool = False
    with_html: bool = False
    with_metadata: bool = False
    only: Only | None = None
    min_confidence: float = 0.0
    target_language: str | None = None
    dedup: Dedup | None = None
    model: Path | None = None
    time_limit: float = 30.0
    memory_limit: int = 2_000_000_000
    overwrite: bool = False
    resume: bool = False
    limits: Limits = field(default_factory=Limits)

    @property
    def rows(self) -> bool:
        """Whether pages become rows."""
        return self.format in ROW_ENDINGS

    def __post_init__(self) -> None:
        """Raise UsageError if a value is not allowed or two contradict each other."""
        choice("format", self.format, FORMATS)
        choice("mode", self.mode, MODES)
        choice("kind", self.kind, KINDS)
        choice("input-format", self.input_format, INPUT_FORMATS)
        for name, value, allowed in (("only", self.only, ONLY), ("dedup", self.dedup, DEDUP)):
            if value is not None:
                choice(name, value, allowed)
        if not 0 <= self.min_confidence <= 1:
            raise UsageError(f"min-confidence is {self.min_confidence}; wanted: 0 to 1")
        for name in ("jobs", "time_limit", "memory_limit"):
            if not 0 < getattr(self, name) < math.inf:
                raise UsageError(f"{name} is {getattr(self, name)}; wanted: a number above 0")
        wanted = self.target_language
        if wanted is not None and language.primary(wanted) not in language.known():
            codes = " ".join(sorted(language.known()))
            raise UsageError(f"target-language is {wanted!r}; wanted: one of {codes}")
        self._check_rows()
        self._check_output()

    def _check_rows(self) -> None:
        if self.rows:
            return
        for name in ("blocks", "with_markdown", "with_html"):
            if getattr(self, name) and not (name == "blocks" and self.format == "json"):
                flag = name.replace("_", "-")
                raise UsageError(f"--{flag} needs rows to stand in: add -f jsonl or -f parquet")

    def _check_output(self) -> None:
        if self.out is None:
            if self.resume or self.dedup:
                raise UsageError("--resume and --dedup need a place for their records: add -o OUT")
            if self.format in {"parquet", "jsonl.zst"}:
                raise UsageError(f"{self.format} is not for a terminal: add -o OUT")
            return
        named = format_of(self.out)
        if named and named != self.format and not is_folder(self.out):
            raise UsageError(f"{self.out} is a name for rows: add -f {named}, or name a folder")
        if self.out.suffix == PAGE_ENDINGS.get(self.format) and not is_folder(self.out):
            raise UsageError(f"-o names a folder; for one page in one file: > {self.out}")
        if self.resume and self.overwrite:
            raise UsageError("--resume and --overwrite exclude one another; give one")
