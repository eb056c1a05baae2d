"""Figures by what pages have in common: type, site, language, length of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from boilerkill.learn.evaluation import Evaluation, PageRow
from boilerkill.learn.figures.tables import OVERALL, Figure

#: Words of the true text: (fewer than, name), the last for all the rest.
_LENGTHS: Final = (
    (1, "no text"), (100, "1 to 99"), (300, "100 to 299"), (1000, "300 to 999"),
    (3000, "1,000 to 2,999"), (None, "3,000 and more"),
)  # fmt: skip
_UNKNOWN: Final = "unknown"
#: A site with fewer pages is not told apart from the others.
_FEWEST_OF_A_SITE: Final = 3


def _length(row: PageRow) -> str:
    if row.words is None:
        return _UNKNOWN
    return next(name for most, name in _LENGTHS if most is None or row.words < most)


#: Name of the property, and how a page has it.
GROUPINGS: Final[Mapping[str, Callable[[PageRow], str]]] = {
    "page type": lambda row: row.page_type,
    "language": lambda row: row.language or _UNKNOWN,
    "words of text": _length,
    "site": lambda row: row.domain,
}
_ORDER: Final = [name for _, name in _LENGTHS]

Tables = dict[str, dict[str, Figure]]


def breakdown(evaluation: Evaluation) -> Tables:
    """Return the headline figure by each property, for those whose pages differ in it.

    Sites of few pages are left out: their figures say more about the pages than the site.
    """
    found: Tables = {}
    for name, of in GROUPINGS.items():
        groups = [of(row) for row in evaluation.pages]
        counts = Counter(groups)
        if name == "site":
            groups = [g if counts[g] >= _FEWEST_OF_A_SITE else OVERALL for g in groups]
        figures = {
            key: figure
            for key, table in evaluation.figures_by(groups).items()
            for figure in table
            if key != OVERALL and figure.name == evaluation.headline
        }
        if len(figures) > 1 or (figures and name == "site"):
            found[name] = dict(sorted(figures.items(), key=_place))
    return found


def _place(item: tuple[str, Figure]) -> tuple[int, int, str]:
    """Order lengths by size, all else by how many pages there are."""
    name, figure = item
    return (_ORDER.index(name) if name in _ORDER else -1, -figure.pages, name)
