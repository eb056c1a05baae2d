"""The stack of open elements, seen by where it puts the blocks of a page."""

import pytest
from builders import MARKUP, cut
from hypothesis import given

from boilerkill.errors import InputError
from boilerkill.values import Limits


def owner(markup: str, block: int = -1) -> str:
    """Write the path of block-level tags to a block, from the body on."""
    page = cut(markup)
    path, element = [], page.owners[block]
    while element > 1:
        path.append(page.tags[element])
        element = page.containers[element]
    return " ".join(reversed(path))


@pytest.mark.parametrize(
    ("markup", "path"),
    [
        ("<div><p>x", "div p"),
        ("<p>a<div>x", "div"),
        ("<p>a<span><p>x", "p"),
        ("<ul><li>a<ul><li>x", "ul li ul li"),
        ("<ul><li>a<li>x", "ul li"),
        ("<ol><li><ul></ol>x", ""),
        ("<table><td>x", "table tbody tr td"),
        ("<table><tr><td>a<table><tr><td>b</table><td>x", "table tbody tr td"),
        ("<table><thead><tr><th>a<tbody><tr><td>x", "table tbody tr td"),
        ("<table><tr><td>a</table>x", ""),
        ("<td>x", ""),
        ("<h1>a<h2>x", "h2"),
        ("<h1>a</h3>x", ""),
        ("<div></p></section>x", "div"),
        ("<b><div>a</b>x", "div"),
        ("<div><a href=x><section>a</section></a>x", "div"),
        ("<button>a<button>x", "button"),
        ("<p><button><p>x", "p button p"),
        ("<section><table><tr><td></section>x", "section table tbody tr td"),
        ("<select><option>a<optgroup><option>x", "select optgroup option"),
    ],
)
def test_the_element_a_block_stands_in(markup: str, path: str) -> None:
    assert owner(markup) == path


def test_attributes_of_html_and_body_are_kept_wherever_they_stand() -> None:
    page = cut("x<html lang=de><body class=a><body class=b>")
    assert page.attributes[:2] == [" lang=de", " class=a"]
    assert page.tags == ["html", "body"]


def test_nesting_beyond_the_limit_keeps_its_text() -> None:
    page = cut("<div>" * 50 + "deep", Limits(max_depth=10))
    assert page.texts == ["deep"]


@pytest.mark.parametrize(
    ("markup", "owners"),
    [
        ("<a href=x><div>a<a href=y>b</a></div></a>", "div"),
        ("<ul><li><pre>a<li>b</pre></ul>", "pre li"),
        ("<li><blockquote>a<li>b", "blockquote li"),
        ("<p>a<hr>b", "p body"),
        ("<form><div>a<form>b</form>c</div>d</form>e", "div div body body"),
        ("<form><div>a</form>b</div>c", "div div body"),
    ],
)
def test_elements_nest_as_in_the_standard(markup: str, owners: str) -> None:
    page = cut(markup)
    assert " ".join(page.tags[owner] for owner in page.owners) == owners


def test_too_many_elements_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boilerkill.nesting.MAX_ELEMENTS", 1000)
    with pytest.raises(InputError, match="more than 1,000 elements"):
        cut("<p>" * 1000)


@given(MARKUP)
def test_parents_hold_their_children(markup: str) -> None:
    page = cut(markup)
    assert page.parents[:2] == [-1, 0]
    for element, parent in enumerate(page.parents[1:], 1):
        assert page.first[parent] <= page.first[element] <= page.end[element]
        assert parent < element
