"""The value between cutting and everything after it: a page as columns."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Protocol

from boilerkill.parse import bounds, tokens


class Columns(Protocol):
    """What the kernel has cut a page into."""

    def heads(self) -> dict[str, list[str]]:
        """Return the columns that are there already."""

    def column(self, name: str) -> Any:
        """Write any other field of a page."""

    def parts(self) -> list[str | None]:
        """Write the tokens of its markup."""


@dataclass(frozen=True)
class Page:
    r"""A page cut into blocks, as columns.

    Element 0 is the root; a parent always comes before its children. Element `e` holds the blocks
    `first[e] ≤ b < end[e]`; of an inline element that ends with a non-breaking space alone, `end`
    can be one too high. A plain text has element 0 alone.

    Attributes:
        kind: "html" or "text".
        texts: Text of each block; white space folded, "\n" where the page breaks a line.
        owners: The element each block stands in directly (nearest block-level one).
        linked: Characters of each block inside links.
        links: Number of links in each block.
        bold: Characters of each block in bold type.
        marks: Bits of `marks` of the inline elements in each block.
        images: Number of images in each block.
        inputs: Number of form fields in each block.
        spans: (start, end) of each block in the source; empty for HTML.
        tags: Lower-case name of each element.
        parents: Parent of each element; -1 for the root.
        containers: Nearest block-level ancestor of each element; -1 for the root.
        attributes: Source of each element's attributes.
        classes: Class names of each element.
        own: Bits of `marks` each element has of itself.
        first: First block inside each element.
        end: One past the last block inside each element.
        titles: Texts of `<title>` elements; the first is the page's.
        metas: Sources of the attributes of `<meta>` and `<link>`, in page order.
        data: Texts of `<script type="application/ld+json">`.
        ranges: (begin, end, inner) of each block: it holds the texts before tokens `begin` to
            `end` and the tags of tokens `begin` to `end` - 1; `inner` is the innermost element
            open at its begin. Empty for text.
        markup: What the page was cut from; empty for text.
        carried: Whether it was rebuilt from data in the page's scripts, so that its elements are
            none of the page's.
    """

    kind: str
    texts: list[str] = field(default_factory=list)
    owners: list[int] = field(default_factory=list)
    linked: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    bold: list[int] = field(default_factory=list)
    marks: list[int] = field(default_factory=list)
    images: list[int] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    spans: list[tuple[int, int]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    containers: list[int] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    metas: list[str] = field(default_factory=list)
    data: list[str] = field(default_factory=list)
    ranges: list[tuple[int, int, int]] = field(default_factory=list)
    markup: str = field(default_factory=str, repr=False)
    carried: bool = False

    @classmethod
    def later(cls, kind: str, cut: Columns) -> Page:
        """Return a page whose columns are written when they are first asked for."""
        page = object.__new__(cls)
        vars(page).update(cut.heads(), kind=kind, _cut=cut)
        return page

    def __getattr__(self, name: str) -> Any:
        """Write a column that is not there yet."""
        cut = vars(self).get("_cut")
        if cut is None or name not in self.__dataclass_fields__:
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}", name=name)
        column = vars(self)[name] = cut.column(name)
        return column

    def __getstate__(self) -> dict[str, Any]:
        """Write out all columns for a copy."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @cached_property
    def parts(self) -> list[str | None]:
        """The tokens of the markup, as `parse.tokens` returns them; empty for text."""
        cut: Columns | None = vars(self).get("_cut")
        if cut:
            return cut.parts()
        return tokens(self.markup) if self.kind == "html" else []

    @cached_property
    def places(self) -> list[tuple[int, int]]:
        """(begin, end) of each block in the markup; empty for text.

        Between them stand the tokens and texts of the block's range and no others.
        """
        cut: Columns | None = vars(self).get("_cut")
        if cut:
            places: list[tuple[int, int]] = cut.column("places")
            return places
        if not self.ranges:
            return []
        begins, ends = bounds(self.markup)
        return [(begins[begin], ends[end]) for begin, end, _ in self.ranges]


#: Characters without width that only say where a word may be broken.
INVISIBLE = dict.fromkeys(map(ord, "\xad\u200b\ufeff\u2060"))
