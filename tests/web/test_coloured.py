import re

import pytest
from articles import a_block, an_article

from boilerkill.cleaner import Article
from boilerkill.values import Label
from boilerkill.web import coloured
from boilerkill.web.coloured import EXTRA, MISSED, page_view


def rows(markup: str) -> list[str]:
    return re.findall(r"<li .*?</li>", markup, re.DOTALL)


def test_a_block_shows_class_chance_fate_and_reason() -> None:
    kept, dropped = rows(page_view(an_article(a_block(), a_block(label="widget")), "x"))
    assert 'class="content kept"' in kept
    assert 'class="widget dropped"' in dropped
    for said in ("words", ">content<", ">94%<", ">kept<", "why", "&lt;p&gt;"):
        assert said in kept


def test_only_likely_other_classes_are_named() -> None:
    chances: dict[Label, float] = {"content": 0.6, "navigation": 0.3, "filler": 0.1, "widget": 0}
    (row,) = rows(page_view(an_article(a_block(probabilities=chances)), "x"))
    assert "else navigation 30%, filler 10%<" in row


def test_what_the_truth_says_is_shown() -> None:
    blocks = a_block(), a_block(label="filler"), a_block()
    found = rows(page_view(an_article(*blocks), "x", [EXTRA, MISSED, ""]))
    assert ["too much" in row for row in found] == [True, False, False]
    assert ["missed" in row for row in found] == [False, True, False]


def test_text_of_any_direction_decides_for_itself() -> None:
    article = an_article(a_block("שלום"), title="שלום", language="he")
    shown = page_view(article, "x")
    assert '<p dir="auto" class="text">שלום</p>' in shown
    assert '<h1 dir="auto" lang="he">' in shown


def test_the_strip_joins_runs_and_fills_its_width() -> None:
    shown = page_view(an_article(a_block(), a_block(), a_block(label="widget")), "x")
    widths = [float(width) for width in re.findall(r'<rect [^>]*width="([\d.]+)"', shown)]
    assert widths == [pytest.approx(666.67), pytest.approx(333.33)]


def test_long_texts_and_long_pages_are_cut_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coloured, "MOST_BLOCKS", 2)
    shown = page_view(an_article(*[a_block("x" * 3_010)] * 5), "x")
    assert len(rows(shown)) == 2
    assert "3 more blocks are not shown" in shown
    assert shown.count("10 more characters") == 2
    assert "x" * 3_001 not in shown


def test_a_page_without_blocks_says_why() -> None:
    shown = page_view(Article(reason="not text but a PDF"), "<a>.html")
    assert "not text but a PDF" in shown
    assert "&lt;a&gt;.html" in shown
    assert "legend" not in shown


def test_a_block_of_plain_text_has_no_tag() -> None:
    (row,) = rows(page_view(an_article(a_block(tag="", path=None)), "x"))
    assert "<code" not in row
