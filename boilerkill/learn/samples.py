"""Labelled pages to training samples: the page itself, its flattened twin, and its disguises.

Each page is seen as HTML and as bare text, so that one model serves both; on a share of pages
noise of known class is put in (`noise`), and a share is rewritten in other scripts (`scripts`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from boilerkill import features
from boilerkill.decode import clean_str, decode
from boilerkill.features.lexicon import grams
from boilerkill.features.view import View
from boilerkill.learn import noise, scripts, weak
from boilerkill.learn.align import align
from boilerkill.learn.corpora import LabelledPage
from boilerkill.learn.figures import predicted_labels
from boilerkill.learn.store import stored
from boilerkill.lines import cut_text
from boilerkill.page import Page
from boilerkill.parse import STRIDE, rebuild
from boilerkill.revise import Layout, layout_of
from boilerkill.segment import cut_markup
from boilerkill.values import LABELS, Limits
from boilerkill.words import tokens

#: Classes of a block in training: the four labels, then the headline.
KINDS = (*LABELS, "headline")
_HEADLINE = KINDS.index("headline")
UNKNOWN = -1
_LIMITS = Limits()
_SPACE = re.compile(r"\s+")
#: A page whose truth stands to less than this share in its blocks teaches nothing sound.
MIN_COVERED = 0.6


@stored
@dataclass(frozen=True, slots=True)
class Labels:
    """What is known of the blocks of a page.

    Attributes:
        main: (n,) 1 part of the main text, 0 not, -1 unknown.
        kinds: (n,) index into `KINDS`, -1 unknown.
        weights: (n,) weight of each block for the decision main text or not.
        covered: Share of the truth found in the page's blocks.
        source: Where the kinds come from: "hand", "made" or "weak".
    """

    main: NDArray[np.int8]
    kinds: NDArray[np.int8]
    weights: NDArray[np.float32]
    covered: float = 1.0
    source: str = "weak"


@stored
@dataclass(frozen=True, slots=True)
class Sample:
    """One appearance of a page, as numbers.

    Attributes:
        page: Position of the page in the corpora; -1 for a made page.
        variant: "html", "text", or the disguise.
        fold: The fold of the page's domain.
        columns: (n, len(FEATURES)), the wording features still 0.
        words: (n,) words of each block.
        terms: CRC-32 of the lexicon terms of all blocks, one after the other.
        counts: (n,) terms of each block.
        sizes: (n,) words of each block that the lexicon looks at.
        labels: What is known.
        layout: What `revise` needs of the structure.
    """

    page: int
    variant: str
    fold: int
    columns: NDArray[np.float32]
    words: NDArray[np.float32]
    terms: NDArray[np.uint32]
    counts: NDArray[np.int32]
    sizes: NDArray[np.int32]
    labels: Labels
    layout: Layout

    @property
    def kind(self) -> str:
        """Kind of page: "html" or "text"."""
        return "html" if "html" in self.variant else "text"


def text_of(page: LabelledPage) -> str:
    """Return the decoded source of a labelled page."""
    return decode(page.source) if isinstance(page.source, bytes) else clean_str(page.source)


def cut(page: LabelledPage) -> Page:
    """Cut a labelled page into blocks."""
    return (cut_markup if page.kind == "html" else cut_text)(text_of(page), _LIMITS)


def flatten(page: Page) -> Page:
    """Return the page as somebody's text extraction holds it: every block a line, no markup."""
    return cut_text("\n".join(text.replace("\n", " ") for text in page.texts), _LIMITS)


# -- labels -----------------------------------------------------------------------------------


def label(labelled: LabelledPage, page: Page, view: View) -> Labels:
    """Label the blocks of a page by its truth, snippets or own labels."""
    if labelled.labels:
        return _from_blocks(labelled, page, view)
    if labelled.corpus == "snippets":
        return _from_snippets(labelled, page, view)
    if not labelled.truth:
        nothing = np.full(view.n, UNKNOWN, np.int8)
        return Labels(nothing, nothing, np.zeros(view.n, np.float32), 0.0)
    found = align(page.texts, labelled.truth)
    main = found.positive.astype(np.int8)
    kinds = np.where(main == 1, 0, weak.kinds(view)).astype(np.int8)
    _mark_headline(kinds, page, labelled.title, main)
    weights = _weights(view, len(tokens(labelled.truth)))
    if found.covered < MIN_COVERED:
        weights[:] = 0
    return Labels(main, kinds, weights, found.covered)


def _weights(view: View, truth_words: int) -> NDArray[np.float32]:
    """Weigh blocks so that the loss follows the F1 of the page, as the reference study did."""
    return np.minimum((view.words + 1) / (truth_words + 30), 0.1).astype(np.float32)


