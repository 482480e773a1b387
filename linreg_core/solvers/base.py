"""What a solver is: a name, the knobs that it uses, and its torch.optim twin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim import Optimizer

    from linreg_core.arrays import FloatArray
    from linreg_core.losses import Loss


class SolverKnobs(NamedTuple):
    """The numbers that tune an update: TrainConfig's fields of the same names.

    One record goes to every rule and its twin, each of which reads what it uses: a new knob is a
    field here and in TrainConfig. Numbers only, so that the compiled loops can take it as it is.
    """

    learning_rate: float
    momentum: float
    weight_decay: float
    l1: float


UpdateRule = Callable[["FloatArray", "FloatArray", "FloatArray", int, SolverKnobs], None]
"""(params, gradient, memory, n_updates, knobs): a step, in place.

`params` and `gradient` are (n_features + 1,), the bias last; `memory` is (memory_rows,
n_features + 1), zeros before the first update, whose `n_updates` is 1. Plain Python on arrays,
written so that it runs as it stands and compiles. A rule with the knob `l1` makes the proximal step
of l1 * sum(|weights|) as well, at its learning rate: see `linreg_core.solvers.proximal`.
"""

ValueAndGradient = Callable[["FloatArray"], tuple[float, "FloatArray"]]
"""The loss (a mean over a batch) and its gradient (n_features + 1,) at params (n_features + 1,)."""


class Minimizer(Protocol):
    """The state of a solver that evaluates the loss itself, several times in an update."""

    def update(
        self, params: FloatArray, objective: ValueAndGradient, knobs: SolverKnobs
    ) -> tuple[float, FloatArray]:
        """Make one update of `params`, in place; return the loss and the gradient before it."""
        ...


@dataclass(frozen=True)
class Solver:
    """One update rule.

    `knobs` are the fields of SolverKnobs that tune its update, in the order of a page; what
    sets batches and epochs concerns every solver that is iterative, and no other.
    The rule from scratch is `update`, with `memory_rows` numbers of memory for every parameter, or
    `minimizer`, where an update evaluates the loss itself, several times.
    Its twin is `optimizer`: the torch optimiser of a list of parameters, with torch.optim's own
    defaults for what no knob sets (None where no iteration is needed).
    With `is_decay_apart`, weight decay shrinks the parameters beside the step; else it is part of
    the gradient.
    `stability_factor` is the learning rate times the largest eigenvalue of a squared loss's Hessian
    at the edge of stability, where a full-batch run has one: its update is then linear.
    """

    name: str
    label: str
    summary: str
    formula: str
    knobs: tuple[str, ...]
    source: str
    optimizer: Callable[[list[Tensor], SolverKnobs], Optimizer] | None
    update: UpdateRule | None = None
    memory_rows: int = 0
    minimizer: Callable[[], Minimizer] | None = None
    is_decay_apart: bool = False
    stability_factor: Callable[[SolverKnobs], float] | None = None

    @property
    def needs_closure(self) -> bool:
        """Whether an update evaluates the loss itself, several times."""
        return self.minimizer is not None

    @property
    def is_iterative(self) -> bool:
        """Whether it takes many updates, so that batches and epochs mean something."""
        return self.optimizer is not None

    @property
    def adds_penalty(self) -> bool:
        """Whether weight decay is part of the gradient: that of weight_decay / 2 * |params|**2."""
        return "weight_decay" in self.knobs and not self.is_decay_apart

    def can_minimize(self, loss: Loss) -> bool:
        """Whether it trains this loss: only squared ones are solved without iterating."""
        return self.is_iterative or loss.is_squared
