"""The optional kernel: the hottest steps of the line, compiled.

Every function here stands for one in Python that gives the same bits, and is used where a compiler
was at hand when boilerkill was installed. `BOILERKILL_COMPILED=0` in the environment switches all
of it off. A kernel that was built from other sources than those beside it is not used.

Nothing is imported from the rest of the package, for `setup.py` reads this file too.
"""

from __future__ import annotations

import os
import zlib
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

#: What the kernel does again or reads its tables from.
MIRRORED = (
    "parse.py", "page.py", "marks.py", "nesting.py", "segment.py", "words.py",
    "features/beginnings.py", "features/__init__.py", "features/chars.py",
    "features/context.py", "features/lexicon.py", "features/markup.py", "features/text.py",
    "features/view.py", "features/wording.py", "estimators.py", "revise.py", "score.py",
)  # fmt: skip


@cache
def digest() -> str:
    """Return a checksum of the sources that the kernel stands for; "" if they are not there."""
    sources = [Path(__file__).parent.parent / name for name in MIRRORED]
    if not all(path.is_file() for path in sources):
        return ""
    found = 0
    for path in sources:
        found = zlib.crc32(path.read_bytes().replace(b"\r\n", b"\n"), found)
    return f"{found:08x}"


@cache
def kernel(name: str) -> Any:
    """Return a module of the kernel, or None where Python has to do."""
    if os.environ.get("BOILERKILL_COMPILED") == "0":
        return None
    try:
        # First of all: what was built from other sources may not even start beside these.
        if not _is_ours(import_module("boilerkill.compiled.built")):
            return None
        module = import_module(f"boilerkill.compiled.{name}")
    except ImportError:
        return None
    return module if _is_ours(module) else None


def _is_ours(module: Any) -> bool:
    return bool((digest() or module.SOURCES) == module.SOURCES)
