"""Characters counted by hand, in many scripts."""

import numpy as np
import pytest
from builders import TEXT
from hypothesis import assume, given
from hypothesis import strategies as st

from boilerkill.features import chars


def count(text: str) -> dict[str, int]:
    """Return the classes that occur in a text, with their numbers."""
    counts = chars.count([text])[0][0]
    return {name: int(k) for name, k in zip(chars.CLASSES, counts, strict=True) if k}


def words(text: str) -> float:
    return float(chars.count([text])[1][0, 1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hi, you 2!", {"word": 6, "upper": 1, "digit": 1, "comma": 1, "stop": 1}),
        ("Größe: 3,5 €", {"word": 7, "upper": 1, "digit": 2, "colon": 1, "comma": 1, "money": 1}),
        ("你好，世界。", {"word": 4, "unspaced": 4, "comma": 1, "stop": 1}),
        ("《新闻》：今天", {"word": 4, "unspaced": 4, "quote": 2, "colon": 1}),
        ("नमस्ते दुनिया।", {"word": 12, "stop": 1}),
        ("สวัสดี 5", {"word": 7, "unspaced": 6, "digit": 1}),
        ("مرحبا، كيف؟", {"word": 8, "comma": 1, "stop": 1}),
        ("٣٤", {"word": 2, "digit": 2}),
        ("カナ・かな", {"word": 4, "unspaced": 4, "divider": 1}),
        ("Ёлка", {"word": 4, "upper": 1}),
        ("한국", {"word": 2}),
        ("© 2024 | A > B", {"word": 6, "upper": 2, "digit": 4, "rights": 1, "divider": 2}),
        ("(a)[b]", {"word": 2, "bracket": 4}),
        ("“a”", {"word": 1, "quote": 2}),
        ("a + b ~ 😀", {"word": 2, "symbol": 3}),
        ("a\nb", {"word": 2, "break": 1}),
        ("\U00020000", {"word": 1, "unspaced": 1}),
    ],
)
def test_classes(text: str, expected: dict[str, int]) -> None:
    assert count(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two  three", 3),
        ("don't", 2),
        ("!?", 0),
        ("नमस्ते दुनिया", 2),
        ("مرحبا بك", 2),
        ("你好世界你好世界好", 9 / 1.8),
        ("iPhone 手机手机手机手机手", 1 + 9 / 1.8),
    ],
)
def test_words(text: str, expected: float) -> None:
    assert words(text) == pytest.approx(expected)


def test_edges_are_the_classes_of_the_first_and_last_character() -> None:
    first, last = chars.count(["Hello!"])[2][0]
    names = [n for i, n in enumerate(chars.CLASSES) if first >> i & 1 or last >> i & 1]
    assert names == ["word", "upper", "stop"]


@given(st.lists(TEXT.filter(bool), min_size=1, max_size=8))
def test_texts_do_not_touch_each_other(texts: list[str]) -> None:
    together = chars.count(texts)
    alone = [chars.count([text]) for text in texts]
    for column, parts in zip(together, zip(*alone, strict=True), strict=True):
        np.testing.assert_array_equal(column, np.concatenate(parts))


@given(TEXT)
def test_a_text_cut_into_batches_counts_the_same(text: str) -> None:
    assume(text)
    whole = chars.count([text])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chars, "_BATCH", 3)
        for column, again in zip(whole, chars.count([text]), strict=True):
            np.testing.assert_allclose(again, column, rtol=1e-5)
