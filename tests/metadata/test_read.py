"""What a page says of itself, and where it says so."""

import time
from functools import cache

import pytest
from builders import prose
from hypothesis import given
from hypothesis import strategies as st
from tiny_model import tiny_model

from boilerkill.cleaner import Article, Cleaner
from boilerkill.metadata import days
from boilerkill.metadata.read import read

LD = "<script type=application/ld+json>{}</script>"
TEXT = f"<p>{prose(20)}</p><p>{prose(30)}</p>"


@cache
def cleaner() -> Cleaner:
    return Cleaner(tiny_model())


def facts(head: str, body: str = TEXT, url: str | None = None) -> Article:
    """Read the metadata of a page with that head and body."""
    return cleaner().clean(head + body, url=url, kind="html")


def meta(**content: str) -> str:
    names = ((name.replace("_", ":", 1), value) for name, value in content.items())
    return "".join(f'<meta property="{name}" content="{value}">' for name, value in names)


def test_a_page_that_states_nothing() -> None:
    article = facts("")
    assert (article.title, article.author, article.date, article.language) == (None,) * 4
    assert (article.tags, article.authors, article.url) == ((), (), None)
    assert article.sources.keys() == {"page_type"}


@pytest.mark.parametrize(
    ("head", "field", "expected"),
    [
        (meta(author="Ann  Lee"), "author", "Ann Lee"),
        (meta(author="By Ann Lee"), "author", "Ann Lee"),
        (meta(author="Post by Ann Lee"), "author", "Ann Lee"),
        ("<meta itemprop=author content='Ann Lee'>", "author", "Ann Lee"),
        (meta(author="https://example.org/ann"), "author", None),
        (LD.format('{"@type":"Article","author":{"name":"Ann Lee"}}'), "author", "Ann Lee"),
        (meta(article_published_time="2024-05-06T07:08:09Z"), "date", "2024-05-06"),
        (meta(article_published_time="6 May 2024"), "date", "2024-05-06"),
        (meta(article_published_time="soon"), "date", None),
        (meta(article_modified_time="2024-05-07"), "date_modified", "2024-05-07"),
        (LD.format('{"@type":"BlogPosting","datePublished":"2024-05-06"}'), "date", "2024-05-06"),
        (meta(og_site_name="The Site"), "sitename", "The Site"),
        (LD.format('{"@type":"WebSite","name":"The Site"}'), "sitename", "The Site"),
        (meta(description="About", og_description="Else"), "description", "About"),
        (meta(og_locale="de_AT"), "language", "de"),
        ("<html lang=PT-br>" + meta(og_locale="de_AT"), "language", "pt"),
        ("<html lang='{{ lang }}'>", "language", None),
        (meta(og_url="https://example.org/a"), "url", "https://example.org/a"),
        ("<link rel=canonical href=/b>" + meta(og_url="/a"), "canonical_url", "/b"),
        ("<link rel=CANONICAL href=/b>", "canonical_url", "/b"),
        ("<link rel=canonical href=/content/b>", "canonical_url", "/content/b"),
        ("<link rel=license href=/cc>", "license", "/cc"),
        ("<link rel=image_src href=/i.png>", "image", "/i.png"),
        (meta(keywords="a, b;c，d, a,"), "tags", ("a", "b", "c", "d")),
        (meta(article_tag="a") + meta(article_tag="b"), "tags", ("a", "b")),
        (LD.format('{"@type":"Article","keywords":["a","b"]}'), "tags", ("a", "b")),
        (meta(og_image="/i.png"), "image", "/i.png"),
        (LD.format('{"@type":"Article","image":{"url":"/i.png"}}'), "image", "/i.png"),
    ],
)
def test_fields_of_the_head(head: str, field: str, expected: object) -> None:
    article = facts(head)
    assert getattr(article, field) == expected
    assert (field in article.sources) == bool(expected)


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("<title>Rats leave the old harbour - Site</title>", "Rats leave the old harbour"),
        ("<title>Jean-Luc leaves the ship</title>", "Jean-Luc leaves the ship"),
        ("<title>a</title>" + meta(og_title="Rats  leave the ship"), "Rats leave the ship"),
        ("<title> | </title>", None),
    ],
)
def test_without_a_headline_the_head_says_the_title(head: str, title: str | None) -> None:
    assert facts(head).title == title


def test_the_title_is_the_headline_and_says_so() -> None:
    article = facts("<title>Big News of today | Site</title>", f"<h1>Big News of today</h1>{TEXT}")
    assert (article.title, article.sources["title"]) == (
        "Big News of today",
        "headline on the page",
    )


