"""The options of a run, validated once and passed whole."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

from boilerkill.errors import UsageError
from boilerkill.values import KINDS, MODES, Kind, Limits, Mode, choice

Format = Literal["text", "jsonl"]
Only = Literal["kept", "quarantined"]
FORMATS: tuple[Format, ...] = get_args(Format)
ONLY: tuple[Only, ...] = get_args(Only)


def cores() -> int:
    """Number of processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run does with its pages.

    Attributes:
        out: Folder for the results, or a `.jsonl` file; None for standard output.
        format: One text file per page, or one row per page.
        mode: Balance between losing text and keeping boilerplate.
        kind: How pages are read; "auto" goes by name and content.
        url: Address of the page; only for a run of one page.
        jobs: Worker processes.
        blocks: Whether rows carry the blocks.
        only: Emit only pages that ended so; every page is counted all the same.
        min_confidence: Pages kept with less confidence are quarantined; in [0, 1].
        model: Model file; None for the model of the package.
        time_limit: Seconds a page may take.
        memory_limit: Bytes a worker may need beyond what it needs when idle.
        overwrite: Whether `out` may already hold something.
        limits: What a page may cost.
    """

    out: Path | None = None
    format: Format = "text"
    mode: Mode = "balanced"
    kind: Kind = "auto"
    url: str | None = None
    jobs: int = field(default_factory=cores)
    blocks: bool = False
    only: Only | None = None
    min_confidence: float = 0.0
    model: Path | None = None
    time_limit: float = 30.0
    memory_limit: int = 2_000_000_000
    overwrite: bool = False
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        """Raise UsageError if a value is not allowed or two contradict each other."""
        choice("format", self.format, FORMATS)
        choice("mode", self.mode, MODES)
        choice("kind", self.kind, KINDS)
        if self.only is not None:
            choice("only", self.only, ONLY)
        if not 0 <= self.min_confidence <= 1:
            raise UsageError(f"min-confidence is {self.min_confidence}; wanted: 0 to 1")
        for name in ("jobs", "time_limit", "memory_limit"):
            if not 0 < getattr(self, name) < math.inf:
                raise UsageError(f"{name} is {getattr(self, name)}; wanted: a number above 0")
        if self.format == "text" and self.blocks:
            raise UsageError("blocks need rows to stand in: add -f jsonl")
        if self.format == "text" and self.out is not None and self.out.suffix == ".jsonl":
            raise UsageError(f"{self.out} is a name for rows: add -f jsonl, or name a folder")
        if self.format == "text" and self.out is not None and self.out.suffix == ".txt":
            raise UsageError(f"-o names a folder; for one page in one file: > {self.out}")
