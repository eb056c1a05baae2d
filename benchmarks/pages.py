"""The pages that everything is measured on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from boilerkill.learn.corpora import Corpus, LabelledPage, open_corpus

REPOSITORY = Path(__file__).resolve().parents[1]
SHARED = REPOSITORY.parent / "shared" / "corpora"
#: One for each kind of figure: words, shingles, characters.
DEFAULT = tuple(SHARED / name for name in ("wcxb", "aeb", "zh69"))
#: What every checkout has.
OWN = REPOSITORY / "corpora"


def corpora(chosen: Sequence[Path] | None) -> list[Corpus]:
    """Open the corpora chosen, else the default ones that exist, else our own; says which lack."""
    if chosen:
        return [open_corpus(path) for path in chosen]
    there = [path for path in DEFAULT if path.is_dir()]
    for path in DEFAULT:
        if path not in there:
            print(f"skipped: corpus {path.name} (no folder {path})")
    if not there:
        print(f"using the pages in {OWN} instead; name others by --corpus")
    return [open_corpus(path) for path in there or [OWN]]


def sample(corpus: Corpus, count: int) -> list[LabelledPage]:
    """Read `count` HTML pages spread evenly over a corpus; all of them if it has no more."""
    ids = [i for i in corpus.ids if corpus.name != "blocks" or corpus.read(i).kind == "html"]
    step = max(len(ids) / count, 1)
    return [corpus.read(ids[int(k * step)]) for k in range(min(count, len(ids)))]


def source_of(page: LabelledPage) -> bytes:
    """Return a page's bytes, as a crawler has them."""
    return page.source if isinstance(page.source, bytes) else page.source.encode()
