"""Dates in any notation to ISO 8601 days: names of months, orders, calendars, digits."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from boilerkill.metadata.months import MONTHS

_PERSIAN: Final = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن",
    "اسفند",
)  # fmt: skip
#: What is rewritten first: two-word names of months, and years of an era.
_LEVANTINE: Final = {
    "كانون الثاني": "يناير", "شباط": "فبراير", "آذار": "مارس", "نيسان": "أبريل", "أيار": "مايو",
    "حزيران": "يونيو", "تموز": "يوليو", "أيلول": "سبتمبر", "تشرين الأول": "أكتوبر",
    "تشرين الثاني": "نوفمبر", "كانون الأول": "ديسمبر",
}  # fmt: skip
#: Digits of other scripts, by the first of ten.
_DIGITS: Final = {
    zero + digit: str(digit)
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xBE6, 0xE50, 0xFF10)
    for digit in range(10)
}
_LEVANTINE_NAME = re.compile("|".join(_LEVANTINE))
_ERAS: Final = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
_ERA_YEAR = re.compile(rf"({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)\s?年")
#: Letters of a month's name that tell it.
_SHORT: Final = 3

_YEAR = r"(?:19|20|25|1[34])\d\d"
_WORD = r"[^\W\d_][^\s\d,،/()|-]{1,14}?"
#: The notations: (pattern, groups of year, month and day). Of two that begin at one place the
#: first counts.
_NOTATIONS: Final = (
    (
        re.compile(rf"(?<!\d)({_YEAR})\s?[-/._年년]\s?(\d\d?)\s?[-/._月월]\s?(\d\d?)(?!\d)"),
        (1, 2, 3),
    ),
    (re.compile(r"(?<![\d.,-])((?:19|20)\d\d)([01]\d)([0-3]\d)(?![\d.,-])"), (1, 2, 3)),
    (re.compile(rf"(?<!\d)(\d\d?)\s+tháng\s+(\d\d?),?\s+(?:năm\s+)?({_YEAR})"), (3, 2, 1)),
    (
        re.compile(
            r"(?<!\d)(\d\d?)(?:st|nd|rd|th|er|º|°|ª|-?го|η|일)?\.?,?[\s-]{0,3}"
            rf"(?:(?:de|del|di|of|the|ng|من)\s)?({_WORD})\.?,?[\s/-]{{0,3}}"
            rf"(?:(?:de|del|do|พ\.ศ\.|г\.?)\s)?({_YEAR}|['’]\d\d)(?!\d)"
        ),
        (3, 2, 1),
    ),
    (
        re.compile(
            rf"(?<![^\W\d_])({_WORD})\.?[\s-]{{0,3}}(\d\d?)(?:st|nd|rd|th)?\.?(?:,\s*|\s+|-)"
            rf"({_YEAR})(?!\d)"
        ),
        (3, 1, 2),
    ),
    (re.compile(rf"(?<!\d)({_YEAR})\.?,?\s+({_WORD})\.?\s+(\d\d?)(?!\d)"), (1, 2, 3)),
)  # fmt: skip
_NUMBERS = re.compile(rf"(?<![\d.,/-])(\d\d?)\s?([-/.])\s?(\d\d?)\s?\2\s?({_YEAR}|\d\d)(?![\d/-])")
_DIGIT = re.compile(r"\d")
_ISO = re.compile(r"((?:19|20)\d\d)-([01]\d)-([0-3]\d)(?!\d)")
#: Years of other calendars.
_BUDDHIST, _IRANIAN = range(2500, 2600), range(1300, 1500)
#: Years written with two digits.
_SHORT_YEARS: Final = range(100)
_MONTHS_OF_YEAR: Final = range(1, 13)


def _names() -> dict[str, dict[str, int]]:
    """Language -> month's name or its first letters -> 1 to 12; under "" those of all."""
    tables: dict[str, dict[str, int]] = {"": {}}
    for language, names in MONTHS.items():
        table = tables.setdefault(language, {})
        for month, forms in enumerate(names.split(), 1):
            for form in forms.split("/"):
                for end in range(min(_SHORT, len(form)), len(form) + 1):
                    table.setdefault(form[:end], month)
        for name, month in table.items():
            tables[""].setdefault(name, month)
    tables["fa"] |= {name: month for month, name in enumerate(_PERSIAN, 1)}
    return tables


