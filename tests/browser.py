"""A headless browser for tests of what a person sees; they are skipped where there is none."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: Milliseconds that a page may take.
_PATIENCE = 60_000


@contextmanager
def browser() -> Iterator[Any]:
    """Start the Chromium of this machine, or skip the test."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(_NAMES)} is installed")
    with sync_api.sync_playwright() as playwright:
        # No sandbox: tests may run as root, where Chromium refuses to make one.
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        # Machines that test are busy.
        sync_api.expect.set_options(timeout=_PATIENCE)
        yield started
        started.close()


def expect(found: Any) -> Any:
    """Wait until something holds of what was found on a page."""
    from playwright.sync_api import expect as wait_for

    return wait_for(found)
