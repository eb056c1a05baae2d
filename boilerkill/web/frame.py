"""A page as it looks, made safe to show: its own markup and styles, with its blocks marked.

The page is written anew from its tokens. Only elements and attributes that are known to do nothing
pass, addresses and scripts never, so that the document is inert even before the sandbox and the
policy it is served with. Each piece of text stands in a `<bk-t>` that names its block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from importlib import resources
from typing import Final

from boilerkill.marks import tag_of
from boilerkill.page import Page
from boilerkill.parse import STRIDE, attributes
from boilerkill.web.html import COLOURS, Html, el, join

#: What a browser may do with the document: apply its styles, show pictures that stand inside it.
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox allow-same-origin"
)
_HARMLESS: Final = (
    "a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code "
    "col colgroup data dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 "
    "h4 h5 h6 header hgroup hr i img ins kbd label legend li main mark menu nav ol p pre q rp rt "
    "ruby s samp search section small span strike strong sub summary sup table tbody td tfoot th "
    "thead time tr tt u ul var wbr"
)
_AS_THEY_ARE: Final = frozenset(_HARMLESS.split())
#: Elements that would do something, and the inert ones that stand in for them.
_INSTEAD: Final = {
    "button": "span", "fieldset": "div", "form": "div", "noscript": "div", "template": "div",
    "video": "div", "audio": "div", "canvas": "div", "object": "div", "dialog": "div",
    "marquee": "div", "select": "div", "datalist": "div", "optgroup": "div", "option": "div",
    "picture": "span", "map": "div", "listing": "pre", "plaintext": "pre",
}  # fmt: skip
_EMPTY: Final = frozenset({"br", "col", "hr", "img", "wbr"})
_LOOKS: Final = (
    "align alt bgcolor border cellpadding cellspacing class color cols colspan dir face height "
    "hidden id lang nowrap open reversed role rowspan size span start style title type valign "
    "value width"
)
_ATTRIBUTES: Final = frozenset(_LOOKS.split())
_PICTURE = re.compile(r"data:image/(?:png|gif|jpeg|webp|avif);base64,[A-Za-z0-9+/=\s]+")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def frame(page: Page) -> str:
    """Return the document that shows a page with its blocks marked."""
    sheet = resources.files("boilerkill.web").joinpath("frame.css").read_text("utf-8")
    classes = "".join(f"bk-box.{label}{{--class:{colour}}}" for label, colour in COLOURS.items())
    html, body = page.attributes[0], page.attributes[1] if page.kind == "html" else ""
    shown = Html("".join(_markup(page))) if page.kind == "html" else join(_lines(page))
    return (
        f'<!doctype html>\n<html{_safe(html)}><head><meta charset="utf-8"><title>page</title>'
        f"<style>{classes}\n{sheet}</style></head><body{_safe(body)}>{shown}</body></html>\n"
    )


def _lines(page: Page) -> Iterator[Html]:
    """Show plain text: a paragraph for each block."""
    for block, text in enumerate(page.texts):
        yield el("p", _piece(text, block), dir="auto")


def _piece(text: str, block: int) -> Html:
    return el("bk-t", text, data_b=block)


def _markup(page: Page) -> Iterator[str]:
    """Write the tokens of a page as markup without effect."""
    block_of = _blocks_of_texts(page)
    parts = page.parts
    for token, block in enumerate(block_of):
        at = token * STRIDE
        text = parts[at] or ""
        if text:
            bare = unescape(text)
            yield _piece(bare, block) if block >= 0 and not bare.isspace() else join([bare])
        if at + 1 == len(parts):
            return
        ended, raw, _, raw_text, name, source = parts[at + 1 : at + STRIDE]
        if ended is not None:
            yield _end(ended)
        elif raw is not None and raw.lower() == "style":
            # It holds no "</style": that is where the token would have ended.
            yield f"<style>{raw_text}</style>"
        elif name is not None:
            yield _start(name, source or "")


def _blocks_of_texts(page: Page) -> list[int]:
    """Return the block of the text before each token, and of the last text; -1 for none."""
    found = [-1] * (len(page.parts) // STRIDE + 1)
    for block, (begin, end, _) in enumerate(page.ranges):
        found[begin : end + 1] = [block] * (end + 1 - begin)
    return found


def _start(name: str, source: str) -> str:
    shown = _shown(name)
    return f"<{shown}{_safe(source, shown)}>" if shown else ""


def _end(name: str) -> str:
    shown = _shown(name)
    return f"</{shown}>" if shown and shown not in _EMPTY else ""


def _shown(raw: str) -> str:
    """Return the element that is shown for one of the page, "" for none."""
    name, _ = tag_of(raw)
    if name in _AS_THEY_ARE:
        return name
    # Elements that a page invents do nothing without a script, but its styles may name them.
    invented = "-" in name and _NAME.fullmatch(name) and not name.startswith("bk-")
    return name if invented else _INSTEAD.get(name, "")


def _safe(source: str, tag: str = "") -> str:
    """Return the attributes that only say how an element looks."""
    found = attributes(source)
    kept = {key: value for key, value in found.items() if key in _ATTRIBUTES}
    if tag == "img" and _PICTURE.fullmatch(found.get("src", "").strip()):
        kept["src"] = found["src"].strip()
    # Written by `el`, which escapes the values.
    return el("x", **{key.replace("-", "_"): value for key, value in kept.items()})[2:-5]
