"""Noise whose class is known, put into real pages, and whole pages made of it.

Real corpora only say what is content. What kind of noise the rest is, and how prose without links
that stands in the place of the article looks, is learned from modules that templates could have
put there: their texts are written by hand per language (`training/material`), their markup is
drawn at random from the habits of real templates, their labels are known.

A made block begins with a private-use character that stands for its label. It survives the cutting
of the page, is read by `labels_of`, and is gone before any feature is computed.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Final

from boilerkill.errors import CorpusError
from boilerkill.page import Page

#: Labels of made blocks; "headline" is content that is not part of the text.
KINDS: Final = ("content", "navigation", "filler", "widget", "headline")
_MARKERS: Final = {kind: chr(0xE000 + i) for i, kind in enumerate(KINDS)}
_KIND_OF: Final = {marker: kind for kind, marker in _MARKERS.items()}

Material = Mapping[str, Any]


def load_material(folder: Path) -> dict[str, Material]:
    """Read the hand-written texts of all languages.

    Raises:
        CorpusError: There are none, or one is not JSON.
    """
    found = {}
    for path in sorted(folder.glob("*.json")):
        try:
            found[path.stem] = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise CorpusError(f"{path}: not JSON: {error}") from None
    if not found:
        raise CorpusError(f"{folder}: no material (LANG.json) found")
    return found


def labels_of(page: Page) -> tuple[Page, list[str | None]]:
    """Take the markers off a page.

    Returns:
        The page without them, and for each block its label; None where it is not a made one.
    """
    labels = [_KIND_OF.get(text[:1]) for text in page.texts]
    strip = dict.fromkeys(map(ord, _KIND_OF))
    texts = [text.translate(strip) or "-" for text in page.texts]
    return replace(page, texts=texts), labels


# -- modules: lists of (label, text, is it linked) lines --------------------------------------

Line = tuple[str, str, bool]


def _pick(rng: Random, material: Material, kind: str, key: str) -> str:
    return str(rng.choice(material[kind][key]))


def _menu(rng: Random, m: Material) -> list[Line]:
    key = rng.choice(["menu", "menu", "menu", "footer_links", "breadcrumb", "pagination",
                      "language_switch", "tags"])  # fmt: skip
    many = rng.randint(3, 14) if key in {"menu", "footer_links"} else rng.randint(1, 3)
    linked = rng.random() < 0.93
    return [("navigation", _pick(rng, m, "navigation", key), linked) for _ in range(many)]


def _notice(rng: Random, m: Material) -> list[Line]:
    key = rng.choice(["cookie", "about", "about", "copyright", "disclaimer", "subscribe", "donate",
                      "placeholder", "placeholder", "adblock"])  # fmt: skip
    lines: list[Line] = []
    heading = f"{key}_heading"
    if key == "placeholder":
        heading = rng.choice(["about_heading", "subscribe_heading"])
    if heading in m["filler"] and rng.random() < 0.7:
        lines.append(("filler", _pick(rng, m, "filler", heading), False))
    many = rng.choice([1, 1, 1, 2])
    return [*lines, *(("filler", _pick(rng, m, "filler", key), False) for _ in range(many))]


def _related(rng: Random, m: Material) -> list[Line]:
    style = rng.choice(["related", "related", "most_read", "on_this_day", "on_this_day"])
    lines: list[Line] = []
    if rng.random() < 0.88:
        heading = _pick(rng, m, "widget", f"{style}_heading")
        lines += [("widget", heading, False)] * rng.choice([1, 1, 1, 2])
    prose = "on_this_day_prose" if style == "on_this_day" else "teaser_prose"
    for _ in range(rng.choice([0, 1, 1, 2, 3, 5])):
        if style != "on_this_day" and rng.random() < 0.75:
            lines.append(("widget", _pick(rng, m, "widget", "teaser_title"), rng.random() < 0.75))
        if rng.random() < 0.25:
            lines.append(("widget", _pick(rng, m, "widget", "date"), False))
        if style == "on_this_day" or rng.random() < 0.5:
            lines.append(("widget", _pick(rng, m, "widget", prose), False))
        if rng.random() < 0.2:
            lines.append(("widget", _pick(rng, m, "widget", "read_more"), rng.random() < 0.7))
    if not lines:
        lines.append(("widget", _pick(rng, m, "widget", f"{style}_heading"), False))
    return lines


_SMALL: Final = (
    "byline date", "byline date reading_time", "date", "share", "share share counter", "counter",
    "ad", "poll", "form form", "player", "comment_meta comment_prose", "user_panel user_panel",
    "weather", "author_box", "byline author_box", "read_more",
)  # fmt: skip


def _small(rng: Random, m: Material) -> list[Line]:
    keys = rng.choice(_SMALL).split()
    return [
        ("widget", _pick(rng, m, "widget", key), key == "share" and rng.random() < 0.5)
        for key in keys
    ]


def _comments(rng: Random, m: Material) -> list[Line]:
    lines: list[Line] = [("widget", _pick(rng, m, "widget", "comment_meta"), False)]
    for _ in range(rng.randint(1, 5)):
        lines.append(("widget", _pick(rng, m, "widget", "user_panel"), False))
        lines.append(("widget", _pick(rng, m, "widget", "comment_prose"), False))
    return lines


_MODULES: Final[tuple[tuple[Callable[[Random, Material], list[Line]], int], ...]] = (
    (_menu, 3), (_notice, 4), (_related, 5), (_small, 4), (_comments, 1),
)  # fmt: skip


def module(rng: Random, material: Material) -> list[Line]:
    """Draw the lines of one module."""
    makers = [maker for maker, _ in _MODULES]
    return rng.choices(makers, [weight for _, weight in _MODULES])[0](rng, material)


# -- markup ----------------------------------------------------------------------------------------

_HONEST: Final = {
    "navigation": ("nav", "menu", "footer-links", "breadcrumb", "site-nav", "topbar", "links"),
    "filler": ("about", "cookie-notice", "footer-text", "newsletter", "disclaimer", "text-widget",
               "legal"),
    "widget": ("related", "sidebar", "widget", "meta", "share", "most-read", "teaser", "comments",
               "promo"),
}  # fmt: skip
_BLAND: Final = (
    "box",
    "block",
    "section",
    "row",
    "col-md-4",
    "wrap",
    "c",
    "inner",
    "module",
    "elementor-widget",
)
_BODY_LIKE: Final = ("content", "entry-content", "text", "article-body", "post")
_OUTER: Final = ("div", "div", "div", "section", "aside", "footer", "nav", "header", "ul")


def _class(rng: Random, label: str) -> str:
    """Draw a class attribute: telling, bland, hashed, misleading or none."""
    roll = rng.random()
    if roll < 0.3:
        return f' class="{rng.choice(_HONEST.get(label, _BODY_LIKE))}"'
    if roll < 0.5:
        return f' class="{rng.choice(_BLAND)}"'
    if roll < 0.65:
        return f' class="{"".join(rng.choices("abcdefghijkxyz0123456789", k=6))}"'
    if roll < 0.7:
        return f' class="{rng.choice(_BODY_LIKE)}"'
    return ""


def marked(line: Line) -> str:
    """Return a line's text with its marker in front."""
    return _MARKERS[line[0]] + line[1]