def _mark_headline(
    kinds: NDArray[np.int8], page: Page, title: str | None, main: NDArray[np.int8]
) -> None:
    """Label the blocks that say the page's title, before the text, as headline."""
    wanted = tokens(title or "")
    if not wanted:
        return
    first = int(np.argmax(main == 1)) if (main == 1).any() else len(main)
    for i, text in enumerate(page.texts):
        if main[i] != 1 and i <= first + 3 and len(text) < 400 and tokens(text) == wanted:
            kinds[i] = _HEADLINE


def _from_blocks(labelled: LabelledPage, page: Page, view: View) -> Labels:
    truth = list(labelled.labels)
    mine = [(text, str(i)) for i, text in enumerate(page.texts)]
    kinds = np.full(view.n, UNKNOWN, np.int8)
    for (_, name), at in zip(truth, predicted_labels(truth, mine), strict=True):
        if at is not None:
            kinds[int(at)] = LABELS.index(name)
    main = np.where(kinds < 0, UNKNOWN, kinds == 0).astype(np.int8)
    wanted = tokens(labelled.title or "")
    for i, text in enumerate(page.texts):
        if kinds[i] == 0 and wanted and len(text) < 400 and tokens(text) == wanted:
            kinds[i], main[i] = _HEADLINE, 0
    size = int(view.words[main == 1].sum())
    return Labels(main, kinds, _weights(view, max(size, 60)), 1.0, "hand")


def _from_snippets(labelled: LabelledPage, page: Page, view: View) -> Labels:
    must = [_SPACE.sub(" ", s).strip() for s in labelled.must]
    must_not = [_SPACE.sub(" ", s).strip() for s in labelled.must_not]
    main = np.full(view.n, UNKNOWN, np.int8)
    for i, text in enumerate(page.texts):
        folded = _SPACE.sub(" ", text)
        yes, no = any(s in folded for s in must), any(s in folded for s in must_not)
        if yes != no:
            main[i] = yes
    kinds = np.where(main == 1, 0, np.where(main == 0, weak.kinds(view), UNKNOWN)).astype(np.int8)
    return Labels(main, kinds, np.where(main >= 0, 0.05, 0).astype(np.float32))


def _of_made(view: View, made: Sequence[str | None], rest: Labels | None) -> Labels:
    """Join the labels of made blocks with those of the real ones among them, in order."""
    main = np.full(view.n, UNKNOWN, np.int8)
    kinds = np.full(view.n, UNKNOWN, np.int8)
    weights = np.zeros(view.n, np.float32)
    real = [i for i, name in enumerate(made) if name is None]
    if rest is not None:
        main[real], kinds[real], weights[real] = rest.main, rest.kinds, rest.weights
    share = 30 + float(sum(view.words[i] for i, name in enumerate(made) if name == "content"))
    if rest is not None:
        share += float(view.words[main == 1].sum())
    for i, name in enumerate(made):
        if name is not None:
            kinds[i] = KINDS.index(name)
            main[i] = name == "content"
            weights[i] = min((view.words[i] + 1) / share, 0.1)
    return Labels(main, kinds, weights, 1.0, "made")


# -- samples ------------------------------------------------------------------------------------


