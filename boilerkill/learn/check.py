"""What is wrong with a labelled corpus, and how far a choice of blocks can come on it.

Every page is read, decoded and cut as in training. What is found is a list of `Finding`s, each of
one kind of fault with the pages that have it; nothing is repaired.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from boilerkill.errors import CorpusError, InputError, MissingExtraError
from boilerkill.learn.align import align
from boilerkill.learn.corpora import Corpus, LabelledPage, open_corpus
from boilerkill.learn.figures import char_prf, predicted_labels, word_prf
from boilerkill.learn.likeness import Shingles, near_copies, shingles
from boilerkill.learn.samples import MIN_COVERED, cut
from boilerkill.values import LABELS

try:
    from joblib import Parallel, delayed
except ImportError:
    raise MissingExtraError("joblib", "train") from None

#: Languages written without spaces between words: measured by characters.
_UNSPACED: Final = frozenset({"zh", "ja", "th", "lo", "km", "my", "bo"})
_SPACE: Final = re.compile(r"\s+")
#: Main texts that have this share of their five-word runs in common are copies of each other;
#: whole pages, where no main text is known, share their template and have to be nearer.
_SAME_TEXT: Final = 0.8
_SAME_PAGE: Final = 0.95
#: Pages of fewer sites can only be split within sites.
_SITES: Final = 5
#: A ceiling under this is named.
_LOW: Final = 0.8


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of fault.

    Attributes:
        kind: Its name, one of `FAULTS`.
        pages: (page or pages, what was found) of each case.
    """

    kind: str
    pages: tuple[tuple[str, str], ...]


#: Kind of fault -> what it means for training.
FAULTS: Final = {
    "unmatched": "have no other half and are passed over",
    "unreadable": "cannot be read",
    "no truth": "say nothing of what is main text",
    "truth not on the page": f"are not learned from: under {MIN_COVERED:.0%} of the truth is there",
    "snippets not on the page": "must have what no page text holds",
    "low ceiling": f"cannot reach a word F1 of {_LOW} by any choice of blocks",
    "same page": "are copies, byte by byte",
    "near copies": "have nearly the same text",
    "parted copies": "are copies, near or exact, that a split or a fold (by site) would part",
    "parted sites": "are sites with pages in more than one split",
}
#: These make figures wrong, the others only make training worse.
LEAKS: Final = ("parted copies", "parted sites")


