"""A cleaner that does what the page tells it to, for tests of everything round the real one."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boilerkill.errors import ModelError
from boilerkill.values import Kind, Status


@dataclass(frozen=True)
class FakeArticle:
    text: str
    status: Status = "kept"
    reason: str | None = None
    confidence: float = 0.9
    language: str | None = None

    @property
    def markdown(self) -> str:
        return f"# {self.text}"

    @property
    def html(self) -> str:
        return f"<p>{self.text}</p>"

    def to_dict(self, *, blocks: bool = False) -> dict[str, Any]:
        names = ("url", "title", "author", "date", "sitename", "description", "image", "license")
        row = dict.fromkeys(names) | {"tags": ["one"]} | vars(self)
        return row | {"blocks": [{"text": self.text}]} if blocks else row


class UnpicklableError(Exception):
    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def hang(_: str) -> None:
    while True:
        time.sleep(1)


def spin(_: str) -> None:
    """Be busy where no Python handler of signals is heard."""
    while True:
        sum(range(10**10))


def kill(_: str) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def leave(_: str) -> None:
    os._exit(3)


def eat(_: str) -> None:
    bytearray(10**10)


def fail(_: str) -> None:
    raise ValueError("no such luck")


def break_pool(_: str) -> None:
    raise UnpicklableError("a", "b")


def crash_once(marker: str) -> None:
    if not Path(marker).exists():
        Path(marker).touch()
        os._exit(3)


def nap(seconds: str) -> None:
    time.sleep(float(seconds))


DEEDS: dict[str, Callable[[str], None]] = {
    "HANG": hang,
    "SPIN": spin,
    "KILL": kill,
    "LEAVE": leave,
    "EAT": eat,
    "FAIL": fail,
    "BREAK": break_pool,
    "ONCE": crash_once,
    "NAP": nap,
}


class FakeCleaner:
    """Keeps the page as it is, unless its first word is an order."""

    def clean(
        self, source: bytes | str, *, url: str | None = None, kind: Kind = "auto"
    ) -> FakeArticle:
        text = source if isinstance(source, str) else source.decode(errors="replace")
        order, _, rest = text.partition(" ")
        if order in DEEDS:
            DEEDS[order](rest)
        if order == "EMPTY":
            return FakeArticle("", "empty", "no text")
        if order == "BAD":
            return FakeArticle("", "quarantined", "not text", 0.0)
        if order == "UNSURE":
            return FakeArticle(rest, confidence=0.2)
        if order == "GERMAN":
            return FakeArticle(rest, language="de-AT")
        return FakeArticle(text)


def make_fake() -> FakeCleaner:
    return FakeCleaner()


def make_fake_with(*_: object) -> FakeCleaner:
    """Stand in for `boilerkill.dumps.factory.make_cleaner`."""
    return FakeCleaner()


def make_nothing() -> FakeCleaner:
    raise ModelError("the model file is damaged")


def make_dead() -> FakeCleaner:
    os._exit(4)
