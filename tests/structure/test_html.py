"""HTML keeps the structure and nothing that runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from browser import browser
from builders import MARKUP
from hypothesis import given
from payloads import PAYLOADS
from selectolax.lexbor import LexborHTMLParser
from structured import to_html

_TAGS = set(re.findall(
    r"\w+",
    "html head body p h1 h2 h3 h4 h5 h6 pre code blockquote ul ol li dl dt dd table caption thead "
    "tbody tr th td figure figcaption a img strong em del sub sup br ruby rt rp span div "
    "math semantics annotation mrow mi mo mn mtext ms mspace mfrac msqrt mroot msup msub msubsup "
    "mover munder munderover mtr mtd mtable mphantom mstyle merror mpadded mmultiscripts "
    "mprescripts none",
))  # fmt: skip
_ATTRIBUTES = {
    "href", "src", "alt", "start", "class", "colspan", "rowspan", "display", "encoding",
}  # fmt: skip
_SAFE = re.compile(r"(?i)(?:https?|mailto|tel|ftp|sms|geo):|[^:]*(?:[/?#]|$)")
#: Values of attributes from which something is written.
_QUOTED = tuple(
    f"<p>Words {tag} end.</p><pre class='language-{value}'>x</pre>"
    for value in ('"><img src=x onerror=document.title=`ran`>', "javascript:document.title=`ran`")
    for tag in (
        f"<img src='/a.png' alt='{value}'>",
        f"<img src='{value}'>",
        f"<a href='{value}'>b</a>",
    )
)
CASES = [*(f"<p>Words {payload} and more.</p>" for payload in PAYLOADS), *_QUOTED]


def harmless(written: str) -> bool:
    nodes = [n for n in LexborHTMLParser(written).root.traverse() if n.tag[0] not in "-_!"]
    addresses = [n.attributes.get(name) or "" for n in nodes for name in ("href", "src")]
    return (
        {n.tag for n in nodes} <= _TAGS
        and {name for n in nodes for name in n.attributes} <= _ATTRIBUTES
        and all(map(_SAFE.match, addresses))
    )


@pytest.mark.parametrize("markup", CASES)
def test_payloads_leave_nothing_that_runs(markup: str) -> None:
    assert harmless(to_html(markup))


@given(MARKUP)
def test_any_markup_leaves_nothing_that_runs(markup: str) -> None:
    assert harmless(to_html(markup))


def test_nothing_runs_in_a_browser(tmp_path: Path) -> None:
    page = tmp_path / "article.html"
    written = "\n".join(f"<div>{to_html(markup)}</div>" for markup in CASES)
    page.write_text(f"<title>still</title>{written}", "utf-8")
    with browser() as chromium:
        tab = chromium.new_page()
        tab.on("dialog", lambda _: pytest.fail("a dialog opened"))
        tab.goto(page.as_uri())
        for link in tab.query_selector_all("a[href]"):
            assert _SAFE.match(link.get_attribute("href"))
        assert tab.title() == "still"


def test_the_payloads_run_where_nothing_is_sanitised() -> None:
    """What the test above looks for would be seen."""
    with browser() as chromium:
        tab = chromium.new_page()
        ran = 0
        for payload in PAYLOADS[::6]:
            tab.set_content(f"<title>still</title>{payload}")
            ran += tab.title() == "ran"
    assert ran >= 5


@pytest.mark.parametrize(
    ("markup", "written"),
    [
        ("<h2>A</h2><p>b <b>c</b>", "<h2>A</h2>\n<p>b <strong>c</strong></p>"),
        (
            "<ol start=4><li>a<ul><li>b</ul></ol>",
            '<ol start="4"><li>a<ul><li>b</li></ul></li></ol>',
        ),
        ("<dl><dt>a<dd>b</dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("<pre class=lang-c>a\n  b</pre>", '<pre><code class="language-c">a\n  b</code></pre>'),
        ("<figure><img src=/i.png alt=I><figcaption>c</figure>",
         '<figure><img src="https://example.org/i.png" alt="I">'
         "<figcaption>c</figcaption></figure>"),
        ("<p><ruby>a<rp>(</rp><rt>b</rt></ruby>",
         "<p><ruby>a<rp>(</rp><rt>b</rt><rp>)</rp></ruby></p>"),
        ("<p>so \\(a_b\\)", '<p>so <span class="math">a_b</span></p>'),
        (
            "<p><math display=block><mi id=x>x</mi><mo>&lt;</mo><script>1</script><b>y</b></math>",
            '<p><math display="block"><semantics><mrow><mi>x</mi><mo>&lt;</mo></mrow>'
            '<annotation encoding="application/x-tex">x&lt;</annotation></semantics></math></p>',
        ),
        ("<blockquote><p>a<p>b</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
    ],
)  # fmt: skip
def test_structure_is_kept(markup: str, written: str) -> None:
    assert to_html(markup) == written


def test_tables_keep_their_spans() -> None:
    written = to_html("<table><caption>t<tr><th>a<th>b<tr><td rowspan=2>c<td>d<tr><td>e</table>")
    assert written == (
        "<table><caption>t</caption><thead><tr><th>a</th><th>b</th></tr></thead>"
        '<tbody><tr><td rowspan="2">c</td><td>d</td></tr><tr><td>e</td></tr></tbody></table>'
    )
