"""Trials and breakdowns: who wins where."""

import json

import pytest
from tiny_model import tiny_model

from boilerkill.errors import CorpusError
from boilerkill.learn import trial
from boilerkill.learn.breakdown import breakdown
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.peers import Peer
from boilerkill.learn.trial import Trial

MAIN = "This is the first of ten words of main text."


def a_page(name, **known):
    fields = {"corpus": "any", "domain": f"{name}.example", "kind": "text", "truth": MAIN}
    return LabelledPage(id=name, source=f"Menu here\n{MAIN}", **fields | known)


def a_trial(pages, texts, *, closely=True):
    ours = trial.of_model("ours", tiny_model(), pages, 1, closely=closely)
    theirs, notes = trial.of_peer(Peer("theirs", texts), pages)
    return Trial("corpus", ours, theirs, notes)


def test_the_winner_and_its_pages_are_named():
    pages = [a_page(str(i)) for i in range(6)]
    found = a_trial(pages, {str(i): "This is" for i in range(5)} | {"5": MAIN})
    gain = found.differences()["word_f1"]
    assert (gain.wins, gain.losses, gain.beyond_noise) == (5, 0, True)
    assert [row.id for row, _ in found.swings()] == ["0", "1", "2", "3", "4"]
    assert "5 pages better, 0 worse" in found.text()
    assert "beyond noise" in found.text()


def test_pages_that_a_peer_does_not_tell_of_are_empty_and_said_so():
    found = a_trial([a_page("1"), a_page("2")], {"1": MAIN})
    assert found.theirs.evaluation.pages[1].f1 == 0
    assert found.notes == ("theirs says nothing of 1 pages, which count as empty text.",)
    with pytest.raises(CorpusError, match=r"wanted their ids, such as '1', and found such as 'x'"):
        a_trial([a_page("1")], {"x": MAIN})


def test_a_peer_of_texts_has_no_figures_of_blocks():
    labels = (("Menu here", "navigation"), (MAIN, "content"))
    found = a_trial([a_page("1", labels=labels)], {"1": MAIN})
    assert found.ours.has("macro_f1")
    assert not found.theirs.has("navigation_f1")
    assert "macro_f1" not in found.differences()
    assert found.headline() == "word_f1"


def test_the_worst_pages_come_first():
    pages = [a_page("1"), a_page("2", truth="Other text"), a_page("3", truth=None)]
    assert [row.id for row in a_trial(pages, {"1": ""}).worst(9)] == ["2", "1"]


def test_json_holds_everything():
    pages = [a_page("1"), a_page("2", page_type="forum", labels=((MAIN, "content"),))]
    told = json.loads(json.dumps(a_trial(pages, {"1": "x"}).to_dict(), allow_nan=False))
    assert told["system"]["curve"][0].keys() == {"threshold", "precision", "recall"}
    assert told["system"]["confusion"][0] == [1, 0, 0, 0, 0]
    assert told["system"]["calibration"]
    assert told["against"]["name"] == "theirs"
    assert told["difference"]["word_f1"]["losses"] == 0
    assert told["by"]["page type"].keys() == {"article", "forum"}
    assert told["pages_that_differ"] == {"1": 1.0, "2": 1.0}


def test_a_quick_run_looks_at_no_block():
    found = a_trial([a_page("1")], {"1": MAIN}, closely=False)
    assert found.ours.closeups == ()
    assert "curve" not in found.to_dict()["system"]


def test_figures_are_broken_down_where_pages_differ():
    pages = [
        a_page("1", domain="a", language="de", truth="Menu here"),
        a_page("2", domain="a", page_type="forum", truth=MAIN * 30),
        a_page("3", domain="a"),
        a_page("4", domain="b"),
    ]
    found = breakdown(trial.of_model("", tiny_model(), pages, 1, closely=False).evaluation)
    assert list(found["page type"]) == ["article", "forum"]
    assert list(found["language"]) == ["unknown", "de"]
    assert list(found["words of text"]) == ["1 to 99", "300 to 999"]
    assert list(found["site"]) == ["a"]
    assert found["site"]["a"].pages == 3
