"""What is left of a page: headings, items, cells, code, links, images, emphasis and quotes.

Markdown is read back by a Markdown parser, in the truth as in the results. What counts is the text
of each element as a multiset per page, lower-cased words only; an image counts by the name of its
file. An element's figure is the mean F1 over the pages whose truth has it.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from statistics import mean
from time import process_time
from zlib import crc32

from markdown_it import MarkdownIt
from markdown_it.token import Token

from benchmarks.pages import SHARED, sample, source_of
from benchmarks.tables import table
from boilerkill.learn.corpora import LabelledPage, open_corpus

ELEMENTS = ("heading", "item", "cell", "code", "link", "image", "strong", "quote")
Elements = Mapping[str, Counter[str]]
#: From a page's bytes and its address to Markdown.
Writer = Callable[[bytes, str | None], str]

#: Pages that the cost is measured on.
_TIMED = 60
_PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_WORD = re.compile(r"\w+")
#: Tokens between which an element's own text stands.
_BLOCKS = {"heading": "heading", "list_item": "item", "td": "cell", "th": "cell"}
_SPANS = {"link_open": "link", "strong_open": "strong"}
_TAG = re.compile(r"<(/?)(strong)>")


def elements(markdown: str) -> Elements:
    """Return the texts of each kind of element in Markdown."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    opened: list[tuple[str, list[str]]] = []  # block-level elements, and the texts in them so far
    quotes = 0
    for token in _PARSER.parse(markdown):
        name = _BLOCKS.get(token.type.removesuffix("_open").removesuffix("_close"))
        quotes += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if name and token.nesting == 1:
            opened.append((name, []))
        elif name and token.nesting == -1:
            _count(found[name], " ".join(opened.pop()[1]))
        elif token.type in {"fence", "code_block"}:
            _count(found["code"], token.content)
        elif token.type == "inline":
            text = _inline(token.children or [], found)
            if opened:
                opened[-1][1].append(text)
            if quotes:
                _count(found["quote"], text)
    return found


def _inline(tokens: Sequence[Token], found: defaultdict[str, Counter[str]]) -> str:
    """Count the elements of a line of text, and return its words."""
    pieces: list[str] = []
    opened: list[tuple[str, int]] = []
    for token in tokens:
        tag = _TAG.fullmatch(token.content) if token.type == "html_inline" else None
        kind = "strong" if tag else _SPANS.get(token.type.replace("_close", "_open"))
        if kind and (token.nesting == 1 or (tag and not tag[1])):
            opened.append((kind, len(pieces)))
        elif kind and opened:
            name, begin = opened.pop()
            _count(found[name], "".join(pieces[begin:]))
        elif token.type == "image":
            _count(found["image"], token.attrGet("src") or "", whole=True)
        elif token.type == "code_inline":
            _count(found["code"], token.content)
            pieces.append(token.content)
        elif token.type in {"softbreak", "hardbreak"} or token.content.startswith("<br"):
            pieces.append(" ")
        elif token.type in {"text", "text_special"}:
            pieces.append(token.content)
    return "".join(pieces)


def _count(counter: Counter[str], text: str, *, whole: bool = False) -> None:
    """Count an element by its words, or an address by the name of its file."""
    path = text.partition("?")[0]
    key = path.rpartition("/")[2] if whole else " ".join(_WORD.findall(text.lower()))
    if key:
        counter[key] += 1


def f1(found: Counter[str], truth: Counter[str]) -> float:
    """Return the F1 of one multiset against another that is not empty."""
    return 2 * (found & truth).total() / (found.total() + truth.total())


def scores(pairs: Iterable[tuple[str, str]]) -> dict[str, list[float]]:
    """Return F1 by element for each page whose truth has it, from pairs of result and truth."""
    out: dict[str, list[float]] = {name: [] for name in ELEMENTS}
    for result, truth in pairs:
        have, want = elements(result), elements(truth)
        for name in ELEMENTS:
            if want[name]:
                out[name].append(f1(have[name], want[name]))
    return out


