"""The pictures in the README, taken anew in the Chromium of this machine.

    python docs/screenshots.py

To be run when the views or the shipped model have changed; playwright comes with the extra `test`,
Pillow with matplotlib.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from signal import SIGINT
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs/images"
#: Blocks of the page that are labelled before the picture is taken.
LABELLED = 16
_COMMAND = (sys.executable, "-m", "boilerkill")


def written(name: str, folder: Path, *command: object) -> str:
    """Let a command write a report; returns its address."""
    whole = [*_COMMAND, *map(str, command), folder / name]
    subprocess.run(whole, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)  # noqa: S603
    return (folder / name).as_uri()


def keep(picture: bytes, name: str) -> None:
    """Write a picture in few colours: a third of its size."""
    few = Image.open(BytesIO(picture)).convert("RGB").quantize(255, dither=Image.Dither.NONE)
    few.save(IMAGES / name, optimize=True)


def label(browser: Any, folder: Path) -> None:
    """Label the first blocks of a page as the model guesses them, and take the picture."""
    pages = [f"corpora/pages/{name}.html" for name in ("en-blog-wp", "en-news-noisy")]
    command = [*_COMMAND, "label", *pages, "-o", str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as server:  # noqa: S603
        said = (re.search(r"http://\S+", line) for line in server.stderr or ())
        page = browser.new_page(viewport={"width": 1280, "height": 780})
        page.goto(next(filter(None, said))[0] + "#page=0")
        page.wait_for_selector("#blocks li")
        for _ in range(LABELLED):
            page.keyboard.press("Enter")
        expect(page.locator("#saved")).to_have_text("Saved")
        page.wait_for_timeout(1000)  # the page scrolls softly
        keep(page.screenshot(), "label.png")
        server.send_signal(SIGINT)


def shoot(browser: Any, address: str, name: str, height: int) -> None:
    """Take the picture of a report from its top."""
    page = browser.new_page(viewport={"width": 1100, "height": height})
    page.goto(address)
    keep(page.screenshot(), name)


def main() -> None:
    """Take all pictures."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    noisy = ("report", "corpora/pages/en-news-noisy.html", "-o")
    test = ("evaluate", "corpora", "--split", "test", "--report")
    with TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        label(browser, folder / "labelled")
        shoot(browser, written("report.html", folder, *noisy), "report.png", 760)
        shoot(browser, written("evaluate.html", folder, *test), "evaluate.png", 1300)
        browser.close()


if __name__ == "__main__":
    main()
