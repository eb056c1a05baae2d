"""A labelling server under test, in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import sleep

from tiny_model import tiny_model

from boilerkill.cleaner import Cleaner
from boilerkill.web.project import Project, Source
from boilerkill.web.serving import Server


@contextmanager
def served(folder: Path, pages: Mapping[str, str], port: int = 0) -> Iterator[Server]:
    """Serve pages to be labelled into `folder`."""
    sources = [Source(name, lambda page=page: page.encode()) for name, page in pages.items()]
    server = Server(Project(sources, folder, Cleaner(tiny_model())), port)
    thread = Thread(target=server.run)
    thread.start()
    while not server._server.started and thread.is_alive():
        sleep(0.01)
    try:
        yield server
    finally:
        server.stop()
        thread.join()
