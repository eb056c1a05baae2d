"""Where on the page a block stands, what stands round it, and what page it is."""

from __future__ import annotations

import re
from typing import Any, Final

import numpy as np

from boilerkill.features.table import family
from boilerkill.features.view import View, log, share


@family(
    ("place", "blocks before it, as a share"),
    ("words_before", "words before it, as a share"),
    ("long_before", "long text before it, as a share"),
    ("index", "log of blocks before it"),
    ("index_end", "log of blocks after it"),
    ("to_long_before", "log of blocks since the last long one"),
    ("to_long_after", "log of blocks to the next long one"),
    ("between_long", "between the first and the last long block"),
    ("to_heading", "log of blocks since the last heading"),
    ("heading_level", "level of the last heading; 0 for none"),
    ("heading_words", "log of words of the last heading"),
    ("is_heading", "level as a heading; 0 for none"),
    ("h1_before", "an h1 lies before it"),
    ("h1_after", "an h1 comes after it"),
)
def place_features(v: View) -> Any:
    """Compute the position of each block on the page."""
    words, long = np.cumsum(v.words) - v.words, np.cumsum(v.long_words) - v.long_words
    last = np.maximum.accumulate(np.where(v.long, v.index, -1))
    following = np.minimum.accumulate(np.where(v.long, v.index, 10**6)[::-1])[::-1]
    head = np.maximum.accumulate(np.where(v.heading > 0, v.index, -1))
    previous = np.concatenate([[-1], head[:-1]])
    known = previous >= 0
    h1 = np.flatnonzero(v.heading == 1)
    far = np.log1p(v.n)
    return (
        v.index / v.n, words / v.total,
        long / max(float(v.long_words.sum()), 1), log(v.index), log(v.n - v.index - 1),
        np.where(last >= 0, log(v.index - last), far),
        np.where(following < 10**6, log(following - v.index), far),
        (last >= 0) & (following < 10**6),
        np.where(known, log(v.index - previous), far),
        np.where(known, v.heading[previous], 0),
        np.where(known, log(v.words[previous]), 0), v.heading,
        v.index > h1[0] if len(h1) else 0.0, v.index < h1[-1] if len(h1) else 0.0,
    )  # fmt: skip


_STEPS = (-3, -2, -1, 1, 2, 3)
_NEAR_STEPS = _STEPS[1:-1]


def _at(step: int, name: str, meaning: str) -> tuple[str, str]:
    """Name what is told of the block so many steps away."""
    side = "after" if step > 0 else "before"
    return f"at{step:+d}_{name}", f"{meaning} of the block {abs(step)} {side}"


@family(
    *(
        _at(step, *column)
        for step in _STEPS
        for column in (("words", "log of words"), ("stop", "sentence ends per word"))
    ),
    *(
        _at(step, *column)
        for step in _NEAR_STEPS
        for column in (("link_share", "link share"), ("heading", "heading level"))
    ),
    ("kin_before", "the block before has the same tag and classes"),
    ("kin_after", "the block after has the same tag and classes"),
)  # fmt: skip
def neighbour_features(v: View) -> Any:
    """Describe the blocks next to each block."""
    words, stops = log(v.words), share(v.counts["stop"], np.maximum(v.words, 1))
    heads = v.heading.astype(np.float32)
    same = np.concatenate([[False], v.looks[1:] == v.looks[:-1], [False]])
    columns: list[Any] = []
    for step in _STEPS:
        columns += [v.shifted(words, step), v.shifted(stops, step)]
    for step in _NEAR_STEPS:
        columns += [v.shifted(v.link_share, step), v.shifted(heads, step)]
    return (*columns, same[:-1], same[1:])


_WINDOWS = (("2", 2, 2), ("5", 5, 5), ("12", 12, 12), ("10_before", 10, -1), ("10_after", -1, 10))


@family(
    *(
        (f"window{name}_{what}", f"{meaning} the window of {name.replace('_', ' blocks ')}")
        for name, _, _ in _WINDOWS
        for what, meaning in (
            ("words", "log of words per block in"),
            ("link_share", "share of words in links in"),
            ("long_share", "share of words in long text in"),
            ("stops", "sentence ends per word in"),
            ("short", "share of blocks under 6 words in"),
        )
    )
)
def window_features(v: View) -> Any:
    """Sum over the blocks round each block; all windows as differences of one table of sums."""
    sums = np.zeros((v.n + 1, 6))
    parts = (
        v.words,
        v.linked_words,
        v.long_words,
        v.counts["stop"],
        v.words < _SHORT,
        np.ones(v.n),
    )
    np.cumsum(np.stack(parts, axis=1), axis=0, dtype=np.float64, out=sums[1:])
    low = np.stack([np.maximum(v.index - before, 0) for _, before, _ in _WINDOWS])
    high = np.stack([np.minimum(v.index + after + 1, v.n) for _, _, after in _WINDOWS])
    inside = (sums[high] - sums[low]).astype(np.float32)
    words, linked, long, stops, short, blocks = np.moveaxis(inside, 2, 0)
    count = np.maximum(blocks, 1)
    table = np.stack(
        [log(share(words, count)), share(linked, words), share(long, words), share(stops, words),
         share(short, count)], axis=1,
    )  # fmt: skip
    return table.reshape(-1, v.n).T