_WRAPS: Final = {
    "strong-p": ("<p><strong>", "</strong></p>"),
    "span-div": ("<div><span>", "</span></div>"),
    "td": ("<table><tr><td>", "</td></tr></table>"),
}


def markup(rng: Random, lines: list[Line]) -> str:
    """Dress the lines of a module in markup."""
    label = lines[-1][0]
    outer = rng.choice(_OUTER) if rng.random() < 0.9 else ""
    inner = "li" if outer == "ul" else rng.choice(["p", "p", "div", "div", "li", "span-div", "td"])
    parts = []
    for i, line in enumerate(lines):
        text = html.escape(marked(line), quote=False)
        if line[2]:
            text = f'<a href="/{rng.randint(1, 9999)}">{text}</a>'
        if i == 0 and len(lines) > 1 and len(line[1]) < 60 and label != "navigation":
            tag = rng.choice(["h2", "h3", "h4", "div", "p", "strong-p", "h5"])
        else:
            tag = inner
        opening, closing = _WRAPS.get(tag, (f"<{tag}>", f"</{tag}>"))
        parts.append(opening + text + closing)
    body = "\n".join(parts)
    if not outer:
        return body
    return f"<{outer}{_class(rng, label)}>{body}</{outer}>"


_AFTER_BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_CLOSING = re.compile(
    r"</(?:p|div|section|article|ul|aside|header|nav|main|h1|table)>", re.IGNORECASE
)
_PARAGRAPH = re.compile(r"</p>", re.IGNORECASE)
_END = re.compile(r"<footer\b|</main>|</article>|</body>", re.IGNORECASE)


