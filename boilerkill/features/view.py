"""A page as whole-page columns: what all families of features are computed from."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from boilerkill.compiled import kernel
from boilerkill.features import chars
from boilerkill.features.beginnings import Beginnings, CompiledBeginnings, beginnings
from boilerkill.features.lexicon import Lexicon
from boilerkill.marks import BIT, BLOCK
from boilerkill.page import Page
from boilerkill.parse import attributes
from boilerkill.words import first_tokens, tokens

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: A block of at least so many words, and with a smaller share in links, counts as long text.
LONG: Final = 15
_LINKED: Final = 0.34
#: Names of the `<meta>` tags that are looked at.
_META: Final = frozenset(
    (
        "og:title",
        "twitter:title",
        "og:type",
        "og:description",
        "description",
        "article:published_time",
    )
)
_META_ATTRIBUTES: Final = frozenset(("property", "name", "content"))
_TITLE_PARTS = re.compile(r"\s+[|\-–—·•»›:/]+\s+|[|_]+|\s*[｜＿]\s*")
#: Cuts at which a title is parted, at most; real ones have a few.
_MAX_PARTS: Final = 32
#: Characters of a title that are looked at.
_MAX_TITLE: Final = 10_000
_BODY_TAGS = ("html", "body")
#: Tags that count as the same.
TAG_GROUPS = (
    ("p",), ("div",), ("li",), ("td", "th"), ("h1",), ("h2",), ("h3",), ("h4", "h5", "h6"),
    ("pre", "code"), ("blockquote",), ("dt", "dd"), ("button",), ("option", "select"),
    ("figcaption", "caption"), ("section", "article", "main"), ("header",), ("form", "fieldset"),
)  # fmt: skip
_TAG_GROUP = {tag: i for i, group in enumerate(TAG_GROUPS) for tag in group}
#: Tag of a heading -> its level.
_LEVELS = {f"h{level}": level for level in range(1, 7)}
#: Boxes round a block whose own marks count as near.
_NEAREST: Final = 3


class View:
    """Columns over the n blocks and the m block-level elements of one page (n ≥ 1).

    Element columns are indexed by *box*: the position among block-level elements. Blocks are in
    page order, so a box holds the contiguous blocks `first ≤ b < end`, and any sum over a box is
    the difference of two prefix sums.

    Attributes:
        char_counts: (n, len(chars.CLASSES)) characters of each class.
        edges: (n, 2) class bits of the first and last character.
        address: (n,) whether it has an at sign or a web address.
        length, words: (n,) characters and words.
        link_share, bold_share: (n,) share of characters in links and in bold type, 0 to 1.
        linked_words: (n,) words in links.
        long: (n,) bool, `LONG` words or more and mostly outside links; `long_words` their words.
        first, end, size: (m,) blocks of each box.
        parent: (m,) box round each box; the root for itself.
        up: (m,) nearest box round each box that holds more blocks.
        depth: (m,) boxes round each box.
        own_marks, path_marks: (m,) bits of `marks` of a box, and of it and all round it.
        owner: (n,) box of each block.
    """

    def __init__(self, page: Page, lexicon: Lexicon | None = None) -> None:
        self.page = page
        self.lexicon = lexicon
        self.n = len(page.texts)
        self.char_counts, sizes, self.edges, self.address = chars.count(page.texts)
        self.length: Floats = sizes[:, 0]
        self.words: Floats = sizes[:, 1]
        self.index: Ints = np.arange(self.n)
        compiled: Any = kernel("view")
        if compiled:
            # These stand in place of what is worked out below.
            vars(self).update(compiled.look(page, sizes))
        else:
            self._blocks()
            self._boxes()

    def _blocks(self) -> None:
        page = self.page
        self.link_share = np.minimum(np.array(page.linked, np.float32) / self.length, 1)
        self.linked_words = self.words * self.link_share
        self.bold_share = np.minimum(np.array(page.bold, np.float32) / self.length, 1)
        self.long: Bools = (self.words >= LONG) & (self.link_share < _LINKED)
        self.long_words = np.where(self.long, self.words, 0).astype(np.float32)

    def _boxes(self) -> None:
        page = self.page
        own = page.own
        to_box = dict(zip(self.boxes, range(len(self.boxes)), strict=True))
        parent = [0, *(to_box[page.containers[e]] for e in self.boxes[1:])]
        self.first: Ints = np.array([page.first[e] for e in self.boxes])
        self.end: Ints = np.array([page.end[e] for e in self.boxes])
        self.size: Ints = self.end - self.first
        self.owner: Ints = np.array([to_box[e] for e in page.owners])
        sizes = self.size.tolist()
        up, path, near, depth = [0], [0], [0], [0]
        for box in range(1, len(self.boxes)):
            c = parent[box]
            # <html> and <body> speak of the page, not of the block.
            mark = own[self.boxes[box]] if self.tag_names[box] not in _BODY_TAGS else 0
            up.append(c if sizes[c] > sizes[box] else up[c])
            path.append(path[c] | mark)
            near.append(mark)
            depth.append(depth[c] + 1)
        self.up: Ints = np.array(up)
        self.parent: Ints = np.array(parent)
        self.path_marks = np.array(path, dtype=np.uint64)
        self.own_marks = np.array(near, dtype=np.uint64)
        self.depth = np.array(depth, dtype=np.float32)

    def inside(self, column: Floats) -> Floats:
        """Sum a block column over every box; (m,)."""
        total: NDArray[np.float64] = np.concatenate([[0], np.cumsum(column, dtype=np.float64)])
        return (total[self.end] - total[self.first]).astype(np.float32)

    def shifted(self, column: Floats, step: int, fill: float = 0) -> Floats:
        """Return the value of the block `step` behind (ahead if negative); `fill` off the page."""
        out = np.full(self.n, fill, dtype=np.float32)
        if step >= 0:
            out[: max(self.n - step, 0)] = column[step:]
        else:
            out[-step:] = column[: max(self.n + step, 0)]
        return out

    @cached_property
    def boxes(self) -> list[int]:
        """Element of each box."""
        return [e for e, mark in enumerate(self.page.own) if mark & BLOCK]

    @cached_property
    def tag_names(self) -> list[str]:
        """Tag of each box."""
        tags = self.page.tags
        return [tags[e] for e in self.boxes]

    @cached_property
    def counts(self) -> dict[str, Floats]:
        """Character class, as in `chars.CLASSES`, to (n,) count."""
        return dict(zip(chars.CLASSES, self.char_counts.T, strict=True))

    @cached_property
    def total(self) -> float:
        """Words of the page, at least 1."""
        return max(float(self.words.sum()), 1.0)

    @cached_property
    def has_markup(self) -> bool:
        """Whether the page came as HTML."""
        return self.page.kind == "html"

    @cached_property
    def tags(self) -> list[str]:
        """Tag of the element each block stands in; "" in plain text."""
        tags = self.page.tags
        return [tags[e] for e in self.page.owners]

    @cached_property
    def heading(self) -> Ints:
        """Level of each block as a heading, 1 to 6; 0 for other blocks."""
        return np.array([_LEVELS.get(tag, 0) for tag in self.tags])

    @cached_property
    def tag_group(self) -> Ints:
        """Place in `TAG_GROUPS` of each block's tag; -1 for other tags."""
        return np.array([_TAG_GROUP.get(tag, -1) for tag in self.tags])

    def tagged(self, tag: str) -> Bools:
        """Whether each block stands in such a tag or one of its group."""
        found: Bools = self.tag_group == _TAG_GROUP[tag]
        return found

    @cached_property
    def links(self) -> Ints:
        """Links in each block."""
        return np.array(self.page.links)

    @cached_property
    def images(self) -> Ints:
        """Images in each block."""
        return np.array(self.page.images)

    @cached_property
    def inputs(self) -> Ints:
        """Form fields in each block."""
        return np.array(self.page.inputs)

    @cached_property
    def marks(self) -> NDArray[np.uint64]:
        """Marks of all ancestors of each block, and of what is inside it."""
        return self.path_marks[self.owner] | np.array(self.page.marks, dtype=np.uint64)

    @cached_property
    def near_marks(self) -> NDArray[np.uint64]:
        """Marks of the three nearest elements of each block, and of what is inside it."""
        bits = np.array(self.page.marks, dtype=np.uint64)
        box = self.owner
        for _ in range(_NEAREST):
            bits = bits | self.own_marks[box]
            box = self.parent[box]
        return bits

    def marked(self, *names: str) -> Bools:
        """Whether any of the named marks stands on the path to each block."""
        wanted = np.uint64(sum({BIT[name] for name in names}))
        found: Bools = (self.marks & wanted) != 0
        return found

    @cached_property
    def meta(self) -> dict[str, str]:
        """Content of the `<meta>` tags that features look at, by name; the first counts."""
        found: dict[str, str] = {}
        for source in self.page.metas:
            if not _of_interest(source.lower()):
                continue
            values = attributes(source, _META_ATTRIBUTES)
            key = (values.get("property") or values.get("name") or "").lower()
            if key in _META and key not in found and values.get("content"):
                found[key] = values["content"]
        return found

    @cached_property
    def kin(self) -> Ints:
        """Number of the group of blocks with the same tags and classes up to the grandparent."""
        classes = [self.page.classes[e] for e in self.boxes]
        tags, parent = self.tag_names, self.parent.tolist()
        keys = []
        for box, tag in enumerate(tags):
            c = parent[box]
            g = parent[c]
            keys.append((tag, classes[box], tags[c], classes[c], tags[g], classes[g]))
        return numbered([keys[b] for b in self.owner.tolist()])

    @cached_property
    def block_tokens(self) -> list[list[str]]:
        """The first words of each block, lower-cased; what training learns the lexicon from."""
        return [first_tokens(text) for text in self.page.texts]

    @cached_property
    def beginnings(self) -> Beginnings | CompiledBeginnings:
        """The first words of each block."""
        return beginnings(self.page.texts)

    @cached_property
    def paths(self) -> Ints:
        """Number of the group of blocks with the same tags up to the root."""
        path: list[int] = []
        for box, (c, tag) in enumerate(zip(self.parent.tolist(), self.tag_names, strict=True)):
            path.append(hash((path[c] if box else 0, tag)))
        return numbered([path[b] for b in self.owner.tolist()])

    @cached_property
    def looks(self) -> Ints:
        """Number of the group of blocks whose elements have the same tag and classes."""
        classes = self.page.classes
        looks = [(tag, classes[e]) for tag, e in zip(self.tags, self.page.owners, strict=True)]
        return numbered(looks)

    @cached_property
    def key_numbers(self) -> Ints:
        """Number of the group of blocks with the same text, case aside."""
        compiled: Any = kernel("chars")
        if compiled:
            found = np.empty(self.n, np.int64)
            compiled.numbered(self.page.texts, found)
            return found
        return numbered(self.keys)

    @cached_property
    def keys(self) -> list[str]:
        """What two blocks must share to be copies: their text, case aside."""
        return [text.lower() for text in self.page.texts]

    @cached_property
    def titles(self) -> list[list[str]]:
        """Words of the page's titles, whole and in their parts (site names are parted by signs)."""
        names = [*self.page.titles[:1]]
        names += [self.meta[k] for k in ("og:title", "twitter:title") if k in self.meta]
        parts: list[list[str]] = []
        for name in dict.fromkeys(names):
            # Folded, or a run of white space would cost the square of its length.
            folded = " ".join(name.split())[:_MAX_TITLE]
            for part in (folded, *_TITLE_PARTS.split(folded, _MAX_PARTS)):
                words = tokens(part)
                if words and words not in parts:
                    parts.append(words)
        return parts


def _of_interest(tag: str) -> bool:
    """Whether a lower-cased `<meta>` tag may hold what features look at; most do not.

    Reading attributes is slow. Names may be written with entities.
    """
    return "content" in tag and (
        "title" in tag or "description" in tag or "og:type" in tag or "published_time" in tag
        or "&" in tag
    )  # fmt: skip


def numbered(keys: Sequence[Hashable]) -> Ints:
    """Return for each key the number of its group, in order of first appearance."""
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(key, len(numbers)) for key in keys])


def log(column: NDArray[Any]) -> Floats:
    """Take the logarithm of 1 + column: the scale on which counts are features."""
    result: Floats = np.log1p(np.maximum(column, 0)).astype(np.float32)
    return result


def share(part: Floats, whole: Floats | float) -> Floats:
    """Divide; 0 where the whole is 0."""
    result: Floats = (part / np.maximum(whole, 1e-6)).astype(np.float32)
    return result
