"""Formulas: the TeX in which a page states them, or TeX made from their MathML."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import Final

from boilerkill.parse import STRIDE, attributes

#: TeX between the signs by which scripts on the page find it; a dollar needs a command inside.
TEX: Final = re.compile(
    r"\\\(([^\n]{1,2000}?)\\\)|\\\[([^\n]{1,2000}?)\\\]|\$\$([^$\n]{1,2000}+)\$\$"
    r"|\$([^$\n\s][^$\n\\]{0,2000}+\\[a-zA-Z][^$\n]{0,2000}+)\$"
)
_STYLE: Final = re.compile(r"\{\s*\\(?:displaystyle|textstyle)\s+(.*)\}", re.DOTALL)
#: Leaves of MathML whose text is kept.
_LEAVES: Final = frozenset({"mi", "mo", "mn", "mtext", "ms"})
_Writer = Callable[[list[str]], str]
#: How an element is written from its children: (number of children it must have, writer).
_WRITERS: Final[dict[str, tuple[int, _Writer]]] = {
    "mfrac": (2, lambda c: rf"\frac{{{c[0]}}}{{{c[1]}}}"),
    "msqrt": (1, lambda c: rf"\sqrt{{{''.join(c)}}}"),
    "mroot": (2, lambda c: rf"\sqrt[{c[1]}]{{{c[0]}}}"),
    "msup": (2, lambda c: f"{_base(c[0])}^{{{c[1]}}}"),
    "msub": (2, lambda c: f"{_base(c[0])}_{{{c[1]}}}"),
    "msubsup": (3, lambda c: f"{_base(c[0])}_{{{c[1]}}}^{{{c[2]}}}"),
    "mover": (2, lambda c: rf"\overset{{{c[1]}}}{{{c[0]}}}"),
    "munder": (2, lambda c: f"{_base(c[0])}_{{{c[1]}}}"),
    "munderover": (3, lambda c: f"{_base(c[0])}_{{{c[1]}}}^{{{c[2]}}}"),
    "mtr": (1, " & ".join),
    "mtable": (1, lambda c: r"\begin{matrix}" + r" \\ ".join(c) + r"\end{matrix}"),
    "mtext": (1, lambda c: rf"\text{{{''.join(c)}}}"),
    "mphantom": (0, lambda _: ""),
    "mfenced": (0, lambda c: f"({','.join(c)})"),
}
#: Elements of MathML that show something.
SHOWN: Final = _LEAVES | (_WRITERS.keys() - {"mfenced"}) | {
    "mrow", "mtd", "mspace", "mstyle", "merror", "mpadded", "mmultiscripts", "mprescripts", "none",
}  # fmt: skip
_ANNOTATIONS: Final = frozenset({"annotation", "annotation-xml"})
#: Elements of a formula that may lie in each other.
_MAX_DEPTH: Final = 100


def _base(tex: str) -> str:
    return tex if len(tex) == 1 or tex.startswith("\\") else f"{{{tex}}}"


def plain(tex: str) -> str:
    """Return TeX on one line, without the style that a generator wraps it in."""
    styled = _STYLE.fullmatch(tex.strip())
    return " ".join((styled[1] if styled else tex).split())


def tex_of(parts: list[str | None]) -> tuple[str, bool]:
    """Return the TeX of a formula and whether it stands on a line of its own.

    Args:
        parts: Tokens from the `<math>` tag on, to its end tag or the end of the block.
    """
    values = attributes(parts[6] or "")
    display = values.get("display", "").lower() == "block"
    stated = _annotation(parts) or values.get("alttext", "")
    return plain(stated) if stated else plain(_written(parts)), display


def mathml(parts: list[str | None]) -> str:
    """Return what stands inside a `<math>` as MathML: what shows something, without attributes.

    Args:
        parts: As for `tex_of`.
    """
    out: list[str] = []
    opened: list[str] = []
    skipped = 0  # open elements whose text is not part of the formula as it is shown
    for at in range(STRIDE, len(parts) - 1, STRIDE):
        text, end, start = parts[at], (parts[at + 1] or "").lower(), (parts[at + 5] or "").lower()
        if text and opened and opened[-1] in _LEAVES and not skipped:
            out.append(escape(unescape(text).strip(), quote=False))
        alone = (parts[at + 6] or "").endswith("/")
        if start in _ANNOTATIONS:
            skipped += not alone
        elif end in _ANNOTATIONS:
            skipped = max(skipped - 1, 0)
        elif start in SHOWN and not skipped and len(opened) < _MAX_DEPTH:
            out.append(f"<{start}></{start}>" if alone else f"<{start}>")
            opened += [] if alone else [start]
        elif end in opened and not skipped:
            while (name := opened.pop()) != end:
                out.append(f"</{name}>")
            out.append(f"</{end}>")
    return "".join([*out, *(f"</{name}>" for name in reversed(opened))])


def _annotation(parts: list[str | None]) -> str:
    for at in range(0, len(parts) - STRIDE, STRIDE):
        if parts[at + 5] == "annotation" and "tex" in (parts[at + 6] or "").lower():
            return unescape(parts[at + STRIDE] or "")
    return ""


def _written(parts: list[str | None]) -> str:
    """Write MathML as TeX; an element without the children it must have is written as its row."""
    rows: list[tuple[str, list[str]]] = [("math", [])]
    for at in range(0, len(parts) - 1, STRIDE):
        text, end, name = parts[at], parts[at + 1], parts[at + 5]
        if text and rows[-1][0] in _LEAVES:
            rows[-1][1].append(_leaf(unescape(text).strip(), rows[-1][0]))
        if name and not (parts[at + 6] or "").endswith("/") and len(rows) < _MAX_DEPTH:
            rows.append((name.lower(), []))
        elif end and len(rows) > 1 and rows[-1][0] == end.lower():
            _close(rows)
    while len(rows) > 1:
        _close(rows)
    return "".join(rows[0][1])


def _close(rows: list[tuple[str, list[str]]]) -> None:
    name, children = rows.pop()
    wanted, write = _WRITERS.get(name, (0, "".join))
    written = write(children) if len(children) >= wanted else "".join(children)
    if written or name in {"mrow", "mtd"}:
        rows[-1][1].append(written)


def _leaf(text: str, name: str) -> str:
    if name == "mi" and len(text) > 1 and text.isascii() and text.isalpha():
        return rf"\operatorname{{{text}}}"
    return text
