"""The kept blocks of a page as a document, and the document as Markdown or HTML."""

from __future__ import annotations

from boilerkill.page import Page
from boilerkill.structure import html, markdown
from boilerkill.structure.addresses import Addresses
from boilerkill.structure.images import Pictures
from boilerkill.structure.inline import Context
from boilerkill.structure.nodes import Node
from boilerkill.structure.outline import Outline
from boilerkill.structure.refine import refined
from boilerkill.values import Include

__all__ = ["document", "html", "markdown"]


def document(
    page: Page,
    kept: list[int],
    include: Include,
    url: str | None = None,
    headline: int | None = None,
) -> list[Node]:
    """Return the kept blocks of a page as a document.

    Args:
        page: The page.
        kept: Numbers of the blocks to give out, in page order.
        include: What else of the page is given out.
        url: Where the page came from; relative addresses are made whole against it.
        headline: The block that is the headline: images from there on can be the article's.
    """
    if not kept:
        return []
    addresses = Addresses(page, url)
    outline = Outline(Context(page, include, addresses), kept)
    if page.kind == "text" or not include.images:
        for block in kept:
            outline.add(block)
        return refined(outline.finish())
    pictures = Pictures(page, kept, addresses, links=include.links)
    wanted = set(kept)
    start = kept[0] if headline is None else min(headline + 1, kept[0])
    for block in range(start, kept[-1] + 2):
        for element, piece in pictures.before(block):
            outline.add_image(element, piece)
        if block in wanted:
            outline.add(block)
    return refined(outline.finish())
