"""What the text of a block says by itself, in any script, and what copies of it there are."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from boilerkill.features import chars
from boilerkill.features.table import family
from boilerkill.features.view import View, log, share

_STOP = np.uint16(1 << chars.CLASSES.index("stop"))
_COLON = np.uint16(1 << chars.CLASSES.index("colon"))
_UPPER = np.uint16(1 << chars.CLASSES.index("upper"))
_DIGIT = np.uint16(1 << chars.CLASSES.index("digit"))
_QUOTE = np.uint16(1 << chars.CLASSES.index("quote"))


@family(
    ("words", "log of the block's words"),
    ("length", "log of its characters"),
    ("word_length", "characters per word, up to 12"),
    ("long", "15 words or more, mostly outside links"),
    ("sentences", "log of its sentence ends"),
    ("stop_rate", "sentence ends per word"),
    ("ends_stop", "ends in a sentence end"),
    ("ends_colon", "ends in a colon"),
    ("starts_upper", "starts with a capital"),
    ("starts_digit", "starts with a digit"),
    ("starts_quote", "starts with a quotation mark"),
    ("commas", "commas per word"),
    ("digits", "share of digits"),
    ("upper", "share of capitals"),
    ("dividers", "dividing signs per word"),
    ("money", "has a currency sign"),
    ("rights", "has a copyright or trade mark sign"),
    ("quotes", "quotation marks per word"),
    ("brackets", "brackets per word"),
    ("symbols", "symbols per word"),
    ("breaks", "log of its line breaks"),
    ("line_words", "log of words per line"),
    ("unspaced", "share of characters of scripts without spaces"),
    ("address_like", "has an at sign or a web address"),
)
def text_features(v: View) -> Any:
    """Compute length and make-up of the text."""
    c, words = v.counts, np.maximum(v.words, 1)
    first, last = v.edges[:, 0], v.edges[:, 1]
    return (
        log(v.words), log(v.length), np.minimum(v.length / words, 12), v.long,
        log(c["stop"]), share(c["stop"], words), (last & _STOP) != 0, (last & _COLON) != 0,
        (first & _UPPER) != 0, (first & _DIGIT) != 0, (first & _QUOTE) != 0,
        share(c["comma"], words), share(c["digit"], v.length), share(c["upper"], v.length),
        np.minimum(share(c["divider"], words), 2), c["money"] > 0, c["rights"] > 0,
        np.minimum(share(c["quote"], words), 1), np.minimum(share(c["bracket"], words), 1),
        np.minimum(share(c["symbol"], words), 1), log(c["break"]),
        log(v.words / (c["break"] + 1)), share(c["unspaced"], v.length), v.address,
    )  # fmt: skip


@family(
    ("copies", "log of the number of equal blocks besides this"),
    ("copy_index", "how many equal blocks came before, as a share"),
    ("copy_apart", "share of the page between the first and the last of the equal blocks"),
    ("prefix_copies", "log of the number of other blocks with the same first two words"),
)
def copy_features(v: View) -> Any:
    """Count equal and similar blocks."""
    group = v.key_numbers
    sizes = np.bincount(group)
    order = np.argsort(group, kind="stable")  # the blocks, group after group
    ends = np.cumsum(sizes)
    starts = ends - sizes
    apart = (order[ends - 1] - order[starts]) / v.n
    before = np.empty(v.n)
    before[order] = v.index - starts[group[order]]
    others = sizes[group] - 1
    return (
        log(others.astype(np.float32)), before / np.maximum(others, 1), apart[group],
        log(v.beginnings.prefix_copies()),
    )  # fmt: skip


@family(
    ("title_words", "share of the block's words that stand in the page's title"),
    ("title_share", "share of the nearest part of the title that stands in the block"),
    ("title_equal", "the block is a part of the title"),
    ("described", "share of its words that stand in the page's description"),
    ("title_before", "a block like the title lies before"),
    ("title_distance", "log of blocks since the last block like the title"),
    ("title_in_text", "share of the title's words in a long block"),
)
def title_features(v: View) -> Any:
    """Compare blocks with the page's own title and description."""
    inside, best, equal, told, in_text = v.beginnings.titles(v.titles, descriptions(v))
    like = (best >= _ALIKE) & (v.words >= 2)
    last = np.maximum.accumulate(np.where(like, v.index, -1))
    return inside, best, equal, told, last >= 0, np.where(
        last >= 0, log(v.index - last), -1), in_text  # fmt: skip


#: A block whose words are to such a share those of a part of the title is like it.
_ALIKE: Final = 0.6


def descriptions(v: View) -> list[str]:
    """Return what the page says it is about."""
    return [v.meta[name] for name in ("og:description", "description") if name in v.meta]