def _boilerkill() -> Writer:
    from boilerkill import Cleaner

    cleaner = Cleaner()
    return lambda source, url: cleaner.clean(source, url=url).markdown


def _trafilatura() -> Writer:
    from trafilatura import extract

    options = {
        "output_format": "markdown", "include_formatting": True, "include_links": True,
        "include_images": True, "include_tables": True,
    }  # fmt: skip
    return lambda source, url: extract(source, url=url, **options) or ""


SYSTEMS: Mapping[str, Callable[[], Writer]] = {
    "boilerkill": _boilerkill,
    "trafilatura": _trafilatura,
}


def run(count: int, root: Path = SHARED / "wcxb") -> None:
    """Print each element's F1 by system, over `count` pages and those of sites not tuned on."""
    pages = [(page, truth_of(root, page)) for page in sample(open_corpus(root), count)]
    pages = [(page, truth) for page, truth in pages if truth]
    writers = {name: load() for name, load in SYSTEMS.items()}
    results = {
        name: [write(source_of(page), page.url) for page, _ in pages]
        for name, write in writers.items()
    }
    chosen = [bool(truth) for _, truth in pages]
    rest = [not tuned_on(page.domain) for page, _ in pages]
    for title, wanted in (("all sites", chosen), ("sites that nothing was tuned on", rest)):
        truths = [truth for (_, truth), take in zip(pages, wanted, strict=True) if take]
        by_system = {
            name: scores(
                zip(
                    (w for w, take in zip(written, wanted, strict=True) if take),
                    truths,
                    strict=True,
                )
            )
            for name, written in results.items()
        }
        print(f"\n{root.name}, {title}: {len(truths)} pages, F1 by element")
        print(show(by_system))
    print(f"\n{cost([(source_of(page), page.url) for page, _ in pages[:_TIMED]])}")


def cost(sources: Sequence[tuple[bytes, str | None]], rounds: int = 3) -> str:
    """Tell what Markdown and HTML cost beside cleaning, in CPU time, each page's best round."""
    from boilerkill import Cleaner

    cleaner = Cleaner()
    spent = {"cleaning": 0.0, "Markdown": 0.0, "HTML": 0.0}
    for source, url in sources:
        laps = []
        for _ in range(rounds):
            begin = process_time()
            article, other = (cleaner.clean(source, url=url) for _ in range(2))
            cleaned = process_time()
            _ = article.markdown
            written = process_time()
            _ = other.html
            laps.append(((cleaned - begin) / 2, written - cleaned, process_time() - written))
        for name, times in zip(spent, zip(*laps, strict=True), strict=True):
            spent[name] += 1000 * min(times) / len(sources)
    shares = [f"{name} {spent[name] / spent['cleaning']:.0%} of it" for name in list(spent)[1:]]
    return f"cleaning {spent['cleaning']:.1f} ms a page; {', '.join(shares)}"


def show(by_system: Mapping[str, Mapping[str, Sequence[float]]]) -> str:
    """Lay the figures out: elements that some page has, and their mean."""
    names = list(by_system)
    rows: list[tuple[object, ...]] = []
    for element in ELEMENTS:
        values = [by_system[name][element] for name in names]
        if values[0]:
            rows.append((element, len(values[0]), *map(mean, values)))
    means = [mean(float(row[2 + k]) for row in rows) for k in range(len(names))]  # type: ignore[arg-type]
    return table(("element", "pages", *names), [*rows, ("mean", None, *means)])


def truth_of(root: Path, page: LabelledPage) -> str:
    """Return the Markdown of a page's main text; "" where the corpus has none."""
    record = json.loads((root / "truth" / f"{page.id}.json").read_text("utf-8"))
    return record["ground_truth"].get("main_content_markdown") or ""


def tuned_on(domain: str) -> bool:
    """Whether choices about structure may be made by looking at pages of a site: of 40 %."""
    return crc32(domain.encode()) % 5 < 2
