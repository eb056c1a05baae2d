"""Articles and blocks as a cleaner would make them, for tests of what shows them."""

from __future__ import annotations

from boilerkill.cleaner import Article
from boilerkill.values import LABELS, Block, Label


def a_block(text: str = "words", label: Label = "content", **more: object) -> Block:
    """Build a block of that class, kept if it is content."""
    chances = dict.fromkeys(LABELS, 0.02) | {label: 0.94}
    fields: dict[str, object] = {
        "probabilities": chances,
        "kept": label == "content",
        "reason": "why",
        "path": "p",
        "tag": "p",
        "span": None,
    }
    return Block(text=text, label=label, **fields | more)  # type: ignore[arg-type]


def an_article(*blocks: Block, **more: object) -> Article:
    """Build a kept article of these blocks."""
    fields = {"status": "kept", "confidence": 0.9, "_explain": lambda: blocks}
    return Article(**fields | more)  # type: ignore[arg-type]
