"""The route for projects that are dropped on a page: whose they are, how large, what they hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from starlette.applications import Starlette

from dashboard.live.server import LiveServer
from dashboard.live.visitors import Visitor
from dashboard.project import routes
from dashboard.project.inbox import Inbox, TooBusy
from dashboard.project.project import Project, project_bytes
from tests.library.making import a_run

GOOD = project_bytes(Project(a_run()))
Post = Callable[..., tuple[int, str]]


@pytest.fixture
def inbox(monkeypatch: pytest.MonkeyPatch) -> Inbox:
    inbox = Inbox()
    monkeypatch.setattr(routes, "project_inbox", lambda: inbox)
    return inbox


@pytest.fixture
def visitor() -> Visitor:
    return LIVE.visitors.new()


LIVE = LiveServer()


@pytest.fixture
def post(inbox: Inbox) -> Iterator[Post]:
    app = Starlette(routes=routes.project_routes(LIVE, "/base"))

    def post(id: str, body: bytes, said: str | None = None, piece: int = 1000) -> tuple[int, str]:
        length = str(len(body)) if said is None else said
        return asyncio.run(_posted(app, f"visitor={id}", body, length, piece))

    yield post


async def _posted(app: Any, query: str, body: bytes, length: str, piece: int) -> tuple[int, str]:
    pieces = [body[at : at + piece] for at in range(0, len(body), piece)] or [b""]
    status, sent = 0, b""

    async def receive() -> dict[str, Any]:
        part = pieces.pop(0)
        return {"type": "http.request", "body": part, "more_body": bool(pieces)}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, sent
        status = message.get("status", status)
        sent += message.get("body", b"")

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/base/project",
        "raw_path": b"/base/project",
        "root_path": "",
        "query_string": query.encode(),
        "headers": [(b"content-length", length.encode())],
    }
    await app(scope, receive, send)
    return status, json.loads(sent)["message"] if sent else ""


def test_a_project_waits_for_the_page_that_it_was_dropped_on(
    post: Post, inbox: Inbox, visitor: Visitor
) -> None:
    assert post(visitor.id, GOOD) == (204, "")
    project = inbox.take(visitor)
    assert project is not None and project.kept == a_run()
    assert inbox.take(visitor) is None


@pytest.mark.parametrize("id", ["", "x" * 24, "../../etc", "a" * 10_000])
def test_a_stranger_is_sent_away(post: Post, inbox: Inbox, id: str) -> None:
    status, message = post(id, GOOD)
    assert status == 403 and "Reload the page" in message
    assert LIVE.visitors.known(id) is None


def test_a_bad_file_is_told_and_kept_nowhere(post: Post, inbox: Inbox, visitor: Visitor) -> None:
    status, message = post(visitor.id, GOOD[:-5])
    assert status == 400 and message.startswith("This project file is damaged")
    assert inbox.take(visitor) is None


@pytest.mark.parametrize("said", ["101000000", "9" * 30, "-1", "many"])
def test_a_size_that_is_too_large_is_refused_before_it_comes(
    post: Post, visitor: Visitor, said: str
) -> None:
    assert post(visitor.id, GOOD, said)[0] == 413


def test_a_file_that_is_larger_than_it_said_is_cut_off(
    post: Post, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(routes, "MOST_PROJECT_BYTES", 500)
    assert post(visitor.id, GOOD, "10", piece=100)[0] == 413


def test_all_that_waits_has_a_bound() -> None:
    inbox, one, other = Inbox(most_bytes=10), LIVE.visitors.new(), LIVE.visitors.new()
    inbox.put(one, Project(a_run(), b"123456"))
    inbox.put(one, Project(a_run(), b"1234567"))  # in the place of the former
    with pytest.raises(TooBusy, match="Drop yours again soon"):
        inbox.put(other, Project(a_run(), b"1234"))
    del one
    inbox.put(other, Project(a_run(), b"1234"))
