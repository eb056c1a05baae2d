"""What is let in, and as what."""

import pytest
from builders import TEXT
from hypothesis import given

from boilerkill.errors import InputError, UsageError
from boilerkill.guard import check_size, kind_of
from boilerkill.values import Limits


def test_a_source_of_the_allowed_size_passes() -> None:
    check_size(b"12345", Limits(max_bytes=5))


@pytest.mark.parametrize(("source", "unit"), [(b"123456", "bytes"), ("123456", "characters")])
def test_a_larger_one_is_refused_with_both_numbers(source: bytes | str, unit: str) -> None:
    with pytest.raises(InputError, match=rf"too large: 6 {unit}, allowed are 5 .*max_bytes"):
        check_size(source, Limits(max_bytes=5))


def test_a_page_has_room_for_an_element_in_its_body() -> None:
    with pytest.raises(UsageError, match="max_depth is 2; wanted: a whole number above 2"):
        Limits(max_depth=2)


@pytest.mark.parametrize(
    "text",
    [
        "<!doctype html>",
        "\ufeff \n<html lang=en>",
        "<?xml version='1.0'?><html>",
        "<!-- saved from --><p>x",
        "<p>x",
        "Warning: mysql\n<div>a</div><div>b</div> and <br>",
    ],
)
def test_markup_is_told_from_text(text: str) -> None:
    assert kind_of(text) == "html"


@pytest.mark.parametrize(
    "text",
    ["", "Hello.", "a < b and b > c", "Use <b> and </b> for bold.", "<stdio.h>", "<me@x.org>"],
)
def test_text_is_told_from_markup(text: str) -> None:
    assert kind_of(text) == "text"


@given(TEXT)
def test_any_text_is_one_of_both(text: str) -> None:
    assert kind_of(text) in {"html", "text"}


def test_a_first_tag_longer_than_what_is_looked_at_is_markup() -> None:
    assert kind_of(f'<p x="{"a" * 100_000}">text</p>') == "html"
