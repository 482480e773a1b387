"""A run that is trained elsewhere: the web server feeds its blocks to the trainer, as they come."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from functools import partial

from dashboard.live.aside import Aside
from dashboard.live.encoded_run import EncodedRun
from dashboard.live.encoder import prepare_reference
from dashboard.watched_spec import WatchedSpec
from linreg_core import Problem, TrainConfig
from linreg_core.block import Block
from linreg_core.memo import Memo

Feed = tuple[Block, float] | str
"""Epochs, and what training had taken until the last of them; or why nothing more comes."""


class FedRun(EncodedRun):
    """Encodes what it is fed with. Nothing is told of knobs: they can't be turned from here."""

    def __init__(
        self, spec: WatchedSpec, problem: Problem, loop: asyncio.AbstractEventLoop
    ) -> None:
        problem = _with_losses(problem, spec)
        super().__init__(problem, spec.config, loop)
        self._fed: deque[Feed] = deque()
        prepare = partial(prepare_reference, problem, spec.config)
        is_cheap = self._encoder.reference_is_cheap
        self.asides = (Aside(self._encoder.reference, None if is_cheap else prepare),)

    def feed(self, fed: Feed) -> None:
        """More has come. Event loop only; the service has to be told."""
        self._fed.append(fed)

    @property
    def _has_no_block(self) -> bool:
        return self._is_trained or not self._fed

    @property
    def _has_shown(self) -> bool:
        return True

    def _take_block(self) -> None:
        if isinstance(why := self._fed[0], str):
            self.fail(why)
        else:
            super()._take_block()

    def _next_block(self) -> Block:
        fed = self._fed.popleft()
        assert not isinstance(fed, str)
        block, self.engine_seconds = fed
        return block

    def _is_flush_due(self, now: float) -> bool:
        return not self._fed or isinstance(self._fed[0], str)


def leased_config(spec: WatchedSpec) -> TrainConfig:
    """Return what room is made for: no engine has a copy of a watched run's data."""
    return TrainConfig(solver="closed_form", n_epochs=spec.config.n_epochs)


def _with_losses(problem: Problem, spec: WatchedSpec) -> Problem:
    """Return the problem with what it can't tell by itself, apart from others' runs on it."""
    name, losses = spec.config.loss, spec.reference_losses
    if losses is None:
        return problem
    problem = replace(problem, memo=Memo())
    problem.memo.get("reference_losses", lambda: {name: losses})
    problem.memo.get(("reference_loss", name), lambda: losses[0])
    return problem