#: Blocks of fewer words are short.
_SHORT: Final = 6


_LD_TYPE = re.compile(r'"@type"\s*+:\s*+(?:\[\s*+)?"([A-Za-z]+)"')
_LD_TEXT = re.compile(r'"(?:articleBody|description|text)"\s*:\s*"([^"\\]*+(?:\\.[^"\\]*+)*+)"')
_TYPES = (
    ("article", ("Article", "NewsArticle", "BlogPosting", "ReportageNewsArticle", "TechArticle")),
    ("product", ("Product", "Offer")),
    ("forum", ("DiscussionForumPosting", "QAPage", "Question", "Comment")),
    ("listing", ("CollectionPage", "ItemList", "SearchResultsPage", "Blog")),
    ("service", ("LocalBusiness", "Service", "ProfessionalService", "Dentist", "LegalService")),
)


@family(
    ("page_blocks", "log of the page's blocks"),
    ("page_words", "log of the page's words"),
    ("page_link_share", "share of the page's words in links"),
    ("page_long_share", "share of the page's words in long text"),
    ("page_long", "log of the page's long blocks"),
    ("page_largest", "share of the page's words in its largest block"),
    ("page_headings", "headings per block"),
    ("page_items", "share of blocks in list items"),
    ("page_cells", "share of blocks in table cells"),
    ("page_paragraphs", "share of words in p"),
    ("page_copies", "share of blocks that occur more than once"),
    ("page_inputs", "form fields per block"),
    ("page_unspaced", "share of characters of scripts without spaces"),
    ("page_money", "share of blocks with a currency sign"),
    ("page_digits", "mean share of digits"),
    ("page_comments", "share of blocks in something marked as a comment"),
    ("page_thread", "share of blocks in something marked as a thread"),
    ("og_article", "the page calls itself an article"),
    ("og_product", "the page calls itself a product"),
    ("dated", "the page states when it was published"),
    *((f"ld_{name}", f"its linked data speak of a {name}") for name, _ in _TYPES),
)
def page_features(v: View) -> Any:
    """Describe the page as a whole; the same value for all its blocks."""
    total, n = v.total, v.n
    return (
        np.log1p(n), np.log1p(total), float(v.linked_words.sum()) / total,
        float(v.long_words.sum()) / total, np.log1p(v.long.sum()), float(v.words.max()) / total,
        float((v.heading > 0).mean()), float(v.tagged("li").mean()), float(v.tagged("td").mean()),
        float(v.words[v.tagged("p")].sum()) / total, 1 - (v.key_numbers.max() + 1) / n,
        min(v.inputs.sum() / n, 2), float(v.counts["unspaced"].sum() / v.length.sum()),
        float((v.counts["money"] > 0).mean()), float(share(v.counts["digit"], v.length).mean()),
        float(v.marked("n_comment").mean()), float(v.marked("n_thread").mean()),
        *claims(v),
    )  # fmt: skip


def claims(v: View) -> tuple[float, ...]:
    """Return what the page says it is: the last columns of `page_features`, each 0 or 1."""
    og, data = v.meta.get("og:type", "").lower(), v.page.data
    dated = "article:published_time" in v.meta or any("datePublished" in d for d in data)
    types = {t for d in data for t in _LD_TYPE.findall(d)}
    found = ("article" in og, "product" in og, dated)
    return tuple(map(float, (*found, *(not types.isdisjoint(names) for _, names in _TYPES))))


@family(
    ("ld_text", "share of the block's words in the texts of the page's linked data"),
    ("ld_text_words", "log of words of those texts"),
)
def linked_data_features(v: View) -> Any:
    """Compare blocks with the texts that the page repeats in its linked data."""
    texts = linked_texts(v)
    if not texts:
        return 0.0, 0.0
    shares, size = v.beginnings.shares(texts)
    return shares, np.log1p(size)


def linked_texts(v: View) -> list[str]:
    """Return the texts in the page's linked data."""
    return [text for data in v.page.data for text in _LD_TEXT.findall(data)]
