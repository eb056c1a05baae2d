import base64
import hashlib
import re
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from boilerkill.web import html
from boilerkill.web.html import COLOURS, Html, document, el, join, language, link


def test_texts_are_escaped_and_markup_is_not() -> None:
    assert el("p", "a < b", el("b", "&")) == "<p>a &lt; b<b>&amp;</b></p>"


def test_attributes() -> None:
    made = el("input", class_="a \"b'", aria_label="x", checked=True, id=None, hidden=False)
    assert made == '<input class="a &quot;b&#x27;" aria-label="x" checked>'


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    shown = join([text])
    assert "<" not in shown
    assert unescape(shown).replace("\r", "") == html._FORBIDDEN.sub("\ufffd", text).replace(
        "\r", ""
    )


def test_only_addresses_of_the_web_are_linked() -> None:
    assert link("https://a.b/?x=1&y", "t").startswith('<a href="https://a.b/?x=1&amp;y"')
    for address in ("javascript:x", "data:text/html,x", "https://a\n.b", "", None):
        assert link(address, "<t>") == "&lt;t&gt;"


def test_only_languages_are_named() -> None:
    assert [language(code) for code in ("de", "zh-Hant", 'x"y', None)] == [
        "de",
        "zh-Hant",
        None,
        None,
    ]


def test_a_document_allows_its_own_style_and_nothing_else() -> None:
    made = document("a < b", "p{}", el("p", "x"))
    digest = base64.b64encode(hashlib.sha256(b"p{}").digest()).decode()
    policy = unescape(re.findall(r'Policy" content="([^"]*)"', made)[0])
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert made.index("Content-Security-Policy") < made.index("<style>")
    assert "<title>a &lt; b</title>" in made


def test_style_sheets_begin_with_the_palette() -> None:
    assert html.style("base").startswith(f":root{{--content:{COLOURS['content']};")
    assert isinstance(join([]), Html)
