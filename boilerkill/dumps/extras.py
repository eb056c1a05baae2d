"""Packages of the extra `[dumps]`, loaded where they are needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from boilerkill.errors import MissingExtraError


def need(module: str, package: str | None = None) -> Any:
    """Return the module, or raise MissingExtraError naming the package to install."""
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtraError(package or module.split(".", maxsplit=1)[0], "dumps") from None
