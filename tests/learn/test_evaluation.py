"""Evaluation: the right figures for what is known of a page, rows, tables, comparison."""

import json

import pytest

from boilerkill.errors import CorpusError, UsageError
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.evaluation import Prediction, evaluate


def a_page(name="1", **known):
    fields = {"id": name, "corpus": "any", "source": b"", "domain": f"{name}.example"}
    return LabelledPage(**fields | known)


def says(text, **more):
    return lambda page: Prediction(text, **more)


def values(evaluation, table="all"):
    return {figure.name: figure.value for figure in evaluation.figures[table]}


def test_text_is_measured_by_words():
    found = evaluate(says("one two"), [a_page(truth="one"), a_page("2", truth="one two")])
    assert values(found) == {
        "word_precision": 0.75,
        "word_recall": 1.0,
        "word_f1": pytest.approx(5 / 6),
    }
    assert found.headline == "word_f1"


def test_pages_without_truth_do_not_count():
    found = evaluate(says("one"), [a_page(truth="one"), a_page("2")])
    assert [figure.pages for figure in found.figures["all"]] == [1, 1, 1]
    assert (found.pages[1].f1, found.pages[0].f1) == (None, 1.0)


def test_languages_without_spaces_are_measured_by_characters():
    found = evaluate(says("网页正文在"), [a_page(truth="网页正文", language="zh")])
    assert values(found)["char_precision"] == 0.5
    assert (found.headline, found.pages[0].precision) == ("char_f1", 0.5)


def test_one_such_page_does_not_make_the_headline():
    pages = [a_page(str(i), truth="one", language="ja" if i else "en") for i in range(2)]
    assert evaluate(says("one"), pages).headline == "word_f1"


def test_aeb_is_measured_by_shingles():
    found = evaluate(says("a b c d e"), [a_page(corpus="aeb", truth="a b c d")])
    assert values(found)["shingle_f1"] == pytest.approx(2 / 3)
    assert found.headline == "shingle_f1"


def test_snippets_are_summed_over_pages():
    pages = [a_page(must=("one",), must_not=("two",)), a_page("2", must=("three",))]
    found = evaluate(says("one two", confidence=0.5), pages)
    assert values(found) == {f"segment_{k}": 0.5 for k in ("precision", "recall", "f1")} | {
        "segment_accuracy": pytest.approx(1 / 3)
    }
    assert found.pages[0].recall == 1


def test_labelled_blocks_are_measured_by_class():
    page = a_page(truth="one", labels=(("one", "content"), ("two", "widget"), ("three", "filler")))
    ours = says("one", labels=(("one", "content"), ("two three", "widget")))
    found = values(evaluate(ours, [page]))
    assert (found["content_f1"], found["widget_f1"], found["filler_f1"]) == (
        1,
        pytest.approx(2 / 3),
        0,
    )
    assert found["macro_f1"] == pytest.approx(5 / 9)
    assert "navigation_f1" not in found


def test_confidence_is_measured_against_the_f1_of_texts():
    pages = [a_page(str(i), truth=text) for i, text in enumerate(["one", "two"])]
    found = values(evaluate(says("one", confidence=0.5), pages))
    assert found["confidence_error"] == 0.5


def test_figures_stand_by_page_type_and_by_anything_else():
    pages = [a_page("1", truth="one", page_type="forum"), a_page("2", truth="two")]
    found = evaluate(says("one"), pages)
    assert list(found.figures) == ["all", "article", "forum"]
    assert values(found, "forum")["word_f1"] == 1
    assert list(found.figures_by(["short", "long"])) == ["all", "long", "short"]


def test_json_and_table_tell_the_same():
    pages = [a_page("1", truth="one", page_type="forum"), a_page("2", truth="two")]
    found = evaluate(says("one"), pages)
    told = json.loads(json.dumps(found.to_dict(), allow_nan=False))
    assert told["figures"]["all"]["word_f1"] == {"value": 0.5, "low": 0, "high": 1, "pages": 2}
    assert told["pages"][0]["id"] == "1"
    assert "word_f1               0.5000  [0.0000, 1.0000]      2 pages" in found.table()
    assert "  forum               1.0000" in found.table()


def test_two_systems_are_compared_on_the_same_pages():
    pages = [a_page(str(i), truth="one two") for i in range(5)]
    good, bad = evaluate(says("one two"), pages), evaluate(says("one"), pages)
    gain = good.against(bad)
    assert (gain.value, gain.wins, gain.losses) == (pytest.approx(1 / 3), 5, 0)
    assert gain.beyond_noise
    with pytest.raises(UsageError, match="different pages"):
        good.against(evaluate(says("one"), pages[:3]))
    with pytest.raises(UsageError, match="'x' is not a figure"):
        good.against(bad, "x")


def test_no_page_is_an_error():
    with pytest.raises(CorpusError, match="no page"):
        evaluate(says(""), [])
