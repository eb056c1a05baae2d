"""Words in scripts with and without spaces."""

import pytest
from builders import TEXT
from hypothesis import given

from boilerkill.words import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Hello, World!", ["hello", "world"]),
        ("don't 3.5", ["don", "t", "3", "5"]),
        ("Größe ÄÖ", ["größe", "äö"]),
        ("你好 world", ["你", "好", "world"]),
        ("iPhone手机", ["iphone", "手", "机"]),
        ("ไทย", ["ไ", "ท", "ย"]),
        ("Привет мир", ["привет", "мир"]),
        ("مرحبا بك", ["مرحبا", "بك"]),
        ("한국어 말", ["한국어", "말"]),
        ("हिन्दी में।", ["हिन्दी", "में"]),
        ("می\u200cخواهم", ["می\u200cخواهم"]),
        ("", []),
        ("— · !", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@given(TEXT)
def test_tokens_are_pieces_of_the_text_in_order(text: str) -> None:
    rest = text.lower()
    for token in tokens(text):
        assert token
        rest = rest[rest.index(token) + len(token) :]
