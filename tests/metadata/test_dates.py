"""Dates in the notations of many languages."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.metadata.dates import every, first, place


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("2024-05-06T23:59:00-05:00", ""),
        ("20240506", ""),
        ("Monday, May 6th, 2024 at 3pm", "en"),
        ("6 May '24", "en"),
        ("05/06/2024", "en"),
        ("06/05/2024", "en-GB"),
        ("06/05/24", "pt"),
        ("Stand: 6. Mai 2024, 12.30 Uhr", "de"),
        ("06.05.2024 12:33", "de"),
        ("le 6 mai 2024", "fr"),
        ("6 de mayo de 2024", "es"),
        ("6 maja 2024", "pl"),
        ("6 мая 2024 г.", "ru"),
        ("2024. május 6.", "hu"),
        ("ngày 6 tháng 5 năm 2024", "vi"),
        ("6 أيار 2024", "ar"),
        ("٦ مايو ٢٠٢٤", "ar"),
        ("۱۷ اردیبهشت ۱۴۰۳", "fa"),
        ("६ मई २०२४", "hi"),
        ("6 พ.ค. 2567", "th"),
        ("2024年5月6日 12:00", "zh"),
        ("令和6年5月6日", "ja"),
        ("2024. 5. 6.", "ko"),
    ],
)
def test_notations(text: str, language: str) -> None:
    assert first(text, language) == "2024-05-06"


@pytest.mark.parametrize(
    "text", ["", "May 2024", "version 1.2.3.2024", "call 2024-555-1234", "31.02.2024", "3 days ago"]
)
def test_what_is_no_date(text: str) -> None:
    assert first(text) is None


def test_one_name_can_be_of_two_months() -> None:
    assert (first("6 listopada 2024", "pl"), first("6 listopada 2024", "hr")) == (
        "2024-11-06",
        "2024-10-06",
    )


def test_dates_keep_their_order() -> None:
    text = "Posted 6 May 2024, updated 2024-06-07"
    assert every(text) == ["2024-05-06", "2024-06-07"]
    assert place(text) == text.index("6")


@given(st.dates(date(1990, 1, 1), date(2039, 12, 31)))
def test_every_day_is_read_back(day: date) -> None:
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%B %d, %Y", "%d %b %Y", "%Y/%m/%d"):
        assert first(f"on {day.strftime(form)}", "en") == day.isoformat()


@given(st.text(max_size=60))
def test_any_text_is_searched(text: str) -> None:
    assert all(date.fromisoformat(day) for day in every(text))
