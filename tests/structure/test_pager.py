"""The next page of a text in several parts."""

import pytest
from builders import cut

from boilerkill.structure import next_page

OWN = "https://a.example/story"


@pytest.mark.parametrize(
    ("markup", "found"),
    [
        ("<link rel=next href=/story/2>", f"{OWN}/2"),
        ("<link rel=next href=?page=2>", f"{OWN}?page=2"),
        ("<p><a rel='next nofollow' href=/story/page/2/>on</a>", f"{OWN}/page/2/"),
        ("<div class=pagination><a href=/story>1</a><a href=/story-2>2</a></div>", f"{OWN}-2"),
        ("<a rel=next href=/another-story>Next: another</a>", None),
        ("<a rel=next href=/story/3>skips one</a>", None),
        ("<a href=/story/2>no pager</a>", None),
        ("<a rel=next data-href=/story/2>led by a script</a>", None),
        ("<p>nothing", None),
    ],
)
def test_the_next_page_differs_by_its_number(markup: str, found: str | None) -> None:
    assert next_page(cut(markup), OWN) == found


def test_from_a_later_page_the_number_grows() -> None:
    page = cut("<nav class=pager><a href=/story/1>1</a><a href=/story/3>3</a></nav>")
    assert next_page(page, f"{OWN}/2") == f"{OWN}/3"


def test_a_page_may_state_its_own_address() -> None:
    head = f"<link rel=canonical href={OWN}><link rel=next href={OWN}/2>"
    assert next_page(cut(head), None) == f"{OWN}/2"
