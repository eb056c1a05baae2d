"""The whole line, with the tiny model; the shipped one where it is there."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import pytest
from builders import MARKUP, OWN_PAGES, ROOT, TEXT, prose
from hypothesis import given
from tiny_model import model_bytes, tiny_arrays, tiny_model

import boilerkill
from boilerkill.cleaner import Article, Cleaner, load_model
from boilerkill.errors import ModelError, UsageError
from boilerkill.values import LABELS, MODES, Include, Limits

URL = "https://news.example/a"
NEWS = (
    "<html lang=de><title>Big News | Site</title><meta name=author content='Ann Lee'>"
    "<nav><a href=x>Home</a></nav><h1>Big News</h1>"
    f"<article><p>{prose(20)}</p><p>{prose(30)}</p></article>"
)
needs_shipped_model = pytest.mark.skipif(
    not (ROOT / "boilerkill/data/model.bk").exists(), reason="no boilerkill/data/model.bk yet"
)


@pytest.fixture(scope="module")
def cleaner() -> Cleaner:
    return Cleaner(tiny_model())


def test_metadata_are_read_when_asked_for(cleaner: Cleaner) -> None:
    article, other = cleaner.clean(NEWS, url=URL), cleaner.clean(NEWS, url=URL)
    assert "title" not in vars(article)
    assert (article.author, vars(article)["title"]) == ("Ann Lee", "Big News")
    assert article == other
    assert Article.title is None


def test_an_article_is_kept(cleaner: Cleaner) -> None:
    article = cleaner.clean(NEWS, url="https://x.org/a")
    assert (article.status, article.reason) == ("kept", None)
    assert article.text == f"{prose(20)}\n\n{prose(30)}"
    assert (article.title, article.author, article.language) == ("Big News", "Ann Lee", "de")
    assert article.url == "https://x.org/a"
    assert 0.9 < article.confidence <= 1


def test_bytes_are_decoded(cleaner: Cleaner) -> None:
    page = f"<meta charset=windows-1251><p>{'слово ' * 20}</p>"
    assert cleaner.clean(page.encode("windows-1251")).text == ("слово " * 20).strip()


def test_blocks_are_explained_when_asked_for(cleaner: Cleaner) -> None:
    blocks = cleaner.clean(NEWS).blocks
    assert [b.label for b in blocks] == ["navigation", *["content"] * 3]
    assert [b.kept for b in blocks] == [False, False, True, True]
    assert all(set(b.probabilities) == set(LABELS) and b.reason and b.path for b in blocks)
    assert sum(blocks[0].probabilities.values()) == pytest.approx(1)


def test_blocks_of_plain_text_have_spans(cleaner: Cleaner) -> None:
    text = f"Home\n\n  {prose(20)}\n"
    blocks = cleaner.clean(text).blocks
    assert [text[slice(*block.span or ())] for block in blocks] == ["Home", prose(20)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [("auto", prose(20)), ("html", prose(20)), ("text", f"<p>{prose(20)}</p>")],
)
def test_the_kind_can_be_told(cleaner: Cleaner, kind: Any, expected: str) -> None:
    assert cleaner.clean(f"<p>{prose(20)}</p>", kind=kind).text == expected


@pytest.mark.parametrize("source", ["", "  \n", b"", "<p></p>", "<script>x</script>", "<!-- x -->"])
def test_a_page_without_text_is_empty(cleaner: Cleaner, source: bytes | str) -> None:
    article = cleaner.clean(source)
    assert (article.status, article.text, article.blocks) == ("empty", "", ())
    assert article.reason == "no readable text on the page"


def test_a_page_without_main_text_is_empty(cleaner: Cleaner) -> None:
    article = cleaner.clean("<ul><li><a href=1>Home</a><li><a href=2>News</a></ul>")
    assert (article.status, article.text) == ("empty", "")
    assert article.reason == "no block is likely enough to be main text"
    assert len(article.blocks) == 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (b"%PDF-1.7\n", "not text: PDF"),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "not text: PNG"),
        (b"\x1f\x8b\x08" + bytes(99), "not text: gzip"),
        (bytes(range(256)) * 9, "not text"),
        ("x" * 10_001, "too large: 10,001 characters"),
        ("<p>x" * 11, "too large: more than 10 blocks"),
        ("x\n" * 11, "too large: more than 10 blocks"),
    ],
)
def test_what_cannot_be_cleaned_is_quarantined(source: bytes | str, reason: str) -> None:
    limits = Limits(max_bytes=10_000, max_blocks=10)
    article = Cleaner(tiny_model(), limits=limits).clean(source, url="https://x.org/")
    assert (article.status, article.text, article.confidence) == ("quarantined", "", 0)
    assert (article.reason or "").startswith(reason)
    assert article.url == "https://x.org/"


def test_wrong_use_is_refused(cleaner: Cleaner) -> None:
    with pytest.raises(UsageError, match="kind is 'pdf'; allowed: auto, html, text"):
        cleaner.clean("x", kind="pdf")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="mode is 'fast'"):
        Cleaner(tiny_model(), mode="fast")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="source is NoneType; wanted: bytes or str"):
        cleaner.clean(None)  # type: ignore[arg-type]


def test_articles_turn_into_plain_json_types(cleaner: Cleaner) -> None:
    row = cleaner.clean(NEWS).to_dict(blocks=True)
    assert row["title"] == "Big News"
    assert row["tags"] == []
    assert [block["kept"] for block in row["blocks"]] == [False, False, True, True]
    assert "blocks" not in Article().to_dict()


@pytest.mark.parametrize("page", [NEWS, "", b"\x89PNG"])
def test_articles_are_pickled_with_all_that_can_be_asked_for(
    cleaner: Cleaner, page: bytes | str
) -> None:
    article = cleaner.clean(page, url=URL)
    again = ForkingPickler.loads(ForkingPickler.dumps(article))
    assert again == article
    whole = {"blocks": True, "structure": True}
    assert again.to_dict(**whole) == article.to_dict(**whole)


def test_the_same_blocks_come_as_markdown_and_html(cleaner: Cleaner) -> None:
    article = cleaner.clean(f"<h1>Big</h1><article><p>See <a href=/x>{prose(20)}</a>", url=URL)
    assert article.markdown == f"See [{prose(20)}](https://news.example/x)"
    assert article.html == f'<p>See <a href="https://news.example/x">{prose(20)}</a></p>'
    row = article.to_dict(structure=True)
    assert (row["markdown"], row["html"]) == (article.markdown, article.html)
    assert (row["posts"], row["comments"], row["next_page"]) == ([], [], None)


def test_what_is_left_out_is_told_once(cleaner: Cleaner) -> None:
    page = f"<article><p>See <a href=/x>{prose(20)}</a>"
    plain = Cleaner(tiny_model(), include=Include(links=False)).clean(page)
    assert plain.markdown == f"See {prose(20)}"
    assert cleaner.clean("").markdown == cleaner.clean("").html == ""
    with pytest.raises(UsageError, match="links is 'no'; wanted: True or False"):
        Include(links="no")  # type: ignore[arg-type]


def test_plain_text_comes_as_paragraphs_of_markdown(cleaner: Cleaner) -> None:
    article = cleaner.clean(f"# {prose(30)}\n\n1. {prose(30)}", kind="text")
    assert article.markdown == f"\\# {prose(30)}\n\n1\\. {prose(30)}"


def test_a_model_is_loaded_and_checked(tmp_path: Path) -> None:
    good, other = tmp_path / "good.bk", tmp_path / "other.bk"
    good.write_bytes(model_bytes(tiny_arrays()))
    other.write_bytes(model_bytes(tiny_arrays(), schema="other"))
    assert Cleaner(load_model(good)).clean(NEWS).status == "kept"
    with pytest.raises(ModelError, match="feature schema other"):
        load_model(other)


@given(MARKUP)
def test_no_markup_raises(markup: str) -> None:
    article = Cleaner(tiny_model()).clean(markup, kind="html")
    kept = [block.text for block in article.blocks if block.kept]
    assert article.text.split() == " ".join(kept).split()
    assert article.to_dict(blocks=True, structure=True)["status"] == article.status
    assert (article.status == "kept") == bool(article.text)


@given(TEXT)
def test_no_text_raises(text: str) -> None:
    row = Cleaner(tiny_model()).clean(text).to_dict(blocks=True, structure=True)
    assert row["status"] in {"kept", "empty"}


def test_ten_threads_find_what_one_does(cleaner: Cleaner) -> None:
    pages = [path.read_bytes() for path in OWN_PAGES[::3]]
    alone = [cleaner.clean(page).to_dict(blocks=True) for page in pages]
    with ThreadPoolExecutor(10) as pool:
        together = list(pool.map(lambda p: cleaner.clean(p).to_dict(blocks=True), pages * 2))
    assert together == alone * 2


# -- with the shipped model ------------------------------------------------------------------------


@needs_shipped_model
@pytest.mark.parametrize("mode", MODES)
def test_the_shipped_model_keeps_an_article_of_ours(mode: Any) -> None:
    article = boilerkill.clean(
        (ROOT / "corpora/pages/en-news-semantic.html").read_bytes(), mode=mode
    )
    assert article.status == "kept"
    assert article.title
    assert len(article.text) > 500


@needs_shipped_model
def test_a_fresh_process_gives_the_same_bytes() -> None:
    code = (
        "import sys, boilerkill;"
        "page = open(sys.argv[1], 'rb').read();"
        "print(repr(boilerkill.clean(page).to_dict(blocks=True)))"
    )
    path = str(ROOT / "corpora/pages/en-news-div2012.html")
    runs = {
        subprocess.run([sys.executable, "-c", code, path], capture_output=True, check=True).stdout
        for _ in range(2)
    }
    assert len(runs) == 1


@needs_shipped_model
def test_cleaning_imports_no_training_packages() -> None:
    code = (
        "import sys, boilerkill; boilerkill.clean('<p>' + 'Some text. ' * 99).blocks;"
        "print(sorted({'sklearn', 'scipy', 'joblib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
