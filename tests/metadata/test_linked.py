"""Linked data, whole and broken."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boilerkill.metadata.linked import Graph


def headline(*texts: str) -> object:
    """Return the headline of the node that stands for the page."""
    main = Graph(texts).main
    return main[0].values.get("headline") if main else None


@pytest.mark.parametrize(
    "text",
    [
        '{"@type":"Article","headline":"H"}',
        '{"@graph":[{"@type":"WebSite","name":"S"},{"@type":["Thing","NewsArticle"],"headline":"H"}]}',
        '[{"@type":"WebPage"},{"@type":"http://schema.org/BlogPosting","headline":"H"}]',
        '{"@type":"WebPage","mainEntity":{"@type":"Question","headline":"H"}}',
        '<!-- {"@type":"Article","headline":"H"} -->',
        '//<![CDATA[\n{"@type":"Article","headline":"H",}\n//]]>',
        '{"@type":"Article","headline":"H"};{"@type":"WebPage"}',
        '{"@type":"Article","headline":"H","text":"two\nlines"}',
        '{"@type":"Article","headline":"H","n": 5 // five\n}',
    ],
)
def test_the_main_node(text: str) -> None:
    assert headline(text) == "H"


def test_a_number_of_too_many_digits_costs_nothing_else() -> None:
    assert headline(f'{{"@type":"Article","headline":"H","n":{"1" * 5000}}}') == "H"


def test_nodes_of_other_pages_do_not_stand_for_this_one() -> None:
    teaser = '{"@type":"ItemList","itemListElement":[{"@type":"Article","headline":"Other"}]}'
    assert headline(teaser) is None


def test_names_are_found_by_reference() -> None:
    graph = Graph(['{"@graph":[{"@type":"Article","author":{"@id":"#1"}},'
                   '{"@id":"#1","@type":"Person","name":"Ann &amp; Bob"}]}'])  # fmt: skip
    assert graph.strings(graph.main[0].values["author"]) == ["Ann & Bob"]


def test_a_node_that_names_itself_ends() -> None:
    graph = Graph(['{"@id":"#1","@type":"Article","name":"#1","author":"#1"}'])
    assert graph.strings(graph.main[0].values["author"]) == ["#1"]


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, '{"a":' * 200_000, '{"author":[' * 50_000, "{" + " " * 500_000,
     '"@type":"' * 50_000,
     '{"@graph":[' + '{"@type":"Article"},' * 100_000 + "]}"],
)  # fmt: skip
def test_hostile_data_costs_little(text: str) -> None:
    start = time.process_time()
    assert len(Graph([text]).main) <= 20
    assert time.process_time() - start < 2


_JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["@type", "@id", "@graph", "name", "author"]), inner)
    ),
)


@given(_JSON)
def test_any_data_is_read(data: object) -> None:
    graph = Graph([json.dumps(data)])
    for node in graph.main:
        assert all(graph.strings(node.values.get("author")))