def sample(page: Page, labels: Labels, view: View, place: tuple[int, str, int]) -> Sample:
    """Turn a labelled page into numbers; `place` is (page, variant, fold)."""
    terms, counts, sizes = [], [], []
    for words in view.block_tokens:
        found = grams(words)
        terms += [crc32(term.encode("utf-8", "replace")) for term in found]
        counts.append(len(found))
        sizes.append((len(found) + 1) // 2)
    return Sample(
        *place, features.from_view(view), view.words, np.array(terms, np.uint32),
        np.array(counts, np.int32), np.array(sizes, np.int32), labels, layout_of(view),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Disguises:
    """How often a page is also seen in another form.

    Attributes:
        noise: Share of pages seen again with made noise in them.
        scripts: Share of pages seen again in another script.
        hollow: Share of pages seen again without their main text.
        made: Whole pages made in each language, per fold.
        seed: Makes the choice, together with the page's id.
    """

    noise: float = 0.4
    scripts: float = 0.3
    hollow: float = 0.08
    made: int = 6
    seed: int = 0


Materials = Mapping[str, noise.Material]


def samples_of(
    labelled: LabelledPage, number: int, fold: int, materials: Materials, how: Disguises
) -> list[Sample]:
    """Make all samples of one labelled page; the first is the page as it is."""
    source = text_of(labelled)
    html = labelled.kind == "html"
    page = (cut_markup if html else cut_text)(source, _LIMITS)
    if not page.texts:
        return []
    view = View(page)
    labels = label(labelled, page, view)
    out = [sample(page, labels, view, (number, labelled.kind, fold))]
    if html:
        flat = flatten(page)
        out.append(sample(flat, labels, View(flat), (number, "text", fold)))
    rng = Random(f"{how.seed}/{labelled.corpus}/{labelled.id}")
    if labels.weights.any():
        if rng.random() < how.noise:
            out += _noisy(rng, source, page, labels, (number, fold, materials, labelled.language))
        if labelled.truth and rng.random() < how.hollow:
            out += _hollow(page, labels, number, fold)
        if html and rng.random() < how.scripts:
            out += _rewritten(rng, source, labels, number, fold)
    return out


def _noisy(
    rng: Random,
    source: str,
    page: Page,
    labels: Labels,
    where: tuple[int, int, Materials, str | None],
) -> Iterator[Sample]:
    number, fold, materials, language = where
    languages = [m for m in materials.values() if "widget" in m]
    own = [materials.get(language or "en", materials["en"])]
    pool = own if rng.random() < 0.7 else languages
    if page.kind == "html":
        dirty = cut_markup(noise.inject(rng, source, pool, rng.randint(2, 6)), _LIMITS)
        dirty, made = noise.labels_of(dirty)
        if [t for t, name in zip(dirty.texts, made, strict=True) if name is None] == page.texts:
            view = View(dirty)
            yield sample(dirty, _of_made(view, made, labels), view, (number, "html+noise", fold))
    lines = noise.inject_lines(
        rng, [t.replace("\n", " ") for t in page.texts], pool, rng.randint(2, 7)
    )
    dirty, made = noise.labels_of(cut_text("\n".join(lines), _LIMITS))
    if sum(name is None for name in made) == len(page.texts):
        view = View(dirty)
        yield sample(dirty, _of_made(view, made, labels), view, (number, "text+noise", fold))


def _hollow(page: Page, labels: Labels, number: int, fold: int) -> Iterator[Sample]:
    """A page, and its text, without the main part: what one that has none looks like."""
    rest = np.flatnonzero(labels.main == 0)
    if len(rest) < _HOLLOW_BLOCKS:
        return
    texts = [page.texts[i] for i in rest]
    pages = [cut_text("\n".join(text.replace("\n", " ") for text in texts), _LIMITS)]
    if page.kind == "html":
        parts = list(page.parts)
        for i in np.flatnonzero(labels.main != 0):
            begin, end, _ = page.ranges[i]
            parts[begin * STRIDE : end * STRIDE + 1 : STRIDE] = [""] * (end - begin + 1)
        pages.append(cut_markup(rebuild(parts), _LIMITS))
    for hollow in pages:
        if len(hollow.texts) == len(rest):
            view = View(hollow)
            # As heavy as another page: heavier, it pulls the scores of all pages down.
            size = float(view.words.sum()) + 30
            weights = np.minimum((view.words + 1) / size, 0.1).astype(np.float32)
            known = Labels(labels.main[rest], labels.kinds[rest], weights)
            yield sample(hollow, known, view, (number, f"{hollow.kind}+hollow", fold))


#: Fewer blocks than this are no page.
_HOLLOW_BLOCKS = 12


def _rewritten(
    rng: Random, source: str, labels: Labels, number: int, fold: int
) -> Iterator[Sample]:
    script = rng.choice(scripts.SCRIPTS)
    page = cut_markup(scripts.rewrite_markup(source, scripts.rewriter(script)), _LIMITS)
    if len(page.texts) == len(labels.main):
        view = View(page)
        yield sample(page, labels, view, (number, "html+script", fold))
        flat = flatten(page)
        if len(flat.texts) == len(page.texts):
            yield sample(flat, labels, View(flat), (number, "text+script", fold))


def material_of_fold(materials: Materials, fold: int, folds: int) -> Materials:
    """Return the texts that belong to a fold; a list too short to be split is shared.

    So no stage sees in training what it is measured on.
    """

    def part(items: list[str]) -> list[str]:
        mine = [t for t in items if crc32(t.encode()) % folds == fold]
        return mine or items

    return {
        language: {
            kind: {key: part(items) for key, items in lists.items()}
            if isinstance(lists, dict)
            else lists
            for kind, lists in material.items()
        }
        for language, material in materials.items()
    }


def made_samples(materials: Materials, fold: int, count: int, seed: int) -> Iterator[Sample]:
    """Make whole pages, `count` of each language, as HTML and as text."""
    for language, material in materials.items():
        if "content" not in material:
            continue
        for k in range(count):
            rng = Random(f"{seed}/{fold}/{language}/{k}")
            groups = noise.made_page(rng, material)
            html = cut_markup(noise.made_markup(rng, groups, language), _LIMITS)
            flat = cut_text("\n".join(noise.marked(line) for g in groups for line in g), _LIMITS)
            for page in (html, flat):
                clean, made = noise.labels_of(page)
                if clean.texts:
                    view = View(clean)
                    labels = _of_made(view, made, None)
                    yield sample(clean, labels, view, (-1, f"made {page.kind}", fold))
