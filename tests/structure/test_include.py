"""What can be left out of an article."""

from structured import to_html, to_markdown, to_text

PAGE = (
    "<p>See <a href=/x>this</a> <img src=/i.png alt=pic> now.</p>"
    "<table><tr><th>a<th>b<tr><td>c<td>d</table><img src=/j.png><p>End.</p>"
)


def test_without_links_their_words_stay() -> None:
    assert to_markdown(PAGE, links=False).startswith("See this ![pic](https://example.org/i.png)")


def test_without_images_nothing_is_left_of_them() -> None:
    assert "!" not in to_markdown(PAGE, images=False)
    assert "<img" not in to_html(PAGE, images=False)


def test_without_tables_their_words_go_everywhere() -> None:
    assert "| a | b |" in to_markdown(PAGE)
    assert "|" not in to_markdown(PAGE, tables=False)
    assert to_text(PAGE, tables=False) == "See this now.\n\nEnd."


def test_tables_that_lay_out_stay() -> None:
    page = "<table role=presentation><tr><td>One.<td>Two.<tr><td>Three.<td>Four.</table>"
    assert to_text(page, tables=False) == "One.\n\nTwo.\n\nThree.\n\nFour."
