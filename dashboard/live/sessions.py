"""Which run each session asks for: unguessable tokens that live as long as their session does."""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable
from weakref import WeakValueDictionary

from dashboard.live.result import RunResult
from dashboard.live.trainer_client import RemoteRun
from dashboard.settings import ModelSettings

_TOKEN_BYTES = 18
_REMEMBERED = 8  # void tokens of a session: about what quick key presses leave under way


class SessionRuns:
    """One session's place at the trainer: the settings it shows, and the run under way.

    The only strong reference is the session's own state, so the token dies with the session.
    """

    def __init__(self, registry: SessionRegistry, cancel: Callable[[RemoteRun], None]) -> None:
        self._registry = registry
        self._cancel = cancel
        self._run: RemoteRun | None = None
        self._is_as_set = False
        self._n_asked = self.attached = 0  # the numbers of requests: the last, and the run's
        self.token = ""
        self.superseded: deque[str] = deque(maxlen=_REMEMBERED)
        self.settings: ModelSettings | None = None

    @property
    def result(self) -> RunResult | None:
        """The result of the run that the page is set to, once it is trained."""
        return self._run.result if self._run is not None and self._is_as_set else None

    @property
    def not_again(self) -> str | None:
        """Why the run that the page is set to is not started again by itself, where it is not."""
        return self._run.not_again if self._run is not None and self._is_as_set else None

    @property
    def message(self) -> str:
        """What is to be known of the trainer while the session's run keeps silent; "": nothing."""
        return self._run.message if self._run is not None else ""

    def show(self, settings: ModelSettings) -> str:
        """The token under which the browser fetches this run; a new one when the run is new."""
        if self.settings is None or settings.run_key != self.settings.run_key:
            self.token = self._registry.register(self)  # first: what is stopped is superseded
            self._stop()
        self.settings = settings
        return self.token

    def next_order(self) -> int:
        """Numbers the session's requests for runs. Event loop only, as `attach`."""
        self._n_asked += 1
        return self._n_asked

    def attach(self, run: RemoteRun, order: int, is_as_set: bool = True) -> bool:
        """Makes `run` the session's run and stops the one before it, unless that is the newer one.

        Args:
            order: the request's, of `next_order`.
            is_as_set: whether it is the run of the settings, and not one with an override.

        Returns:
            Whether it is the session's run now.
        """
        if order < self.attached:
            return False
        self._stop()
        self._run, self._is_as_set, self.attached = run, is_as_set, order
        return True

    def _stop(self) -> None:
        if self._run is not None:
            self._cancel(self._run)
            self._run = None


class SessionRegistry:
    """Finds a session's place by its token, for as long as both exist."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_token: WeakValueDictionary[str, SessionRuns] = WeakValueDictionary()

    def register(self, session: SessionRuns) -> str:
        """A fresh token for `session`; its former one is void."""
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._lock:
            if self._by_token.pop(session.token, None) is not None:
                session.superseded.append(session.token)
            self._by_token[token] = session
        return token

    def find(self, token: str) -> SessionRuns | None:
        """The session that holds `token` now."""
        with self._lock:
            return self._by_token.get(token)

    def is_superseded(self, token: str) -> bool:
        """Whether a living session held `token` shortly before: its next run is on its way."""
        with self._lock:
            return any(token in session.superseded for session in self._by_token.values())

    def __len__(self) -> int:
        return len(self._by_token)
