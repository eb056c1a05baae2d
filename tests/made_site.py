"""A made site with habits of its own, to learn from: what elsewhere is noise is its text.

A page lists the parts of a machine as short linked lines, which is what readers come for; round it
stand long paragraphs of the house in changing words, in the same container, which are not.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

MACHINES = (
    "loom",
    "press",
    "kiln",
    "lathe",
    "churn",
    "bellows",
    "winch",
    "sluice",
    "mangle",
    "pump",
)
PARTS = ("axle", "pin", "drum", "plate", "spring", "lever", "wheel", "gasket", "sleeve", "valve")
MAKES = ["brass", "oak", "iron", "ash", "copper", "elm", "steel", "bone"]
PLACES = ["Marlow", "Thornby", "Easby", "Coldwell", "Ferriby", "Wansford", "Haxey", "Stow"]
HOUSE = (
    "Our workshop in {place} has looked after old machines since {year}, and the people who work "
    "there answer every letter themselves, usually within the week and always by hand.",
    "Before you order, please think of the many owners in {place} who share their spare parts with "
    "each other; a part that travels twice is a part that nobody has to make again.",
    "In {year} the guild of {place} asked us to keep a book of everything we sell, and you are "
    "welcome to leaf through it at the counter on any day but Sunday, over a cup of tea.",
    "The drawings on these pages were made in {place} in the winter of {year} and may be copied by "
    "schools and museums as long as the name of the draughtsman stands under each of them.",
)


def _blocks(rng: Random, machine: str, number: int) -> list[tuple[str, str, str]]:
    """Return (markup, text, label) of the blocks of a page, in order."""

    def house() -> tuple[str, str, str]:
        text = rng.choice(HOUSE).format(place=rng.choice(PLACES), year=rng.randint(1780, 1990))
        return f"<p>{text}</p>", text, "filler"

    title = f"Parts of the {machine} No. {number}"
    out = [
        (f'<li><a href="/{word}">{word.title()}s</a></li>', f"{word.title()}s", "navigation")
        for word in rng.sample(MACHINES, 4)
    ]
    out.append((f"<h1>{title}</h1>", title, "content"))
    out += [house() for _ in range(rng.randint(1, 2))]
    for _ in range(rng.randint(7, 14)):
        part, make = rng.choice(PARTS), rng.choice(MAKES)
        text = (
            f"{make.title()} {part} {rng.randint(2, 90)} mm, fits {rng.randint(1, 9)} to {number}"
        )
        out.append(
            (f'<div class="r"><a href="/p{rng.randint(1, 999)}">{text}</a></div>', text, "content")
        )
    out += [house() for _ in range(rng.randint(1, 2))]
    out.append(("<p>Counter open 9 to 5</p>", "Counter open 9 to 5", "widget"))
    return out


def write_site(folder: Path, pages: int = 40, held_out: int = 10, sites: int = 1) -> Path:
    """Write the site as a block-labelled corpus; the last pages are of split "test"."""
    (folder / "pages").mkdir(parents=True)
    for number in range(pages):
        rng = Random(number)
        machine = rng.choice(MACHINES)
        blocks = _blocks(rng, machine, number + 10)
        name = f"part-{number:02}"
        body = "\n".join(markup for markup, _, _ in blocks)
        (folder / "pages" / f"{name}.html").write_text(
            f"<!DOCTYPE html><html lang=en><title>{machine} - Old Machines</title><body>"
            f"<div class=page>{body}</div></body></html>"
        )
        split = "train" if number < pages - held_out else "test"
        record = {
            "format": "boilerkill-blocks", "version": 1, "id": name, "source": f"{name}.html",
            "kind": "html", "url": f"https://machines-{number % sites}.example/{name}",
            "language": "en", "page_type": "listing", "split": split,
            "title": f"Parts of the {machine} No. {number + 10}", "author": None, "date": None,
            "blocks": [{"text": text, "label": label} for _, text, label in blocks],
        }  # fmt: skip
        (folder / "pages" / f"{name}.json").write_text(json.dumps(record))
    return folder
