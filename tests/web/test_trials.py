import base64
import re
from pathlib import Path

import pytest
from browser import browser
from tiny_model import tiny_model

from boilerkill.learn import trial
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.peers import Peer
from boilerkill.learn.trial import Trial
from boilerkill.web.coloured import EXTRA, MISSED
from boilerkill.web.trials import evaluation_report, see

MAIN = "This is the first of ten words of main text."
HARD = "<p>Here are six words of text.<p>But these nine words are no part of it at all."


def a_page(name: str, source: str = f"<nav><a href=x>Menu</a></nav><p>{MAIN}", **known: object):
    fields = {"corpus": "any", "domain": f"{name}.example", "truth": MAIN}
    return LabelledPage(id=name, source=source, **fields | known)  # type: ignore[arg-type]


PAGES = [
    a_page("good", labels=(("Menu", "navigation"), (MAIN, "content"))),
    a_page("<bad>", HARD, truth="Here are six words of text.", page_type="forum"),
]


@pytest.fixture(scope="module")
def made() -> Trial:
    ours = trial.of_model("ours", tiny_model(), PAGES, 1, closely=True)
    theirs, notes = trial.of_peer(Peer("theirs", {"<bad>": "Here are six words of text."}), PAGES)
    return Trial("the <corpus>", ours, theirs, notes)


@pytest.fixture(scope="module")
def shown(made: Trial) -> str:
    return evaluation_report([(made, see(made, tiny_model(), PAGES))])


def test_the_worst_pages_are_seen_with_the_truth_on_their_blocks(made: Trial) -> None:
    seen = see(made, tiny_model(), PAGES)
    assert list(seen) == ["<bad>", "good"]
    assert list(seen["<bad>"].verdicts) == [MISSED, EXTRA]
    assert list(seen["good"].verdicts) == ["", ""]


def test_figures_differences_and_notes_are_told(shown: str) -> None:
    assert "<h1>ours against theirs</h1>" in shown
    assert "theirs says nothing of 1 pages" in shown
    assert re.search(r"<td>word F1</td>", shown)
    assert "within noise" in shown
    assert "the &lt;corpus&gt;" in shown
    assert "The pages that ours lost to theirs by most" in shown


def test_the_confusion_of_classes_is_shaded_by_its_share(shown: str) -> None:
    assert '<th scope="row" class="navigation">navigation</th>' in shown
    assert '<td class="figure shade9">1 <small>100%</small></td>' in shown


def test_plots_are_pictures_inside_the_file_and_the_same_each_time(made: Trial, shown: str) -> None:
    pictures = re.findall(r'<img src="data:image/svg\+xml;base64,([^"]*)" alt="(\w[^"]*)"', shown)
    assert len(pictures) >= 5
    assert all(b"<svg" in base64.b64decode(data) for data, _ in pictures)
    assert evaluation_report([(made, see(made, tiny_model(), PAGES))]) == shown


def test_a_single_system_on_few_pages_has_a_report_too() -> None:
    alone = Trial(
        "c", trial.of_model("ours", tiny_model(), [a_page("1", truth=None)], 1, closely=True)
    )
    shown = evaluation_report([(alone, see(alone, tiny_model(), []))])
    assert "The worst pages" not in shown


def test_a_link_opens_the_coloured_view_and_it_closes(shown: str, tmp_path: Path) -> None:
    path = tmp_path / "eval.html"
    path.write_text(shown, "utf-8")
    with browser() as chromium:
        page = chromium.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        text = page.get_by_text("But these nine words").first
        assert not text.is_visible()
        page.get_by_role("link", name="<bad>").first.click()
        assert text.is_visible()
        assert page.get_by_text("too much").is_visible()
        page.get_by_role("link", name="Close").click()
        assert not text.is_visible()
        widths = page.eval_on_selector_all("img", "them => them.map(each => each.naturalWidth)")
        assert min(widths) > 0
        assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
