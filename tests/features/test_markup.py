"""What the markup says of a block."""

import numpy as np
import pytest
from builders import cut, feature, prose

NEWS = (
    "<nav><a href=1>Home</a></nav>"
    f"<article><h1>News</h1><p>{prose(30)}</p><p>{prose(40)}</p></article>"
    "<footer><p>Imprint</p></footer>"
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("markup", [1, 1, 1, 1, 1]),
        ("link_share", [1, 0, 0, 0, 0]),
        ("tag_p", [0, 0, 1, 1, 1]),
        ("tag_h1", [0, 1, 0, 0, 0]),
        ("in_nav", [1, 0, 0, 0, 0]),
        ("in_article", [0, 1, 1, 1, 0]),
        ("near_article", [0, 1, 1, 1, 0]),
        ("in_footer", [0, 0, 0, 0, 1]),
        ("alone", [1, 1, 1, 1, 1]),
        ("core50_inside", [0, 0, 0, 1, 0]),
        ("core75_inside", [0, 1, 1, 1, 0]),
        ("best_inside", [0, 1, 1, 1, 0]),
        ("best_side", [-1, 0, 0, 0, 1]),
        ("box1_place", [0, 0, 0.5, 1, 1]),
        ("kin_long_share", [0, 0, 1, 1, 0]),
    ],
)
def test_on_a_page_of_news(name: str, expected: list[float]) -> None:
    assert feature(cut(NEWS), name).tolist() == expected


def test_links_images_and_fields() -> None:
    page = cut("<p><a href=1>a b</a> <a href=2>c d</a><img><img><img></p><p>e<input></p>")
    np.testing.assert_allclose(feature(page, "links"), np.log1p([2, 0]), rtol=1e-6)
    np.testing.assert_allclose(feature(page, "words_per_link"), [np.log1p(2), 0], rtol=1e-6)
    np.testing.assert_allclose(feature(page, "images"), np.log1p([3, 0]), rtol=1e-6)
    np.testing.assert_allclose(feature(page, "inputs"), np.log1p([0, 1]), rtol=1e-6)


def test_depth_is_counted_up_to_40() -> None:
    page = cut("<p>a</p>" + "<div>" * 90 + "b")
    np.testing.assert_allclose(feature(page, "depth"), [0.2, 4])


def test_a_container_is_described_by_all_it_holds() -> None:
    page = cut(f"<div><p>{prose(30)}</p><p>{prose(10)}</p></div><p>{prose(40)}</p>")
    np.testing.assert_allclose(feature(page, "box1_page_share"), [0.5, 0.5, 1])
    np.testing.assert_allclose(feature(page, "box1_long_share"), [0.75, 0.75, 0.875])
    np.testing.assert_allclose(feature(page, "box2_page_share"), [1, 1, 1])


def test_blocks_built_alike_are_described_together() -> None:
    page = cut("<ul><li>a b<li>c d<li>e f</ul><p>g</p>")
    np.testing.assert_allclose(feature(page, "kin_count"), np.log1p([3, 3, 3, 1]), rtol=1e-6)
    np.testing.assert_allclose(feature(page, "kin_words"), np.log1p([2, 2, 2, 1]), rtol=1e-6)
    np.testing.assert_allclose(feature(page, "kin_spread"), [0.5, 0.5, 0.5, 0])
