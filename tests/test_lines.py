"""Plain text to blocks: lines, or paragraphs where lines are hard-wrapped."""

import pytest
from builders import TEXT, lines
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.errors import InputError
from boilerkill.page import INVISIBLE
from boilerkill.values import Limits

#: Four lines broken by width, in the middle of a sentence.
WRAPPED = "\n".join(["the quick brown fox jumps over the lazy dog and runs on and on"] * 6)


def test_every_line_is_a_block() -> None:
    assert lines("One\n\n  Two  \nThree").texts == ["One", "Two", "Three"]


def test_lines_broken_by_width_are_joined_to_paragraphs() -> None:
    page = lines(f"{WRAPPED}\n\n{WRAPPED}")
    assert [text.count("fox") for text in page.texts] == [6, 6]


def test_lines_that_end_sentences_are_not_joined() -> None:
    assert len(lines(WRAPPED.replace("and on", "away.")).texts) == 6


def test_short_lines_are_not_joined() -> None:
    assert len(lines("Milk\nEggs\nBread\nButter\nFlour\nSalt").texts) == 6


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_line_ends(end: str) -> None:
    assert lines(f"One{end}Two").texts == ["One", "Two"]


@pytest.mark.parametrize("blank", ["", " \t\n\xa0\n", "\u200b\n\ufeff", "\u200b" * 3])
def test_nothing_to_read_is_no_block(blank: str) -> None:
    assert lines(blank).texts == []


def test_invisible_characters_go_and_white_space_is_folded() -> None:
    assert lines("so\xadme \u200b\xa0 text").texts == ["some text"]


def test_a_page_has_one_element_that_holds_all_blocks() -> None:
    page = lines("One\nTwo")
    assert (page.kind, page.tags, page.owners, page.first, page.end) == (
        "text", [""], [0, 0], [0], [2],
    )  # fmt: skip


def test_too_many_blocks_are_refused() -> None:
    with pytest.raises(InputError, match="more than 2 blocks"):
        lines("a\nb\nc", Limits(max_blocks=2))


@given(TEXT | st.lists(st.sampled_from([*WRAPPED.split("\n"), "", "\u200b", "x"])).map("\n".join))
def test_spans_lead_back_to_the_texts(text: str) -> None:
    page = lines(text)
    for block, (start, end) in zip(page.texts, page.spans, strict=True):
        assert block == " ".join(text[start:end].translate(INVISIBLE).split()) != ""


@given(TEXT)
def test_no_word_is_lost_or_moved(text: str) -> None:
    assert " ".join(lines(text).texts).split() == text.translate(INVISIBLE).split()
