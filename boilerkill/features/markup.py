"""What the markup says of a block: its tag, links, names and the containers round it."""

from __future__ import annotations

from typing import Any

import numpy as np

from boilerkill.features.table import family
from boilerkill.features.view import TAG_GROUPS, Ints, View, log, share
from boilerkill.marks import BIT, EVIDENCE


@family(
    ("markup", "the page has markup"),
    ("link_share", "share of characters inside links"),
    ("links", "log of links"),
    ("words_per_link", "log of words per link; 0 without links"),
    ("bold_share", "share of characters in bold type"),
    ("images", "log of images"),
    ("inputs", "log of form fields"),
    *((f"tag_{group[0]}", f"stands in {' or '.join(group)}") for group in TAG_GROUPS),
    ("depth", "depth of the block's element, up to 40"),
    ("alone", "its element holds no other block"),
)
def element_features(v: View) -> Any:
    """Compute what the block's own element shows."""
    links = v.links.astype(np.float32)
    tags = v.tag_group == np.arange(len(TAG_GROUPS))[:, None]
    return (
        float(v.has_markup), v.link_share, log(links),
        np.where(links > 0, log(v.words / np.maximum(links, 1)), 0),
        v.bold_share, log(v.images), log(v.inputs), *tags,
        np.minimum(v.depth[v.owner], 40) / 10, v.size[v.owner] == 1,
    )  # fmt: skip


#: Marks whose nearness says more than their being anywhere on the path.
_NEAR = (
    "quote", "form", "article", "main", "figure", "list", "time", "hidden", "n_comment", "n_thread",
    "n_ad", "n_meta", "n_review", "n_title", "n_caption", "n_body", "n_item", "n_user", "n_related",
)  # fmt: skip


@family(
    *((f"in_{name}", f"inside something marked {name}") for name in EVIDENCE),
    *((f"near_{name}", f"one of the three nearest elements is marked {name}") for name in _NEAR),
)
def mark_features(v: View) -> Any:
    """Spread the marks on the path into columns."""
    bits = np.array([BIT[name] for name in EVIDENCE], dtype=np.uint64)
    near = np.array([BIT[name] for name in _NEAR], dtype=np.uint64)
    return np.concatenate(
        [(v.marks[:, None] & bits) != 0, (v.near_marks[:, None] & near) != 0], axis=1
    )


_LEVELS = 4


@family(
    *(
        (f"box{level}_{name}", f"{meaning} of the container {level} steps up")
        for level in range(1, _LEVELS + 1)
        for name, meaning in (
            ("words", "log of words"),
            ("blocks", "log of blocks"),
            ("link_share", "share of words in links"),
            ("page_share", "share of the page's words"),
            ("long_share", "share of words in long text"),
            ("long_of_page", "share of the page's long text"),
            ("headings", "headings per block"),
            ("inputs", "form fields per block"),
            ("stops", "sentence ends per word"),
            ("place", "place of the block, 0 to 1,"),
        )
    )
)
def container_features(v: View) -> Any:
    """Describe the nearest containers; each holds more blocks than the one inside it."""
    words, linked, long = v.inside(v.words), v.inside(v.linked_words), v.inside(v.long_words)
    heads = v.inside((v.heading > 0).astype(np.float32))
    inputs, stops = v.inside(v.inputs.astype(np.float32)), v.inside(v.counts["stop"])
    size = v.size.astype(np.float32)
    table = np.stack(
        [
            log(words), log(size), share(linked, words), words / max(words[0], 1),
            share(long, words), long / max(long[0], 1), share(heads, size),
            np.minimum(share(inputs, size), 2), share(stops, words),
        ], axis=1)  # fmt: skip
    columns = []
    box = np.where(v.size[v.owner] > 1, v.owner, v.up[v.owner])
    for _ in range(_LEVELS):
        place = (v.index - v.first[box]) / np.maximum(v.size[box] - 1, 1)
        columns += [table[box], place[:, None]]
        box = v.up[box]
    return np.concatenate(columns, axis=1)


@family(
    *(
        (
            f"core{percent}_{name}",
            f"{meaning} the deepest element with {percent} % of the long text",
        )
        for percent in (33, 50, 75)
        for name, meaning in (
            ("inside", "stands in"),
            ("distance", "log of blocks away from"),
            ("words", "share of the page's words in"),
        )
    ),
    ("best_inside", "stands in the element with the best paragraph score"),
    ("best_distance", "log of blocks away from it"),
    ("best_side", "before it -1, after it 1"),
    ("best_score", "score of the block's container as a share of the best"),
)
def core_features(v: View) -> Any:
    """Find the element that holds the main text, by mass and by paragraph score.

    The score is that of Arc90's Readability: paragraphs give points to their parent and half to
    the grandparent.
    """
    long, words = v.inside(v.long_words), v.inside(v.words)
    columns: list[Any] = []
    for part in (0.33, 0.5, 0.75):
        enough = np.flatnonzero(long >= part * max(long[0], 1))
        box = int(enough[np.argmin(v.size[enough])]) if len(enough) else 0
        columns += [*_relation(v, box)[:2], words[box] / max(words[0], 1)]
    points = np.where(v.long, 1 + v.counts["comma"] + np.minimum(v.length / 100, 3), 0) * (
        1 - v.link_share
    )
    score = np.zeros(len(v.first), np.float32)
    parent = v.parent[v.owner] if v.has_markup else v.owner
    np.add.at(score, parent, points)
    np.add.at(score, v.parent[parent], points / 2)
    best = int(np.argmax(score))
    inside, distance, side = _relation(v, best)
    own = np.maximum(score[parent], score[v.parent[parent]])
    return (*columns, inside, distance, side, own / max(score[best], 1))


def _relation(v: View, box: int) -> tuple[Any, Any, Any]:
    """Return inside (bool), log distance in blocks, and side (-1, 0, 1) of blocks to a box."""
    before = np.maximum(v.first[box] - v.index, 0)
    after = np.maximum(v.index - v.end[box] + 1, 0)
    return (before + after) == 0, log(before + after), np.sign(after) - np.sign(before)


@family(
    *(
        (f"{kind}_{name}", f"{meaning} the same {described}")
        for kind, described in (
            ("kin", "tags and classes up to the grandparent"),
            ("path", "tags up to the root"),
        )
        for name, meaning in (
            ("count", "log of blocks with"),
            ("words", "log of mean words of blocks with"),
            ("link_share", "mean link share of blocks with"),
            ("page_share", "share of the page's words in blocks with"),
            ("long_share", "share of long blocks among those with"),
            ("spread", "share of the page from the first to the last block with"),
        )
    )
)  # fmt: skip
def kin_features(v: View) -> Any:
    """Describe the blocks that the template built in the same way."""
    return [*_group(v, v.kin), *_group(v, v.paths)]


def _group(v: View, group: Ints) -> list[Any]:
    """Aggregate block columns over the blocks of each group."""
    count = np.bincount(group).astype(np.float32)
    words = np.bincount(group, v.words)
    links = np.bincount(group, v.link_share)
    long = np.bincount(group, v.long)
    first = np.full(len(count), v.n)
    np.minimum.at(first, group, v.index)
    last = np.zeros(len(count), int)
    np.maximum.at(last, group, v.index)
    table = (
        log(count), log(words / count), links / count, words / v.total,
        long / count, (last - first) / v.n,
    )  # fmt: skip
    return [column[group] for column in table]
