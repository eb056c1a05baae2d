"""What a page says of itself."""

import pytest
from builders import cut, lines
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.features.view import View
from boilerkill.metadata import Metadata, read


def facts(head: str, url: str | None = None) -> Metadata:
    """Read the metadata of a page with that head."""
    return read(View(cut(head + "<p>Text</p>")), url)


def meta(**content: str) -> str:
    names = ((name.replace("_", ":", 1), value) for name, value in content.items())
    return "".join(f'<meta property="{name}" content="{value}">' for name, value in names)


def test_a_page_that_states_nothing() -> None:
    assert facts("") == Metadata()


@pytest.mark.parametrize(
    ("head", "field", "expected"),
    [
        (meta(author="Ann  Lee"), "author", "Ann Lee"),
        (meta(author="https://example.org/ann"), "author", None),
        (meta(article_published_time="2024-05-06T07:08:09Z"), "date", "2024-05-06"),
        (meta(article_published_time="6 May 2024"), "date", None),
        (meta(date="2020-01-01", article_published_time="2024-05-06"), "date", "2024-05-06"),
        (meta(og_site_name="The Site"), "sitename", "The Site"),
        (meta(description="About", og_description="Else"), "description", "About"),
        (meta(og_locale="de_AT"), "language", "de"),
        ("<html lang=PT-br>" + meta(og_locale="de_AT"), "language", "pt"),
        ("<html lang='{{ lang }}'>", "language", None),
        (meta(og_url="https://example.org/a"), "url", "https://example.org/a"),
        ("<link rel=canonical href=/b>" + meta(og_url="/a"), "url", "/b"),
        ("<link rel=license href=/cc>", "license", "/cc"),
        (meta(keywords="a, b;c，d, a,"), "tags", ("a", "b", "c", "d")),
        (meta(og_image="/i.png"), "image", "/i.png"),
    ],
)
def test_fields(head: str, field: str, expected: object) -> None:
    assert getattr(facts(head), field) == expected


def test_the_address_given_wins_and_is_the_base_of_others() -> None:
    found = facts("<link rel=canonical href=/b>" + meta(og_image="i.png"), "https://x.org/a/b")
    assert (found.url, found.image) == ("https://x.org/a/b", "https://x.org/a/i.png")


@pytest.mark.parametrize("address", ["http://[", "//[x]", "http://a]b/", "http://\u2100.com"])
def test_what_is_no_address_is_passed_on(address: str) -> None:
    assert facts(meta(og_image=address), "https://x.org/").image == address
    assert facts(meta(og_image="/i.png"), address).image == "/i.png"


def test_plain_text_states_nothing() -> None:
    assert read(View(lines("Text")), None) == Metadata()


@given(st.text(st.characters(exclude_characters='\0"', exclude_categories=["Cs"])))
def test_any_content_is_read(content: str) -> None:
    names = ("author", "date", "og_locale", "keywords", "og_image", "og_url")
    facts(meta(**dict.fromkeys(names, content)))
