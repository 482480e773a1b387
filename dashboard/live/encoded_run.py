"""A run on its way to one client: its blocks are encoded as they come."""

from __future__ import annotations

import asyncio
import time
from abc import abstractmethod

from dashboard.live.encoder import RunEncoder
from dashboard.live.result import ResultRecorder
from dashboard.live.streamed import Streamed
from linreg_core import Problem, Status, TrainConfig
from linreg_core.block import Block
from linreg_core.memory import out_of_memory

_SHORT_SECONDS = 0.1  # of training
_LET_GO_SECONDS = 0.001


class EncodedRun(Streamed):
    """A run of which blocks come from somewhere: `_next_block` says from where.

    `engine_seconds` is what the engine took: setting the run up, its updates and the losses that
    it records. Not the encoding and sending, nor the turns of other visitors' runs. `reason` is
    why the engine is not the one that was asked for, where it is not.
    """

    def __init__(
        self,
        problem: Problem,
        config: TrainConfig,
        loop: asyncio.AbstractEventLoop,
        reason: str | None = None,
    ) -> None:
        super().__init__(loop)
        self._problem, self._config, self._reason = problem, config, reason
        self._encoder = RunEncoder(problem, config)
        self._recorder = ResultRecorder(config.n_epochs, config.engine)
        self._unsent: list[Block] = []
        self._is_started = self._is_trained = False
        self.engine_seconds = 0.0

    @property
    def is_complete(self) -> bool:
        """Whether everything that the client waits for has been sent."""
        return self._is_trained and all(aside.is_sent for aside in self.asides)

    @property
    def is_blocked(self) -> bool:
        """Whether there is nothing to do until the client reads or something else is there."""
        is_idle = self._has_no_block and not any(aside.is_due for aside in self.asides)
        waits = is_idle and not self.is_complete
        return super().is_blocked or (waits and not self.is_cancelled)

    def advance(self) -> None:
        """Encode one slice and send what is due. Trainer's thread only."""
        began = time.perf_counter()
        if not self._is_started:
            self._is_started = True
            self._send(self._encoder.start())
        self._send_asides()
        if not self._has_no_block:
            self._take_block()
        if self._has_shown and any(aside.is_due for aside in self.asides):
            time.sleep(_LET_GO_SECONDS)  # the loop sends the rows meanwhile
            self._send_asides()
        self.last_slice_at = time.perf_counter()
        self.trained_seconds += self.last_slice_at - began

    def lacks_memory(self) -> str:
        """Return what is said where the run's numbers find no room."""
        return str(out_of_memory(self._problem.dataset.X.shape))

    @property
    def _has_no_block(self) -> bool:
        """Whether no block is to come, or none yet."""
        return self._is_trained

    @property
    def _has_shown(self) -> bool:
        """Whether the client has its picture, or waits for long: what it sees comes first."""
        return self._is_trained or self.engine_seconds > _SHORT_SECONDS

    @abstractmethod
    def _next_block(self) -> Block:
        """Return the next block, with `engine_seconds` up to it."""

    @abstractmethod
    def _is_flush_due(self, now: float) -> bool:
        """Whether the rows that have come are to be sent now; the last ones are in any case."""

    def _send_asides(self) -> None:
        for aside in self.asides:
            if aside.is_due and (aside.goes_first or self._has_shown):
                self._send(aside.take())

    def _take_block(self) -> None:
        block = self._next_block()
        if len(block.epoch):
            self._unsent.append(block)
            self._recorder.add(block)
        now = time.perf_counter()
        self._is_trained = block.status is not Status.RUNNING
        if self._unsent and (self._is_trained or self._is_flush_due(now)):
            self._flush(now)
        if self._is_trained:
            distance, near = self._encoder.distance(block.last_params), self._encoder.near_loss
            self.result = self._recorder.result(block, self.engine_seconds, near, distance)
            self._send(self._encoder.end(block, self.result, self._reason))

    def _flush(self, now: float) -> None:
        rows, self._unsent = self._encoder.rows(self._unsent, self.engine_seconds), []
        if rows is not None:
            self._send(rows)
            self._has_flushed(now)

    def _has_flushed(self, now: float) -> None:
        """Rows were sent."""
