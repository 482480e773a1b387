"""Runs that are over as soon as they begin: a part of the compiled code is enough for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from linreg_core.solvers import SOLVERS

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig

_MOST_ROWS_READ: Final = 20_000
"""In all updates together: second moments do not pay for so few, and their code is not needed."""


def is_of_few_updates(n_train: int, config: TrainConfig) -> bool:
    """Whether a run on so many rows is of a few updates by full batches in float64.

    As those are that stand for all rows of a source.
    """
    n_updates = config.n_epochs * config.updates_in_epoch(n_train)
    return (
        config.is_full_batch(n_train)
        and config.dtype == "float64"
        and not config.changes
        and not SOLVERS[config.solver].needs_closure
        and n_updates * n_train <= _MOST_ROWS_READ
    )
