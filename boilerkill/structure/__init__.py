"""The kept blocks of a page as a document, and the document as text, Markdown or HTML."""

from __future__ import annotations

from boilerkill.structure import html, markdown, text
from boilerkill.structure.context import Context
from boilerkill.structure.images import Pictures
from boilerkill.structure.nodes import Node, Paragraph, Piece
from boilerkill.structure.outline import Outline
from boilerkill.structure.pager import next_page
from boilerkill.structure.posts import comments, thread
from boilerkill.structure.refine import refined

__all__ = ["Context", "comments", "document", "html", "markdown", "next_page", "text", "thread"]


def document(context: Context, headline: int | None = None) -> list[Node]:
    """Return what is given out of a page as a document.

    Args:
        context: The page, and what is given out of it.
        headline: The block that is the headline: images from there on can be the article's.
    """
    page, blocks = context.page, context.shown()
    if page.kind == "text":
        return [Paragraph([Piece("text", page.texts[block])]) for block in blocks]
    outline = Outline(context)
    upcoming = iter(blocks)
    block = next(upcoming, None)
    if block is not None and context.include.images:
        start = block if headline is None else min(headline + 1, block)
        for before, element, piece in Pictures(context).between(start):
            while block is not None and block < before:
                outline.add(block)
                block = next(upcoming, None)
            outline.add_image(element, piece)
    while block is not None:
        outline.add(block)
        block = next(upcoming, None)
    return refined(outline.finish())
