"""Where a run is watched: the address that the page shows, and posting to it."""

from __future__ import annotations

import http.client
import json
import re
from dataclasses import dataclass
from typing import Final, Self
from urllib.parse import urlsplit

from linreg_core.checks import broken

POST_SECONDS: Final = 20.0
_PATH: Final = re.compile(r"/([A-Za-z0-9._~%-]+/)*watch/[A-Za-z0-9_-]{16,100}")
_RULE: Final = "must be the address that the page shows, as http://host:8501/watch/TOKEN"
_MOST_ANSWER: Final = 10_000
_MOST_SENTENCE: Final = 300


@dataclass(frozen=True)
class WatchAnswer:
    """What a server has said: an HTTP status, and `next`, `message` where it has sent them."""

    status: int
    next: int | None = None
    message: str = ""


@dataclass(frozen=True)
class WatchAddress:
    """Host and path of a watcher; whoever has the path may send runs to it."""

    host: str
    port: int | None
    path: str
    is_secure: bool

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return what an address says.

        Raises ConfigError when it can't be one that a page has shown.

        >>> WatchAddress.from_text("http://localhost:8501/watch/Xb3-0123456789abcdef").port
        8501
        """
        try:
            parts = urlsplit(text.strip())
            host, port = parts.hostname, parts.port
        except ValueError:
            raise broken("--watch", _RULE, text) from None
        is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
        is_web = parts.scheme in ("http", "https")
        if not (host and is_web and is_plain and _PATH.fullmatch(parts.path)):
            raise broken("--watch", _RULE, text)
        return cls(host, port, parts.path, parts.scheme == "https")

    @property
    def place(self) -> str:
        """Host and port, as messages tell them."""
        return self.host if self.port is None else f"{self.host}:{self.port}"

    def post(self, body: bytes, seconds: float = POST_SECONDS) -> WatchAnswer:
        """Send a message and return the answer.

        Raises OSError or HTTPException when there is none.
        """
        kind = http.client.HTTPSConnection if self.is_secure else http.client.HTTPConnection
        connection = kind(self.host, self.port, timeout=seconds)
        try:
            headers = {"Content-Type": "application/octet-stream", "Connection": "close"}
            connection.request("POST", self.path, body, headers)
            answer = connection.getresponse()
            return _answer(answer.status, answer.read(_MOST_ANSWER))
        finally:
            connection.close()


def _answer(status: int, body: bytes) -> WatchAnswer:
    try:
        tree = json.loads(body)
    except (ValueError, RecursionError):
        tree = None
    told = tree if isinstance(tree, dict) else {}
    position, message = told.get("next"), told.get("message")
    return WatchAnswer(
        status,
        position if type(position) is int else None,
        _one_line(message) if isinstance(message, str) else "",
    )


def _one_line(text: str) -> str:
    """Return what a server says without what would move a terminal's cursor."""
    return "".join(c if c.isprintable() else " " for c in text[:_MOST_SENTENCE])
