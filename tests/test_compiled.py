"""The kernel gives what Python gives, bit for bit."""

import copy
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html.entities import html5
from itertools import product
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from builders import KNOWN, MARKUP, OWN_PAGES, TEXT, cut, lines
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from boilerkill import compiled, estimators, features, guard, parse, revise, segment
from boilerkill import decode as decoding
from boilerkill.decode import clean_str, decode
from boilerkill.errors import InputError
from boilerkill.features import beginnings, chars, view
from boilerkill.features.lexicon import Lexicon
from boilerkill.page import Page
from boilerkill.revise import layout_of
from boilerkill.score import KINDS
from boilerkill.values import Limits
from boilerkill.words import tokens

needs_kernel = pytest.mark.skipif(
    compiled.kernel("cut") is None, reason="no kernel: not built, out of date or switched off"
)
#: What uses the kernel.
USERS = (decoding, parse, segment, chars, beginnings, view, features, revise, estimators)


@contextmanager
def python_alone() -> Iterator[None]:
    """Run without the kernel."""
    patches = [patch.object(module, "kernel", lambda _: None) for module in USERS]
    for each in patches:
        each.start()
    try:
        yield
    finally:
        for each in patches:
            each.stop()


#: Room for whatever a test puts on a page.
LARGE = Limits(max_blocks=1_000_000)


def both(function: Callable[..., Any], *arguments: Any) -> list[Any]:
    """Return what a function gives with the kernel and without; an error by its message."""

    def run() -> Any:
        try:
            return function(*arguments)
        except InputError as error:
            return str(error)

    with python_alone():
        alone = run()
    return [run(), alone]


_NAMES = (
    "class", "id", "Class", "ID", "role", "style", "hidden", "aria-hidden", "itemprop", "itemtype",
    "href", "HREF", "title", "ſtyle", "İd", "cLass", "data-id", "Hidden", "aria-HIDDEN", "",
)  # fmt: skip
_VALUES = (
    "nav menuItem", "ABCnav NAV-menu", "main\u3000content", "navigation", "true", "TRUE",
    "nav" * 20, "http://schema.org/Article", "display :none", "x;VISIBILITY:\nhidden", "a&amp;nav",
    "中文 nav", "", ">", "=", "id='x'", "K", "n\xe4v", "contactpoint/review",
    "/a?id=b&class=c", "a=", "=a", "nav/", "'", "\x0bnav\x1ca", "`", " display:none", "nav\x85a",
)  # fmt: skip
#: Attributes in every state of disorder.
ATTRIBUTES = st.lists(
    st.builds(
        lambda gap, name, sign, quotes, value: f"{gap}{name}{sign}{quotes.format(value)}",
        st.sampled_from((" ", "", "/", " data-", "\n")),
        st.sampled_from(_NAMES),
        st.sampled_from(("=", " = ", "", "==", "\xa0=")),
        st.sampled_from(('"{}"', "'{}'", "{}", '"{}', "{}'")),
        st.sampled_from(_VALUES),
    ),
    max_size=4,
).map("".join)
#: Fragments that tokenisers trip over.
FRAGMENTS = st.lists(
    st.sampled_from((
        "<", "</", ">", "/", "<!", "<!-", "<!--", "-->", "--!>", "->", "<?", "'", '"', "=", " ",
        "a", "<a", "<p ", "</p", "<script", "<SCRIPT>", "</script", "</ſcript>", "<ſcript>",
        "<title>", "</TITLE\t", "<xmp>", "<svg>", "<br>", "</br>", "<form>", "</form>", "<table>",
        "<td>", "&am", "p;", "&nbsp;", "\xad", "\x1c", "\u3000", "\r\n", "<pre>", "<!doctype html>",
    )),
    max_size=40,
).map("".join)  # fmt: skip


@needs_kernel
@given(MARKUP | FRAGMENTS)
def test_tokens_are_the_same(markup: str) -> None:
    found, alone = both(parse.tokens, markup)
    assert found == alone


