"""What elements say of themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.marks import (
    BIT,
    BLOCK,
    BOLD,
    LINK,
    PRE,
    SKIPPED,
    VOID,
    _all_facts_of,
    facts_of,
    tag_of,
)


def marked(source: str) -> set[str]:
    """Name the evidence in the source of an element's attributes."""
    bits = facts_of(source)[0]
    return {name for name, bit in BIT.items() if bits & bit}


@pytest.mark.parametrize(
    ("tag", "bits"),
    [
        ("p", BLOCK),
        ("br", VOID),
        ("svg", BLOCK | SKIPPED),
        ("a", LINK),
        ("strong", BOLD),
        ("pre", BLOCK | PRE),
    ],
)
def test_what_the_walk_needs_to_know(tag: str, bits: int) -> None:
    assert tag_of(tag)[1] & (BLOCK | VOID | SKIPPED | LINK | BOLD | PRE) == bits


def test_tags_are_evidence() -> None:
    assert tag_of("NAV") == ("nav", BLOCK | BIT["nav"])
    assert tag_of("td")[1] & BIT["table"] == 0


def test_custom_elements_count_as_block_level() -> None:
    assert tag_of("Site-Header") == ("site-header", BLOCK)


def test_unknown_elements_are_inline() -> None:
    assert tag_of("blink") == ("blink", 0)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (' class="site-nav"', {"n_nav"}),
        (" class='relatedPosts'", {"n_related", "n_thread"}),
        (" class=c-Footer__list2", {"n_footer", "n_item"}),
        (" id=cookieBanner", {"n_consent", "n_header"}),
        (" CLASS=nav", {"n_nav"}),
        (' data-id="nav" my-class="nav"', set()),
        (" title=' class=nav id=nav'", set()),
        (' role="navigation"', {"nav"}),
        (' itemprop="articleBody"', {"article", "n_body"}),
        (' itemtype="https://schema.org/Product"', {"n_item"}),
        (" hidden", {"hidden"}),
        (' style="color:red; DISPLAY : none"', {"hidden"}),
        (' style="visibility:\nhidden"', {"hidden"}),
        (' aria-hidden="TRUE"', {"screenreader"}),
        (' title="navigation" href="/nav"', set()),
    ],
)
def test_evidence(source: str, expected: set[str]) -> None:
    assert marked(source) == expected


def test_the_class_names_are_handed_on() -> None:
    assert facts_of(' class="a  b" id=c')[1] == "a  b"


_NAMES = st.sampled_from(["class", "id", "title", "data-id", "role", "hidden", "href", "Class"])
_VALUES = st.sampled_from(["nav", "a b", "x &amp; Menu", "", " class=nav", "x=y", "itemprop", "'"])


@given(st.lists(st.builds('{}="{}"'.format, _NAMES, _VALUES)).map(" ".join))
def test_the_short_way_finds_what_the_long_one_does(source: str) -> None:
    assert facts_of(f" {source}") == _all_facts_of(f" {source}")


def test_all_marks_fit_into_the_64_bits_of_a_column() -> None:
    assert max(BIT.values()) < 2**64
    assert len(set(BIT.values())) == len(BIT)
