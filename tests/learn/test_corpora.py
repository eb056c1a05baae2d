"""Labelled corpora: every layout on a small sample, faults named, folds."""

import builtins
import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.errors import CorpusError, MissingExtraError, UsageError
from boilerkill.learn.corpora import folds, open_corpus, records, registered_domain, sites

SHARED = Path(__file__).parents[3] / "shared" / "corpora"
HTML = b"<title>x</title><p>Hello"


def a_page(root, name, truth, html=HTML):
    for folder in ("html", "truth"):
        (root / folder).mkdir(exist_ok=True)
    (root / "html" / f"{name}.html.gz").write_bytes(gzip.compress(html))
    (root / "truth" / f"{name}.json").write_text(json.dumps(truth))
    return root


def a_block_page(root, html=HTML, **changed):
    fields = {
        "format": "boilerkill-blocks",
        "version": 1,
        "id": "p",
        "source": "p.html",
        "kind": "html",
        "url": "https://www.shop.example/p",
        "language": "de",
        "page_type": "product",
        "split": "test",
        "title": None,
        "blocks": [
            {"text": "Menu", "label": "navigation"},
            {"text": "Hello", "label": "content"},
            {"text": "World", "label": "content"},
        ],
    }
    (root / "pages").mkdir()
    (root / "pages" / "p.html").write_bytes(html)
    (root / "pages" / "p.json").write_text(json.dumps(fields | changed))
    return root


def only_page(root):
    (page,) = open_corpus(root)
    return page


def test_wcxb_gives_text_snippets_type_and_metadata(tmp_path):
    truth = {"main_content": "Hello", "with": ["Hel"], "without": ["Menu"], "title": "T"}
    kind = {"page_type": {"primary": "forum"}}
    record = {"url": "https://a.b.co.uk/x", "_internal": kind, "ground_truth": truth}
    page = only_page(a_page(tmp_path, "1", record))
    assert (page.corpus, page.source, page.domain) == ("wcxb", HTML, "b.co.uk")
    assert (page.truth, page.must, page.must_not) == ("Hello", ("Hel",), ("Menu",))
    assert (page.page_type, page.title, page.author) == ("forum", "T", None)


def test_a_page_labelled_in_part_has_labels_but_no_known_text(tmp_path):
    blocks = [{"text": "Menu", "label": "navigation"}, {"text": "Hello", "label": None}]
    page = only_page(a_block_page(tmp_path, blocks=blocks))
    assert (page.labels, page.truth) == ((("Menu", "navigation"),), None)


def test_empty_truth_is_no_truth(tmp_path):
    record = {"url": "https://a.example", "ground_truth": {"main_content": "", "with": []}}
    assert only_page(a_page(tmp_path, "1", record)).truth is None


def test_snippets(tmp_path):
    page = only_page(a_page(tmp_path, "1", {"url": "x:y", "with": ["a"], "without": ["b"]}))
    assert (page.corpus, page.must, page.must_not, page.truth) == ("snippets", ("a",), ("b",), None)
    assert (page.url, page.domain) == (None, "1")


def test_zh69_has_no_author_where_unknown(tmp_path):
    page = only_page(
        a_page(tmp_path, "1", {"main_content": "文", "author": "UNKNOWN", "date": "2004"})
    )
    assert (page.corpus, page.language, page.author, page.date) == ("zh69", "zh", None, "2004")


def test_readability(tmp_path):
    metadata = {"lang": "en-US", "byline": "Ann", "publishedTime": None, "title": "T"}
    page = only_page(a_page(tmp_path, "1", {"main_content": "Hi", "metadata": metadata}))
    assert (page.corpus, page.language, page.author) == ("readability", "en", "Ann")


def test_aeb(tmp_path):
    a_page(tmp_path, "1", {})
    truth = {"1": {"articleBody": "Hello", "url": "https://x.example/"}}
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth))
    page = only_page(tmp_path)
    assert (page.corpus, page.truth, page.domain) == ("aeb", "Hello", "x.example")


def test_block_labelled_pages(tmp_path):
    page = only_page(a_block_page(tmp_path))
    assert page.truth == "Hello\n\nWorld"
    assert page.labels[0] == ("Menu", "navigation")
    assert (page.split, page.page_type, page.domain) == ("test", "product", "shop.example")
    assert only_page(tmp_path / "pages") == page


def test_a_text_page_is_read_as_text(tmp_path):
    assert only_page(a_block_page(tmp_path, "Grüße".encode(), kind="text")).source == "Grüße"


def test_pages_come_lazily_and_in_order_of_ids(tmp_path):
    for name in ("b", "a", "c"):
        a_page(tmp_path, name, {"url": "", "with": [], "without": []})
    (tmp_path / "html" / "c.html.gz").unlink()
    corpus = open_corpus(tmp_path)
    pages = iter(corpus)
    assert (len(corpus), next(pages).id, next(pages).id) == (3, "a", "b")
    with pytest.raises(CorpusError, match=r"c\.html\.gz: cannot be read"):
        next(pages)


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"version": 2}, "'version' is 2; this boilerkill reads 1"),
        ({"format": "x"}, "'format' is 'x'"),
        ({"id": "q"}, "'id' is 'q'"),
        ({"kind": "pdf"}, "'kind' is 'pdf'; allowed: html, text"),
        ({"split": "dev"}, "'split' is 'dev'; allowed: train, test"),
        ({"source": "../p.html"}, "no folders"),
        ({"source": "q.html"}, "q.html: cannot be read"),
        ({"page_type": None}, "'page_type' is missing"),
        ({"title": 7}, "'title' is a number; wanted: text or null"),
        ({"blocks": {}}, "'blocks' is an object; wanted: a list"),
        ({"blocks": [1]}, r"'blocks\[0\]' is a number; wanted: an object"),
        ({"blocks": [{"text": "", "label": "content"}]}, r"blocks\[0\]: 'text' is missing"),
        ({"blocks": [{"text": "x", "label": "menu"}]}, "'label' is 'menu'; allowed: content, nav"),
    ],
)
def test_a_fault_names_file_and_field(tmp_path, changed, fault):
    a_block_page(tmp_path, **changed)
    with pytest.raises(CorpusError, match=fault) as caught:
        only_page(tmp_path)
    assert str(caught.value).startswith(str(tmp_path / "pages"))


