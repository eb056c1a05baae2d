"""The table of features as a whole."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
from builders import KNOWN, MARKUP, OWN_PAGES, ROOT, TEXT, cut, lines
from hypothesis import given

from boilerkill import features
from boilerkill.decode import decode
from boilerkill.page import Page


def assert_usable(page: Page) -> None:
    found = features.matrix(page, KNOWN)
    assert found.shape == (len(page.texts), len(features.FEATURES))
    assert found.dtype == np.float32
    assert np.isfinite(found).all()


def test_names_are_unique_and_meanings_say_something() -> None:
    names, meanings = zip(*features.FEATURES, strict=True)
    assert len(set(names)) == len(names) == len(features.COLUMN)
    assert all(meanings)


def test_the_schema_is_a_hash_of_names_meanings_and_order() -> None:
    table = repr(features.FEATURES).encode()
    assert hashlib.sha256(table).hexdigest().startswith(features.SCHEMA)


def test_a_page_without_blocks_has_no_rows() -> None:
    assert features.matrix(cut("")).shape == (0, len(features.FEATURES))


@given(MARKUP)
def test_any_markup_gives_finite_features(markup: str) -> None:
    assert_usable(cut(markup))


@given(TEXT)
def test_any_text_gives_finite_features(text: str) -> None:
    assert_usable(lines(text))


@pytest.mark.parametrize("path", OWN_PAGES[::6], ids=lambda path: path.stem)
def test_the_same_page_gives_the_same_bits(path: Path) -> None:
    source = decode(path.read_bytes())
    once, again = (features.matrix(cut(source), KNOWN).tobytes() for _ in range(2))
    assert once == again


def test_plain_text_has_no_evidence_of_markup() -> None:
    found = features.matrix(lines((ROOT / "corpora/pages/en-txt-news.txt").read_text("utf-8")))
    marks = ("markup", "tag_", "in_", "near_", "link")
    silent = [features.COLUMN[name] for name in features.COLUMN if name.startswith(marks)]
    assert not found[:, silent].any()
