"""Where a block stands, and on what page."""

import numpy as np
import pytest
from builders import cut, feature, prose

DATA = '{"@type": ["NewsArticle"], "articleBody": "Rats left."}'
PAGE = (
    "<meta property=og:type content=article><meta property=article:published_time content=2024>"
    f'<script type="application/ld+json">{DATA}</script>'
    f"<p>a b</p><h1>Rats</h1><p>{prose(20)}</p><h2>Sub</h2><p>{prose(20)}</p><p>rats left</p>"
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("place", [0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6]),
        ("words_before", [0, 2 / 46, 3 / 46, 23 / 46, 24 / 46, 44 / 46]),
        ("long_before", [0, 0, 0, 0.5, 0.5, 1]),
        ("index_end", np.log1p([5, 4, 3, 2, 1, 0])),
        ("between_long", [0, 0, 1, 1, 1, 0]),
        ("to_long_after", np.log1p([2, 1, 0, 1, 0, 6])),
        ("to_long_before", np.log1p([6, 6, 0, 1, 0, 1])),
        ("is_heading", [0, 1, 0, 2, 0, 0]),
        ("heading_level", [0, 0, 1, 1, 2, 2]),
        ("h1_before", [0, 0, 1, 1, 1, 1]),
        ("h1_after", [1, 0, 0, 0, 0, 0]),
        ("at-1_words", np.log1p([0, 2, 1, 20, 1, 20])),
        ("at+1_heading", [1, 0, 2, 0, 0, 0]),
        ("kin_before", [0, 0, 0, 0, 0, 1]),
        ("kin_after", [0, 0, 0, 0, 1, 0]),
        ("window2_short", [2 / 3, 3 / 4, 3 / 5, 3 / 5, 2 / 4, 2 / 3]),
        ("page_headings", [1 / 3] * 6),
        ("page_largest", [20 / 46] * 6),
        ("og_article", [1] * 6),
        ("og_product", [0] * 6),
        ("dated", [1] * 6),
        ("ld_article", [1] * 6),
        ("ld_product", [0] * 6),
        ("ld_text", [0, 1, 0, 0, 0, 1]),
        ("ld_text_words", [np.log1p(2)] * 6),
    ],
)
def test_value(name: str, expected: list[float]) -> None:
    np.testing.assert_allclose(feature(cut(PAGE), name), expected, rtol=1e-5)


def test_a_page_that_states_nothing() -> None:
    page = cut("<p>x</p>")
    names = ("og_article", "dated", "ld_article", "ld_text", "h1_before", "heading_level")
    assert [feature(page, name)[0] for name in names] == [0] * len(names)
