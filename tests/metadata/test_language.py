"""The language of a text."""

import json

import pytest
from builders import ROOT
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.metadata.language import detect

PAGES = [json.loads(path.read_text("utf-8")) for path in (ROOT / "corpora/pages").glob("*.json")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page["id"])
def test_the_main_text_of_our_pages(page: dict[str, object]) -> None:
    blocks: list[dict[str, str]] = page["blocks"]  # type: ignore[assignment]
    text = " ".join(block["text"] for block in blocks if block["label"] == "content")
    assert not text or detect(text) == str(page["language"])[:2]


@pytest.mark.parametrize("text", ["", "12 €", "Ann Lee", "OK"])
def test_too_little_tells_nothing(text: str) -> None:
    assert detect(text) is None


def test_what_is_stated_decides_between_likes() -> None:
    text = "yang dan di untuk dengan ini dari dalam pada itu tidak akan"
    assert (detect(text, "id"), detect(text, "ms")) == ("id", "ms")


@given(st.text(max_size=200), st.text(max_size=3))
def test_any_text_is_told(text: str, hint: str) -> None:
    assert detect(text, hint) is None or len(detect(text, hint) or "") in {2, 3}
