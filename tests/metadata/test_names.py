"""Names in by-lines."""

import pytest

from boilerkill.metadata.names import apart, in_line, tidy


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("By Ann Lee", "Ann Lee"),
        ("byAnn Lee", "Ann Lee"),
        ("Posted by Ann Lee on May 6, 2024", "Ann Lee"),
        ("May 6, 2024 by Ann Lee", "Ann Lee"),
        ("Written by\nAnn Lee\nUpdated 6 May", "Ann Lee"),
        ("By Ann Lee | 5 min read", "Ann Lee"),
        ("By Ann Lee May 6, 2024", "Ann Lee"),
        ("Von Jutta Rehmann", "Jutta Rehmann"),
        ("Par Hélène Maréchal", "Hélène Maréchal"),
        ("Автор: Ралица Донева", "Ралица Донева"),
        ("Οδηγός", None),
        ("作者：茉莉", "茉莉"),
        ("民태경 記者", None),
        ("서이든 기자 seoideun@example.com", "서이든"),
        ("Reviewed by Bob Ray", None),
        ("By clicking you agree to our terms of service and the privacy policy of the site", None),
        ("Sign in to read on", None),
        ("", None),
    ],
)
def test_by_lines(line: str, name: str | None) -> None:
    found = in_line(line, marked=False)
    assert (found and found.text) == name


def test_what_is_marked_as_a_name_needs_no_opening() -> None:
    assert in_line("ggailey777", marked=False) is None
    found = in_line("ggailey777", marked=True)
    assert found is not None
    assert found.text == "ggailey777"


@pytest.mark.parametrize(
    ("stated", "name"),
    [("By Ann Lee", "Ann Lee"), ("Ann Lee <ann@x.org>", "Ann Lee"), ("@ann", ""), ("12", "")],
)
def test_stated_names_are_tidied(stated: str, name: str) -> None:
    assert tidy(stated) == name


def test_degrees_stay_with_their_names() -> None:
    assert apart("Ann Lee, MD, and Bob Ray") == ("Ann Lee, MD", "Bob Ray")
