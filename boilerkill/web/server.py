"""The labelling page's server: for one person, on this machine, for as long as a command runs.

Every address begins with a token that only the terminal shows, requests must name 127.0.0.1 as
their host and come from the page itself, and no path of a file is ever taken from a request.
"""

from __future__ import annotations

import json
import secrets
from importlib import resources
from typing import Any, Final

from boilerkill.errors import MissingExtraError, OutputError, UsageError
from boilerkill.values import LABELS
from boilerkill.web import frame
from boilerkill.web.html import MEANINGS, style
from boilerkill.web.project import PAGE_TYPES, ConflictError, Project, State

try:
    from starlette.applications import Starlette
    from starlette.concurrency import run_in_threadpool
    from starlette.exceptions import HTTPException
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response
    from starlette.routing import Mount, Route
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
except ImportError:
    raise MissingExtraError("starlette", "label") from None

HOST: Final = "127.0.0.1"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
#: Largest body of a request: labels for every block of the largest page.
_MOST_BODY: Final = 8_000_000
_HEADERS: Final = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_TYPES: Final = {"html": "text/html", "css": "text/css", "js": "text/javascript"}


def application(project: Project, token: str) -> ASGIApp:
    """Return the server's application; it answers below `/TOKEN/` only."""
    site = _Site(project)
    routes = [
        Route("/", _asset("label.html")),
        Route("/label.css", _sheet),
        Route("/label.js", _asset("label.js")),
        Route("/api/project", site.project),
        Route("/api/next", site.next_unsure),
        Route("/api/pages/{number}", site.page),
        Route("/api/pages/{number}", site.change, methods=["POST"]),
        Route("/frame/{number}", site.frame),
    ]
    return _Gate(Starlette(routes=[Mount(f"/{token}", routes=routes)]), token)


class _Gate:
    """Lets through what comes from the labelling page itself, and nothing else."""

    def __init__(self, inner: ASGIApp, token: str) -> None:
        self._inner = inner
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._inner(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        fault = self._fault(scope)
        answer = self._inner if fault is None else Response(fault, 403, media_type="text/plain")
        await answer(scope, receive, send_guarded)

    def _fault(self, scope: Scope) -> str | None:
        """Say what is wrong with a request, if anything is."""
        headers = dict(scope["headers"])
        host = headers.get(b"host", b"").decode("latin-1")
        if host.partition(":")[0] != HOST:
            return f"This server answers to {HOST} only."
        if headers.get(b"sec-fetch-site", b"none") not in {b"same-origin", b"none"}:
            return "This request comes from another site."
        if headers.get(b"origin", f"http://{host}".encode()) != f"http://{host}".encode():
            return "This request comes from another site."
        given = scope["path"].lstrip("/").partition("/")[0]
        if not secrets.compare_digest(given.encode(), self._token):
            return (
                "The address is not complete, or of an earlier run: open the one in the terminal."
            )
        return None


def _asset(name: str) -> Any:
    content = resources.files("boilerkill.web").joinpath(name).read_bytes()
    kind = _TYPES[name.rpartition(".")[2]]

    async def answer(_: Request) -> Response:
        return Response(content, media_type=kind, headers={"content-security-policy": _POLICY})

    return answer


async def _sheet(_: Request) -> Response:
    return Response(style("base", "label"), media_type="text/css")


class _Site:
    """The answers, as JSON, and the pages in their frame."""

    def __init__(self, project: Project) -> None:
        self._project = project

    async def project(self, _: Request) -> Response:
        """Tell of all pages, and what can be said of blocks and pages."""
        pages = [
            {"name": source.name, "blocks": o.blocks, "done": o.done, "doubt": o.doubt}
            for source, o in zip(self._project.sources, self._project.outlooks(), strict=True)
        ]
        labels = [{"label": label, "meaning": MEANINGS[label]} for label in LABELS]
        return JSONResponse({"pages": pages, "labels": labels, "page_types": PAGE_TYPES})

    async def next_unsure(self, request: Request) -> Response:
        """Tell the page to go on with."""
        given = request.query_params.get("after")
        after = self._number(given) if given else None
        return JSONResponse({"number": self._project.next_unsure(after)})

    async def page(self, request: Request) -> Response:
        """Tell of one page and its blocks."""
        number = self._number(request.path_params["number"])
        opened = await run_in_threadpool(self._project.open, number)
        blocks = [
            {"text": b.text, "tag": b.tag, "guess": b.label, "chance": b.probabilities[b.label]}
            for b in opened.blocks
        ]
        article = opened.article
        about = {
            "number": number, "name": self._project.sources[number].name, "title": article.title,
            "language": article.language, "reason": None if blocks else article.reason,
            "blocks": blocks,
        }  # fmt: skip
        return JSONResponse(about | _told(self._project.state(number)))

    async def frame(self, request: Request) -> Response:
        """Show one page as it looks."""
        number = self._number(request.path_params["number"])
        opened = await run_in_threadpool(self._project.open, number)
        shown = await run_in_threadpool(frame.frame, opened.page)
        return Response(
            shown.encode("utf-8", "replace"),
            media_type="text/html",
            headers={"content-security-policy": frame.POLICY},
        )

    async def change(self, request: Request) -> Response:
        """Label blocks; 409 with the labels there are if they changed in the meantime."""
        number = self._number(request.path_params["number"])
        try:
            given = json.loads(await _body(request))
            labels = {int(block): label for block, label in given["labels"].items()}
            revision, page_type = int(given["revision"]), given.get("page_type")
        except (
            ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError,
        ):  # fmt: skip
            raise HTTPException(400, "wanted: revision, labels (block to label)") from None
        try:
            state = await run_in_threadpool(
                self._project.change, number, revision, labels, page_type
            )
        except ConflictError as error:
            told = _told(self._project.state(number))
            return JSONResponse(told | {"error": str(error)}, 409)
        except UsageError as error:
            raise HTTPException(400, str(error)) from None
        except OutputError as error:
            return JSONResponse({"error": str(error)}, 507)
        return JSONResponse({"revision": state.revision})

    def _number(self, given: str) -> int:
        count = len(self._project.sources)
        # By its digits first: Python reads no number of thousands of them.
        if len(given) > len(str(count)) or not given.isdecimal() or int(given) >= count:
            raise HTTPException(404, f"there is no page {given[:20]!r}; there are {count}")
        return int(given)


def _told(state: State) -> dict[str, Any]:
    return {
        "revision": state.revision, "labels": state.labels, "page_type": state.page_type,
    }  # fmt: skip


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BODY:
            raise HTTPException(413, f"more than {_MOST_BODY:,} bytes")
    return body
