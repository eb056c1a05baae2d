"""The text of a page that is a shell for a script: rebuilt from the data the script would show.

Such a page has an empty body; what it is for lies in its linked data, or in the state that its
framework starts from (`<script type="application/json">`, `window.__STATE__ = {…}`). All prose in
there becomes a page of its own, each text under the name its data give it, and the same line as for
any page decides what of it is the article.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import escape
from typing import Any, Final

from boilerkill.page import Page
from boilerkill.parse import STRIDE
from boilerkill.segment import cut_markup
from boilerkill.values import Limits
from boilerkill.words import tokens

#: Fewer words are a label, a name or an address.
_MIN_WORDS: Final = 12
#: Prose has words of some length, and says something in sentences.
_MAX_WORD: Final = 14
_SENTENCE = re.compile(r"[.!?…。！？।؟](?:[\s\"'”’»)<]|$)|[。！？।]")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*+>")
_CODE = re.compile(r"[{};=\\]")
_MAX_NODES: Final = 200_000
_MAX_TEXTS: Final = 5_000
#: What stands before the state that a script holds.
_ASSIGNED = re.compile(
    r"\s*+(?:(?:var|let|const)\s++)?+[\w$.\[\]\"']++\s*+=\s*+(JSON\.parse\(\s*+(?=\"))?+(?=[\"{\[])"
)
_NAME = re.compile(r"[A-Za-z]\w*")


def carried_page(page: Page, limits: Limits) -> Page | None:
    """Return what a page's scripts carry as a page of its own; None if there is no prose in them.

    Args:
        page: A page of markup; titles, meta tags and linked data of the new one are its own.
        limits: As for any page.
    """
    found: dict[str, str] = {}
    for name, text in _texts(page):
        if len(found) >= _MAX_TEXTS:
            break
        if text not in found and is_prose(text):
            found[text] = name
    if not found:
        return None
    made = cut_markup("".join(_section(name, text) for text, name in found.items()), limits)
    if not made.texts:
        return None
    return replace(made, titles=page.titles, metas=page.metas, data=page.data, carried=True)


def _section(name: str, text: str) -> str:
    """Write a text as markup; the name it has in the data serves as that of a class."""
    if not _MARKUP.search(text):
        parts = (escape(part, quote=False) for part in re.split(r"\s*\n\s*", text))
        text = "".join(f"<p>{part}</p>" for part in parts)
    return f'<div class="{name}">{text}</div>' if _NAME.fullmatch(name) else f"<div>{text}</div>"


def is_prose(text: str) -> bool:
    """Tell whether a string of a page's data is something to read: not code, names or addresses."""
    plain = _MARKUP.sub(" ", text)
    words = tokens(plain)
    return (
        len(words) >= _MIN_WORDS
        and len(plain) <= _MAX_WORD * len(words)
        and len(_CODE.findall(plain)) * 10 <= len(words)
        and bool(_SENTENCE.search(plain))
    )


def _texts(page: Page) -> Iterator[tuple[str, str]]:
    """Yield all strings in the data of a page's scripts, each with the name of its property."""
    parts = page.parts
    for at in range(0, len(parts) - 1, STRIDE):
        raw, attributes, script = parts[at + 2 : at + 5]
        if raw and script and raw.lower() == "script":
            typed = "json" in (attributes or "").lower()
            try:
                data = _json(script.strip()) if typed else _assigned(script)
            except (ValueError, RecursionError):  # no JSON
                continue
            yield from _strings(data)


def _json(text: str, at: int = 0) -> Any:
    """Return the JSON value that begins there; what stands behind it does not matter."""
    return json.JSONDecoder(strict=False).raw_decode(text, at)[0]


def _assigned(code: str) -> Any:
    """Return the JSON value that the first statement of a script assigns; None if it does not."""
    start = _ASSIGNED.match(code)
    if start is None:
        return None
    value = _json(code, start.end())
    return _json(value.strip()) if start[1] and isinstance(value, str) else value


def _strings(data: Any) -> Iterator[tuple[str, str]]:
    waiting = [("", data)]
    for _ in range(_MAX_NODES):
        if not waiting:
            return
        name, value = waiting.pop()
        if isinstance(value, str):
            yield name, value
        elif isinstance(value, list):
            waiting += [(name, item) for item in reversed(value)]
        elif isinstance(value, dict):
            waiting += reversed(value.items())
