"""Every word of a page's structures arrives, in Markdown, HTML and text alike."""

from __future__ import annotations

import re

from hypothesis import assume, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser
from structured import context

from boilerkill.structure import document, html, markdown, text

_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_INLINE = st.recursive(
    st.sampled_from((
        "a", "bc ", "d. ", " e", "é", "中", "1", "-", "|", "*", "_x", "g&shy;h", "<br>", "`i",
        "\\ ", "<ruby>k<rt>l</ruby>",
    )),
    lambda inside: st.builds(
        "<{0}>{1}</{0}>".format,
        st.sampled_from(("b", "i", "s", "code", "span", "sup")),
        st.lists(inside, min_size=1, max_size=3).map("".join),
    ),
    max_leaves=4,
)  # fmt: skip
_BLOCKS = (
    "<p>{0}</p>", "<div>{0}<br>{1}</div>", "<h2>{0}</h2>", "<ul><li>{0}<li>{1}</ul>",
    "<ol start=3><li>{0}</ol>", "<blockquote>{0}</blockquote>", "<pre>{0}\n  m</pre>",
    "<dl><dt>{0}<dd>{1}</dl>", "<table><tr><th>{0}<th>n<tr><td>{1}<td>{0}</table>",
    "<table><tr><td>{0}<td colspan=2>{1}<tr><td rowspan=2>o<td>p<tr><td>q</table>",
    "<figure><img src=/i.png><figcaption>{0}</figcaption></figure>",
)  # fmt: skip
#: Structures in each other, also where no page should have them.
_MARKUP = st.recursive(
    _INLINE,
    lambda inside: st.builds(
        lambda block, one, other: block.format("".join(one), other),
        st.sampled_from(_BLOCKS),
        st.lists(inside, min_size=1, max_size=3),
        inside,
    ),
    max_leaves=6,
)
_RUBY_IN_CODE = re.compile(r"<(?:code|pre)>.*<ruby>", re.DOTALL)
_INLINE_TAG = re.compile(r"</?(?:b|strong|em|del|s|sup|a|code|span|ruby|rt|rp)\b[^>]*>")


def _words(markup: str) -> list[str]:
    """Return the words of a piece of HTML, sorted; no digits, for some lists are numbered."""
    shown = LexborHTMLParser(f"<body>{_INLINE_TAG.sub('', markup)}").body.text(separator=" ")
    return sorted(re.findall(r"[^\W\d]+", shown))


@given(_MARKUP)
def test_markdown_html_and_text_have_the_same_words(markup: str) -> None:
    # Code has no mark-up in Markdown, so that a reading over it becomes a word beside it.
    assume(not _RUBY_IN_CODE.search(markup))
    page = context(markup)
    nodes = document(page)
    words = _words(html.write(nodes))
    assert _words(_PARSER.render(markdown.write(nodes))) == words
    letters = re.findall(r"[^\W\d]", text.write(page))
    assert sorted(letters) == sorted("".join(words))
