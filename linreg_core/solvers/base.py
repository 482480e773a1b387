"""What a solver is: a name, the knobs that it uses, and its torch.optim twin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.config import TrainConfig


@dataclass(frozen=True)
class Solver:
    """One update rule.

    `knobs` are the fields of TrainConfig that tune its update, in the order of a page; what
    sets batches and epochs concerns every solver that is iterative, and no other.
    `optimizer` makes the torch optimiser of a list of parameters, with torch.optim's own
    defaults for what no knob sets (None where no iteration is needed). `needs_closure` is set
    where a step evaluates the loss itself, several times.
    """

    name: str
    label: str
    summary: str
    formula: str
    knobs: tuple[str, ...]
    source: str
    optimizer: Callable[[list[Tensor], TrainConfig], Optimizer] | None
    needs_closure: bool = False

    @property
    def is_iterative(self) -> bool:
        """Whether it takes many updates, so that batches and epochs mean something."""
        return self.optimizer is not None