@dataclass(frozen=True, slots=True)
class Seen:
    """What is to be known of one page.

    Attributes:
        name: Its id, after its corpus where there are several.
        corpus, split, domain: Where it stands.
        fault: Why it could not be read, if so.
        known: "text", "blocks", "snippets", or "" where nothing is.
        covered: Share of the truth, or of the labelled blocks, that the page's blocks hold.
        ceiling: F1 of the rightly labelled blocks, where a text is known.
        missing: Snippets that the page should have and has not.
        labels: Blocks by label ("main text" and "other" where that is all the truth tells).
        digest: SHA-256 of the page.
        text: Shingles of the main text, or of the whole page where only snippets are known.
    """

    name: str
    corpus: str
    split: str
    domain: str
    page_type: str = ""
    language: str = ""
    fault: str = ""
    known: str = ""
    covered: float = 1.0
    ceiling: float | None = None
    missing: tuple[str, ...] = ()
    labels: tuple[tuple[str, int], ...] = ()
    digest: str = ""
    text: Shingles | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in corpora that are to be used together.

    Attributes:
        corpora: Path, layout and counts of each: pages, sites, page types, languages, splits,
            labels, ceiling (mean F1) and pages it is a mean of.
        findings: Faults, in the order of `FAULTS`; only those that there are.
    """

    corpora: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]

    @property
    def leaks(self) -> bool:
        """Whether figures measured on these corpora would flatter."""
        return any(finding.kind in LEAKS for finding in self.findings)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "corpora": list(self.corpora),
            "findings": [asdict(finding) for finding in self.findings],
        }


def check(paths: Sequence[Path], jobs: int = 2) -> Report:
    """Look through corpora that are to be trained on together.

    Raises:
        CorpusError: One is no corpus at all.
    """
    opened = [(str(path), open_corpus(path)) for path in paths]
    several = len(opened) > 1
    seen: list[Seen] = []
    unmatched: list[tuple[str, str]] = []
    for path, corpus in opened:
        prefix = f"{path}: " if several else ""
        unmatched += [(prefix + name, "alone") for name in corpus.unmatched]
        seen += Parallel(n_jobs=jobs, batch_size=8)(
            delayed(look)(page, path, prefix) for page in _pages(corpus, path, prefix)
        )
    summaries = tuple(
        _summary(path, corpus, [s for s in seen if s.corpus == path]) for path, corpus in opened
    )
    return Report(summaries, tuple(_findings(seen, unmatched)))


def _pages(corpus: Corpus, path: str, prefix: str) -> Iterator[LabelledPage | Seen]:
    """Yield pages; in place of one that cannot be read, what is known of it."""
    if corpus.stream:
        yield from corpus
        return
    for page_id in corpus.ids:
        try:
            yield corpus.read(page_id)
        except CorpusError as fault:
            yield Seen(prefix + page_id, path, "", "", fault=str(fault))


def look(page: LabelledPage | Seen, path: str, prefix: str = "") -> Seen:
    """Cut one page of the corpus at `path` and hold it against its truth."""
    if isinstance(page, Seen):
        return page
    source = page.source if isinstance(page.source, bytes) else page.source.encode(errors="replace")
    about: dict[str, Any] = {
        "name": prefix + page.id, "corpus": path, "split": page.split or "",
        "domain": page.domain, "page_type": page.page_type, "language": page.language or "",
        "digest": hashlib.sha256(source).hexdigest(),
    }  # fmt: skip
    try:
        texts = cut(page).texts
    except InputError as fault:
        return Seen(**about, fault=str(fault))
    if not texts:
        return Seen(**about, fault="no readable block")
    known = _by_labels if page.labels else _by_truth if page.truth else _by_snippets
    return Seen(**about, **known(page, texts))


def _f1(page: LabelledPage, text: str) -> float:
    measure = char_prf if page.language in _UNSPACED else word_prf
    return measure(text, page.truth).f1


def _by_truth(page: LabelledPage, texts: Sequence[str]) -> dict[str, Any]:
    found = align(texts, page.truth or "")
    kept = [text for text, yes in zip(texts, found.positive, strict=True) if yes]
    return {
        "known": "text",
        "covered": found.covered,
        "ceiling": _f1(page, "\n\n".join(kept)),
        "labels": (("main text", len(kept)), ("other", len(texts) - len(kept))),
        "text": shingles(page.truth or ""),
    }


def _by_labels(page: LabelledPage, texts: Sequence[str]) -> dict[str, Any]:
    mine = [(text, str(place)) for place, text in enumerate(texts)]
    pairs = list(zip(page.labels, predicted_labels(page.labels, mine), strict=True))
    right = {int(at) for (_, label), at in pairs if at is not None and label == "content"}
    paired = [label for (_, label), at in pairs if at is not None]
    counts = Counter(paired)
    return {
        "known": "blocks",
        "covered": len(paired) / len(pairs),
        "ceiling": _f1(page, "\n\n".join(texts[at] for at in sorted(right)))
        if page.truth
        else None,
        "labels": tuple((label, counts[label]) for label in LABELS),
        "text": shingles(page.truth or "\n".join(texts)),
    }


def _by_snippets(page: LabelledPage, texts: Sequence[str]) -> dict[str, Any]:
    whole = _SPACE.sub(" ", "\n".join(texts))
    wanted = {snippet: _SPACE.sub(" ", snippet).strip() for snippet in page.must}
    return {
        "known": "snippets" if page.must or page.must_not else "",
        "missing": tuple(snippet for snippet, folded in wanted.items() if folded not in whole),
        "text": shingles(whole),
    }


def _summary(path: str, corpus: Corpus, seen: Sequence[Seen]) -> dict[str, Any]:
    ceilings = [page.ceiling for page in seen if page.ceiling is not None]
    labels: Counter[str] = Counter()
    for page in seen:
        labels.update(dict(page.labels))
    return {
        "path": path,
        "layout": corpus.name,
        "pages": len(seen),
        "sites": len({page.domain for page in seen if page.domain}),
        "page_types": _counted(page.page_type for page in seen),
        "languages": _counted(page.language or "unknown" for page in seen),
        "splits": _counted(page.split or "none" for page in seen),
        "known": _counted(page.known or "nothing" for page in seen),
        "blocks": dict(labels),
        "ceiling": float(np.mean(ceilings)) if ceilings else None,
        "ceiling_pages": len(ceilings),
    }


def _counted(values: Iterator[str]) -> dict[str, int]:
    return dict(Counter(value for value in values if value).most_common())


def _findings(seen: Sequence[Seen], unmatched: list[tuple[str, str]]) -> Iterator[Finding]:
    cases: dict[str, list[tuple[str, str]]] = {kind: [] for kind in FAULTS}
    cases["unmatched"] = unmatched
    for page in seen:
        for kind, detail in _of_page(page):
            cases[kind].append((page.name, detail))
    same, near = _copies(seen)
    parted = [pair for pair in [*same, *near] if _side(seen[pair[0]]) != _side(seen[pair[1]])]
    cases["same page"] = _told(seen, [pair for pair in same if pair not in parted])
    cases["near copies"] = _told(seen, [pair for pair in near if pair not in parted])
    cases["parted copies"] = _told(seen, parted)
    cases["parted sites"] = _parted_sites(seen)
    return (Finding(kind, tuple(found)) for kind, found in cases.items() if found)


def _of_page(page: Seen) -> Iterator[tuple[str, str]]:
    if page.fault:
        yield "unreadable", page.fault
        return
    if not page.known:
        yield "no truth", "no main text, snippets or labelled blocks"
    if page.covered < MIN_COVERED:
        what = "labelled blocks" if page.known == "blocks" else "truth"
        yield "truth not on the page", f"{page.covered:.0%} of the {what}"
    elif page.ceiling is not None and page.ceiling < _LOW:
        yield "low ceiling", f"F1 {page.ceiling:.3f}, {page.covered:.0%} of the truth is there"
    for snippet in page.missing:
        yield "snippets not on the page", repr(snippet)


Pairs = list[tuple[int, int, float]]


def _copies(seen: Sequence[Seen]) -> tuple[Pairs, Pairs]:
    """Return pairs of equal pages (each with the first of its kind) and of nearly equal ones."""
    first: dict[str, int] = {}
    same: Pairs = []
    for place, page in enumerate(seen):
        if page.digest and first.setdefault(page.digest, place) != place:
            same.append((first[page.digest], place, 1.0))
    equal = {(a, b) for a, b, _ in same}
    nothing = np.zeros(0, np.uint64)
    near: Pairs = []
    for known, least in ((True, _SAME_TEXT), (False, _SAME_PAGE)):
        texts = [
            nothing if page.text is None or (page.known in {"text", "blocks"}) != known
            else page.text for page in seen
        ]  # fmt: skip
        near += [pair for pair in near_copies(texts, least) if pair[:2] not in equal]
    return same, near


def _side(page: Seen) -> tuple[str, str]:
    """Return what decides the fold of a page: folds are made over sites, within a split."""
    return page.domain, page.split


def _told(seen: Sequence[Seen], pairs: Pairs) -> list[tuple[str, str]]:
    return [
        (seen[a].name, f"{share:.0%} {seen[b].name} ({_where(seen[a])}; {_where(seen[b])})")
        for a, b, share in pairs
    ]


def _where(page: Seen) -> str:
    return f"{page.domain}, split {page.split}" if page.split else page.domain


def _parted_sites(seen: Sequence[Seen]) -> list[tuple[str, str]]:
    """Return sites with pages in several splits, where there are enough sites to split by."""
    if len({page.domain for page in seen}) < _SITES:
        return []
    splits: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for page in seen:
        if page.domain and page.split:
            splits[page.domain][page.split] += 1
    return [
        (domain, ", ".join(f"{split} {pages}" for split, pages in sorted(counts.items())))
        for domain, counts in splits.items()
        if len(counts) > 1
    ]
