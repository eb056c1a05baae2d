"""Names of people in by-lines: what stands round them is cut off."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from boilerkill.metadata import dates

#: What opens a by-line, by language. After a short one only a capital letter follows a name.
_OPENERS: Final = (
    # en
    "written by|posted by|published by|reported by|created by|authored by|submitted by|story by|"
    "words by|text by|article by|review by|post by|presented by|contributed by|by author|by|words|"
    "author|authors|about the author|posted|writer|reporter|contributor|guest post by|from|"
    # de nl sv da no
    "geschrieben von|verfasst von|veröffentlicht von|ein beitrag von|von|autor|autorin|text|"
    "geschreven door|geplaatst door|door|tekst|auteur|"
    "skriven av|publicerad av|av|text av|skrevet af|af|tekst av|skrevet av|"
    # fr es pt it ca ro
    "écrit par|publié par|rédigé par|par|"
    "escrito por|publicado por|redactado por|por|autora|escrit per|per|"
    "scritto da|pubblicato da|articolo di|a cura di|di|autore|"
    "scris de|publicat de|de|"
    # pl cs sk hr sl hu fi et lt lv
    "napisał|napisała|opublikowane przez|przez|autorzy|napsal|napsala|vložil|vložila|od|"
    "piše|objavio|avtor|szerző|írta|beküldte|teksti|kirjoittanut|kirjoittaja|"
    # tr id vi
    "yazan|yazar|oleh|penulis|ditulis oleh|diposting oleh|tác giả|bởi|theo|"
    # ru uk bg sr el
    "автор|авторы|текст|опубликовал|опубликовала|от|публикувано от|автори|пише|"
    "συντάκτης|γράφει ο|γράφει η|του|της|κείμενο|από|"
    # ar fa he hi bn ta th
    "بقلم|كتب|كتبت|تحرير|الكاتب|نویسنده|گزارش از|نوشته|"
    "מאת|כתב|כותב|लेखक|लेखिका|द्वारा|লেখক|লেখা|எழுதியவர்|โดย|ผู้เขียน|"
    # ja ko zh
    "投稿者|著者|筆者|執筆者|執筆|文|記者|作者|撰文|责任编辑|編集|글|작성자|취재|기자"
)
#: Those that a name follows without a space or sign too.
_GLUED: Final = "written by|posted by|by|作者|文|記者|记者|撰文"
_OPENER = re.compile(
    rf"[\W_]{{0,3}}(?:(?:{_OPENERS})(?:\s*[:：/／՝=]\s*|\s+)|(?i:{_GLUED})(?=[A-Z@\u4e00-\u9fff]))",
    re.IGNORECASE,
)
_LATER_BY = re.compile(r"\b(?:written|posted|published|created)?\s?[bB]y:?\s+(?=[A-Z@])")
_REVIEWED = re.compile(
    r"(?:medically |fact[- ]|peer )?(?:reviewed|edited|checked|updated|photos?|photography|"
    r"illustrat\w+|translated|sponsored|powered|presented|foto\w*|fotos|bild|photo par|фото)\b",
    re.IGNORECASE,
)
#: Labels that follow a name in a Chinese by-line.
_HAN_LABEL = (
    "时间|時間|来源|來源|日期|发布|發布|发表|發表|阅读|閱讀|点击|評論|评论|校对|编辑|編輯|记者|記者|"
    "责编|摄影"
)
_HAN_NAME = rf"(?!{_HAN_LABEL})[\u4e00-\u9fff·]{{2,5}}"
#: Where a name ends.
_END = re.compile(
    rf"\s*(?:{_HAN_LABEL})|"
    r"\s*(?:\||•|·|\u2022|—|–|\s-\s|\s/\s|\(|\[|;|:|@|…|\bon\s+[A-Z\d]|\bin\s+[A-Z]|"
    r"\b(?:posted|published|updated|says|wrote|last|follow|reviewed|edited|modified|share|read|photo\w*|"
    r"fact|medically|am|pm|view|see|more|staff writer|contributing|senior|editor|"
    r"and reviewed|min|für|le|el|il|den|am)\b|\d)",
    re.IGNORECASE,
)
_WORD_IN_NAME = r"(?:[A-ZÀ-ÖØ-ÞĀ-ŽА-ЯΑ-Ω][\w'’.-]*|d[aeiou]s?|v[ao]n|der|den|la|le|el|al|bin|y|e)"
_PERSON = re.compile(rf"{_WORD_IN_NAME}(?:\s{_WORD_IN_NAME}){{1,3}}")
_CREDENTIAL = re.compile(
    r",?\s(?:M\.?D\.?|Ph\.?\s?D\.?|R\.?D\.?N?|MS|MA|MBA|DVM|RN|JD|CPP|PSP|Esq\.?|Jr\.?|Sr\.?|[A-Z]{2,6}\b)"
)
#: What parts a name from a date or a job in a line.
_PIECES = re.compile(r"\s*[|•·,]\s*|\s+[–—-]\s+")
_MAX_PIECES: Final = 6
_BEFORE_DATE = re.compile(r"\s(?:on|at|am|le|el|il|den|vom|op|em|в)\s*$")
_ADDRESS = re.compile(r"\S+@\S+\.\S+|https?://\S+|www\.\S+")
_KOREAN = re.compile(r"([가-힣]{2,4})\s?(?:기자|특파원)")
_CHINESE = re.compile(
    rf"(?:记者|記者|作者|撰文|文|通讯员|编辑|編輯)(?:\s*[/／:：|]\s*|\s+)({_HAN_NAME}(?:[\s、]{_HAN_NAME}){{0,3}})"
    r"(?![\u4e00-\u9fff])"
)
_BETWEEN = re.compile(
    r"\s*[,;、，؛]\s*(?:(?:and|und|y|et|e)\s+)?|\s+(?:and|&|und|y|et|e|en|og|och|и|і)\s+"
)
_SIGNS = re.compile(r"[\W_]+")
_MAX_WORDS: Final = 12
_MAX_NAME: Final = 120
#: Characters of a line or a few in which names are looked for.
_MAX_LINES: Final = 4000
#: Words of a long name.
_LONG: Final = 5
_ORGANISATION = re.compile(
    r"\b(?:team|staff|editors?|editorial|news|inc|llc|ltd|company|group|desk|association|"
    r"university|institute|magazine|blog|media|admin|redaktion|redacción|rédaction|redazione)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class People:
    """Who a line names.

    Attributes:
        text: The name or names as written.
        signs: "by" where a by-line's opening stands before it, "alone" where nothing else does.
    """

    text: str
    signs: tuple[str, ...]


def tidy(text: str) -> str:
    """Return a stated name without an opening "By", addresses, white space; "" if none is left."""
    if len(text) > 10 * _MAX_NAME:
        return ""
    text = _ADDRESS.sub(" ", " ".join(text.split())).strip(" ,;|-–—·•:<>()")
    opener = _OPENER.match(text)
    if opener and text[opener.end() :] and opener[0].lower().lstrip()[:2] in {"by", "wr", "po"}:
        text = text[opener.end() :]
    if not any(map(str.isalpha, text)) or len(text) > _MAX_NAME:
        return ""
    return text if text[0] != "@" else ""


def in_line(text: str, *, marked: bool) -> People | None:
    """Find the names in a by-line, or in an element that is marked as holding them.

    Args:
        text: A line or a few.
        marked: The page says that it holds names: none need open it.
    """
    lines = [line.strip() for line in text[:_MAX_LINES].split("\n") if line.strip()]
    opened = False
    for line in lines[:4]:
        if _REVIEWED.match(line):
            if opened:
                break
            continue
        rest, by = _after_opener(line)
        opened = opened or by
        if not rest:
            continue
        if not (opened or marked):
            rest = _beside(rest)
        name = _name(rest)
        if name:
            signs = ("by",) if opened else ()
            return People(name, signs + (("alone",) if len(lines) == 1 and name == line else ()))
    return None


def _beside(line: str) -> str:
    """Return the name that a line without an opening holds beside a date or a job; "" if none."""
    pieces = [piece.strip() for piece in _PIECES.split(line, _MAX_PIECES)]
    if len(pieces) > 1 and dates.place(line) is None:
        pieces = pieces[:1]
    return next((piece for piece in pieces if _PERSON.fullmatch(piece)), "")


def _after_opener(line: str) -> tuple[str, bool]:
    """Cut off what opens a by-line."""
    if not line.isascii():
        signed = _KOREAN.search(line) or _CHINESE.search(line)
        if signed:
            return signed[1], True
    opener = _OPENER.match(f"{line} ")
    if opener:
        return line[opener.end() :], True
    later = _LATER_BY.search(line)
    if later:
        return line[later.end() :], True
    return line, False


def _name(text: str) -> str | None:
    text = _ADDRESS.sub(" ", text)
    if " " not in text.strip() and len(text) < _MAX_NAME:
        return text.strip(" ,.;-–—·•“”\"'()") or None  # a user name may hold anything
    end = _END.search(text)
    day = dates.place(text)
    if day is not None:
        text = _BEFORE_DATE.sub("", text[:day])
        end = _END.search(text)
    name = (text[: end.start()] if end else text).strip(" ,.;-–—·•“”\"'()")
    if not name or len(name) > _MAX_NAME or len(name.split()) > _MAX_WORDS:
        return None
    if "=" in name or not any(map(str.isalpha, name)) or dates.first(name):
        return None
    return name


def apart(people: str) -> tuple[str, ...]:
    """Part several names; degrees and jobs stay with the name they follow.

    >>> apart("Ann Lee, PhD, Bob Ray and Cy Dow")
    ('Ann Lee, PhD', 'Bob Ray', 'Cy Dow')
    """
    found: list[str] = []
    for piece in _BETWEEN.split(people):
        if found and not _PERSON.fullmatch(piece):
            found[-1] += f", {piece}"
        elif piece:
            found.append(piece)
    return tuple(found)


def key(name: str) -> str:
    """Return what two spellings of one name share."""
    return _SIGNS.sub("", name.lower())


def shape(name: str) -> list[str]:
    """Describe how much a text looks like a name."""
    signs = []
    words = name.split()
    if _PERSON.fullmatch(name):
        signs.append("looks like a person")
    elif len(words) == 1:
        signs.append("one word")
    if _ORGANISATION.search(name):
        signs.append("looks like an organisation")
    if any(map(str.isdigit, name)):
        signs.append("has digits")
    if len(words) > _LONG:
        signs.append("long")
    return signs
