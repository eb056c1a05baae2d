"""How cost grows with a page: it should grow in proportion, whatever the page is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import process_time

from benchmarks import memory
from benchmarks.tables import table
from boilerkill import Cleaner

#: Pages are one of these, again and again; "{i}" counts.
SHAPES: Mapping[str, str] = {
    "mixed": (
        '<section class="part p-{i}"><h2 class="title">Part {i} of the story</h2><p>The river rose'
        " by {i} centimetres over night, and the <a href=/town/{i}>town</a> closed the lower road"
        " until it fell again. Nobody had seen water so high since the mill was built, {i} years"
        " ago; those who live by the bridge carried their chairs upstairs, and slept there.</p>"
        '<!-- {i} --><ul class="more links"><li class=item><a href=/a/{i}>More on {i}</a>'
        "<li class=item><span>Read {i} times</span></ul></section>\n"
    ),
    "short blocks": "<p>Line {i} of many</p>\n",
    "plain text": "This is line {i} of a plain text without any markup at all.\n",
    "one block": "word{i} and more, ",
    "copies": "<div><p>One and the same line, again and again.</p></div>",
    "links": "<a href=/{i}>link {i}</a> ",
    "names": '<div class="c{i} post-{i}" id=n{i}>text {i}</div>',
    "table": "<tr><td>cell {i}<td><b>value</b>",
    "nested": "<div>{i} ",
    "nested lists": "<ul><li>{i} ",
    "unclosed": "<p><b><i><font>{i} ",
    "stray ends": "</b></p></section>{i} ",
    "line breaks": "text {i}<br>",
    "entities": "&amp;&eacute;&#x4e2d;{i} ",
    "scripts": "<script>if (a < {i}) b('</p>')</script>",
    "open tags": "<a <{i} ",
    "open comments": "<!-- {i} ",
    "open quotes": '<a href="{i}>',
}  # fmt: skip
_HEAD = "<!doctype html><html lang=en><head><meta charset=utf-8><title>A page</title></head><body>"
#: What a block of the shape "short blocks" takes, about.
_BLOCK = len(SHAPES["short blocks"]) + 2


@dataclass(frozen=True, slots=True)
class Point:
    """What one page cost.

    Attributes:
        size: Characters of the page.
        seconds: CPU time.
        memory: Peak memory in bytes, above that of a tiny page; 0 where not measured.
        status: Of the article; a quarantined page was not cleaned to its end.
    """

    size: int
    seconds: float
    memory: int = 0
    status: str = "kept"


def page(shape: str, size: int) -> str:
    """Make a page of a shape, of at least `size` characters in all."""
    parts = ["" if shape == "plain text" else _HEAD]
    length, i = len(parts[0]), 0
    while length < size:
        parts.append(SHAPES[shape].format(i=i))
        length += len(parts[-1])
        i += 1
    return "".join(parts)


def run(largest: int) -> dict[str, list[Point]]:
    """Print how time and memory grow; returns the points of the two growing pages."""
    cleaner = Cleaner()
    measure(cleaner, page("mixed", 100_000))  # loads what is loaded at first use
    sizes = [size for size in (10**k for k in range(3, 9)) if size <= largest]
    blocks = [n for n in (10**k for k in range(1, 6)) if n * _BLOCK <= largest]
    series = {
        "mixed": grow(cleaner, "mixed", sizes),
        "short blocks": grow(cleaner, "short blocks", [n * _BLOCK for n in blocks]),
    }
    head = ("status", "CPU ms", "ms/MB", "× linear", "memory MB", "MB/MB", "× linear")
    print("\n" + table(("mixed page, characters", *head), show(series["mixed"], sizes)))
    print("\n" + table(("short blocks", *head), show(series["short blocks"], blocks)))
    size = min(largest, 1_000_000)
    print(f"\nother shapes, at {size:,} characters; growth from {size // 10:,}")
    print(table(("", *head[:4]), corners(cleaner, size)))
    return series


def grow(cleaner: Cleaner, shape: str, sizes: Sequence[int]) -> list[Point]:
    """Measure pages of one shape and growing size."""
    base = memory.peak("boilerkill", [(page(shape, 1000).encode(), "")])
    points = []
    for size in sizes:
        text = page(shape, size)
        peak = memory.peak("boilerkill", [(text.encode(), "")])
        points.append(replace(measure(cleaner, text), memory=max(peak - base, 0)))
    return points


def measure(cleaner: Cleaner, text: str) -> Point:
    """Measure a page's time: the best of up to seven runs over its bytes, of two if it is slow."""
    source = text.encode()
    took: list[float] = []
    while len(took) < 2 or (len(took) < 7 and sum(took) < 1):
        began = process_time()
        article = cleaner.clean(source)
        took.append(process_time() - began)
    return Point(len(text), min(took), status=article.status)


def show(points: Sequence[Point], names: Sequence[int]) -> Iterator[Sequence[object]]:
    """Yield a row for each point; "× linear" is its growth since the last over the page's."""
    for name, before, point in zip(names, [None, *points], points, strict=False):
        time, space = growth(before, point) if before else (None, None)
        megabytes = point.memory / 1e6
        yield name, *_time(point), time, round(megabytes), megabytes / point.size * 1e6, space


def _time(point: Point) -> tuple[str, float, float]:
    milliseconds = point.seconds * 1000
    return point.status, milliseconds, milliseconds / point.size * 1e6


def growth(before: Point, after: Point) -> tuple[float, float | None]:
    """Return how much more than in proportion time and memory grew; 1 is linear.

    Memory that did not show above a tiny page's has no growth.
    """
    larger = after.size / before.size
    space = after.memory / before.memory / larger if before.memory > 1_000_000 else None
    return after.seconds / before.seconds / larger, space


def corners(cleaner: Cleaner, size: int) -> Iterator[Sequence[object]]:
    """Yield a row for each shape."""
    for shape in SHAPES:
        small, large = (measure(cleaner, page(shape, each)) for each in (size // 10, size))
        yield shape, *_time(large), growth(small, large)[0]
