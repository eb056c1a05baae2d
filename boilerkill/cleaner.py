"""The whole line, from a source to an article; its one place of composition."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np

from boilerkill import decode, features, render, structure
from boilerkill.decide import Decision, decide
from boilerkill.errors import InputError
from boilerkill.features.view import View
from boilerkill.guard import check_size, kind_of
from boilerkill.lines import cut_text
from boilerkill.metadata import Metadata
from boilerkill.model import Model, loads, read
from boilerkill.page import Page
from boilerkill.revise import layout_of
from boilerkill.score import Scorer, scorer
from boilerkill.segment import cut_markup
from boilerkill.shell import carried_page
from boilerkill.structure.nodes import Node
from boilerkill.values import KINDS, MODES, Block, Include, Kind, Limits, Mode, Post, Status, choice


@dataclass(frozen=True)
class Article(Metadata):
    """What came of a page: its text, beside what it says of itself (`Metadata`).

    Everything but the text and the verdict on it is worked out when first asked for.

    Attributes:
        text: The main text, blocks parted by blank lines; "" unless kept.
        confidence: Expected F1 of `text` against the page's true main text, 0 to 1; for an empty
            page, how likely it is that it has no main text.
        status: "kept", "empty" (the page has no main text) or "quarantined" (it was not readable).
        reason: Why the status is not "kept"; None if it is.
    """

    text: str = ""
    confidence: float = 0.0
    status: Status = "quarantined"
    reason: str | None = None
    _explain: Callable[[], tuple[Block, ...]] = field(default=tuple, repr=False, compare=False)
    _context: structure.Context | None = field(default=None, repr=False, compare=False)
    _headline: int | None = field(default=None, repr=False, compare=False)
    _facts: Callable[[], Metadata] | None = field(default=None, repr=False, compare=False)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every block in page order, with the verdict on it; worked out when first asked for."""
        return self._explain()

    @cached_property
    def markdown(self) -> str:
        """The main text as Markdown: CommonMark with GitHub's tables and footnotes."""
        return structure.markdown.write(self._nodes)

    @cached_property
    def html(self) -> str:
        """The main text as HTML that holds nothing executable."""
        return structure.html.write(self._nodes)

    @cached_property
    def posts(self) -> tuple[Post, ...]:
        """Who said what in the thread of a forum; () on other pages."""
        context = self._context
        return () if context is None else structure.thread(context.page, context.kept)

    @cached_property
    def comments(self) -> tuple[Post, ...]:
        """What readers wrote under an article; () unless `Include` asks for it."""
        context = self._context
        if context is None or not context.include.comments:
            return ()
        return structure.comments(context.page, context.kept)

    @cached_property
    def next_page(self) -> str | None:
        """Address of the next page of a text in several parts; None where there is none."""
        context = self._context
        return None if context is None else structure.next_page(context.page, context.url)

    @cached_property
    def _nodes(self) -> list[Node]:
        return [] if self._context is None else structure.document(self._context, self._headline)

    def __getstate__(self) -> dict[str, Any]:
        """Work out what is pickled or copied: all that can be asked for, and not the page."""
        names = [f.name for f in fields(self) if f.name[0] != "_"]
        return {name: getattr(self, name) for name in (*names, *_LAZY)}

    def to_dict(self, *, blocks: bool = False, structure: bool = False) -> dict[str, Any]:
        """Return plain JSON types.

        Args:
            blocks: Whether every block is told, with the verdict on it.
            structure: Whether the text comes as Markdown and HTML too, with `posts`, `comments`
                and `next_page`.
        """
        row = {f.name: getattr(self, f.name) for f in fields(self) if f.name[0] != "_"}
        row |= {"authors": list(self.authors), "tags": list(self.tags)}
        row["sources"] = dict(self.sources)
        if structure:
            row |= {"markdown": self.markdown, "html": self.html, "next_page": self.next_page}
            row["posts"] = [asdict(post) for post in self.posts]
            row["comments"] = [asdict(post) for post in self.comments]
        if blocks:
            row["blocks"] = [
                asdict(block) | {"probabilities": dict(block.probabilities)}
                for block in self.blocks
            ]
        return row


#: Properties that are worked out from the page.
_LAZY = ("blocks", "markdown", "html", "posts", "comments", "next_page")


class _Later:
    """A field of the metadata that is read, with all others, when the first of them is asked for.

    What stands in an article's own dictionary is found before this.
    """

    def __init__(self, name: str, default: object) -> None:
        self._name, self._default = name, default

    def __get__(self, article: Article | None, owner: type) -> Any:
        if article is None or article._facts is None:
            return self._default
        facts = article._facts()
        vars(article).update({f.name: getattr(facts, f.name) for f in fields(facts)})
        return vars(article)[self._name]


_FACTS = tuple(f.name for f in fields(Metadata))
for _name in _FACTS:
    setattr(Article, _name, _Later(_name, getattr(Metadata, _name, None)))


@cache
def shipped_model() -> Model:
    """Load the model inside the package."""
    return loads(resources.files("boilerkill").joinpath("data/model.bk").read_bytes())


