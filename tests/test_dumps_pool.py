import time
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event, Timer

import pytest
from fake_cleaner import make_dead, make_fake, make_nothing
from pebble import ProcessExpired

from boilerkill.dumps.pool import Pool, _batches, _cause
from boilerkill.dumps.records import Record
from boilerkill.dumps.rows import CleanerLike
from boilerkill.dumps.work import Work
from boilerkill.errors import BoilerkillError, ModelError

A, B = ["a"] * 20, ["b"] * 20


def records(pages: Sequence[str]) -> list[Record]:
    return [Record(id=str(i), where="here", source=page) for i, page in enumerate(pages)]


def clean(
    pages: Sequence[str],
    jobs: int = 2,
    make: Callable[[], CleanerLike] = make_fake,
    stop: Event | None = None,
) -> list[tuple[str, str | None]]:
    """Return text and reason of each page."""
    work = Work(make_cleaner=make, max_bytes=99, time_limit=1, memory_limit=200_000_000)
    with Pool(work, jobs) as pool:
        rows = [r.row for _, r in pool.clean(records(pages), stop or Event()) if r.row]
    assert [row["id"] for row in rows] == [str(i) for i in range(len(rows))]
    return [(row["text"], row["reason"]) for row in rows]


@pytest.mark.parametrize("jobs", [1, 3])
def test_rows_come_in_input_order(jobs: int) -> None:
    pages = [f"page {i}" for i in range(100)]
    assert clean(pages, jobs) == [(page, None) for page in pages]


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ("HANG", "took longer than 1 s"),
        ("KILL", "killed its worker, twice (SIGKILL)"),
        ("LEAVE", "ended its worker, twice (exit status 3)"),
        ("EAT", "needed more than 200 MB of memory"),
        ("FAIL", "cleaning failed with ValueError: no such luck"),
        ("BREAK", "broke the worker pool"),
    ],
)
def test_a_bad_page_costs_only_itself(order: str, reason: str) -> None:
    rows = clean([*A, order, *B])
    assert rows == [*((a, None) for a in A), ("", reason), *((b, None) for b in B)]


def test_bad_pages_side_by_side() -> None:
    rows = clean(["KILL", "a", "LEAVE", "FAIL", "b", "KILL"])
    assert [reason is None for _, reason in rows] == [False, True, False, False, True, False]


# From Python 3.12 on it warns that a replacement for a dead worker is forked beside threads.
@pytest.mark.filterwarnings("ignore:.*multi-threaded:DeprecationWarning")
@pytest.mark.parametrize("order", ["HANG", "KILL", "EAT", "BREAK", "a"])
def test_a_single_page_in_a_copy_of_this_process(order: str) -> None:
    work = Work(make_cleaner=make_fake, max_bytes=99, time_limit=1, memory_limit=200_000_000)
    with Pool(work, 1, fork=True) as pool:
        ((_, result),) = pool.clean(records([order]), Event())
    assert result.status == ("kept" if order == "a" else "quarantined")


def test_a_hung_page_ends_within_a_second_of_its_limit() -> None:
    clean(["a"])
    begun = time.monotonic()
    clean(["a", "HANG", "b"])
    assert time.monotonic() - begun < 1 + 1 + 1  # limit, grace, start and end of the pool


def test_a_page_that_crashes_once_is_kept(tmp_path: Path) -> None:
    page = f"ONCE {tmp_path / 'marker'}"
    assert clean(["a", page, "b"]) == [("a", None), (page, None), ("b", None)]


def test_stop_ends_at_once_and_keeps_the_order() -> None:
    stop = Event()
    Timer(0.6, stop.set).start()
    begun = time.monotonic()
    rows = clean(["NAP 0.1"] * 200, stop=stop)
    assert len(rows) < 60
    assert time.monotonic() - begun < 0.6 + 2


def test_no_cleaner_no_run() -> None:
    with pytest.raises(ModelError, match="damaged"):
        clean(["a"], make=make_nothing)


def test_workers_that_never_start_end_the_run() -> None:
    with pytest.raises(BoilerkillError, match="no worker gets to its first page"):
        clean(["a", "b"], make=make_dead)


def test_batches_grow_and_are_bounded_by_size() -> None:
    sizes = [len(batch) for batch in _batches(records(["a"] * 60), jobs=1)]
    assert sizes == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 4]
    large = [Record(id=str(i), where="", size=400_000) for i in range(200)]
    assert max(len(batch) for batch in _batches(large, jobs=1)) == 2


def test_a_signal_without_a_name_is_told_by_its_number() -> None:
    died = ProcessExpired("gone", -40)  # type: ignore[no-untyped-call]
    work = Work(make_cleaner=make_fake, max_bytes=1, time_limit=1, memory_limit=1)
    assert "(signal 40)" in _cause(died, work)
