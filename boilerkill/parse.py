"""Markup to tokens: one linear scan by one regular expression, as the HTML standard tokenises.

Source: https://html.spec.whatwg.org/multipage/parsing.html#tokenization. No tree is built: a tree
builder costs more than everything else on the line together and has worst cases of its own
(unclosed formatting elements, foster parenting); what boilerkill needs of the tree is the stack of
open elements, which `segment` keeps. Every quantifier below is possessive, so that a hostile page
costs no more time than a good one of the same length.

Two leniencies over the standard, both in favour of text: an attribute value whose quote never
closes ends at the next ">", and `<noscript>` is read as markup (scripting is off here).
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from boilerkill.compiled import kernel

_ATTRIBUTES = r"""((?:[^>"'=]++|=\s*+(?:"[^"]*+"|'[^']*+')?+|["'])*+)"""
#: Elements whose content is text up to their own end tag, not markup.
RAW = ("script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp")

_TOKEN = re.compile(
    rf"""
    <(?:
      /([a-zA-Z][^\s/>]*+)[^>]*+(?:>|\Z)                        # 1: end tag
    | ((?ai:{"|".join(RAW)}))(?=[\s/>]){_ATTRIBUTES}(?:>|\Z)                # 2, 3: raw-text element
      ((?:[^<]++|<(?!/(?ai:\2)[\s/>]))*+)(?:</[^>]*+(?:>|\Z)|\Z)    # 4: its text
    | ([a-zA-Z][^\s/>]*+){_ATTRIBUTES}(?:>|\Z)                   # 5, 6: start tag
    | !--(?:-?>|(?:[^-]++|-(?!-!?>))*+(?:--!?>)?)                 # comment
    | [!?/][^>]*+(?:>|\Z)                                        # doctype, bogus comment
    )""",
    re.VERBOSE,
)
#: Entries per token in the list that `tokens` returns: the text before it, then six groups.
STRIDE = 7

_ATTRIBUTE = re.compile(
    r"""([^\s/>=]++)(?:\s*+=\s*+("[^"]*+"|'[^']*+'|[^\s>]*+))?""",
)


def tokens(markup: str) -> list[str | None]:
    """Cut markup at its tags.

    Args:
        markup: The page. NUL characters must be gone.

    Returns:
        A flat list [text, end, raw, raw_attributes, raw_text, start, attributes, text, …, text]:
        `STRIDE` entries per token, then the text after the last one. Groups that do not belong to
        a token are None; a comment has none of them. Texts still hold their entities.
    """
    compiled: Any = kernel("cut")
    if compiled:
        found: list[str | None] = compiled.tokens(markup.encode("utf-8", "surrogatepass"))
        return found
    return _TOKEN.split(markup)


def bounds(markup: str) -> tuple[list[int], list[int]]:
    """Return where the text before each token, and after the last one, begins and ends."""
    begins, ends = [0], []
    for token in _TOKEN.finditer(markup):
        ends.append(token.start())
        begins.append(token.end())
    ends.append(len(markup))
    return begins, ends


def rebuild(parts: list[str | None]) -> str:
    """Write tokens as markup again; comments and doctypes are left out."""
    out: list[str] = []
    for i in range(0, len(parts) - 1, STRIDE):
        text, end, raw, raw_source, raw_text, name, source = parts[i : i + STRIDE]
        out.append(text or "")
        if end is not None:
            out.append(f"</{end}>")
        elif raw is not None:
            out.append(f"<{raw}{raw_source}>{raw_text}</{raw}>")
        elif name is not None:
            out.append(f"<{name}{source}>")
    out.append(parts[-1] or "")
    return "".join(out)


def attributes(source: str, wanted: frozenset[str] | None = None) -> dict[str, str]:
    """Read the attributes of one tag; the first of two equal names counts, as in the standard.

    Args:
        source: What stands between the tag's name and its ">".
        wanted: Lower-case names to read; None for all.

    Returns:
        Lower-cased name to value, entities decoded; "" where no value is given.
    """
    found: dict[str, str] = {}
    for name, value in _ATTRIBUTE.findall(source):
        key = name if name.islower() else name.lower()
        if (wanted is None or key in wanted) and key not in found:
            bare = value[1:-1] if value[:1] in {'"', "'"} and value[-1:] == value[:1] else value
            found[key] = unescape(bare) if "&" in bare else bare
    return found
