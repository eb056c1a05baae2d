"""The columns that features are computed from."""

import numpy as np
import pytest
from builders import MARKUP, cut, lines, prose, view
from hypothesis import assume, given

from boilerkill.features.view import View, log, numbered, share
from boilerkill.marks import BIT


def test_shares_of_links_and_bold_type() -> None:
    v = View(cut("<p><a href=x>four</a>four</p><p><b>bold</b></p>"))
    assert (v.link_share.tolist(), v.bold_share.tolist()) == ([0.5, 0], [0, 1])


def test_long_text_is_long_and_outside_links() -> None:
    v = View(cut(f"<p>{prose(15)}</p><p>{prose(14)}</p><p><a href=x>{prose(20)}</a></p>"))
    assert v.long.tolist() == [True, False, False]
    assert v.long_words.tolist() == [15, 0, 0]


def test_sums_over_boxes() -> None:
    v = View(cut("<div><p>a b</p><p>c</p></div><pre>d e f</pre>"))
    sums = dict(zip(v.tag_names, v.inside(v.words).tolist(), strict=True))
    assert sums == {"html": 6, "body": 6, "div": 3, "p": 1, "pre": 3}


@pytest.mark.parametrize(
    ("step", "expected"), [(1, [2, 3, 9]), (-1, [9, 1, 2]), (5, [9, 9, 9]), (-5, [9, 9, 9])]
)
def test_shifted(step: int, expected: list[float]) -> None:
    v = view("a", "b", "c")
    assert v.shifted(np.array([1, 2, 3], np.float32), step, fill=9).tolist() == expected


def test_up_leads_to_a_box_with_more_blocks() -> None:
    v = View(cut("<section><div><div><p>a</p></div></div><p>b</p></section>"))
    box = int(v.owner[0])
    assert v.tag_names[v.parent[box]] == "div"
    assert v.tag_names[v.up[box]] == "section"


def test_marks_of_the_body_do_not_count() -> None:
    v = View(cut('<body class="article"><nav><div><div><div><p>a</p></div></div></div></nav>'))
    assert not v.marked("n_body")[0]
    assert v.marked("n_body", "nav")[0]
    assert not v.near_marks[0] & np.uint64(BIT["nav"])


def test_the_first_meta_of_a_name_counts() -> None:
    tags = "<meta name=Description content=1><meta property=description content=2>"
    v = View(cut(f"{tags}<meta name='&#111;g:type' content=3><meta name=b content=title><p>x"))
    assert v.meta == {"description": "1", "og:type": "3"}


def test_blocks_know_their_tags() -> None:
    v = View(cut("<h2>a</h2><table><tr><th>b<td>c</table>d"))
    assert (v.tags, v.heading.tolist()) == (["h2", "th", "td", "body"], [2, 0, 0, 0])
    assert v.tagged("td").tolist() == [False, True, True, False]


def test_titles_without_end_are_cut_off() -> None:
    title = " | ".join(map(str, range(200_000)))
    assert sum(map(len, View(cut(f"<title>{title}</title><p>x")).titles)) < 10_000


def test_titles_are_parted_at_signs() -> None:
    title = "<title>Big News | The Site</title><meta property=og:title content='Big News'>"
    parts = View(cut(f"{title}<p>x")).titles
    assert parts == [["big", "news", "the", "site"], ["big", "news"], ["the", "site"]]


def test_kin_have_the_same_tags_and_classes() -> None:
    v = View(cut("<ul><li class=a>1<li class=b>2<li class=a>3</ul>"))
    assert v.kin.tolist() == [0, 1, 0]


def test_plain_text_is_one_box() -> None:
    v = View(lines("One\nTwo"))
    assert (v.has_markup, v.tags, v.heading.tolist(), v.meta) == (False, ["", ""], [0, 0], {})


def test_log_share_and_numbers() -> None:
    assert log(np.array([0, -3])).tolist() == [0, 0]
    assert share(np.array([1, 1], np.float32), np.array([2, 4], np.float32)).tolist() == [0.5, 0.25]
    assert share(np.zeros(1, np.float32), 0).tolist() == [0]
    assert numbered(["b", "a", "b"]).tolist() == [0, 1, 0]


@given(MARKUP)
def test_sums_agree_with_counting(markup: str) -> None:
    page = cut(markup)
    assume(page.texts)
    v = View(page)
    by_hand = [v.words[page.first[e] : page.end[e]].sum() for e in v.boxes]
    np.testing.assert_allclose(v.inside(v.words), by_hand, rtol=1e-5)
