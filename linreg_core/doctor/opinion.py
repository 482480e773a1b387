"""What an examination finds, before any cure has been tried."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from linreg_core.doctor.trials import Attempt, Trial


@dataclass(frozen=True, eq=False)
class Opinion:
    """A kind and a sentence, and the `ways` in which a cure is looked for: one of each at most.

    `works` says whether a trial cures (None: it does if its run is well), `words` what it reaches.
    With `allows_same` the run's own settings are a way, as where it was cut short.
    """

    kind: str
    sentence: str
    ways: tuple[Iterable[Attempt], ...] = ()
    works: Callable[[Trial], bool] | None = None
    words: Callable[[Trial], str] | None = None
    allows_same: bool = False
