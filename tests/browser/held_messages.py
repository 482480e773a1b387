"""Streamlit's messages to a page, held back for as long as a test likes: a server that is slow."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Page


class HeldMessages:
    """What stands between a page that is not open yet and the server's scripts.

    `held` are messages that have not reached the page, `n_told` is how many the page has sent.
    """

    def __init__(self, page: Page) -> None:
        self.held: list[tuple[Any, Any]] = []
        self.n_told = 0
        self._is_holding = False
        page.route_web_socket(re.compile("_stcore/stream"), self._pass_on)

    def hold(self) -> None:
        self._is_holding = True

    def let_go(self) -> None:
        """Sends what was held back, in its order, and holds nothing from now on."""
        self._is_holding = False
        while self.held:
            socket, message = self.held[0]
            socket.send(message)
            self.held.pop(0)

    def _pass_on(self, socket: Any) -> None:
        server = socket.connect_to_server()

        def from_page(message: Any) -> None:
            self.n_told += 1
            server.send(message)

        def from_server(message: Any) -> None:
            if self._is_holding or self.held:  # in order
                self.held.append((socket, message))
            else:
                socket.send(message)

        socket.on_message(from_page)
        server.on_message(from_server)
