"""A run that is trained elsewhere, as far as it has come here, and who is fed with it."""

from __future__ import annotations

import math
import pickle
from dataclasses import dataclass, field
from typing import Self

import numpy as np

from dashboard.live.held_data import HeldData
from dashboard.live.remote_run import RemoteRun
from dashboard.live.trainers import Trainers
from dashboard.problem_spec import ProblemSpec, arrays_of
from dashboard.watched_spec import WatchedSpec
from linreg_core import LOSSES, DataError, Status
from linreg_core.arrays import held_bytes
from linreg_core.block import COLUMNS, Block
from linreg_core.watching import RunHead, RunRows
from linreg_core.watching.run_head import Losses

_ENDED = "The run was stopped."


@dataclass(eq=False)
class WatchedRun:
    """One run: what was told of it first, its epochs by number, and how it stands.

    `name` is what the sender calls it. Event loop only; scripts read it.
    """

    name: str
    head: RunHead
    held: HeldData
    spec: WatchedSpec
    rows: list[RunRows] = field(default_factory=list)
    n_rows: int = 0
    n_bytes: int = 0
    stopped: str | None = None  # why it has ended early
    fed: list[RemoteRun] = field(default_factory=list)

    @classmethod
    def of(cls, head: RunHead, name: str, id: str, trainers: Trainers) -> Self:
        """Return a run of which nothing but its head is known. Takes long for large data.

        Raises LinregError when its data can't be used.
        """
        dataset = head.dataset
        held = trainers.hold(dataset, lambda: dataset)
        problem = ProblemSpec(
            held.spec,
            test_fraction=head.n_held_test / dataset.n_samples,
            split="sequential",
            standardize=head.standardize,
            fit_intercept=head.fit_intercept,
        )
        spec = WatchedSpec(id, problem, head.config, _losses_of(head))
        return cls(name, head, held, spec, n_bytes=held_bytes(*arrays_of(dataset)))

    @property
    def status(self) -> Status:
        """How its last epoch stands."""
        return self.rows[-1].block.status if self.rows else Status.RUNNING

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected."""
        return self.status.is_final or self.stopped is not None

    @property
    def epoch(self) -> int:
        """How far it has come."""
        return int(self.rows[-1].block.epoch[-1]) if self.rows else 0

    def new_rows(self, told: RunRows) -> RunRows | None:
        """Return what is not here yet of what was told, None where nothing of it can follow.

        Raises DataError for epochs that are none of this run's.
        """
        new = told.after(self.n_rows)
        if new is None or new.first > self.n_rows or self.status.is_final:
            return None
        first, last = int(new.block.epoch[0]), int(new.block.epoch[-1])
        follows = first > self.epoch if self.rows else first == 0
        if not follows or last > self.head.config.n_epochs:
            raise DataError("Epochs of a watched run must follow one another. Got others.")
        return new

    def add(self, new: RunRows) -> None:
        """Take in rows that follow, and pass them on."""
        self.rows.append(new)
        self.n_rows += len(new.block)
        self.n_bytes += rows_bytes(new)
        self._feed_all(pickle.dumps((new.block, new.seconds)))

    def stop(self, why: str) -> None:
        """It has ended early."""
        self.stopped = why
        self._feed_all(pickle.dumps(self._ending))

    def feed_to(self, run: RemoteRun) -> None:
        """Feed a trainer's run, which has just started, with all that is here, and from now on."""
        self.fed = [each for each in self.fed if not each.is_over]
        if run in self.fed:
            return
        self.fed.append(run)
        if self.rows:
            run.feed(pickle.dumps((self.block, self.rows[-1].seconds)))
        if self.stopped is not None:
            run.feed(pickle.dumps(self._ending))

    @property
    def block(self) -> Block:
        """All epochs that are here; there must be some."""
        columns = {
            name: np.concatenate([getattr(each.block, name) for each in self.rows])
            for name in COLUMNS
        }
        return Block(**columns, status=self.status)

    @property
    def _ending(self) -> str:
        return f"{_ENDED} {self.stopped}".rstrip()

    def _feed_all(self, payload: bytes) -> None:
        self.fed = [each for each in self.fed if not each.is_over]
        for run in self.fed:
            run.feed(payload)


def _losses_of(head: RunHead) -> Losses | None:
    """Return what the rows here can't tell: where they stand for others, losses not of squares."""
    if head.dataset.shown is None or LOSSES[head.config.loss].is_squared:
        return None
    if head.reference_losses is None:
        return math.nan, math.nan if head.n_held_test else None
    return head.reference_losses


def rows_bytes(rows: RunRows) -> int:
    """Return what rows take in memory."""
    return held_bytes(*(getattr(rows.block, name) for name in COLUMNS))
