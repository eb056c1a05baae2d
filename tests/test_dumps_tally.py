import io

from boilerkill.dumps.tally import Lines, Outcome, Tally, Totals, progress_lines


def test_a_tally_adds_up() -> None:
    tally = Tally().plus("kept").plus("kept").plus("empty").plus("quarantined")
    assert str(tally) == "in 4 = kept 2 + empty 1 + quarantined 1"


def test_progress_says_how_long_it_takes() -> None:
    assert progress_lines(Tally(kept=300), Totals(1000), 0, seconds=3.0) == (
        "300 of 1,000 pages; 100.0 pages/s; 0:00:07 left",
        "kept 300, empty 0, quarantined 0",
    )


def test_progress_without_a_total() -> None:
    assert progress_lines(Tally(), Totals(), 0, 0.0)[0] == "0 pages; 0.0 pages/s"


def test_progress_goes_by_bytes_where_pages_are_not_known() -> None:
    far, ended = progress_lines(
        Tally(kept=300), Totals(None, 8_000_000, 100), 2_000_000, seconds=2.0
    )
    assert far == "300 pages; 100.0 pages/s; 0:00:09 left"
    assert ended.endswith("2.0 of 8.0 MB")


def test_progress_over_millions_fits_beside_a_bar() -> None:
    tally = Tally(kept=9_999_999, empty=99_999, quarantined=9_999)
    lines = progress_lines(tally, Totals(2 * 10**7, 10**11), 10**10, seconds=9_000.0)
    assert max(map(len, lines)) <= 80 - len("* ------------ ")


def test_lines_come_every_few_seconds() -> None:
    stream = io.StringIO()
    for every in (0.0, 99.0):
        display = Lines(stream, every)
        display.start(Totals(2))
        display.update(Tally(kept=1), 0)
        display.stop()
    assert stream.getvalue().count("\n") == 1


def test_the_closing_line_tells_of_an_interruption() -> None:
    line = str(Outcome(Tally(kept=2), seconds=2.0, interrupted=True))
    assert line.startswith("in 2 = kept 2 + empty 0 + quarantined 0; 2.0 s, 1.0 pages/s")
    assert line.endswith("interrupted: what is finished is safe; --resume goes on with it")