def load_model(path: str | Path) -> Model:
    """Read and check a model file.

    Raises:
        ModelError: The file is missing, damaged, or made for another version.
    """
    model = read(path)
    scorer(model)
    return model


def _read_metadata(view: View, decision: Decision, url: str | None) -> Metadata:
    # Imported when first asked for: it takes as long as all that the text alone needs but numpy.
    from boilerkill.metadata.read import read

    return read(view, decision, url)


_Decided = tuple[View, Decision]
#: A page with fewer words of main text may be a shell; so many in its scripts show that it is one.
_SHELL_WORDS = 20
_CARRIED_WORDS = 50


def _words_of(found: _Decided | None) -> float:
    """Return the words of what is kept."""
    return float(found[0].words[found[1].kept].sum()) if found else 0.0


class Cleaner:
    """Cleans pages; load once, use from many threads.

    A cleaner holds no state of a page, so that one serves any number of threads at the same time.

    Raises:
        UsageError: The mode is not one that exists.
        ModelError: The model does not fit this version.
    """

    def __init__(
        self,
        model: Model | None = None,
        mode: Mode = "balanced",
        limits: Limits | None = None,
        include: Include | None = None,
    ) -> None:
        choice("mode", mode, MODES)
        self.model = shipped_model() if model is None else model
        self.mode = mode
        self.limits = limits or Limits()
        self.include = include or Include()
        self._scorer: Scorer = scorer(self.model)

    def clean(self, source: bytes | str, *, url: str | None = None, kind: Kind = "auto") -> Article:
        """Clean one page; never raises because of what the page holds.

        Args:
            source: The page; of bytes the encoding is detected.
            url: Where it came from; kept as metadata, and the base of relative addresses.
            kind: "html", "text", or "auto" to tell by looking.

        Raises:
            UsageError: The kind is not one that exists.
            TypeError: The source is neither bytes nor str.
        """
        choice("kind", kind, KINDS)
        if not isinstance(source, bytes | str):
            raise TypeError(f"source is {type(source).__name__}; wanted: bytes or str")
        try:
            page = self._cut(source, kind)
        except InputError as error:
            return Article(url=url, reason=str(error))
        found = self._decided(page) if page.texts else None
        if page.kind == "html" and _words_of(found) < _SHELL_WORDS:
            found = self._carried(page, found)
        if found is None:
            return Article(
                url=url, status="empty", confidence=1.0, reason="no readable text on the page"
            )
        return self._article(*found, url)

    def _carried(self, page: Page, found: _Decided | None) -> _Decided | None:
        """Decide over what the page's scripts carry, if that is more than its body shows."""
        try:
            inner = carried_page(page, self.limits)
        except InputError:  # more blocks than the limits allow
            return found
        again = self._decided(inner) if inner else None
        return again if _words_of(again) >= _CARRIED_WORDS else found

    def _cut(self, source: bytes | str, kind: Kind) -> Page:
        check_size(source, self.limits)
        text = decode.read(source)
        if (kind_of(text) if kind == "auto" else kind) == "html":
            return cut_markup(text, self.limits)
        return cut_text(text if isinstance(text, str) else text.decode(), self.limits)

    def _decided(self, page: Page) -> _Decided:
        """Score the blocks of a page that has some, and decide over them."""
        view = View(page, self._scorer.lexicon)
        expert = self._scorer.experts[page.kind]
        scores = expert.score(features.from_view(view), layout_of(view))
        return view, decide(view, scores, self.mode)

    def _article(self, view: View, decision: Decision, url: str | None) -> Article:
        kept = bool(decision.kept.any())
        page, model_scorer = view.page, self._scorer

        def explain() -> tuple[Block, ...]:
            again = View(page, model_scorer.lexicon)
            return render.blocks_of(
                again, decision, model_scorer.experts[page.kind].trees, features.from_view(again)
            )

        blocks = np.flatnonzero(decision.kept).tolist()
        context = structure.Context(page, blocks, self.include, url)
        sure = model_scorer.confidence(decision.expected)
        article = Article(
            text=structure.text.write(context),
            confidence=sure if kept else 1 - sure,
            status="kept" if kept else "empty",
            reason=None if kept else "no block is likely enough to be main text",
            _explain=explain,
            _context=context,
            _headline=decision.title,
            _facts=lambda: _read_metadata(view, decision, url),
        )
        for name in _FACTS:
            del vars(article)[name]  # leaves the field to `_Later`
        return article


@cache
def _cleaner(mode: Mode, include: Include) -> Cleaner:
    return Cleaner(mode=mode, include=include)


def clean(
    source: bytes | str,
    *,
    url: str | None = None,
    kind: Kind = "auto",
    mode: Mode = "balanced",
    include: Include | None = None,
) -> Article:
    """Clean one page with the shipped model; see `Cleaner` and `Cleaner.clean`."""
    choice("mode", mode, MODES)
    return _cleaner(mode, include or Include()).clean(source, url=url, kind=kind)
