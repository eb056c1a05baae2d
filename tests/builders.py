"""Pages for tests: builders that state only what matters, and strategies that draw any page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from boilerkill import features
from boilerkill.features.lexicon import Lexicon
from boilerkill.features.view import View
from boilerkill.lines import cut_text
from boilerkill.page import INVISIBLE, Page
from boilerkill.segment import cut_markup
from boilerkill.values import Limits

ROOT = Path(__file__).parents[1]
OWN_PAGES = sorted((ROOT / "corpora/pages").glob("*.html"))


def cut(markup: str, limits: Limits | None = None) -> Page:
    """Cut markup under the usual limits."""
    return cut_markup(markup, limits or Limits())


def lines(text: str, limits: Limits | None = None) -> Page:
    """Cut a plain text under the usual limits."""
    return cut_text(text, limits or Limits())


def texts(markup: str) -> list[str]:
    """Return the blocks of a piece of markup."""
    return cut(markup).texts


def view(*paragraphs: str, lexicon: Lexicon | None = None) -> View:
    """View a page of these paragraphs."""
    return View(cut("".join(f"<p>{text}</p>" for text in paragraphs)), lexicon)


def feature(page: Page, name: str, lexicon: Lexicon | None = None) -> NDArray[np.float32]:
    """Return one column of a page's features."""
    return features.matrix(page, lexicon)[:, features.COLUMN[name]]


def squeezed(text: str) -> str:
    """Return a text without white space and invisible characters."""
    return "".join(text.translate(INVISIBLE).split())


def prose(words: int) -> str:
    """Return one sentence of so many words."""
    return " ".join(["word"] * words) + "."


#: A lexicon of two words and one pair.
KNOWN = Lexicon(
    {"news": 0, "menu": 1, "menu news": 2},
    np.array([[1, 0, 0, -1], [0, 2, 0, -2], [0, 0, 4, -4]], np.float32),
)

_TAGS = (
    "p", "div", "span", "a", "b", "i", "h1", "h2", "ul", "li", "dl", "dt", "dd", "section", "nav",
    "article", "table", "tr", "td", "th", "tbody", "caption", "form", "button", "select", "option",
    "pre", "blockquote", "footer", "template", "noscript", "svg", "x-card",
)  # fmt: skip
_ATTRIBUTES = (
    "", ' class="nav main"', " href=/x", " id=comments hidden", ' style="display:none"', " =",
)  # fmt: skip
_ODD = (
    "<br>", "<br/>", "<hr>", "<img src=x>", "<input>", "<!-- a - b -->", "<!-->", "<![CDATA[x]]>",
    "<script>if (a<b) '</p>'</script>", "<title>T</title>", "<textarea><p></textarea>", "<style>",
    "<meta name=description content='a b'>", "<body class=x>", "</body>", "</html>", "&amp;",
    "&#0;", "&nbsp;", "\u200b", "<", "</", "<a href='", '<p title="', "<plaintext>", "</br>",
    "</p>", "\f",
)  # fmt: skip
_PIECES = st.one_of(
    st.builds("<{}{}>".format, st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES)),
    st.builds("</{}>".format, st.sampled_from(_TAGS)),
    st.sampled_from(_ODD),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(("Some words of text. ", " and more ", "你好，世界。", "สวัสดี", "12 €")),
)
#: Any markup: tags opened, closed and left open at random, with text and rubbish in between.
MARKUP = st.lists(_PIECES, max_size=40).map("".join)
#: Any text as `decode` leaves it: no NUL, no lone surrogate.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=200)
