"""boilerkill cuts a web page into blocks, scores each, and emits only the article."""

from importlib.metadata import PackageNotFoundError, version

from boilerkill.cleaner import Article, Cleaner, clean, load_model
from boilerkill.errors import BoilerkillError
from boilerkill.values import Block, Include, Limits, Post

try:
    __version__ = version("boilerkill")
except PackageNotFoundError:  # used from a source tree that is not installed
    __version__ = "0+unknown"

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
