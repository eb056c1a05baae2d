"""The language of a piece of code, from the names that highlighters give the elements round it."""

from __future__ import annotations

import re
from typing import Final

from boilerkill.page import Page
from boilerkill.parse import attributes

_NAMED: Final = re.compile(
    r"(?:^|\s)(?:(?:language|lang|highlight-source|highlight-text|highlight|src)-|brush:\s*"
    r"|(?:sourceCode|hljs|prettyprint)\s+(?!lang|hljs|src|source|highlight))"
    r"([a-zA-Z][\w+#.-]{0,30})"
)
_STATED: Final = frozenset({"data-lang", "data-language", "lang-name"})
#: What highlighters say where they know none, and other words that stand beside their names.
_NO_LANGUAGE: Final = frozenset({
    "none", "plain", "plaintext", "text", "txt", "default", "notranslate", "nohighlight", "auto",
    "no-highlight", "undefined", "unknown", "linenums", "line-numbers", "highlight", "code",
    "numbersource", "copyable",
})  # fmt: skip
#: Elements from the innermost out that are asked.
_REACH: Final = 6


def language_of(page: Page, element: int) -> str:
    """Return the name of the language that an element or those round it state, or ""."""
    for _ in range(_REACH):
        if element <= 0:
            break
        source = page.attributes[element]
        if source:
            values = attributes(source)
            named = [values[name] for name in _STATED if values.get(name)]
            named += [found[1] for found in _NAMED.finditer(values.get("class", ""))]
            for name in named:
                word = name.strip().lower()
                if word and word not in _NO_LANGUAGE and not word.startswith("wp-"):
                    return word.split()[0]
        element = page.parents[element]
    return ""
