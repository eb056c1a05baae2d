import re
from html import unescape
from html.parser import HTMLParser

import pytest
from builders import MARKUP, OWN_PAGES, TEXT, cut, lines
from hypothesis import given
from payloads import PAYLOADS

from boilerkill.decode import decode
from boilerkill.web.frame import frame

_HARMFUL = (
    "script iframe object embed svg math link base form input button textarea select frame "
    "applet video audio source"
)
HARMFUL = frozenset(_HARMFUL.split())


class Finder(HTMLParser):
    """Finds what runs, loads, listens or leads elsewhere."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at an element."""
        self.found += [tag] if tag in HARMFUL else []
        for name, value in attrs:
            safe = tag == "img" and name == "src" and str(value).startswith("data:image/png;")
            if name.startswith("on") or ("src" in name and not safe):
                self.found.append(name)
            if name in {"href", "xlink:href", "action", "formaction", "http-equiv", "ping", "data"}:
                self.found.append(name)


def harmful(markup: str) -> list[str]:
    """Name what is harmful in a document."""
    return Finder(markup).found


def pieces(shown: str) -> dict[int, str]:
    """Return the marked text of each block, without white space."""
    found: dict[int, str] = {}
    for block, text in re.findall(r'<bk-t data-b="(\d+)">(.*?)</bk-t>', shown, re.DOTALL):
        found[int(block)] = found.get(int(block), "") + "".join(unescape(text).split())
    return found


def test_every_piece_of_text_names_its_block() -> None:
    shown = frame(cut("<p class=x>One <b>two</b><ul><li>Three</ul>"))
    assert '<p class="x"><bk-t data-b="0">One </bk-t><b><bk-t data-b="0">two</bk-t></b>' in shown
    assert '<ul><li><bk-t data-b="1">Three</bk-t></ul>' in shown


@pytest.mark.parametrize("path", OWN_PAGES, ids=lambda path: path.stem)
def test_all_blocks_of_real_pages_are_marked(path) -> None:
    page = cut(decode(path.read_bytes()))
    assert pieces(frame(page)).keys() == set(range(len(page.texts)))


@given(MARKUP)
def test_any_page_shows_its_blocks_and_nothing_harmful(markup: str) -> None:
    page = cut(markup)
    shown = frame(page)
    assert len(pieces(shown)) == len(page.texts)
    assert harmful(shown) == []


@given(TEXT)
def test_any_text_shows_its_blocks(text: str) -> None:
    page = lines(text)
    assert len(pieces(frame(page))) == len(page.texts)


def test_the_finder_finds() -> None:
    assert harmful("<p onclick=x><a href=y><script>z</script>") == ["onclick", "href", "script"]


def test_markup_that_would_run_is_left_out() -> None:
    shown = [frame(cut(f"<body {payload[1:]}{payload}<p>text")) for payload in PAYLOADS]
    assert [found for each in shown if (found := harmful(each))] == []


def test_looks_stay() -> None:
    shown = frame(
        cut('<body class="a" bgcolor=red><style>p{color:red}</style><p style="top:0" dir=rtl>x')
    )
    assert '<body class="a" bgcolor="red">' in shown
    assert "<style>p{color:red}</style>" in shown
    assert '<p style="top:0" dir="rtl">' in shown


def test_only_pictures_inside_the_page_are_shown() -> None:
    shown = frame(
        cut('<p>x<img src="data:image/png;base64,AAAA"><img src=/a.png alt=A>'
            '<img src="data:image/svg+xml,<svg/>">')
    )  # fmt: skip
    assert shown.count("src=") == 1
    assert '<img alt="A">' in shown


def test_links_lead_nowhere_and_forms_send_nothing() -> None:
    shown = frame(cut("<a class=l href=/x>Go</a><form action=/y><button>Send</button></form>"))
    assert '<a class="l">' in shown
    assert "<span><bk-t" in shown


def test_elements_that_pages_invent_stay_but_none_of_ours() -> None:
    shown = frame(cut("<x-card>One</x-card><bk-box>Two</bk-box>"))
    assert "<x-card>" in shown
    assert "<bk-box>" not in shown
