"""The values that cross stage and package borders: options in, articles and blocks out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from boilerkill.errors import UsageError

Label = Literal["content", "navigation", "filler", "widget"]
Kind = Literal["auto", "html", "text"]
Mode = Literal["balanced", "precision", "recall"]
Status = Literal["kept", "empty", "quarantined"]

#: Order of the columns of every probability matrix, in the model file too.
LABELS: tuple[Label, ...] = get_args(Label)
KINDS: tuple[Kind, ...] = get_args(Kind)
MODES: tuple[Mode, ...] = get_args(Mode)


def choice(name: str, value: str, allowed: tuple[str, ...]) -> str:
    """Return `value` if it is one of `allowed`, else raise UsageError naming them."""
    if value not in allowed:
        raise UsageError(f"{name} is {value!r}; allowed: {', '.join(allowed)}")
    return value


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a page may cost before it is quarantined instead of cleaned.

    Attributes:
        max_bytes: Largest source, in bytes (or characters, for str).
        max_blocks: Most blocks a page may be cut into.
        max_depth: Deepest element nesting that is still told apart, `<html>` and `<body>`
            counted; what lies deeper keeps its text and is treated as lying at this depth.
    """

    max_bytes: int = 20_000_000
    max_blocks: int = 150_000
    max_depth: int = 512

    def __post_init__(self) -> None:
        """Raise UsageError if a limit is not a whole number, or too small for any page."""
        for name, above in (("max_bytes", 0), ("max_blocks", 0), ("max_depth", 2)):
            value = getattr(self, name)
            if not isinstance(value, int) or value <= above:
                raise UsageError(
                    f"Limits.{name} is {value!r}; wanted: a whole number above {above}"
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Include:
    """Which parts of an article are given out.

    Attributes:
        links: Addresses of links; the words of a link stay either way.
        images: Images, in Markdown and HTML.
        tables: Tables of data, in the text too. What tables only lay out stays either way.
        comments: What readers wrote under an article, as `Article.comments`.
    """

    links: bool = True
    images: bool = True
    tables: bool = True
    comments: bool = False

    def __post_init__(self) -> None:
        """Raise UsageError if a value is neither True nor False."""
        for name in ("links", "images", "tables", "comments"):
            value = getattr(self, name)
            if not isinstance(value, bool):
                raise UsageError(f"Include.{name} is {value!r}; wanted: True or False")


@dataclass(frozen=True, slots=True)
class Post:
    """What one person wrote in a forum, or under an article.

    Attributes:
        author: The name they go by there; None where unknown.
        date: When, in ISO 8601 as the page states it; None where it does not.
        text: What they wrote, blocks parted by blank lines.
    """

    author: str | None
    date: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page, with the verdict on it.

    Attributes:
        text: White space folded as a browser would show it.
        label: The class of the block.
        probabilities: Label to probability; they sum to 1.
        kept: Whether the block is main text; `Include` may leave it out all the same.
        reason: The evidence that decided, in a few words.
        path: CSS selector of the block's element; None in plain text.
        tag: Name of the block's element; "" in plain text.
        span: (start, end) character offsets in the source text; None in HTML.
    """

    text: str
    label: Label
    probabilities: Mapping[Label, float]
    kept: bool
    reason: str
    path: str | None
    tag: str
    span: tuple[int, int] | None