@needs_kernel
@pytest.mark.parametrize(
    "limits", [Limits(), *(Limits(max_depth=depth) for depth in (3, 4, 5)), Limits(max_blocks=3)]
)
@given(markup=MARKUP | FRAGMENTS)
def test_pages_are_cut_alike(markup: str, limits: Limits) -> None:
    found, alone = both(segment.cut_markup, markup, limits)
    assert found == alone
    if isinstance(found, Page):
        assert found.places == alone.places


@needs_kernel
@given(ATTRIBUTES, st.sampled_from(("div", "a", "x-y", "td")))
def test_attributes_say_the_same(attributes: str, tag: str) -> None:
    found, alone = both(segment.cut_markup, f"<table><{tag}{attributes}>text", Limits())
    assert found == alone


@needs_kernel
@pytest.mark.parametrize("form", ["a&{}b", "&{} &{}", "a &{}<br>", "a<b>&{}</b>b", "<pre>&{}"])
def test_entities_are_read_alike(form: str) -> None:
    borders = (0xD7FF, 0xD800, 0xDFFF, 0xE000, 0xFDCF, 0xFDD0, 0xFFFE, 0x10000, 10**9, 10**20)
    numbers = [f"#{code};" for code in (*range(600), *borders)]
    names = [*html5, *numbers, "#x26;", "#38", "#", "a" * 40 + ";"]
    found, alone = both(segment.cut_markup, "<p>".join(form.format(n, n) for n in names), LARGE)
    assert found == alone


@needs_kernel
def test_every_character_is_read_alike() -> None:
    characters = [chr(c) for c in range(1, sys.maxunicode + 1) if not 0xD800 <= c < 0xE000]
    for form in ("<p>a{0}b {0}", "<i {0}id=nav x={0} class=nav>", "<a{0}b>"):
        markup = "".join(form.format(c) for c in characters[:13_000] + characters[::397])
        found, alone = both(segment.cut_markup, markup, LARGE)
        assert found == alone


@needs_kernel
@given(MARKUP)
def test_a_page_is_the_same_from_its_utf8_and_when_copied(markup: str) -> None:
    page = segment.cut_markup(markup, Limits())
    assert copy.deepcopy(page) == segment.cut_markup(markup.encode(), Limits()) == page


@needs_kernel
@given(
    TEXT.map(str.encode) | st.binary()
    | st.lists(
        st.sampled_from(
            [b"<p>", b"\xe4\xb8\xad", b"\xe4\xb8", b"\xef\xbf\xbd", b"\xed\xa0\x80", b"\xf0\x9f",
             b"\xf4\x90\x80\x80", b"\xc0\x80", b"\0", b"\xd6\xd0", b"charset=gbk", b"a" * 9]
        ),
        max_size=20,
    ).map(b"".join)
)  # fmt: skip
def test_bytes_are_decoded_alike(source: bytes) -> None:
    found, alone = both(decode, source)
    assert found == alone


@needs_kernel
@given(MARKUP.map(lambda markup: " \n" + markup) | TEXT)
def test_what_is_read_is_what_is_decoded(text: str) -> None:
    read = decoding.read(text + "\ud800")
    assert read == clean_str(text + "\ud800")
    utf8 = decoding.read(text)
    assert utf8 == text.encode()
    assert guard.kind_of(utf8) == guard.kind_of(text)


@needs_kernel
@pytest.mark.parametrize("path", OWN_PAGES, ids=lambda path: path.stem)
def test_own_pages_are_cut_alike(path: Path) -> None:
    found, alone = both(segment.cut_markup, decode(path.read_bytes()), Limits())
    assert found == alone


@needs_kernel
@pytest.mark.parametrize(("tag", "other"), [*product(("p", "li", "form", "td", "a"), repeat=2)])
def test_deep_nesting_costs_and_gives_the_same(tag: str, other: str) -> None:
    markup = (f"<{tag}>x<{other}>" * 200) + f"</{tag}>" * 100
    found, alone = both(segment.cut_markup, markup, Limits())
    assert found == alone


