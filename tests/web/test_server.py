import json
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from web.served import served

from boilerkill.errors import OutputError
from boilerkill.web.serving import Server

PAGE = "<nav><a href=x>Menu</a></nav><p>This is the first of ten words of main text."


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("corpus"), {"a.html": PAGE, "b.html": PAGE}) as running:
        yield running


def ask(
    server: Server, path: str, body: Any = None, method: str | None = None, **headers: str
) -> tuple[HTTPResponse, bytes]:
    """Send a request as written, below the token unless it begins with "/"."""
    parts = urlsplit(server.address)
    connection = HTTPConnection("127.0.0.1", parts.port, timeout=10)
    data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    where = path if path.startswith("/") else parts.path + path
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method or ("GET" if body is None else "POST"), where, data, named)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_it_listens_to_this_machine_only(server: Server) -> None:
    assert server._socket.getsockname()[0] == "127.0.0.1"
    assert len(urlsplit(server.address).path) > 30


@pytest.mark.parametrize(
    "path", ["", "label.js", "label.css", "api/project", "api/pages/0", "frame/0"]
)
def test_every_answer_needs_the_token(server: Server, path: str) -> None:
    assert ask(server, path)[0].status == 200
    for wrong in (f"/{path}", f"/wrong/{path}", f"{urlsplit(server.address).path[:-2]}/{path}"):
        assert ask(server, wrong)[0].status == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "localhost"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
    ],
)
def test_other_hosts_and_sites_are_refused(server: Server, headers: dict[str, str]) -> None:
    assert ask(server, "api/project", **headers)[0].status == 403
    change = {"revision": 0, "labels": {"0": "widget"}}
    assert ask(server, "api/pages/1", change, **headers)[0].status == 403
    assert json.loads(ask(server, "api/pages/1")[1])["revision"] == 0


@pytest.mark.parametrize(
    "path",
    ["../../../etc/passwd", "%2e%2e/%2e%2e/etc/passwd", "frame/..%2f..%2fetc%2fpasswd", "frame/-1",
     "label.py", "server.py", "api/pages/a.html", "frame//etc/passwd", "api/pages/99", "frame/2"],
)  # fmt: skip
def test_no_path_leads_to_a_file(server: Server, path: str) -> None:
    answer, content = ask(server, path)
    assert answer.status in {403, 404}
    assert b"root:" not in content


def test_answers_carry_policies(server: Server) -> None:
    page, _ = ask(server, "")
    assert page.headers["content-security-policy"].startswith(
        "default-src 'none'; script-src 'self'"
    )
    frame, shown = ask(server, "frame/0")
    assert "sandbox allow-same-origin" in frame.headers["content-security-policy"]
    assert "script-src" not in frame.headers["content-security-policy"]
    assert b"bk-t" in shown
    for answer in (page, frame, ask(server, "api/project")[0], ask(server, "/wrong/")[0]):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in answer.headers


def test_a_page_and_its_guesses_are_told(server: Server) -> None:
    told = json.loads(ask(server, "api/pages/0")[1])
    assert [block["guess"] for block in told["blocks"]] == ["navigation", "content"]
    assert told["name"] == "a.html"
    project = json.loads(ask(server, "api/project")[1])
    assert [page["name"] for page in project["pages"]] == ["a.html", "b.html"]
    assert project["labels"][0]["label"] == "content"


def test_the_second_of_two_changes_to_a_revision_is_told_of_the_first(server: Server) -> None:
    change = {"revision": 0, "labels": {"0": "navigation"}}
    assert json.loads(ask(server, "api/pages/0", change)[1]) == {"revision": 1}
    answer, told = ask(server, "api/pages/0", {"revision": 0, "labels": {"0": "widget"}})
    assert answer.status == 409
    assert json.loads(told)["labels"] == ["navigation", None]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"[" * 100_000, b'{"revision": Infinity, "labels": {}}', {"labels": {}},
     {"revision": "x", "labels": {}},
     {"revision": 0, "labels": {"x": "content"}}, {"revision": 0, "labels": {"0": "menu"}},
     {"revision": 0, "labels": {"9": "content"}}, {"revision": 0, "labels": {"0": ["content"]}},
     {"revision": 0, "labels": [], "page_type": 7}],
)  # fmt: skip
def test_nonsense_is_refused(server: Server, body: Any) -> None:
    assert ask(server, "api/pages/1", body, "POST")[0].status == 400


@pytest.mark.parametrize("number", ["1" * 5000, "2", "-1", "x", "1.0", "\u0661" * 5000])
@pytest.mark.parametrize("path", ["api/next?after=", "api/pages/", "frame/"])
def test_a_page_that_is_not_there_is_said_to_be_missing(
    server: Server, path: str, number: str
) -> None:
    answer, told = ask(server, path + quote(number))
    assert answer.status == 404
    assert b"there is no page" in told


def test_a_body_without_end_is_cut_off(server: Server) -> None:
    assert ask(server, "api/pages/1", b"x" * 9_000_000)[0].status == 413


def test_a_taken_port_is_named(server: Server, tmp_path: Path) -> None:
    port = urlsplit(server.address).port or 0
    with (
        pytest.raises(OutputError, match=f"cannot listen on 127.0.0.1:{port}"),
        served(tmp_path, {"a.html": PAGE}, port),
    ):
        pass


def test_an_unwritable_corpus_is_told(tmp_path: Path) -> None:
    (tmp_path / "pages").write_text("in the way")
    (tmp_path / "pages").chmod(0o400)
    folder = tmp_path / "pages" / "x"
    with served(folder, {"a.html": PAGE}) as running:
        answer, told = ask(running, "api/pages/0", {"revision": 0, "labels": {"0": "widget"}})
    assert answer.status == 507
    assert "cannot write" in json.loads(told)["error"]
