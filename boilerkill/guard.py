"""What may enter the line, and which line: the checks before a page is cut.

The scan in `parse` is linear whatever the page does, so that nothing has to be kept from it but
sheer size; nesting is bounded by `segment`.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Literal

from boilerkill.errors import InputError
from boilerkill.values import Limits

#: Tags that no plain text is likely to hold; a few of them at the start make a page HTML.
_NAME = (
    r"<(?:!doctype|html|head|body|meta|title|div|p|br|a|span|table|tr|td|ul|ol|li|h[1-6]|script|style"
    r"|link|article|section|main|nav|header|footer|img|form|b|i|em|strong|font|center|text)(?=[\s/>])"
)
_TAG = re.compile(_NAME + "[^<>]*>", re.IGNORECASE)
#: At the very start an open tag is enough: it may be longer than what is looked at.
_OPENING = re.compile(_NAME, re.IGNORECASE)
_LOOKED_AT = 65536
#: Bytes in which most pages say what they are, and characters that are enough for it.
_FIRST, _ENOUGH = 1024, 32
_BLANK = "\ufeff \t\r\n\f"
#: Tags that prove markup where the text does not begin with one.
_PROOF = 3


def check_size(source: bytes | str, limits: Limits) -> None:
    """Raise InputError if a source is larger than the limits allow."""
    if len(source) > limits.max_bytes:
        unit = "bytes" if isinstance(source, bytes) else "characters"
        raise InputError(
            f"too large: {len(source):,} {unit}, allowed are {limits.max_bytes:,} "
            "(Limits.max_bytes)"
        )


def kind_of(text: str | bytes) -> Literal["html", "text"]:
    """Tell markup from plain text: by what it begins with, else by how many tags it holds.

    Args:
        text: The page, as text or as UTF-8.
    """
    if isinstance(text, bytes):
        first = text[:_FIRST].decode(errors="ignore").lstrip(_BLANK)
        if len(first) > _ENOUGH and _opens(first):
            return "html"
        text = text[: 4 * _LOOKED_AT].decode(errors="ignore")
    start = text[:_LOOKED_AT].lstrip(_BLANK)
    if _opens(start):
        return "html"
    tags = sum(1 for _ in islice(_TAG.finditer(start), _PROOF))
    return "html" if tags == _PROOF else "text"


def _opens(start: str) -> bool:
    return bool(_OPENING.match(start)) or start.startswith(("<!--", "<?xml"))
