"""Text for readers: the words of the blocks, parted as a browser would."""

import pytest
from builders import MARKUP
from hypothesis import given
from structured import context, to_text


@pytest.mark.parametrize(
    ("markup", "written"),
    [
        ("<p>a<p>b", "a\n\nb"),
        ("<p>a<ul><li>b<li>c<ul><li>d</ul></ul><p>e", "a\n\nb\nc\nd\n\ne"),
        ("<ul><li><p>a<p>b<li>c</ul>", "a\n\nb\n\nc"),
        ("<ul><li>a</ul><ul><li>b</ul>", "a\n\nb"),
        ("<table><tr><td>a<td><td>b<tr><td>c<br>d<td>e</table>", "a\t\tb\nc d\te"),
        ("<p>x<table><tr><td><td>a<tr><td>b<td>c</table>y", "x\n\na\nb\tc\n\ny"),
        ("<pre>a<div>b</div></pre>", "a\nb"),
        ("<dl><dt>a<dd>b<dt>c<dd>d</dl>", "a\nb\nc\nd"),
    ],
)
def test_blocks_are_parted_as_they_belong(markup: str, written: str) -> None:
    assert to_text(markup) == written


@given(MARKUP)
def test_the_words_are_those_of_the_blocks(markup: str) -> None:
    found = context(markup)
    assert to_text(markup).split() == " ".join(found.page.texts).split()
