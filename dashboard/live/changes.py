"""The marks of a run's changes: what was set, in the few words that a picture has room for."""

from __future__ import annotations

from itertools import groupby
from typing import Any, Final

from dashboard.numbers import count, plain_number
from linreg_core import SOLVERS, TrainConfig
from linreg_core.schedule import stretches

_SHORT: Final = {
    "learning_rate": "rate",
    "momentum": "momentum",
    "batch_size": "batch",
    "weight_decay": "decay",
    "l1": "L1",
}


def change_text(pair: tuple[str, Any]) -> str:
    """Return what was set, e.g. "rate 0.2".

    >>> [change_text(pair) for pair in (("learning_rate", 0.2), ("batch_size", None))]
    ['rate 0.2', 'full batch']
    """
    name, value = pair
    if name == "solver":
        return SOLVERS[value].label
    if name == "batch_size":
        return "full batch" if value is None else f"batch {count(value)}"
    return f"{_SHORT[name]} {plain_number(value)}"


def change_marks(config: TrainConfig) -> list[dict[str, Any]]:
    """Return where the loss curve is marked: {epoch, label}."""
    return [
        {"epoch": epoch, "label": ", ".join(map(change_text, pairs))}
        for epoch, pairs in config.changes
    ]


def solvers_text(config: TrainConfig, epoch: int) -> str:
    """Return the solver of a run that has come to `epoch`, or all it had: "SGD, then Adam".

    >>> solvers_text(TrainConfig(changes=((5, (("solver", "adam"),)),)), 9)
    'SGD, then Adam'
    """
    names = [each.config.solver for each in stretches(config) if each.first <= max(epoch, 1)]
    return ", then ".join(SOLVERS[name].label for name, _ in groupby(names))
