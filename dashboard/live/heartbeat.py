"""Whether the trainer's process still answers: one that hangs is as good as dead, and looks alive.

Beats are counted, not seconds: a web server that was itself held up blames nobody for it. A process
that works is given longer than one that does nothing: on a busy machine answers take their time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

BEAT_SECONDS = 0.5
SILENT_BEATS = 4  # unanswered: people are told
LOST_BEATS = 10  # unanswered and idle: the process is given up
STUCK_BEATS = 60  # unanswered, whatever it does
STARTING_BEATS = 240  # before its first answer it imports, on a machine that may be busy

STARTING = "The trainer is starting. Your run begins by itself."
SILENT = (
    "The trainer does not answer. If it stays silent, another one takes its place and your run "
    "starts again by itself."
)


class Heartbeat:
    """Asks one process at every beat. Event loop only.

    `ask` sends it a question that it answers at once; `answered` is to be called then. `worked`
    gives the seconds that it has worked so far, 0 where nobody knows.
    """

    def __init__(self, ask: Callable[[], None], worked: Callable[[], float]) -> None:
        self._ask = ask
        self._worked = worked
        self._n_unanswered = 0
        self._n_idle = 0  # of those, the last in which it did nothing
        self._has_answered = False

    @property
    def message(self) -> str:
        """What those who wait should know; "" when all is well."""
        if not self._has_answered:
            return STARTING
        return SILENT if self._n_unanswered >= SILENT_BEATS else ""

    @property
    def is_lost(self) -> bool:
        """Whether the process has left too many beats unanswered."""
        if not self._has_answered:
            return self._n_unanswered >= STARTING_BEATS
        return self._n_idle >= LOST_BEATS or self._n_unanswered >= STUCK_BEATS

    def answered(self) -> None:
        """Take in an answer."""
        self._has_answered = True
        self._n_unanswered = self._n_idle = 0

    async def until_lost(self) -> None:
        """Return once the process is lost."""
        worked = self._worked()
        while not self.is_lost:
            if self._n_unanswered == 0:
                self._ask()
            self._n_unanswered += 1
            await asyncio.sleep(BEAT_SECONDS)
            before, worked = worked, self._worked()
            is_idle = self._n_unanswered > 0 and worked == before
            self._n_idle = self._n_idle + 1 if is_idle else 0
