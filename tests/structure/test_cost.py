"""Hostile shapes cost no more than others of their size."""

from time import process_time

import pytest
from structured import context, to_text

from boilerkill.structure import document, html, markdown

SHAPES = {
    "tags in a word": "<p>" + "<span>a</span>" * 5000,
    "blank formats": "<p>" + "a<b> </b>" * 5000,
    "open formats": "<p>" + "<b>x" * 5000,
    "drawings": "<p>a" + "<svg></svg>b" * 5000,
    "lists in lists": "<ul><li>a" * 5000,
    "tables in tables": "<table><tr><td>a" * 500,
    "spans over rows": ("<table>" + "<tr><td rowspan=900>a<td>b" * 2500),
    "notes": "".join(f"<a href=#fn{i}>{i}</a><p id=fn{i}>a note on {i}</p>" for i in range(1500)),
    "signs": "<p>" + "*_`<&~\\[](" * 2000,
    "formulas": "<p>" + "$a\\b " * 3000,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_no_shape_takes_long(shape: str) -> None:
    start = process_time()
    nodes = document(context(SHAPES[shape]))
    assert len(markdown.write(nodes)) + len(html.write(nodes)) + len(to_text(SHAPES[shape])) > 0
    assert process_time() - start < 5
