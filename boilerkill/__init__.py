"""boilerkill cuts a web page into blocks, scores each, and emits only the article."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from boilerkill.cleaner import Article, Cleaner, clean, load_model
    from boilerkill.errors import BoilerkillError
    from boilerkill.values import Block, Include, Limits, Post

    __version__: str

__all__ = [
    "Article",
    "Block",
    "BoilerkillError",
    "Cleaner",
    "Include",
    "Limits",
    "Post",
    "clean",
    "load_model",
]
#: Where they are; in `cleaner` if not said.
_HOMES = {
    "BoilerkillError": "errors",
    **dict.fromkeys(("Block", "Include", "Limits", "Post"), "values"),
}


def __getattr__(name: str) -> Any:
    """Load what is asked for, so that the command line answers Ctrl-C before numpy is there."""
    found: Any
    if name == "__version__":
        found = _version()
    elif name in __all__:
        found = getattr(import_module(f"boilerkill.{_HOMES.get(name, 'cleaner')}"), name)
    elif name in {"cleaner", *_HOMES.values()}:
        found = import_module(f"boilerkill.{name}")
    else:
        raise AttributeError(f"module 'boilerkill' has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("boilerkill")
    except PackageNotFoundError:  # used from a source tree that is not installed
        return "0+unknown"
