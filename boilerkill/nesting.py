"""Which elements a tag closes, and what keeps it from closing them: the standard as tables.

Source: https://html.spec.whatwg.org/multipage/parsing.html#tree-construction.
"""

from __future__ import annotations

CLOSED = ""  # name of a form that was closed before what it holds

SCOPE = frozenset({"table", "td", "th", "caption", "template", "html", "object", "marquee"})
BUTTON_SCOPE = SCOPE | {"button"}
#: The standard's special elements at which the search for an open `<li>` or `<dd>` ends.
SPECIAL = SCOPE | {
    "article", "aside", "blockquote", "body", "button", "center", "dd", "details", "dir", "dl",
    "dt", "fieldset", "figcaption", "figure", "footer", "form", "frameset", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hgroup", "iframe", "li", "listing", "main", "menu", "nav",
    "noscript", "ol", "pre", "search", "section", "select", "summary", "tbody", "tfoot", "thead",
    "tr", "ul", "xmp",
}  # fmt: skip
TABLE_SCOPE = frozenset({"table", "template", "html"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
SECTIONS = frozenset({"tbody", "thead", "tfoot"})
TABLE_PARTS = SECTIONS | {"tr", "td", "th", "caption"}
TABLE_TAGS = TABLE_PARTS | {"table"}
#: Start tag -> (names of open elements that it closes, names at which the search ends).
CLOSES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), SPECIAL),
    "dd": (frozenset({"dd", "dt"}), SPECIAL),
    "dt": (frozenset({"dd", "dt"}), SPECIAL),
    "option": (frozenset({"option"}), SCOPE | {"select", "datalist"}),
    "optgroup": (frozenset({"option", "optgroup"}), SCOPE | {"select"}),
    "tr": (frozenset({"tr", "caption"}), TABLE_SCOPE),
    "td": (frozenset({"td", "th"}), TABLE_SCOPE | {"tr"}),
    "th": (frozenset({"td", "th"}), TABLE_SCOPE | {"tr"}),
    "tbody": (SECTIONS | {"caption"}, TABLE_SCOPE),
    "thead": (SECTIONS | {"caption"}, TABLE_SCOPE),
    "tfoot": (SECTIONS | {"caption"}, TABLE_SCOPE),
    "button": (frozenset({"button"}), SCOPE),
}
#: Block-level elements here that do not close an open `<p>`.
IN_PARAGRAPH = TABLE_PARTS | {
    "button", "option", "optgroup", "select", "noscript", "template", "video", "audio", "canvas",
    "object", "iframe", "map",
}  # fmt: skip
#: `<html>`, `<head>` and `<body>` are there whether the page writes them or not.
IMPLIED = frozenset({"html", "head", "body", "colgroup", "frameset"})
#: Elements that are always open: `<html>` and `<body>`.
ROOTS = 2
#: How far the search for an element that a tag closes goes: keeps hostile nesting at linear cost.
REACH = 64
#: Steps that a page may waste on searches that go further and find nothing; real ones need few.
PATIENCE = 1_000_000

PARAGRAPH = frozenset({"p"})
SVG = frozenset({"svg"})
IN_SVG = frozenset({"svg", "canvas", "video", "audio", "iframe"})
CELLS = frozenset({"td", "th"})
#: In these a cell stands in no row.
ROWLESS = SECTIONS | {"table"}
