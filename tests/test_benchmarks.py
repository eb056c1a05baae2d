"""The benchmarks measure what they say, on a few of our own pages."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from benchmarks import cores, memory, pages, scale, speed, stages, startup, tables
from benchmarks.systems import SYSTEMS, System, load
from boilerkill import clean
from boilerkill.learn.corpora import LabelledPage, open_corpus
from boilerkill.model import Model

OWN = open_corpus(pages.OWN)


@pytest.fixture
def three() -> list[LabelledPage]:
    return pages.sample(OWN, 3)


def a_clock(ticks: Sequence[float], monkeypatch: pytest.MonkeyPatch) -> stages.Clock:
    monkeypatch.setattr(stages, "process_time", iter(ticks).__next__)
    return stages.Clock()


def test_numbers_stand_to_the_right() -> None:
    assert tables.table(("", "ms"), [("a", 1.234), ("bc", None)]) == "      ms\na   1.23\nbc     -"


def test_pages_are_spread_evenly(three: list[LabelledPage]) -> None:
    html = [i for i in OWN.ids if OWN.read(i).kind == "html"]
    assert [html.index(page.id) for page in three] == [int(k * len(html) / 3) for k in range(3)]


def test_says_which_corpora_are_not_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(pages, "DEFAULT", (tmp_path / "wcxb",))
    assert [corpus.root for corpus in pages.corpora(None)] == [pages.OWN]
    assert "skipped: corpus wcxb" in capsys.readouterr().out


def test_says_how_to_install_what_is_missing(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ModuleNotFoundError

    assert load((System("a peer", "its-package", fail),)) == {}  # type: ignore[arg-type]
    assert "a peer (not installed; pip install its-package)" in capsys.readouterr().out


def test_every_installed_system_gives_text_or_is_a_parser(three: list[LabelledPage]) -> None:
    source = pages.source_of(three[0])
    for system, run in load().items():
        assert bool(run(source, three[0].language or "")) == system.extracts


def test_an_unreadable_page_stops_no_system() -> None:
    for run in load().values():
        assert run(b"<!-- nothing -->", "en") == ""


def test_speed_and_quality_stand_side_by_side(three: list[LabelledPage]) -> None:
    systems = tuple(s for s in SYSTEMS if s.name in {"boilerkill", "parse: lexbor"})
    own, *parsers = speed.measure("corpora", three, load(systems), 1)
    texts = [clean(pages.source_of(page)).text for page in three]
    assert own.f1 == speed.f1(three, texts, "word_f1")
    assert len(own.seconds) == 3
    assert 10_000_000 < own.peak < startup.LIMITS["resident"] * 1e6
    assert own.throughput > 0
    assert all(parser.f1 is None for parser in parsers)
    assert "word_f1" in speed.show([own, *parsers])


def test_says_how_near_the_floor_and_the_peer_are() -> None:
    cost = {"boilerkill": 0.006, "parse: boilerkill": 0.002, "resiliparse": 0.004}
    results = [speed.Result("a", name, (s,), "word_f1", None, 1, 1) for name, s in cost.items()]
    told = speed.floor(results)
    assert "takes 1.50 × resiliparse" in told
    assert "is 0.50 ×: 3.0 times the floor" in told
    assert speed.floor(results[:1]) == ""


def test_a_system_that_does_not_start_is_told() -> None:
    with pytest.raises(RuntimeError, match="nothing of this name ended before it was ready"):
        cores.throughput("nothing of this name", [(b"<p>a", "en")], cores=1)


@pytest.mark.parametrize(("corpus", "language", "figure"), [
    ("aeb", "en", "shingle_f1"), ("zh69", "zh", "char_f1"), ("wcxb", "en", "word_f1"),
])  # fmt: skip
def test_each_corpus_has_its_own_figure(corpus: str, language: str, figure: str) -> None:
    page = LabelledPage(id="1", corpus=corpus, source=b"", domain="a.example", language=language)
    assert speed.figure_for([page]) == figure


def test_says_where_its_own_figure_flatters(monkeypatch: pytest.MonkeyPatch) -> None:
    header = {
        "corpora": [{"name": "wcxb", "learned": True}, {"name": "aeb", "learned": False}],
        "figures": {"wcxb, out of fold": {"word_f1": 0.5}},
    }
    monkeypatch.setattr(speed, "shipped_model", lambda: Model(header, {}))
    assert speed.caveat("wcxb", "word_f1").endswith(
        "flatters it. Out of fold, on the whole corpus, it is 0.5000."
    )
    assert speed.caveat("aeb", "shingle_f1") == ""


def test_a_stage_is_not_charged_for_what_it_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = a_clock([0, 0, 1, 3, 6, 10, 15], monkeypatch)
    inner = clock.timed("inner", lambda: None)
    lap = clock.lap(clock.timed("outer", inner))
    assert lap == {stages.REST: 1 + 5, "outer": 2 + 4, "inner": 3}


def test_the_profile_names_every_stage_and_leaves_the_line_alone(
    three: list[LabelledPage],
) -> None:
    before = [getattr(owner, name) for owner, name, _ in stages.WATCHED]
    spent = stages.profile([pages.source_of(page) for page in three])
    assert {stage for *_, stage in stages.WATCHED} - set(spent) <= {"parse"}
    assert [getattr(owner, name) for owner, name, _ in stages.WATCHED] == before
    assert "  lexicon" in stages.show(spent)


def test_a_fresh_process_loads_nothing_that_only_training_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(startup, "_TIMES", 1)
    assert startup.run() == []
    told = capsys.readouterr().out
    assert "clean the first page" in told
    assert "on disk" in told


def test_a_limit_that_is_missed_is_marked() -> None:
    assert startup.judged(("load the model", 21.0)) == ("load the model", 21.0, 20, "MISSED")
    assert startup.judged(("load the model", 19.0)) == ("load the model", 19.0, 20, "")
    assert startup.judged(("python itself", 99.0)) == ("python itself", 99.0, None, "")


def test_the_package_and_what_it_needs_are_small() -> None:
    sizes = dict(startup.sizes())
    assert sizes["all"] < startup.LIMITS["all"], sizes
    assert startup.wheel_size() / 1e6 < startup.LIMITS["wheel"]


def test_needs_follow_needs_but_no_extras() -> None:
    found = startup.needed(["typer>=0.15", "nothing-of-this-name"])
    assert {"typer", "rich", "pygments"} <= found
    assert not {"nothing-of-this-name", "hypothesis"} & found


@pytest.mark.parametrize("shape", scale.SHAPES)
def test_pages_of_every_shape_are_as_large_as_asked(shape: str) -> None:
    assert 0 <= len(scale.page(shape, 5000)) - 5000 <= len(scale.SHAPES[shape]) + 60


def test_growth_in_proportion_is_one() -> None:
    assert scale.growth(scale.Point(1, 2.0, 3_000_000), scale.Point(5, 10.0, 15_000_000)) == (1, 1)


def test_peak_memory_is_of_the_system_alone(three: list[LabelledPage]) -> None:
    held = bytearray(500_000_000)
    assert memory.peak("boilerkill", [(pages.source_of(three[0]), "")]) < len(held)


@pytest.fixture
def drawn(tmp_path: Path) -> Iterator[Path]:
    pytest.importorskip("matplotlib")
    yield tmp_path / "plot.png"
    assert (tmp_path / "plot.png").read_bytes().startswith(b"\x89PNG")


def test_draws_quality_by_cost(drawn: Path) -> None:
    from benchmarks.plots import quality_by_cost

    found = [
        speed.Result("a", name, (0.1,), "word_f1", f1, 1, 10)
        for name, f1 in (("x", 0.5), ("p", None))
    ]
    quality_by_cost(found, drawn)


def test_draws_cost_by_size(drawn: Path) -> None:
    from benchmarks.plots import cost_by_size

    cost_by_size({"mixed": [scale.Point(1000, 0.1, 10), scale.Point(10_000, 1.0, 100)]}, drawn)
