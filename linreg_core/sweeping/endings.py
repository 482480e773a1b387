"""How a run ended, as a sweep tells it."""

from __future__ import annotations

from typing import Final, NamedTuple

from linreg_core.types import Status

SETTLED_PART: Final = 0.1
"""The last part of a run's losses, whose median is where it has settled."""
STATUSES: Final = tuple(Status)
"""Every status in the order of its code."""


class Ending(NamedTuple):
    """The last loss, where losses settled, the first lasting epoch near 1 %, and a status code."""

    final_loss: float
    settled_loss: float
    epochs_to_1_percent: float
    status_code: int