@pytest.mark.parametrize("content", [b"{", b"\xff", b"[]", b"[" * 100_000])
def test_truth_that_is_no_json_object_is_named(tmp_path, content):
    a_page(tmp_path, "1", {})
    (tmp_path / "truth" / "1.json").write_bytes(content)
    with pytest.raises(CorpusError, match=r"1\.json"):
        open_corpus(tmp_path)


def test_a_folder_without_corpus_lists_what_was_found_and_wanted(tmp_path):
    (tmp_path / "notes.txt").touch()
    with pytest.raises(CorpusError, match=r"Found: notes\.txt\. Wanted one of: html/ID\.html\.gz"):
        open_corpus(tmp_path)
    with pytest.raises(CorpusError, match="is not there"):
        open_corpus(tmp_path / "nowhere")


@pytest.mark.parametrize("damage", [lambda b: b[:-9], lambda b: b"plain", lambda b: b[:10] + b"\7"])
def test_a_damaged_page_is_named(tmp_path, damage):
    a_page(tmp_path, "1", {"with": [], "without": []})
    file = tmp_path / "html" / "1.html.gz"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(CorpusError, match=r"1\.html\.gz: cannot be read"):
        only_page(tmp_path)


def test_a_page_that_unpacks_too_large_is_refused(tmp_path):
    file = tmp_path / "x.gz"
    file.write_bytes(gzip.compress(bytes(1000)))
    assert len(records.read_bytes(file, 1000)) == 1000
    with pytest.raises(CorpusError, match="more than 999 bytes"):
        records.read_bytes(file, 999)


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://news.bbc.co.uk/1", "bbc.co.uk"),
        ("http://someone.blogspot.com/", "blogspot.com"),
        ("https://WWW.Example.COM.:8080/x", "example.com"),
        ("//us.yahoo.com/news/", "yahoo.com"),
        ("http://127.0.0.1/", "127.0.0.1"),
        ("http://[::1]/", "::1"),
        ("http://localhost/", "localhost"),
        ("http://[::1", None),
        ("recall::page.html", None),
        ("", None),
    ],
)
def test_registered_domain(url, domain):
    assert registered_domain(url) == domain


@given(st.text())
def test_no_address_is_too_odd(url):
    assert registered_domain("https://" + url) != ""


@pytest.mark.parametrize(
    ("html", "site"),
    [
        (b'<base href="https://c.example/"><LINK href=//a.example/1 rel=Canonical>', "a.example"),
        (b"<meta content='https://b.example/?a&amp;b' property='og:url'>", "b.example"),
        (b'<base href="/"><base href="http://c.example">', "c.example"),
        (b"<!-- saved from url=(0020)https://d.example/x -->", "d.example"),
        (b'<a href="http://www.w3.org/"><img src="http://i.e.example/1">', "e.example"),
        (b"<p>nothing", None),
    ],
)
def test_a_page_without_address_is_searched_for_one(html, site):
    assert sites.site_of(None, html)[1] == site
    assert sites.site_of("https://told.example/", html)[1] == "told.example"


def test_without_the_suffix_list_the_extra_is_named(monkeypatch):
    real = builtins.__import__

    def absent(name, *rest):
        if name == "publicsuffixlist":
            raise ImportError(name)
        return real(name, *rest)

    sites._suffixes.cache_clear()
    monkeypatch.setattr(builtins, "__import__", absent)
    with pytest.raises(MissingExtraError, match=r"boilerkill\[train\]"):
        registered_domain("https://a.example/")


sites_of_pages = st.lists(st.sampled_from("abcdefghij"), min_size=2).filter(
    lambda names: len(set(names)) > 1
)


@given(sites_of_pages, st.randoms(use_true_random=False))
def test_folds_keep_sites_together_whatever_the_order(names, random):
    found = dict(zip(names, folds(names, 2).tolist(), strict=True))
    assert [found[name] for name in names] == folds(names, 2).tolist()
    random.shuffle(names)
    assert [found[name] for name in names] == folds(names, 2).tolist()


def test_folds_are_alike_in_size_and_page_types():
    names = [f"{i % 70}.example" for i in range(200)]
    types = [("article", "forum", "product")[i % 70 % 3] for i in range(200)]
    parts = folds(names, 5, types=types)
    assert np.ptp(np.bincount(parts)) <= 3
    for kind in set(types):
        assert np.ptp(np.bincount(parts[np.array(types) == kind])) <= 3


def test_another_seed_gives_other_folds():
    names = [str(i) for i in range(50)]
    assert (folds(names) != folds(names, seed=1)).any()


@pytest.mark.parametrize("n", [1, 3])
def test_folds_want_as_many_sites(n):
    with pytest.raises(UsageError, match=f"{n} folds of 2 sites"):
        folds(["a", "b", "b"], n)


@pytest.mark.parametrize(
    ("name", "pages"), [("aeb", 181), ("zh69", 69), ("readability", 64), ("snippets", 466)]
)
def test_the_shared_corpora_are_read_whole(name, pages):
    if not SHARED.is_dir():
        pytest.skip(f"the shared corpora are not at {SHARED}")
    corpus = open_corpus(SHARED / name)
    assert (corpus.name, len(list(corpus))) == (name, pages)
