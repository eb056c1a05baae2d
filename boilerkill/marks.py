"""What an element says of itself: its tag, role, visibility and the words in its names, as bits.

A mark is one bit of a Python int; an element's marks travel down to all blocks inside it. The
words people put into class names and ids are nearly the same in every country, which makes them
evidence that does not depend on the language of the text.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import unescape
from typing import Final

from boilerkill.parse import attributes

# -- what the walk over the page needs to know of a tag ------------------------------------------
BLOCK: Final = 1 << 0  # block-level: starts and ends a block
VOID: Final = 1 << 1  # has no content and no end tag
SKIPPED: Final = 1 << 2  # holds no readable text
LINK: Final = 1 << 3
BOLD: Final = 1 << 4
PRE: Final = 1 << 5  # keeps its white space

#: Marks that are evidence: name -> (tags, roles and itemprops, words in class, id or data names).
_EVIDENCE: Final[dict[str, tuple[str, str, str]]] = {
    # tags and roles
    "nav": ("nav menu", "navigation menu menubar tablist directory", ""),
    "aside": ("aside", "complementary", ""),
    "footer": ("footer", "contentinfo wpfooter", ""),
    "header": ("header hgroup", "banner wpheader", ""),
    "main": ("main", "main maincontentofpage", ""),
    "article": ("article", "article articlebody blogpost text", ""),
    "dialog": ("dialog", "dialog alertdialog alert", ""),
    "form": ("form fieldset legend label", "form search", ""),
    "table": ("table", "table grid", ""),
    "list": ("ul ol dl dir", "list listbox", ""),
    "figure": ("figure figcaption picture caption", "figure", ""),
    "quote": ("blockquote q cite", "", ""),
    "code": ("pre code samp kbd", "", ""),
    "button": ("button", "button", ""),
    "option": ("select option optgroup datalist", "option", ""),
    "fallback": ("noscript noembed", "", ""),
    "inert": ("template", "", ""),
    "media": ("video audio object canvas map", "img", ""),
    "address": ("address", "", ""),
    "time": ("time", "datepublished datemodified datecreated", ""),
    "details": ("details summary", "tabpanel", ""),
    "hidden": ("", "", "hidden hide invisible collapse none offscreen"),
    "screenreader": ("", "", "sr reader screenreader visuallyhidden sronly assistive"),
    # words in names
    "n_nav": ("", "", "nav navi navbar navigation menu menus submenu dropdown megamenu mainmenu "
              "topnav toc topbar tabs drawer offcanvas burger hamburger"),
    "n_crumb": ("", "breadcrumb breadcrumblist", "breadcrumb breadcrumbs crumb crumbs path"),
    "n_pager": ("", "", "pagination pager paging prev previous next pagenav pages older newer"),
    "n_footer": ("", "", "footer foot bottom colophon copyright legal impressum imprint"),
    "n_header": ("", "", "header head top masthead logo banner hero"),
    "n_side": ("", "", "sidebar side aside rail secondary complementary rightcol leftcol right "
               "left"),
    "n_widget": ("", "", "widget widgets module plugin block box panel gadget portlet"),
    "n_related": ("", "", "related recommended recommendations recommendation recommend similar "
                  "more also readmore suggested suggestions suggestion upsell crosssell read "
                  "outbrain taboola teaser teasers promoted latest recent"),
    "n_popular": ("", "", "popular trending trend trends most mostread top hot ranking rank "
                  "viewed"),
    "n_share": ("", "", "share sharing social socials addthis sharethis follow facebook twitter "
                "whatsapp pinterest linkedin instagram telegram sns icons"),
    "n_comment": ("", "comment usercomments", "comment comments disqus commentlist respond "
                  "replies discussion"),
    "n_thread": ("", "", "forum thread topic post posts message messages postbody reply answer "
                 "answers question discussion bbs postcontent msg"),
    "n_user": ("", "author", "user username profile avatar member poster signature author authors "
               "byline bio writer karma"),
    "n_meta": ("", "datepublished keywords", "meta info date time datetime published timestamp "
               "posted details credit credits source subtitle"),
    "n_tag": ("", "keywords articlesection", "tag tags cat category categories label labels "
              "topics keyword keywords cats"),
    "n_ad": ("", "", "ad ads advert advertisement advertising adsense sponsor sponsored promo "
             "promotion promotions dfp adslot commercial gpt adv werbung anzeige publicidad"),
    "n_consent": ("", "", "cookie cookies consent gdpr privacy cookiebanner cc cmp onetrust "
                  "notice ccpa"),
    "n_popup": ("", "", "modal popup overlay lightbox dialog toast notification alert snackbar "
                "tooltip flyout"),
    "n_letter": ("", "", "newsletter subscribe subscription subscriptions signup mailing optin "
                 "mailchimp cta paywall donate donation support register abo"),
    "n_form": ("", "", "form search searchform input login signin filter filters facet facets "
               "field fields sort select contact poll quiz survey"),
    "n_about": ("", "", "about aboutus who us company"),
    "n_skip": ("", "", "skip skiplink jump back backtotop totop"),
    "n_body": ("", "articlebody text reviewbody description", "content body text entry "
               "articlebody main maincontent article story postcontent entrycontent richtext rte "
               "prose wysiwyg copy paragraph markdown bodytext mw parser"),
    "n_title": ("", "headline name", "title headline heading entrytitle h1"),
    "n_intro": ("", "", "intro lead lede excerpt summary abstract standfirst dek description desc "
                "subhead"),
    "n_caption": ("", "caption", "caption figcaption image img photo picture gallery figure thumb "
                  "thumbnail slide slider carousel swiper"),
    "n_item": ("", "product listitem", "item items card cards grid tile tiles list listing result "
               "results row product products collection catalog col cell"),
    "n_price": ("", "price offers", "price prices cart buy sku stock shipping checkout basket "
                "wishlist quantity qty variant"),
    "n_review": ("", "review aggregaterating", "review reviews rating ratings stars testimonial "
                 "testimonials"),
    "n_spec": ("", "", "spec specs specification specifications feature features attributes "
               "attribute faq accordion tab tabpanel"),
    "n_doc": ("", "", "doc docs documentation api code highlight section sect"),
    "n_media": ("", "", "video player audio podcast embed media playlist youtube"),
    "n_lang": ("", "", "lang language languages locale country translate"),
    "n_count": ("", "", "count counter views likes like votes vote score num stats"),
    "n_weather": ("", "", "weather ticker breaking stocks horoscope event events calendar clock"),
}  # fmt: skip
_FIRST: Final = 6
#: Names of the evidence marks; mark `i` is bit `_FIRST + i`.
EVIDENCE: Final = tuple(_EVIDENCE)
#: Bit of each evidence mark.
BIT: Final = {name: 1 << (_FIRST + i) for i, name in enumerate(EVIDENCE)}

_BLOCK_TAGS = (
    "address article aside blockquote body button canvas caption center dd details dialog dir div "
    "dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html "
    "legend li main map menu nav noscript object ol optgroup option p pre search section select "
    "datalist summary table tbody td template tfoot th thead tr ul video audio svg marquee listing "
    "xmp plaintext iframe"
)
_VOID_TAGS = "area base br col embed hr img input link meta source track wbr param keygen basefont"


def _table(column: int) -> dict[str, int]:
    """Word -> bits, for one column of `_EVIDENCE`."""
    table: dict[str, int] = {}
    for name, columns in _EVIDENCE.items():
        for word in columns[column].split():
            table[word] = table.get(word, 0) | BIT[name]
    return table


def _tags() -> dict[str, int]:
    table = _table(0)
    for bit, names in (
        (BLOCK, _BLOCK_TAGS), (VOID, _VOID_TAGS), (SKIPPED, "svg rp"), (LINK, "a"),
        (BOLD, "b strong"), (PRE, "pre listing xmp plaintext"),
    ):  # fmt: skip
        for name in names.split():
            table[name] = table.get(name, 0) | bit
    return table


_TAGS: Final = _tags()
_ROLES: Final = _table(1)
_WORDS: Final = _table(2)
#: Attributes that the evidence is read from.
_TELLING: Final = frozenset(
    {"class", "id", "role", "itemprop", "itemtype", "style", "hidden", "aria-hidden"}
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")


@lru_cache(maxsize=2048)
def tag_of(raw: str) -> tuple[str, int]:
    """Return a tag's lower-case name and its marks; names with a hyphen count as block-level.

    Custom elements are inline by default, but pages build their layout from them.
    """
    name = raw.lower()
    return name, _TAGS.get(name, BLOCK if "-" in name else 0)


#: Names of one element that are looked at.
_MAX_NAMES: Final = 1000


@lru_cache(maxsize=32768)
def _name_bits(name: str) -> int:
    """Return the bits of one class name or id, cut into words at case changes and non-letters."""
    bits = 0
    for word in _WORD.findall(name):
        bits |= _WORDS.get(word.lower(), 0)
    return bits


def _names_bits(names: str) -> int:
    bits = 0
    for name in names.split(None, _MAX_NAMES)[:_MAX_NAMES]:
        bits |= _name_bits(name)
    return bits


#: Where one of these stands in the source of attributes, they are read in full.
_RARE: Final = (
    "role", "item", "hidden", "style", "ROLE", "ITEM", "HIDDEN", "STYLE", "CLASS", "ID", "Role",
    "Item", "Hidden", "Style", "Class", "Id",
)  # fmt: skip
#: A class or id; or the quoted value of another attribute, in which none is looked for.
_NAMED = re.compile(
    r"""(class|id)\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s>"']++))|=\s*+(?:"[^"]*+"|'[^']*+')"""
)


