"""What is measured: boilerkill, its peers, and parsers alone, each from bytes to main text.

Each is used as its own documentation shows. All are given the page's bytes, for finding the
encoding is part of the work.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

#: From a page's bytes and its language (ISO 639-1, "" if unknown) to its main text.
Run = Callable[[bytes, str], str]


@dataclass(frozen=True, slots=True)
class System:
    """One system.

    Attributes:
        name: What tables call it.
        package: What pip installs it by.
        load: Imports it and gets it ready; raises ModuleNotFoundError where it is not installed.
        extracts: Whether it gives the main text; a parser alone does not.
    """

    name: str
    package: str
    load: Callable[[], Run]
    extracts: bool = True


def _boilerkill() -> Run:
    from boilerkill import Cleaner

    cleaner = Cleaner()
    return lambda source, _: cleaner.clean(source).text


def _resiliparse() -> Run:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import detect_encoding
    from resiliparse.parse.html import HTMLTree

    def run(source: bytes, _: str) -> str:
        tree = HTMLTree.parse_from_bytes(source, detect_encoding(source) or "utf-8")
        return str(extract_plain_text(tree, main_content=True))

    return run


def _trafilatura() -> Run:
    from trafilatura import extract

    return lambda source, _: extract(source) or ""


def _trafilatura_fast() -> Run:
    from trafilatura import extract

    return lambda source, _: extract(source, fast=True) or ""


def _readability() -> Run:
    from lxml import etree, html
    from readability import Document
    from readability.readability import Unparseable

    def run(source: bytes, _: str) -> str:
        with suppress(Unparseable, etree.LxmlError):
            summary = html.document_fromstring(Document(source).summary())
            return "\n".join(summary.itertext())
        return ""

    return run


def _justext() -> Run:
    from justext import get_stoplist, get_stoplists, justext
    from lxml import etree

    names = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pl": "Polish"}
    stoplists = {
        code: get_stoplist(name) for code, name in names.items() if name in get_stoplists()
    }
    # Without a list for the language: the mode that its documentation calls language-independent.
    anyhow = {"stoplist": frozenset(), "stopwords_low": 0.0, "stopwords_high": 0.0}

    def run(source: bytes, language: str) -> str:
        how = {"stoplist": stoplists[language]} if language in stoplists else anyhow
        with suppress(etree.LxmlError):
            return "\n".join(p.text for p in justext(source, **how) if not p.is_boilerplate)
        return ""

    return run


def _cut() -> Run:
    from boilerkill import Limits
    from boilerkill.decode import read
    from boilerkill.errors import InputError
    from boilerkill.segment import cut_markup

    limits = Limits()

    def run(source: bytes, _: str) -> str:
        with suppress(InputError):
            cut_markup(read(source), limits)
        return ""

    return run


def _lexbor() -> Run:
    from selectolax.lexbor import LexborHTMLParser

    def run(source: bytes, _: str) -> str:
        LexborHTMLParser(source)
        return ""

    return run


def _lxml() -> Run:
    from lxml import etree, html

    def run(source: bytes, _: str) -> str:
        with suppress(etree.LxmlError):
            html.document_fromstring(source)
        return ""

    return run


SYSTEMS = (
    System("boilerkill", "boilerkill", _boilerkill),
    System("resiliparse", "resiliparse", _resiliparse),
    System("trafilatura", "trafilatura", _trafilatura),
    System("trafilatura fast", "trafilatura", _trafilatura_fast),
    System("readability-lxml", "readability-lxml", _readability),
    System("jusText", "jusText", _justext),
    System("parse: boilerkill", "boilerkill", _cut, extracts=False),
    System("parse: lexbor", "selectolax", _lexbor, extracts=False),
    System("parse: lxml", "lxml", _lxml, extracts=False),
)


def load(systems: tuple[System, ...] = SYSTEMS) -> dict[System, Run]:
    """Get the systems ready that are installed; says which are not and how to install them."""
    loaded = {}
    for system in systems:
        try:
            loaded[system] = system.load()
        except ModuleNotFoundError:
            print(f"skipped: {system.name} (not installed; pip install {system.package})")
    return loaded
