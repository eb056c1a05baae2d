"""Building HTML whose every text is escaped by construction, and whole documents from it.

A document carries its style sheet, and a policy under which nothing is loaded and nothing runs:
even markup that slipped through would do nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping
from html import escape
from importlib import resources
from typing import Final

from boilerkill.values import LABELS, Label

#: Colours that stay apart for all common forms of colour blindness (Okabe and Ito, 2008).
COLOURS: Final[Mapping[Label, str]] = dict(
    zip(LABELS, ("#009e73", "#0072b2", "#e69f00", "#cc79a7"), strict=True)
)
#: What each class is, for people who have not read the documentation.
MEANINGS: Final[Mapping[Label, str]] = dict(
    zip(
        LABELS,
        (
            "what the page is for",
            "ways to elsewhere",
            "prose that could stand on any page",
            "modules a template drops in",
        ),
        strict=True,
    )
)

_VOID = frozenset({"br", "img", "input", "meta"})
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_WEB = re.compile(r"https?://[^\s]+", re.IGNORECASE)
#: What no document may hold, and a lone half of a surrogate pair, which no encoding can.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Html(str):
    """Markup that is ready: what it holds of a page is escaped already."""

    __slots__ = ()


def el(name: str, /, *children: str, **attributes: object) -> Html:
    """Build an element.

    Args:
        name: Of the element.
        children: Texts, which are escaped, and `Html`, which is not.
        attributes: `class_` for `class`, "_" for "-"; None and False leave one out, True gives
            it no value.
    """
    start = f"<{name}"
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        start += f" {key.rstrip('_').replace('_', '-')}"
        if value is not True:
            start += f'="{_escaped(str(value))}"'
    inner = join(children)
    return Html(f"{start}>" if name in _VOID else f"{start}>{inner}</{name}>")


def join(children: Iterable[str]) -> Html:
    """Put texts (escaped) and markup one after the other."""
    return Html("".join(c if isinstance(c, Html) else _escaped(c) for c in children))


def _escaped(text: str) -> str:
    return escape(_FORBIDDEN.sub("\ufffd", text))


def link(address: str | None, text: str) -> Html:
    """Link to a web page; the bare text where the address is none of the web."""
    if address and _WEB.fullmatch(address):
        return el("a", text, href=address, rel="noreferrer noopener")
    return join([text])


def language(code: str | None) -> str | None:
    """Return a language code if it is well-formed enough for an attribute."""
    return code if code and _LANGUAGE.fullmatch(code) else None


def style(*names: str) -> str:
    """Return style sheets of this folder, the palette before them."""
    folder = resources.files("boilerkill.web")
    palette = "".join(f"--{label}:{colour};" for label, colour in COLOURS.items())
    sheets = [folder.joinpath(f"{name}.css").read_text("utf-8") for name in names]
    return "\n".join([f":root{{{palette}}}", *sheets])


def document(title: str, css: str, *body: Html) -> str:
    """Return a whole document that needs no other file and runs nothing."""
    digest = base64.b64encode(hashlib.sha256(css.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("title", title),
        Html(f"<style>{css}</style>"),
    )
    return f"<!doctype html>\n{el('html', head, el('body', *body), lang='en')}\n"
