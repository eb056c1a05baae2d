from pathlib import Path
from time import perf_counter

from articles import a_block, an_article
from browser import browser
from payloads import PAYLOADS
from tiny_model import tiny_model

from boilerkill.cleaner import Article, Cleaner
from boilerkill.web.report import entry, index, report


def test_a_report_is_titled_by_the_headline() -> None:
    assert "<title>A &amp; B – boilerkill" in report(an_article(title="A & B"), "x.html")
    assert "<title>x.html – boilerkill" in report(an_article(), "x.html")


def test_the_index_begins_with_the_least_sure() -> None:
    pages = {
        "sure.html": an_article(a_block(), confidence=0.9),
        "unsure.html": an_article(a_block(), confidence=0.5),
        "bad.html": Article(reason="not text"),
    }
    made = index([entry(article, name, f"a b/{name}") for name, article in pages.items()])
    places = [
        made.index(f'href="a%20b/{name}"') for name in ("bad.html", "unsure.html", "sure.html")
    ]
    assert places == sorted(places)
    assert "2 kept, 1 quarantined" in made
    assert "1 of 1" in made


def test_ten_thousand_blocks_take_a_moment() -> None:
    article = an_article(*[a_block("some words"), a_block("menu", "navigation")] * 5_000)
    begun = perf_counter()
    made = report(article, "x")
    assert perf_counter() - begun < 10
    assert len(made) < 8_000_000


def test_nothing_in_a_page_runs_in_its_report(tmp_path: Path) -> None:
    cleaner = Cleaner(tiny_model())
    source = "\n".join(PAYLOADS)
    as_html = f"<title>{PAYLOADS[4]}</title><meta name=author content='{PAYLOADS[0]}'>{source}"
    for name, article in (
        ("text", cleaner.clean(source, kind="text", url=PAYLOADS[3])),
        ("html", cleaner.clean(as_html, kind="html", url="javascript:document.title='ran'")),
    ):
        (tmp_path / f"{name}.html").write_text(report(article, PAYLOADS[3]), "utf-8")
    with browser() as chromium:
        for name in ("text", "html"):
            page = chromium.new_page()
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto((tmp_path / f"{name}.html").as_uri())
            page.wait_for_timeout(300)
            assert page.title().endswith(" – boilerkill")
            assert (
                page.locator("script, iframe, img, object, embed, form, [href^='java']").count()
                == 0
            )
            assert asked == [(tmp_path / f"{name}.html").as_uri()]


def test_a_legend_entry_hides_its_blocks(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(report(an_article(a_block(), a_block("menu", "navigation")), "x"), "utf-8")
    with browser() as chromium:
        page = chromium.new_page()
        page.goto(path.as_uri())
        assert page.get_by_text("menu", exact=True).is_visible()
        page.click("label.navigation")
        assert not page.get_by_text("menu", exact=True).is_visible()
        assert page.get_by_text("words", exact=True).is_visible()
        page.click("label.navigation")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Space")
        assert not page.get_by_text("menu", exact=True).is_visible()