def inject(rng: Random, source: str, materials: list[Material], modules: int) -> str:
    """Put modules into a real HTML page, where templates put them.

    Args:
        rng: Decides what and where.
        source: The page.
        materials: Languages to draw from, one per module.
        modules: How many modules.
    """
    places: list[tuple[int, str]] = []
    for _ in range(modules):
        pattern = rng.choices((_AFTER_BODY, _CLOSING, _PARAGRAPH, _END), (2, 3, 4, 5))[0]
        ends = [m.end() if pattern is not _END else m.start() for m in pattern.finditer(source)]
        if ends:
            places.append((rng.choice(ends), markup(rng, module(rng, rng.choice(materials)))))
    for at, text in sorted(places, reverse=True):
        source = source[:at] + text + source[at:]
    return source


def inject_lines(
    rng: Random, lines: list[str], materials: list[Material], modules: int
) -> list[str]:
    """Put modules between the lines of a plain-text page; most stand after the text or before."""
    out = list(lines)
    for _ in range(modules):
        at = rng.choice(
            [0, len(out), len(out), rng.randint(0, len(out)), rng.randint(0, min(4, len(out)))]
        )
        out[at:at] = [marked(line) for line in module(rng, rng.choice(materials))]
    return out


# -- whole pages --------------------------------------------------------------------------------


def made_page(rng: Random, material: Material) -> list[list[Line]]:
    """Draw a whole article page as groups of lines: before, headline, text, after."""
    headline = _pick(rng, material, "content", "headline")
    before = [_menu(rng, material) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.4:
        before.append(_notice(rng, material))
    top: list[Line] = [("headline", headline, False)] * rng.choice([1, 1, 1, 2])
    if rng.random() < 0.6:
        top += _small(rng, material)
    paragraphs = rng.sample(
        material["content"]["paragraph"],
        rng.randint(1, min(9, len(material["content"]["paragraph"]))),
    )
    text: list[list[Line]] = []
    for paragraph in paragraphs:
        if rng.random() < 0.15:
            text.append([("content", _pick(rng, material, "content", "short"), False)])
        text.append([("content", paragraph, False)])
        if rng.random() < 0.08:
            text.append(module(rng, material))
    if rng.random() < 0.12:
        text = [[("content", _pick(rng, material, "content", "thin"), False)]]
    if rng.random() < 0.1:
        top, text = [], []
    after = [module(rng, material) for _ in range(rng.randint(2, 9))]
    return [*before, top, *text, *after]


def made_markup(rng: Random, groups: list[list[Line]], language: str) -> str:
    """Dress a made page in markup; the text stands in one container, as templates have it."""
    headline = next((t for g in groups for kind, t, _ in g if kind == "headline"), "")
    site = rng.choice([" - Example", " | The Site", ""])
    out = [
        f'<html lang="{language}"><head><title>{html.escape(headline + site)}</title></head><body>'
    ]
    inside = False
    box = rng.choice(["article", "div", "div", "main", "section"])
    for group in groups:
        is_text = bool(group) and group[0][0] in {"content", "headline"}
        if is_text and not inside:
            out.append(f"<{box}{_class(rng, 'content')}>")
            inside = True
        elif inside and not is_text and rng.random() < 0.5:
            out.append(f"</{box}>")
            inside = False
        out.append(_text_group(rng, group) if is_text else markup(rng, group) if group else "")
    return "\n".join(out) + "</body></html>"


def _text_group(rng: Random, group: list[Line]) -> str:
    parts = []
    for line in group:
        text = html.escape(marked(line), quote=False)
        if line[0] == "headline":
            tag = rng.choice(["h1", "h1", "h1", "h2", "div"])
        elif line[0] == "content":
            is_heading = len(line[1]) < 50 and rng.random() < 0.5
            tag = "h2" if is_heading else rng.choice(["p", "p", "p", "div"])
        else:
            tag = rng.choice(["div", "p", "span"])
        parts.append(f"<{tag}>{text}</{tag}>")
    return "\n".join(parts)
