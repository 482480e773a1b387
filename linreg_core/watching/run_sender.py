"""Sends a run to its watcher while it trains: from a thread, and never in training's way."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus
from http.client import HTTPException
from typing import Any, Final, Protocol

import numpy as np

from linreg_core.block import COLUMNS, Block
from linreg_core.trajectory import frame_epochs
from linreg_core.types import Status
from linreg_core.watching.messages import pack_message
from linreg_core.watching.run_head import MOST_TOLD_NAME, RunHead, name_of_run
from linreg_core.watching.run_rows import MOST_SHOWN_EPOCHS, RunRows, taken_epochs
from linreg_core.watching.watch_address import WatchAnswer

COMING: Final = "coming"
ALIVE: Final = "alive"
STOPPED: Final = "stopped"
"""The other messages: before the head, when there is nothing new for long, and at an early end."""
ALIVE_SECONDS: Final = 10.0
SECONDS_APART: Final = 0.25
_TWICE_AFTER: Final = 8
"""After so many messages they are twice as far apart as at first ..."""
_MOST_TIMES_APART: Final = 4.0
"""... and at most so many times."""
LAST_SECONDS: Final = 10.0
FAILED_SECONDS: Final = 2.0
"""What the end of a run waits for a watcher who did not answer before."""
_RETRY_SECONDS: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
_OVER_SECONDS: Final = 0.5
_MOST_VALUES: Final = 250_000
"""Of rows in one message: 2 MB."""
_FOR_GOOD: Final = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
)


class PostPlace(Protocol):
    """Where messages go."""

    @property
    def place(self) -> str:
        """What it is called."""

    def post(self, body: bytes) -> WatchAnswer:
        """Send a message; OSError and HTTPException where nobody answers."""


class RunSender:
    """Tells one run to one watcher.

    Epochs that a picture can show are kept until the run is over, at most `MOST_SHOWN_EPOCHS` and
    one: a watcher that has lost them is told them again, by number, so that none comes twice.
    Whatever happens is said once on stderr, and training goes on.
    """

    def __init__(
        self,
        place: PostPlace,
        title: str,
        say: Callable[[str], object] | None = None,
        seconds_apart: float = SECONDS_APART,
        retry_seconds: tuple[float, ...] = _RETRY_SECONDS,
    ) -> None:
        self._place, self._title = place, title[:MOST_TOLD_NAME]
        self._say = say or _say_on_stderr
        self._apart, self._retry = seconds_apart, retry_seconds
        self._news = threading.Condition()
        self._head = b""
        self._run = ""
        self._shown = np.empty(0, dtype=np.int64)
        self._blocks: list[Block] = []
        self._n_rows = 0
        self._seconds = self._began = 0.0
        self._is_over = self._is_given_up = False
        self._reason: str | None = None  # why the run was stopped, where it was
        self._thread = threading.Thread(target=self._work, name="watch", daemon=True)
        self._n_failed = self._n_answered = 0

    def start(self) -> None:
        """Tell the watcher that a run is coming."""
        self._thread.start()

    def begin(self, head: RunHead) -> None:
        """The run begins."""
        message = head.to_message()
        with self._news:
            self._head, self._run = message, name_of_run(message)
            self._shown = frame_epochs(head.config.n_epochs, MOST_SHOWN_EPOCHS)
            self._began = time.perf_counter()
            self._news.notify()

    def add(self, block: Block) -> None:
        """Take in the run's next block. Takes no longer than to choose its rows."""
        is_shown = np.isin(block.epoch, self._shown, assume_unique=True)
        if len(block) and block.status.is_final:
            is_shown[-1] = True
        if not is_shown.any():
            return
        kept = taken_epochs(block, np.flatnonzero(is_shown))
        with self._news:
            self._blocks.append(kept)
            self._n_rows += len(kept)
            self._seconds = time.perf_counter() - self._began
            self._news.notify()

    def end(self, stopped: str | None = None, seconds: float = LAST_SECONDS) -> None:
        """Nothing more comes; wait until the watcher has all of it, while it goes on taking it in.

        `seconds` is the longest that is waited between two answers, `stopped` says why the run did
        not come to its end, where it did not.
        """
        with self._news:
            self._is_over, self._reason = True, stopped
            self._news.notify()
        answered = -1
        while self._thread.is_alive() and answered != self._n_answered:
            answered = self._n_answered
            self._thread.join(min(seconds, FAILED_SECONDS) if self._n_failed else seconds)
        if self._thread.is_alive() and not self._is_given_up:
            self._is_given_up = True
            self._say(f"{self._place.place} did not get the end of the run.")

    def _work(self) -> None:
        self._deliver(pack_message(COMING, {"title": self._title}))
        n_told: int | None = None  # rows that the watcher has; None: it does not know the run
        while not self._is_given_up:
            message = self._next(n_told)
            if message is None:
                break
            answer = self._deliver(message)
            if answer is not None:
                n_told = None if answer.next is None else max(answer.next, 0)
            time.sleep(0.0 if self._is_over else self._pause)

    @property
    def _pause(self) -> float:
        """A watcher with many runs is told less often of those that take long."""
        return self._apart * min(1.0 + self._n_answered / _TWICE_AFTER, _MOST_TIMES_APART)

    def _next(self, n_told: int | None) -> bytes | None:
        """Wait for what is to be told next; None: nothing more is."""
        with self._news:
            has_news = self._news.wait_for(
                lambda: self._is_over or self._is_due(n_told), ALIVE_SECONDS
            )
            if self._head and n_told is None:
                return self._head
            if n_told is not None and self._n_rows > n_told:
                return self._rows(n_told).to_message()
            reason, self._reason = self._reason, None
            run = self._run
        if not has_news:
            return pack_message(ALIVE, {"run": run})
        told = {"run": run, "reason": (reason or "")[:MOST_TOLD_NAME]}
        return None if reason is None else pack_message(STOPPED, told)

    def _is_due(self, n_told: int | None) -> bool:
        return bool(self._head) if n_told is None else self._n_rows > n_told

    def _rows(self, first: int) -> RunRows:
        """Return the rows from number `first` on, as many as one message holds."""
        if len(self._blocks) > 1:
            self._blocks = [_joined(self._blocks)]
        every = self._blocks[0]
        size = max(_MOST_VALUES // (every.weights.shape[1] + len(COLUMNS)), 1)
        is_all = first + size >= self._n_rows
        rows = taken_epochs(every, slice(first, None if is_all else first + size))
        if not is_all:
            rows = replace(rows, status=Status.RUNNING)
        return RunRows(self._run, first, rows, self._seconds)

    def _deliver(self, message: bytes) -> WatchAnswer | None:
        """Send a message until somebody answers; None where nobody is to be told any more."""
        while not self._is_given_up:
            try:
                answer = self._place.post(message)
            except (OSError, HTTPException, ValueError) as error:
                self._failed(str(error) or type(error).__name__)
                continue
            if answer.status == HTTPStatus.OK and answer.next is not None:
                self._worked()
                return answer
            if answer.status == HTTPStatus.PRECONDITION_REQUIRED:
                return WatchAnswer(answer.status)  # it does not know the run
            if answer.status in _FOR_GOOD and answer.message:
                self._is_given_up = True
                self._say(f"{self._place.place} does not show this run: {answer.message}")
                return None
            self._failed(answer.message or f"HTTP {answer.status}")
        return None

    def _worked(self) -> None:
        self._n_answered += 1
        if self._n_failed:
            self._say(f"{self._place.place} is there again.")
        self._n_failed = 0

    def _failed(self, why: str) -> None:
        if not self._n_failed:
            self._say(
                f"{self._place.place} can't be told of the run now ({why}). It is tried again."
            )
        wait = self._retry[min(self._n_failed, len(self._retry) - 1)]
        self._n_failed += 1
        wait = min(wait, _OVER_SECONDS) if self._is_over else wait
        with self._news:
            was_over = self._is_over
            self._news.wait_for(lambda: self._is_over and not was_over, wait)


def _joined(blocks: list[Block]) -> Block:
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(block, name) for block in blocks]) for name in COLUMNS
    }
    return Block(**columns, status=blocks[-1].status)


def _say_on_stderr(text: str) -> None:
    print(f"watch      {text}", file=sys.stderr)
