"""A run of the command line that is watched from elsewhere: what `--watch` does."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import TYPE_CHECKING, Self

from linreg_core.block import Block
from linreg_core.config import TrainConfig
from linreg_core.distributed import ONE_RANK, Ranks, StoredRows
from linreg_core.errors import LinregError
from linreg_core.losses import LOSSES
from linreg_core.numerics.reference import reference_fit
from linreg_core.problem import Problem
from linreg_core.scale import RowSource

if TYPE_CHECKING:
    from linreg_core.watching import RunHead
    from linreg_core.watching.fair_sample import SampledRows
    from linreg_core.watching.run_head import Losses
    from linreg_core.watching.run_sender import RunSender
    from linreg_core.watching.watch_address import WatchAddress


class WatchedTraining:
    """Tells a run to the watcher that the arguments name, on rank 0; to nobody where they don't.

    What it takes is loaded where somebody watches. Raises ConfigError when the arguments name none
    that there can be.
    """

    def __init__(self, options: argparse.Namespace) -> None:
        self._address: WatchAddress | None = None
        if options.watch is not None:
            from linreg_core.watching.watch_address import WatchAddress

            self._address = WatchAddress.from_text(options.watch)
        self._sender: RunSender | None = None
        self._rows: SampledRows | None = None
        self._ranks = ONE_RANK
        self._title = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if self._sender is None:
            return
        self._sender.end(None if error is None else _why(error))

    def start(self, title: str, n_features: int, ranks: Ranks = ONE_RANK) -> None:
        """Tell that a run is coming.

        Raises ConfigError, on all ranks, where it can't be watched.
        """
        if self._address is None:
            return
        from linreg_core.watching.run_head import refuse_many_features
        from linreg_core.watching.run_sender import RunSender

        refuse_many_features(n_features)
        self._title, self._ranks = title, ranks
        if ranks.rank == 0:
            self._sender = RunSender(self._address, title)
            self._sender.start()

    def sampled(self, source: RowSource, test_fraction: float = 0.0, seed: int = 0) -> RowSource:
        """Return the source, of which rows to draw are kept where somebody watches."""
        if self._address is None:
            return source
        from linreg_core.watching.fair_sample import SampledRows, most_drawn_rows

        most = most_drawn_rows(len(source.feature_names))
        self._rows = SampledRows(source, most, test_fraction, seed)
        return self._rows

    def told(
        self,
        problem: Problem,
        config: TrainConfig,
        counts: tuple[int, int],
        blocks: Iterable[Block],
        rows: StoredRows | None = None,
    ) -> Iterable[Block]:
        """Return the blocks of a run on rows that others stand for, which are told as they come.

        `counts` are the training and test rows that there are, and `rows` those where the run goes
        through them. All ranks call it.
        """
        if self._rows is None:
            return blocks
        shown = self._rows.shown(self._ranks)
        losses = None if rows is None else _reference_losses(rows, problem, config)
        if self._sender is None:
            return blocks
        from linreg_core.watching import RunHead

        n_ranks = self._ranks.n_ranks
        head = RunHead.of(problem, config, self._title, shown, counts, n_ranks, losses)
        return _passed_on(self._sender, head, blocks)

    def told_of_table(
        self, problem: Problem, config: TrainConfig, blocks: Iterable[Block]
    ) -> Iterable[Block]:
        """Return the blocks of a run on a table, which are told as they come."""
        if self._sender is None:
            return blocks
        from linreg_core.watching.table_head import head_of_table

        return _passed_on(self._sender, head_of_table(problem, config, self._title), blocks)


def _why(error: BaseException) -> str:
    """Return what is told of a run that did not come to its end."""
    if isinstance(error, LinregError):
        return str(error)
    if isinstance(error, KeyboardInterrupt):
        return "Whoever ran it has interrupted it."
    return f"It failed ({type(error).__name__}): its own output tells more."


def _reference_losses(rows: StoredRows, problem: Problem, config: TrainConfig) -> Losses | None:
    """Return those of least squares where only the rows can tell them."""
    from linreg_core.distributed.stored_losses import stored_loss

    loss = LOSSES[config.loss]
    if loss.is_squared:
        return None
    params = reference_fit(problem)
    return stored_loss(rows, loss, params), stored_loss(rows, loss, params, is_test=True)


def _passed_on(sender: RunSender, head: RunHead, blocks: Iterable[Block]) -> Iterator[Block]:
    sender.begin(head)
    for block in blocks:
        sender.add(block)
        yield block
