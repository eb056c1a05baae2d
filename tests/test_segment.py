"""Markup to blocks."""

from pathlib import Path

import pytest
from builders import MARKUP, OWN_PAGES, TEXT, cut, squeezed, texts
from hypothesis import given
from selectolax.lexbor import LexborHTMLParser, LexborNode

from boilerkill.decode import decode
from boilerkill.errors import InputError
from boilerkill.marks import BIT, BLOCK
from boilerkill.page import Page
from boilerkill.parse import STRIDE, tokens
from boilerkill.values import Limits

# -- borders of blocks ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<p>One<p>Two", ["One", "Two"]),
        ("One<div>Two</div>Three", ["One", "Two", "Three"]),
        ("<p>One <b>and</b> <i>a</i>half</p>", ["One and ahalf"]),
        ("<ul><li>One<li>Two</ul>", ["One", "Two"]),
        ("<table><tr><td>One<td>Two<tr><th>Three</table>", ["One", "Two", "Three"]),
        ("<dl><dt>One<dd>Two</dl>", ["One", "Two"]),
        ("<x-card>One</x-card>Two", ["One", "Two"]),
        ("<h1>One</h2>Two", ["One", "Two"]),
        ("One<hr>Two", ["One", "Two"]),
        ("One<br>Two", ["One\nTwo"]),
        ("One<br><br>Two", ["One", "Two"]),
        ("One<br> \n <br/>Two", ["One", "Two"]),
        ("One<br>Two<br>Three", ["One\nTwo\nThree"]),
        ("<br>One<br>", ["One"]),
        ("One</br>Two", ["One\nTwo"]),
        ("One<img src=x>Two", ["One Two"]),
        ("<select><option>One<option>Two</select>", ["One", "Two"]),
        ("<noscript><p>One</noscript>", ["One"]),
        ("<body>One</body></html>Two", ["OneTwo"]),
    ],
)
def test_blocks(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p> One\n\t two </p>", "One two"),
        ("<p>A &amp; B &lt;c&gt; &eacute;&#8364;</p>", "A & B <c> é€"),
        ("<p>One&nbsp;two</p>", "One two"),
        ("<p>so\xadme te\u200bxt</p>", "some text"),
        ("<pre>\n  One\n    two\n</pre>", "  One\n    two"),
        ("<pre>One<br>two</pre>", "One\ntwo"),
        ("<p>1 < 2</p>", "1 < 2"),
    ],
)
def test_text_of_a_block(markup: str, expected: str) -> None:
    assert texts(markup) == [expected]


@pytest.mark.parametrize(
    "markup",
    [
        *("", " \n", "<p></p>", "<p>&nbsp;</p>", "<p>\u200b</p>", "<!-- x -->", "<img alt=x>"),
        *("<script>x</script>", "<style>p{}</style>", "<textarea>x</textarea>", "<title>x</title>"),
        *("<svg><text>x</text></svg>", "<iframe><p>x</p></iframe>"),
    ],
)
def test_what_cannot_be_read_is_no_block(markup: str) -> None:
    assert texts(markup) == []


def test_what_follows_an_unclosed_svg_is_read() -> None:
    assert texts("<svg><path><p>One</p>") == ["One"]


def test_too_many_blocks_are_refused() -> None:
    with pytest.raises(InputError, match="more than 3 blocks"):
        cut("<p>x" * 4, Limits(max_blocks=3))


# -- columns --------------------------------------------------------------------------------------


def test_linked_and_bold_characters_are_counted() -> None:
    page = cut("<p><a href=x>four</a> and <b>bold</b></p><p>none</p>")
    assert (page.linked, page.links, page.bold) == ([4, 0], [1, 0], [4, 0])


def test_an_anchor_without_address_is_no_link() -> None:
    page = cut("<p><a name=x>text</a></p><p><a>text</a></p>")
    assert (page.links, page.linked) == ([0, 0], [0, 0])


def test_a_link_counts_in_all_blocks_that_stand_in_it() -> None:
    assert cut("<a href=x> <p>a</p> <p>b</p></a> c").links == [1, 1, 0]


def test_a_title_in_a_picture_is_not_the_page_s() -> None:
    assert cut("<svg><title>icon</title></svg><title>page</title>").titles == ["page"]