_TABLES: Final = _names()


def first(text: str, language: str = "") -> str | None:
    """Return the first date in a text, as YYYY-MM-DD; None if there is none.

    Args:
        text: A few words; long texts cost time in proportion.
        language: BCP 47 tag of the text: tells the month of 5/6/2024, and of names that mean
            different months in different languages.

    >>> first("Updated on May 6th, 2024", "en"), first("6/5/24", "en-GB"), first("令和6年5月6日")
    ('2024-05-06', '2024-05-06', '2024-05-06')
    """
    return next(iter(every(text, language)), None)


def place(text: str) -> int | None:
    """Return where the first date in a text begins; None if there is none."""
    return min(_found(text, ""), default=None)


def every(text: str, language: str = "") -> list[str]:
    """Return all dates in a text in their order, as YYYY-MM-DD."""
    found = _found(text, language)
    return [found[start] for start in sorted(found)]


def _found(text: str, language: str) -> dict[int, str]:
    """Find where dates begin, and what they are."""
    if not _DIGIT.search(text):
        return {}
    iso = _ISO.match(text)
    if iso:
        day = _day(int(iso[1]), int(iso[2]), int(iso[3]))
        return {0: day} if day else {}
    if not text.isascii():
        text = _LEVANTINE_NAME.sub(lambda name: _LEVANTINE[name[0]], text.translate(_DIGITS))
        text = _ERA_YEAR.sub(_western, text)
    found: dict[int, str] = {}
    for pattern, groups in _NOTATIONS:
        for match in pattern.finditer(text):
            year, month, number = (match[group] for group in groups)
            day = _named(year, month, number, language)
            if day:
                found.setdefault(match.start(), day)
    for match in _NUMBERS.finditer(text):
        day = _numbered(match, language)
        if day:
            found.setdefault(match.start(), day)
    return found


def _western(match: re.Match[str]) -> str:
    return f"{_ERAS[match[1]] + (1 if match[2] == '元' else int(match[2]))}年"


def _named(year: str, month: str, day: str, language: str) -> str | None:
    """Make a date of a year, a month by number or name, and a day."""
    if month[0].isdecimal():
        number, persian = int(month), False
    else:
        name = month.lower().rstrip(".")
        persian = name in _PERSIAN
        table = _TABLES.get(language[:2].lower(), {})
        number = table.get(name) or _TABLES[""].get(name) or _TABLES["fa"].get(name, 0)
    return _day(int(year.lstrip("'’")), number, int(day), persian=persian)


def _numbered(match: re.Match[str], language: str) -> str | None:
    """Tell day from month: by size, then by the sign between them, then by the language."""
    one, other, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "-" and year in _SHORT_YEARS:
        return None
    tag = language.lower().replace("_", "-")
    american = match[2] != "." and (tag in {"", "en"} or tag.endswith(("-us", "-ph")))
    if other not in _MONTHS_OF_YEAR or (american and one in _MONTHS_OF_YEAR):
        one, other = other, one
    return _day(year, other, one)


def _day(year: int, month: int, day: int, *, persian: bool = False) -> str | None:
    """Write a day of any calendar in the Gregorian one; None if there is no such day."""
    if year in _SHORT_YEARS:
        year += 2000
    if year in _BUDDHIST:
        year -= 543
    try:
        if year in _IRANIAN or persian:
            return _from_jalali(year, month, day).isoformat()
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _from_jalali(year: int, month: int, day: int) -> date:
    """Convert from the Iranian calendar by its 33-year cycle, right for 1300 to 1500.

    Its first six months have 31 days, the others 30.

    Raises:
        ValueError: There is no such day.
    """
    date(2000, month, min(day, 29))  # a month and a day that could be
    if day not in range(1, 32):
        raise ValueError("no such day")
    cycles, rest = divmod(year + 1595, 33)
    passed = (month - 1) * 30 + min(month - 1, 6)
    days = 12_053 * cycles + 365 * rest + (rest + 3) // 4 + passed + day
    return date.fromordinal(days - 356_033)
