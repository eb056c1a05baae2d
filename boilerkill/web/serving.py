"""Running the labelling server until it is stopped, while the model looks the pages over."""

from __future__ import annotations

import secrets
import socket
from contextlib import suppress
from threading import Event, Thread
from typing import Final

from boilerkill.errors import MissingExtraError, OutputError
from boilerkill.web.project import Project
from boilerkill.web.server import HOST, application

try:
    import uvicorn
except ImportError:
    raise MissingExtraError("uvicorn", "label") from None

#: Seconds between two pages looked over, for whoever waits for one in the browser.
_BREATH: Final = 0.05


class Server:
    """A server on this machine; `address` is what to open.

    Args:
        project: What is labelled.
        port: To listen on; 0 takes any that is free.

    Raises:
        OutputError: The port is taken.
    """

    def __init__(self, project: Project, port: int = 0) -> None:
        token = secrets.token_urlsafe(24)
        self._project = project
        self._socket = _listen(port)
        self.address = f"http://{HOST}:{self._socket.getsockname()[1]}/{token}/"
        config = uvicorn.Config(
            application(project, token), log_level="warning", access_log=False, lifespan="off"
        )
        self._server = uvicorn.Server(config)
        self._ended = Event()

    def run(self) -> None:
        """Serve until Ctrl-C, or until `stop`."""
        scan = Thread(target=self._look_over, daemon=True)
        scan.start()
        try:
            with suppress(KeyboardInterrupt):  # uvicorn has ended in good order by then
                self._server.run(sockets=[self._socket])
        finally:
            self._ended.set()
            scan.join()
            self._socket.close()

    def stop(self) -> None:
        """End `run` from another thread."""
        self._server.should_exit = True

    def _look_over(self) -> None:
        """Let the model guess on every page, so that the least sure can come first."""
        for number, outlook in enumerate(self._project.outlooks()):
            if outlook.doubt is None:
                self._project.open(number)
            if self._ended.wait(_BREATH):
                return


def _listen(port: int) -> socket.socket:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((HOST, port))
        listening.listen()  # from now on a browser waits rather than fails
    except OSError as error:
        listening.close()
        raise OutputError(
            f"cannot listen on {HOST}:{port}: {error.strerror}; give another --port"
        ) from None
    return listening