@pytest.mark.parametrize(
    "line",
    [
        "<p>By Ann Lee | May 6, 2024</p>",
        '<p class=byline>Written by <a href="/author/a">Ann Lee</a> on <time>6.5.2024</time></p>',
        '<span itemprop=author>Ann Lee</span><meta itemprop=datePublished content="2024-05-06">',
        "<p class=author>Ann Lee</p><p class=date>6 May 2024</p>",
    ],
)
def test_by_line_and_date_on_the_page(line: str) -> None:
    article = facts("<html lang=en-GB>", f"<h1>Big News of today</h1>{line}{TEXT}")
    assert (article.author, article.date) == ("Ann Lee", "2024-05-06")


@pytest.mark.parametrize(
    ("address", "day"),
    [
        ("https://x.org/2024/05/06/rats", "2024-05-06"),
        ("https://x.org/a/2024-5-6", "2024-05-06"),
        ("https://x.org/20240506.html", "2024-05-06"),
        ("https://x.org/2024/11/rats", None),
        ("https://x.org/2024/0506123/", None),
    ],
)
def test_a_day_in_the_address(address: str, day: str | None) -> None:
    assert days._in_address(address) == day


def test_a_day_beside_a_heading_that_is_not_the_headline() -> None:
    body = f"<h1>Rats</h1><p>May 6, 2024</p>{TEXT * 20}<p>Big News of today</p>"
    assert facts("", body).date == "2024-05-06"


def test_a_moment_in_an_attribute_of_the_pages_own() -> None:
    ago = "<x-age created-timestamp=2024-05-06T07:08:09Z>two years ago</x-age>"
    assert facts("", f"<h1>Big News of today</h1><p>{ago}</p>{TEXT}").date == "2024-05-06"


def test_by_line_and_date_of_plain_text() -> None:
    article = cleaner().clean(f"Home\nBy Ann Lee\nMay 6, 2024\n{prose(20)}\n{prose(30)}")
    assert (article.author, article.date) == ("Ann Lee", "2024-05-06")
    assert article.sources["author"] == "by-line"


def test_several_authors_are_told_apart() -> None:
    people = '[{"name":"Ann Lee"},{"name":"Bob Ray"}]'
    article = facts(LD.format(f'{{"@type":"NewsArticle","author":{people}}}'))
    assert (article.author, article.authors) == ("Ann Lee, Bob Ray", ("Ann Lee", "Bob Ray"))


def test_the_text_tells_its_language_whatever_is_stated() -> None:
    text = "Der Fluss war über die Ufer getreten, und niemand hatte es bemerkt."
    assert facts("<html lang=en>", f"<p>{text}</p>").language == "de"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("https://x.org/forum/threads/rats.12/", "forum"),
        ("https://x.org/docs/reference/rats", "documentation"),
        ("https://x.org/blog/2024/rats", "article"),
    ],
)
def test_kind_of_page(address: str, kind: str) -> None:
    assert facts("", url=address).page_type == kind


def test_the_address_given_wins_and_is_the_base_of_others() -> None:
    found = facts("<link rel=canonical href=/b>" + meta(og_image="i.png"), url="https://x.org/a/b")
    assert (found.url, found.image) == ("https://x.org/a/b", "https://x.org/a/i.png")
    assert found.canonical_url == "https://x.org/b"


@pytest.mark.parametrize("address", ["http://[", "//[x]", "http://a]b/", "http://\u2100.com"])
def test_what_is_no_address_is_passed_on(address: str) -> None:
    assert facts(meta(og_image=address), url="https://x.org/").image == address
    assert facts(meta(og_image="/i.png"), url=address).image == "/i.png"


@given(st.text(st.characters(exclude_characters='\0"', exclude_categories=["Cs"])))
def test_any_content_is_read(content: str) -> None:
    names = ("author", "date", "og_locale", "keywords", "og_image", "og_url", "og_title")
    article = facts(meta(**dict.fromkeys(names, content)), f'<p class="author date">{content}</p>')
    assert article.reason is None or article.status == "empty"


@pytest.mark.parametrize(
    "page",
    [
        meta(og_site_name="x" * 2_000_000) + "<title>" + "a | " * 100_000 + "</title>",
        meta(og_url="https://x.org/" + "a/" * 500_000)
        + "<title>"
        + "a-b c: " * 50_000
        + "</title>",
        "".join(f"<p class='author date{i}'>By Ann {i} 2024-01-01" for i in range(20_000)),
        f"<h1>Big News of today</h1><p class=byline>{'By Ann ' * 100_000}</p>",
        f"<h1>Big News of today</h1><p class=author>By {'A B ' * 400_000}</p>",
        LD.format("[" + '{"@type":"Article","author":["A"]},' * 20_000 + "{}]"),
    ],
    ids=["site", "address", "elements", "by-line", "author", "linked data"],
)
def test_hostile_pages_cost_little(page: str) -> None:
    view, decision = cleaner()._decided(cleaner()._cut(page + TEXT, "html"))
    start = time.process_time()
    read(view, decision, None)
    assert time.process_time() - start < 1