def test_the_range_of_a_block_holds_its_tokens() -> None:
    page = cut("<div>a <b>b<i>c</i></b><p>d</p> <img>e</div>")
    slices = [
        "".join(part or "" for part in page.parts[begin * STRIDE : end * STRIDE + 1])
        for begin, end, _ in page.ranges
    ]
    assert slices == ["a bbicib", "d", " imge"]
    assert [page.tags[inner] for *_, inner in page.ranges] == ["div", "p", "div"]


@given(MARKUP)
def test_the_place_of_a_block_holds_the_same_tokens(markup: str) -> None:
    page = cut(markup)
    for (begin, end, _), (start, stop) in zip(page.ranges, page.places, strict=True):
        assert tokens(markup[start:stop]) == page.parts[begin * STRIDE : end * STRIDE + 1]


def test_a_link_round_blocks_counts_in_each() -> None:
    assert cut("<a href=x><div>one</div><div>two</div></a>three").linked == [3, 3, 0]


def test_images_and_fields_are_counted() -> None:
    page = cut("<p><img><img>x<input></p><p>y</p>")
    assert (page.images, page.inputs) == ([2, 0], [1, 0])


def test_marks_of_inline_elements_belong_to_the_block() -> None:
    page = cut('<p><span class="byline">x</span></p><p>y</p>')
    assert [bool(bits & BIT["n_user"]) for bits in page.marks] == [True, False]


def test_the_head_is_collected() -> None:
    page = cut(
        "<title> A  &amp; B </title><meta name=a content=b><link rel=c>"
        '<script type="application/ld+json">{}</script><script>x</script>'
    )
    assert (page.titles, page.metas, page.data) == (
        ["A & B"], [" name=a content=b", " rel=c"], ["{}"],
    )  # fmt: skip


# -- what holds for every page --------------------------------------------------------------------


def assert_sound(page: Page) -> None:
    """Assert that owners and ranges of a page fit together."""
    n, m = len(page.texts), len(page.tags)
    assert all(text and not text.isspace() for text in page.texts)
    for block, element in enumerate(page.owners):
        assert page.own[element] & BLOCK
        assert page.first[element] <= block < page.end[element]
    assert (page.first[0], page.end[0], page.parents[0], page.containers[0]) == (0, n, -1, -1)
    for element in range(1, m):
        parent, box = page.parents[element], page.containers[element]
        assert 0 <= box <= parent < element
        assert page.own[box] & BLOCK
        if page.own[element] & BLOCK:
            assert page.first[box] <= page.first[element] <= page.end[element] <= page.end[box]


@given(MARKUP)
def test_any_markup_gives_a_sound_page(markup: str) -> None:
    assert_sound(cut(markup))


@given(MARKUP)
def test_a_tight_depth_limit_leaves_it_sound(markup: str) -> None:
    assert_sound(cut(markup, Limits(max_depth=4)))


@given(TEXT)
def test_any_text_gives_a_sound_page(text: str) -> None:
    assert_sound(cut(text))


@given(TEXT)
def test_text_without_markup_is_kept_whole(text: str) -> None:
    plain = text.replace("<", "").replace("&", "")
    assert squeezed("".join(texts(plain))) == squeezed(plain)


# -- against a parser that builds the tree ---------------------------------------------------------

#: Elements whose text no reader of the page sees, or that is not markup.
_UNREAD = {
    "script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp", "svg", "rp",
}  # fmt: skip


def tree_text(node: LexborNode) -> str:
    """Return all readable text below a node, white space aside."""
    found, waiting = [], [node]
    while waiting:
        node = waiting.pop()
        if node.tag == "-text":
            found.append(node.text_content or "")
        elif node.tag not in _UNREAD:
            waiting += reversed(list(node.iter(include_text=True)))
    return squeezed("".join(found))


@pytest.mark.parametrize("path", OWN_PAGES, ids=lambda path: path.stem)
def test_the_texts_are_those_of_the_tree(path: Path) -> None:
    source = decode(path.read_bytes())
    stream = tree_text(LexborHTMLParser(source).root)
    words = " ".join(texts(source)).split()
    at = found = 0
    for word in words:
        place = stream.find(word, at, at + len(word) + 200)
        if place >= 0:
            found, at = found + 1, place + len(word)
    assert found >= 0.99 * len(words)
    assert sum(map(len, words)) >= 0.99 * len(stream)
