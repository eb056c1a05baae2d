"""The coloured view of a page: its blocks in order, each with class, chance, fate and reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Final

from boilerkill.cleaner import Article
from boilerkill.values import LABELS, Block
from boilerkill.web.html import MEANINGS, Html, el, join, language, link

#: Blocks shown; browsers get slow beyond.
MOST_BLOCKS: Final = 20_000
#: Characters of a block that are shown.
_MOST_TEXT: Final = 3_000
#: A class is named beside the block's own when it is at least so likely.
_WORTH_NAMING: Final = 0.05
#: Width of the strip that shows the whole page, in its own units, and its height.
_STRIP: Final = (1000, 28)
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})

#: What a known truth says of a block: nothing, that it should be in the text, that it should not.
Verdict = str
MISSED: Final = "missed"
EXTRA: Final = "extra"


def page_view(
    article: Article, name: str, verdicts: Sequence[Verdict] = (), prefix: str = "b"
) -> Html:
    """Show an article and all blocks of its page.

    Args:
        article: What came of the page.
        name: Of the input.
        verdicts: `MISSED`, `EXTRA` or "" for each block, where the truth is known.
        prefix: Of the blocks' ids and the filters' in the document.
    """
    blocks = article.blocks
    if not blocks:
        return join([_head(article, name)])
    return join(
        [
            _head(article, name),
            _strip(blocks),
            *_filters(blocks, prefix),
            _list(article, verdicts, prefix),
        ]
    )


def _head(article: Article, name: str) -> Html:
    kept = [block for block in article.blocks if block.kept]
    facts = [
        ("confidence", f"{article.confidence:.0%}"),
        ("blocks kept", f"{len(kept):,} of {len(article.blocks):,}"),
        (
            "characters kept",
            f"{_size(kept):,} of {_size(article.blocks):,}",
        ),
    ]
    about = [article.author, article.date, article.sitename, article.language]
    return el(
        "header",
        el("p", link(article.url, article.url or ""), class_="address") if article.url else "",
        el("h1", article.title or name, dir="auto", lang=language(article.language)),
        el("p", " · ".join(filter(None, about)), class_="about", dir="auto") if any(about) else "",
        el(
            "p",
            el("strong", article.status, class_=f"status {article.status}"),
            f" {article.reason}" if article.reason else "",
            el("span", name, class_="name"),
        ),
        el("dl", *(el("div", el("dt", k), el("dd", v)) for k, v in facts), class_="facts"),
        class_="page",
    )


def _size(blocks: Sequence[Block]) -> int:
    return sum(len(block.text) for block in blocks)


def _strip(blocks: Sequence[Block]) -> Html:
    """Draw the whole page as one strip: length is text, full height is kept."""
    width, height = _STRIP
    scale = width / max(1, sum(len(b.text) + 1 for b in blocks))
    rects, at = [], 0.0
    for (label, kept), run in groupby(blocks, lambda b: (b.label, b.kept)):
        long = sum(len(b.text) + 1 for b in run) * scale
        tall = height if kept else height / 2
        rects.append(
            el("rect", x=f"{at:.2f}", y=f"{height - tall:g}", width=f"{long:.2f}",
               height=f"{tall:g}", class_=label)
        )  # fmt: skip
        at += long
    said = "The page from its beginning to its end; tall parts are kept"
    return el(
        "figure",
        el("svg", *rects, viewBox=f"0 0 {width} {height}", preserveAspectRatio="none",
           role="img", aria_label=said),
        el("figcaption", said),
        class_="strip",
    )  # fmt: skip


def _filters(blocks: Sequence[Block], prefix: str) -> list[Html]:
    """Return the legend, whose entries hide their blocks: check boxes before the list."""
    counts = Counter(block.label for block in blocks)
    dropped = sum(not block.kept for block in blocks)
    entries = [
        *((str(label), counts[label], MEANINGS[label]) for label in LABELS),
        ("dropped", dropped, "not part of the text"),
    ]
    boxes, labels = [], []
    for name, count, meaning in entries:
        box = f"{prefix}-show-{name}"
        boxes.append(el("input", type="checkbox", id=box, class_=f"show {name}", checked=True))
        labels.append(
            el("label", el("b", name), el("span", f"{count:,}", class_="count"),
               el("small", meaning), for_=box, class_=name)
        )  # fmt: skip
    return [*boxes, el("div", *labels, class_="legend", role="group", aria_label="Blocks shown")]


def _list(article: Article, verdicts: Sequence[Verdict], prefix: str) -> Html:
    blocks = article.blocks[:MOST_BLOCKS]
    told = [*verdicts, *[""] * (len(blocks) - len(verdicts))]
    rows = [_row(block, i, told[i], prefix) for i, block in enumerate(blocks)]
    more = len(article.blocks) - len(blocks)
    rest = el("p", f"{more:,} more blocks are not shown.", class_="rest") if more else ""
    return join([el("ol", *rows, class_="blocks", lang=language(article.language)), rest])


def _row(block: Block, number: int, verdict: Verdict, prefix: str) -> Html:
    anchor = f"{prefix}{number + 1}"
    fate = "kept" if block.kept else "dropped"
    shown = block.text[:_MOST_TEXT]
    cut = len(block.text) - len(shown)
    kind = f"text {_kind(block.tag)}".rstrip()
    return el(
        "li",
        el("a", str(number + 1), href=f"#{anchor}", class_="number"),
        el(
            "div",
            el("b", block.label, class_="chip"),
            el("span", f"{block.probabilities[block.label]:.0%}", class_="chance"),
            el("span", fate, class_="fate"),
            el("em", _VERDICTS[verdict]) if verdict else "",
            class_="verdict",
        ),
        el(
            "div",
            el("p", shown, "…" if cut else "", dir="auto", class_=kind),
            el("small", f"{cut:,} more characters", class_="why") if cut else "",
            _why(block),
            class_="body",
        ),
        id=anchor,
        class_=f"{block.label} {fate} {verdict}".rstrip(),
    )


_VERDICTS: Final = {MISSED: "missed", EXTRA: "too much"}


def _kind(tag: str) -> str:
    return "heading" if tag in _HEADINGS else "pre" if tag == "pre" else ""


def _why(block: Block) -> Html:
    others = [
        f"{label} {chance:.0%}"
        for label, chance in sorted(block.probabilities.items(), key=lambda item: -item[1])
        if label != block.label and chance >= _WORTH_NAMING
    ]
    tag = [el("code", f"<{block.tag}>", title=block.path), " · "] if block.tag else []
    also = f" · else {', '.join(others)}" if others else ""
    return el("small", *tag, block.reason, also, class_="why", dir="ltr")
