"""What the doctor hands over: a kind, a sentence or two, and cures that have been tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

FINE_KINDS: Final = ("healthy", "already_solved")
"""Kinds that ask for nothing."""


@dataclass(frozen=True, eq=False)
class Cure:
    """Settings with which the run was trained before they are offered, and what they reached.

    `label` is a button's text. `changes` are the settings that differ from the run's, by the names
    of TrainConfig's fields and of `Problem.from_dataset`'s arguments.
    """

    label: str
    problem: Problem
    config: TrainConfig
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Diagnosis:
    """What happened in a run: its kind, one or two sentences on the cause, and up to two cures.

    Sentences are plain text, with columns' names in them as they stand in the file.
    """

    kind: str
    sentence: str
    cures: tuple[Cure, ...] = ()

    @property
    def is_alarming(self) -> bool:
        """Whether something went wrong, so that something should be changed."""
        return self.kind not in FINE_KINDS
