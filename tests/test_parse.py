"""The scan of markup, case by case of the HTML standard's tokenisation."""

import pytest
from builders import MARKUP
from hypothesis import given

from boilerkill.parse import STRIDE, attributes, rebuild, tokens


def kinds(markup: str) -> list[str]:
    """Write each token as one word: /end, name, !raw; comments and doctypes are nothing."""
    parts = tokens(markup)
    found = []
    for i in range(1, len(parts) - 1, STRIDE):
        end, raw, _, _, start, _ = parts[i : i + STRIDE - 1]
        found.append(f"/{end}" if end else f"!{raw}" if raw else start or "")
    return found


def texts(markup: str) -> list[str]:
    return [text for text in tokens(markup)[::STRIDE] if text]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>a</p>", ["p", "/p"]),
        ("<P CLASS=x>", ["P"]),
        ("<br/>", ["br"]),
        ("</p class=x>", ["/p"]),
        ("<my-card>", ["my-card"]),
        ("<!DOCTYPE html><p>", ["", "p"]),
        ("<!-- <p> -->", [""]),
        ("<!-- a -- b --!><p>", ["", "p"]),
        ("<!--><p>", ["", "p"]),
        ("<!---><p>", ["", "p"]),
        ("<?php echo 1 ?><p>", ["", "p"]),
        ("</ p><p>", ["", "p"]),
        ("<a title='>'>", ["a"]),
        ('<a title="</a>">', ["a"]),
        ("<a b='x\"y>z'>", ["a"]),
        ("<script>a<b</p></script><p>", ["!script", "p"]),
        ("<SCRIPT>x</script ><p>", ["!SCRIPT", "p"]),
        ("<script></scripty></script>", ["!script"]),
        ("<textarea><p></textarea>", ["!textarea"]),
        ("<scripture>", ["scripture"]),
        ("<p", ["p"]),
        ("<p title='never closed>", ["p"]),
    ],
)
def test_tokens(markup: str, expected: list[str]) -> None:
    assert kinds(markup) == expected


@pytest.mark.parametrize("text", ["a < b", "1<2", "<>", "< p>", "a<", "x & y"])
def test_what_is_no_tag_is_text(text: str) -> None:
    assert tokens(text) == [text]


def test_text_stands_between_tokens() -> None:
    assert texts("a<p>b</p><!-- c -->d") == ["a", "b", "d"]


def test_raw_elements_hold_their_text() -> None:
    assert tokens("<title lang=en>A &amp; B</title>")[1:-1] == [
        None, "title", " lang=en", "A &amp; B", None, None,
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["script", "style", "title", "textarea", "iframe"])
def test_an_unclosed_raw_element_leaves_the_text_before_it(name: str) -> None:
    assert texts(f"<p>kept</p><{name}>lost<p>lost") == ["kept"]


def test_an_unclosed_comment_leaves_the_text_before_it() -> None:
    assert texts("<p>kept</p><!-- lost<p>lost") == ["kept"]


@given(MARKUP)
def test_every_token_has_all_its_parts(markup: str) -> None:
    assert len(tokens(markup)) % STRIDE == 1


@given(MARKUP)
def test_rebuilding_changes_no_token(markup: str) -> None:
    again = rebuild(tokens(markup))
    assert rebuild(tokens(again)) == again


def test_rebuilding_keeps_what_counts() -> None:
    page = '<p class="x">a &amp; b</p><script>1<2</script>'
    assert rebuild(tokens("<!doctype html>" + page + "<!-- gone -->")) == page


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (" class='a b' id=c", {"class": "a b", "id": "c"}),
        (' HREF = "x"', {"href": "x"}),
        (" hidden", {"hidden": ""}),
        (" a=1 A=2", {"a": "1"}),
        (' title="A &amp; B"', {"title": "A & B"}),
        (" href=/a?b=c", {"href": "/a?b=c"}),
        (' a="1"b="2"', {"a": "1", "b": "2"}),
        (" a=''", {"a": ""}),
        (" /", {}),
        ("", {}),
        (' title="never closed', {"title": '"never', "closed": ""}),
    ],
)
def test_attributes(source: str, expected: dict[str, str]) -> None:
    assert attributes(source) == expected