@lru_cache(maxsize=16384)
def facts_of(source: str) -> tuple[int, str]:
    """Return the evidence bits and the class names of the source of an element's attributes.

    Most elements have a class, perhaps an id, and nothing else that tells anything; those are
    found without reading the other attributes.
    """
    for name in _RARE:
        if name in source:
            return _all_facts_of(source)
    classes = identity = None
    for match in _NAMED.finditer(source):
        name = match[1]
        if name is None or source[match.start() - 1 : match.start()].strip(" \t\r\n\f\"'"):
            continue  # the end of another name, as in data-id
        value = match[2] or match[3] or match[4] or ""
        if name == "class":
            classes = value if classes is None else classes
        else:
            identity = value if identity is None else identity
    classes, identity = classes or "", identity or ""
    if "&" in classes:
        classes = unescape(classes)
    return _names_bits(classes) | _names_bits(identity), classes


def _all_facts_of(source: str) -> tuple[int, str]:
    found = attributes(source, wanted=_TELLING)
    classes = found.get("class", "")
    bits = _names_bits(classes) | _names_bits(found.get("id", ""))
    for key in ("role", "itemprop", "itemtype"):
        if key in found:
            for word in found[key].lower().replace("/", " ").split():
                bits |= _ROLES.get(word, 0)
    if "hidden" in found or ("style" in found and _hides(found["style"])):
        bits |= BIT["hidden"]
    if found.get("aria-hidden", "").lower() == "true":
        bits |= BIT["screenreader"]
    return bits, classes


def _hides(style: str) -> bool:
    rules = "".join(style.lower().split())
    return "display:none" in rules or "visibility:hidden" in rules