#: Blocks of text in any script, with words of the lexicon and copies.
BLOCKS = st.lists(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=300)
    | st.lists(
        st.sampled_from((
            "news", "Menu", "menu news", "e.g.", "@", "www.x", "://", "wwww.", "12 €", "हिन्दी",
            "中文字", "ไทย", "İstanbul", "ΣΑΣ", "naïve", "e\u0301", "a_b", "\u3007", "|", "\n",
            "x" * 90,
        )),
        min_size=1,
        max_size=40,
    ).map(" ".join),
    min_size=1,
    max_size=12,
)  # fmt: skip


def same(found: Any, alone: Any) -> bool:
    """Whether two sequences of arrays hold the same bits."""
    return all(
        a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
        for a, b in zip(found, alone, strict=True)
    )


@needs_kernel
@given(BLOCKS)
def test_characters_are_counted_alike(texts: list[str]) -> None:
    assert same(*both(chars.count, texts))


def told(texts: list[str], title: list[list[str]], stated: list[str]) -> list[Any]:
    """Return everything that the first words of blocks tell."""
    words = beginnings.beginnings(texts)
    shares, size = words.shares(stated)
    return [
        words.prefix_copies(), shares, np.array(size), words.titles(title, stated),
        *words.evidence(KNOWN),
    ]  # fmt: skip


@needs_kernel
@given(BLOCKS, st.lists(BLOCKS.map(lambda texts: tokens(texts[0])).filter(bool), max_size=3))
def test_first_words_tell_the_same(texts: list[str], title: list[list[str]]) -> None:
    stated = [texts[-1], "Menu " * 200, "x" * 2000]
    assert same(*both(told, texts, title, stated))
    whole = [tokens(text[:240]) for text in texts]
    assert same(*both(told, texts, [words for words in whole if words], stated))


@needs_kernel
@given(BLOCKS)
def test_copies_are_numbered_alike(texts: list[str]) -> None:
    texts = [*texts, "@[`{Z", "`[@{z", "K", "k", "\u212a", *(t.swapcase() for t in texts)]
    found = np.empty(len(texts), np.int64)
    compiled.kernel("chars").numbered(texts, found)
    assert found.tolist() == view.numbered([text.lower() for text in texts]).tolist()


@needs_kernel
def test_a_lexicon_of_any_terms_is_read() -> None:
    terms = {"": 0, "a": 1, "a b": 2, "b": 3, "a b c": 4, " x": 5, "ü" * 2000: 6}
    lexicon = Lexicon(terms, np.arange(28, dtype=np.float32).reshape(7, 4))
    evidence = [
        words.evidence(lexicon) for words in both(beginnings.beginnings, ["a b", "b a c", "-"])
    ]
    assert same(*evidence)


def seen(page: Page) -> list[Any]:
    """Return everything that is computed of a page before it is scored."""
    found = view.View(page, KNOWN)
    layout = layout_of(found)
    return [features.from_view(found), layout.words, layout.spans, layout.kin, found.size]


@needs_kernel
@given(MARKUP.map(cut) | TEXT.map(lines))
def test_features_are_the_same(page: Page) -> None:
    if page.texts:
        assert same(*both(seen, page))


@needs_kernel
@pytest.mark.parametrize("path", OWN_PAGES[::4], ids=lambda path: path.stem)
def test_features_of_own_pages_are_the_same(path: Path) -> None:
    assert same(*both(seen, cut(decode(path.read_bytes()))))


SEEDS, BLOCKS_OF = st.integers(0, 99), st.integers(1, 40)


def blocks_of(rng: np.random.Generator, n: int, width: int) -> NDArray[np.float32]:
    """Return rows of which many numbers are those of the row before, as on a page."""
    rows = rng.normal(0, 3, (n, width)).astype(np.float32)
    for i in range(1, n):
        rows[i] = np.where(rng.random(width) < 0.5, rows[i - 1], rows[i])
    return rows


@needs_kernel
@given(SEEDS, BLOCKS_OF, st.integers(1, 6))
def test_trees_score_alike(seed: int, blocks: int, depth: int) -> None:
    rng = np.random.default_rng(seed)
    inner = 2**depth - 1
    columns = blocks_of(rng, blocks, 37)
    # Thresholds of double precision, and some that are values met; few values, so that they meet.
    threshold = rng.choice([*rng.normal(0, 3, 20), *columns.ravel().astype(float)], (7, inner))
    value = rng.choice(rng.normal(size=3), (7, inner + 1))
    trees = estimators.Trees(
        rng.integers(37, size=(7, inner), dtype=np.int32), threshold, value, 0.25
    )

    alone = trees._chunk(columns)
    found, narrow = np.empty(blocks), np.empty(blocks)
    trees._compiled.log_odds(columns, found)
    trees._compiled.log_odds(columns, narrow, wide=False)
    assert same([found, narrow], [alone, alone])


