"""Probabilities seen again in the light of their neighbours.

What stands in the middle of a menu is navigation, what follows a heading of a module belongs to
the module, and on a page where little looks like main text, what looks most like it probably is.
The first model sees features of the page; this one sees what the first made of the blocks round
each block, in its containers, of its kin and on the page as a whole (stacked generalisation,
Wolpert 1992; it is trained on out-of-fold scores of the first).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.compiled import kernel
from boilerkill.features import COLUMN
from boilerkill.features.view import Floats, View

_PLAIN_NAMES: Final = (
    "markup", "words", "link_share", "is_heading", "ends_stop", "place", "index", "tag_p", "tag_li",
    "tag_div", "page_blocks", "page_words", "page_long_share", "page_long", "page_largest",
    "page_copies", "page_thread", "page_money", "page_items", "page_cells", "page_link_share",
    "page_digits", "page_unspaced", "og_article", "ld_article", "to_long_before", "to_long_after",
    "between_long", "title_distance", "title_equal", "described", "in_main", "in_footer", "in_nav",
    "in_article", "copies", "copy_index", "core50_inside", "kin_page_share", "kin_count", "digits",
    "say_words_content", "say_words_navigation", "say_words_filler", "say_words_widget",
    "say_opener_content", "say_opener_navigation", "say_opener_filler", "say_opener_widget",
)  # fmt: skip
_PLAIN: Final = np.array([COLUMN[name] for name in _PLAIN_NAMES])
_OPENER_WORDS: Final = 6
_CHANNELS: Final = 6
_PAGE: Final = 8
_CERTAIN: Final = 1e-4
#: Column with the first probability of main text.
FIRST_MAIN: Final = 1
#: Columns that `columns_of` returns.
WIDTH: Final = _CHANNELS * 11 + _PAGE + len(_PLAIN_NAMES)


@dataclass(frozen=True, slots=True)
class Layout:
    """What of a page's structure is needed to see blocks beside each other.

    Attributes:
        words: (n,) words of each block.
        spans: (n, 4) first and end of the blocks of the container one step up, then two.
        kin: (n,) number of the group of blocks that the template built alike.
    """

    words: Floats
    spans: NDArray[np.int32]
    kin: NDArray[np.int32]


def layout_of(view: View) -> Layout:
    """Take the layout of a page."""
    one = np.where(view.size[view.owner] > 1, view.owner, view.up[view.owner])
    two = view.up[one]
    spans = np.stack([view.first[one], view.end[one], view.first[two], view.end[two]], axis=1)
    return Layout(view.words, spans.astype(np.int32), view.kin.astype(np.int32))


def columns_of(
    scores: NDArray[np.float64], columns: NDArray[np.float32], layout: Layout
) -> NDArray[np.float32]:
    """Compute what the second model sees.

    Args:
        scores: (n, 5) of the first model.
        columns: (n, len(FEATURES)) that it saw.
        layout: Of the page; n ≥ 1.

    Returns:
        (n, WIDTH)
    """
    n = len(scores)
    main = np.minimum(np.maximum(scores[:, 0], _CERTAIN), 1 - _CERTAIN)
    odds = np.log(main / (1 - main)) / 4
    order = np.argsort(-scores[:, 0], kind="stable")
    compiled: Any = kernel("scoring")
    if compiled:
        out = np.empty((n, WIDTH), np.float32)
        compiled.revised(odds, scores, order, columns, layout, _PLAIN, out)
        return out
    channels = np.column_stack([odds, scores]).astype(np.float32)
    pad = np.zeros((2, _CHANNELS), np.float32)
    padded = np.concatenate([pad, channels, pad])
    index = np.arange(n)
    opener = np.maximum.accumulate(np.where(layout.words <= _OPENER_WORDS, index, -1))
    opener = np.concatenate([[-1], opener[:-1]])
    opened = np.where((opener >= 0)[:, None], channels[opener], 0)
    weight = (layout.words + 1).astype(np.float64)[:, None]
    total = np.concatenate([np.zeros((1, _CHANNELS)), np.cumsum(channels * weight, axis=0)])
    mass = np.concatenate([[[0.0]], np.cumsum(weight, axis=0)])

    def mean(low: NDArray[np.integer], high: NDArray[np.integer]) -> NDArray[np.float64]:
        sums: NDArray[np.float64] = (total[high] - total[low]) / (mass[high] - mass[low])
        return sums

    near = [mean(np.maximum(index - r, 0), np.minimum(index + r + 1, n)) for r in (3, 8)]
    boxes = [mean(layout.spans[:, k], layout.spans[:, k + 1]) for k in (0, 2)]
    return np.concatenate(
        [channels, padded[1 : n + 1], padded[3 : n + 3], padded[:n], padded[4:], opened, *near,
         *boxes, _kin(channels, weight, layout.kin),
         _page(scores[:, 0], layout.words, order), columns[:, _PLAIN]], axis=1,
    ).astype(np.float32)  # fmt: skip


def _kin(
    channels: Floats, weight: NDArray[np.float64], kin: NDArray[np.int32]
) -> NDArray[np.float64]:
    """Average over the blocks that the template built alike."""
    mass = np.bincount(kin, weight[:, 0])
    means = [np.bincount(kin, c * weight[:, 0]) / mass for c in channels.T]
    return np.stack([m[kin] for m in means], axis=1)


def _page(
    main: NDArray[np.float64], words: Floats, order: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Describe the page's scores: how much text is likely, and where the best cut lies.

    Args:
        main: (n,) probability of main text.
        words: (n,) words of each block.
        order: The blocks, likeliest first.
    """
    gain, size = np.cumsum((main * words)[order]), np.cumsum(words[order], dtype=np.float64)
    likely, whole = gain[-1], max(size[-1], 1e-9)
    expected = 2 * gain / np.maximum(size + likely, 1e-9)
    best = int(np.argmax(expected))
    cut = main[order[best]]
    rank = np.empty(len(main))
    rank[order] = size / whole
    certain = np.cumsum(np.abs(main - 0.5) * 2 * words)[-1]
    page = [
        likely / whole, expected[best], cut, size[best] / whole, certain / whole,
        math.log1p(likely) / 4,
    ]  # fmt: skip
    return np.column_stack([np.broadcast_to(page, (len(main), len(page))), rank, main - cut])
