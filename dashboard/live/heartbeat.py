"""Whether the trainer's process still answers: one that hangs is as good as dead, and looks alive.

Beats are counted, not seconds: a web server that was itself held up blames nobody for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

BEAT_SECONDS = 0.5
SILENT_BEATS = 4  # unanswered: people are told
LOST_BEATS = 10  # unanswered: the process is given up
STARTING_BEATS = 240  # before its first answer it imports, on a machine that may be busy

STARTING = "The trainer is starting. Your run begins by itself."
SILENT = (
    "The trainer does not answer. If it stays silent, another one takes its place and your run "
    "starts again by itself."
)


class Heartbeat:
    """Asks one process at every beat. Event loop only.

    Args:
        ask: sends it a question that it answers at once; `answered` is to be called then.
    """

    def __init__(self, ask: Callable[[], None]) -> None:
        self._ask = ask
        self._n_unanswered = 0
        self._has_answered = False

    @property
    def message(self) -> str:
        """What those who wait should know; "" when all is well."""
        if not self._has_answered:
            return STARTING
        return SILENT if self._n_unanswered >= SILENT_BEATS else ""

    def answered(self) -> None:
        """Takes in an answer."""
        self._has_answered = True
        self._n_unanswered = 0

    async def until_lost(self) -> None:
        """Returns once the process has left too many beats unanswered."""
        while self._n_unanswered < (LOST_BEATS if self._has_answered else STARTING_BEATS):
            if self._n_unanswered == 0:
                self._ask()
            self._n_unanswered += 1
            await asyncio.sleep(BEAT_SECONDS)
