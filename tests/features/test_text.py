"""What the text of a block says, and how often it occurs."""

import numpy as np
import pytest
from builders import cut, feature, prose


def value(text: str, name: str) -> float:
    """Return a feature of a page of one block."""
    return float(feature(cut(f"<p>{text}</p>"), name)[0])


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("One two three", "words", np.log1p(3)),
        ("One two", "length", np.log1p(7)),
        ("four five", "word_length", 4.5),
        (prose(15), "long", 1),
        ("One. Two! Three?", "sentences", np.log1p(3)),
        ("One. Two! Three?", "stop_rate", 1),
        ("The end.", "ends_stop", 1),
        ("结束。", "ends_stop", 1),
        ("Tags:", "ends_colon", 1),
        ("Élan", "starts_upper", 1),
        ("12 May", "starts_digit", 1),
        ("“Yes”", "starts_quote", 1),
        ("a, b, c, d", "commas", 0.75),
        ("ab12", "digits", 0.5),
        ("ABcd", "upper", 0.5),
        ("Home » News", "dividers", 0),
        ("Home | News", "dividers", 0.5),
        ("3 €", "money", 1),
        ("© me", "rights", 1),
        ("(a) b", "brackets", 1),
        ("one<br>two<br>three", "breaks", np.log1p(2)),
        ("one two<br>three four", "line_words", np.log1p(2)),
        ("你好ab", "unspaced", 0.5),
        ("write to me@example.org", "address_like", 1),
        ("see www.example.org", "address_like", 1),
        ("nothing", "address_like", 0),
    ],
)
def test_value(text: str, name: str, expected: float) -> None:
    assert value(text, name) == pytest.approx(expected, rel=1e-5)


def test_copies() -> None:
    page = cut("<p>Same</p><p>Other</p><p>SAME</p><p>same</p>")
    np.testing.assert_allclose(feature(page, "copies"), np.log1p([2, 0, 2, 2]), rtol=1e-6)
    assert feature(page, "copy_index").tolist() == [0, 0, 0.5, 1]
    assert feature(page, "copy_apart").tolist() == [0.75, 0, 0.75, 0.75]


def test_blocks_that_begin_alike() -> None:
    page = cut("<p>Posted by Ann</p><p>Posted by Bob</p><p>Else</p>")
    np.testing.assert_allclose(feature(page, "prefix_copies"), np.log1p([1, 1, 0]), rtol=1e-6)


def test_likeness_to_title_and_description() -> None:
    page = cut(
        "<title>Rats leave the island - Site</title><meta name=description content='Birds return.'>"
        f"<p>Menu</p><h1>Rats leave the island</h1><p>Birds {prose(50)}</p><p>Rats {prose(50)}</p>"
    )
    assert feature(page, "title_equal").tolist() == [0, 1, 0, 0]
    assert feature(page, "title_share").tolist() == [0, 1, 0, 0]
    assert feature(page, "title_before").tolist() == [0, 1, 1, 1]
    distances = [-1, 0, np.log1p(1), np.log1p(2)]
    np.testing.assert_allclose(feature(page, "title_distance"), distances, rtol=1e-6)
    np.testing.assert_allclose(feature(page, "described"), [0, 0, 0.5, 0])
    np.testing.assert_allclose(feature(page, "title_in_text"), [0, 0, 0, 0.2])


def test_without_title_nothing_is_like_it() -> None:
    page = cut("<p>One two</p>")
    names = ("title_words", "title_distance", "described")
    assert [feature(page, name)[0] for name in names] == [0, -1, 0]