@needs_kernel
def test_trees_too_deep_for_the_kernel_are_refused() -> None:
    built = compiled.kernel("scoring").Trees
    with pytest.raises(ValueError, match="2047 inner nodes; wanted: fewer than 1024"):
        built(np.zeros((1, 2047), np.int32), np.zeros((1, 2047)), np.zeros((1, 2048)), 0)


@needs_kernel
@given(SEEDS, BLOCKS_OF, st.integers(0, 20), st.integers(1, 4), st.integers(-30, 30))
def test_networks_score_alike(seed: int, blocks: int, hidden: int, outputs: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    shapes = ((13,), (13,), (13, hidden), (hidden,), (hidden, outputs), (outputs,))
    arrays = [rng.normal(size=shape).astype(np.float32) for shape in shapes]
    arrays[2] *= np.float32(2.0**size)  # no weights are too large or too small
    columns = blocks_of(rng, blocks, 13)
    with python_alone():
        alone = estimators.Network(*arrays).log_odds(columns)
    network = estimators.Network(*arrays)
    found, narrow = network.log_odds(columns), np.empty_like(alone)
    network._compiled.log_odds(columns, narrow, wide=False)
    assert same([found, narrow], [alone, alone])


def revised(page: Page) -> list[Any]:
    """Return what the second model sees of a page, by scores that are made up."""
    found = view.View(page, KNOWN)
    rng = np.random.default_rng(len(page.texts))
    scores = rng.dirichlet(np.ones(1 + len(KINDS)), found.n)
    return [revise.columns_of(scores, features.from_view(found), layout_of(found))]


@needs_kernel
@given(MARKUP.map(cut) | TEXT.map(lines))
def test_neighbours_scores_are_seen_alike(page: Page) -> None:
    if page.texts:
        assert same(*both(revised, page))


@needs_kernel
@pytest.mark.parametrize("path", OWN_PAGES[::4], ids=lambda path: path.stem)
def test_neighbours_scores_on_own_pages_are_seen_alike(path: Path) -> None:
    assert same(*both(revised, cut(decode(path.read_bytes()))))


def test_a_page_knows_its_tokens_either_way() -> None:
    page = segment.cut_markup("<p>a</p>", Limits())
    with python_alone():
        assert (
            page.parts == parse.tokens("<p>a</p>") == segment.cut_markup("<p>a</p>", Limits()).parts
        )
    assert Page("text").parts == []


def test_the_environment_switches_the_kernel_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOILERKILL_COMPILED", "0")
    assert compiled.kernel.__wrapped__("cut") is None


@needs_kernel
def test_a_kernel_of_other_sources_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "digest", lambda: "another")
    assert compiled.kernel.__wrapped__("cut") is None


@needs_kernel
def test_a_kernel_of_other_sources_is_not_even_started(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    built = compiled.import_module("boilerkill.compiled.built")
    monkeypatch.setattr(compiled, "import_module", lambda name: started.append(name) or built)
    monkeypatch.setattr(compiled, "digest", lambda: "another")
    assert compiled.kernel.__wrapped__("cut") is None
    assert started == ["boilerkill.compiled.built"]


@needs_kernel
def test_empty_texts_and_lexicons_are_read() -> None:
    counts, sizes, edges, _ = chars.count(["", "a"])
    assert (counts[0].any(), sizes[0].any(), edges[0].any()) == (False, False, False)
    lexicon = Lexicon({}, np.zeros((0, 4), np.float32))
    assert same(*(w.evidence(lexicon) for w in both(beginnings.beginnings, ["a b"])))


def test_what_is_not_built_is_not_used() -> None:
    assert compiled.kernel.__wrapped__("nothing") is None
