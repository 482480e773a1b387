"""How to train: the hyperparameters of one run, each checked when it is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linreg_core.changes import CHANGEABLE, Change, checked_changes
from linreg_core.checks import broken, choice, finite_number, flag, whole_number
from linreg_core.errors import ConfigError
from linreg_core.limits import (
    DTYPES,
    ENGINE_NAMES,
    INITS,
    MAX_EPOCHS,
    MAX_L1,
    MAX_LEARNING_RATE,
    MAX_ROWS,
    MAX_SEED,
    MAX_UPDATES,
    MAX_UPDATES_PER_EPOCH,
    MAX_WEIGHT_DECAY,
    SAMPLINGS,
    SCHEDULES,
)
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS, SolverKnobs
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.problem import Problem


@dataclass(frozen=True)
class TrainConfig:
    """The hyperparameters of one run; those that a solver has no use for are ignored by it.

    `batch_size` None is the full batch. `sampling` is "shuffle" (reshuffled at each pass),
    "sequential" (file order) or "replacement". `updates_per_epoch` None is one pass over the
    training rows. `evaluate_every` None evaluates at every epoch while that costs no more than
    the updates, else at about 200 evenly spaced epochs. `init` is "zeros", "normal" (standard
    deviation 0.01, bias 0), "randn" (standard normal), "torch" (what torch.nn.Linear draws),
    all in the coordinates of training, or a Params in original units. `schedule` is how the
    learning rate goes: "constant", "step" (a tenth at each third of the run), "cosine" (half a
    wave down to 0) or "inverse_time" (1 / t); before it, the rate rises for `warmup_epochs` (see
    `linreg_core.schedule`). `stop_when_converged` ends the run at the first epoch whose gradient
    is at most a millionth of the first one. `changes` are ((epoch, ((name, value), ...)), ...):
    after that epoch updates use another learning_rate, momentum, batch_size, solver,
    weight_decay or l1. What the solver has gathered stays, unless the solver is another one.
    `l1` adds l1 * sum(|weights|) to what is minimised, in the coordinates of training and without
    the bias: by proximal steps, after which weights are exactly 0 (see
    `linreg_core.solvers.proximal`). Losses are told without it, as without weight decay's part.

    Raises ConfigError for a value that is not in its range (see `linreg_core.limits`).

    >>> TrainConfig(learning_rate=-0.1)
    Traceback (most recent call last):
        ...
    linreg_core.errors.ConfigError: `learning_rate` must be > 0. Got -0.1.
    """

    solver: str = "sgd"
    loss: str = "mse"
    learning_rate: float = 0.1
    n_epochs: int = 100
    batch_size: int | None = None
    sampling: str = "shuffle"
    updates_per_epoch: int | None = None
    momentum: float = 0.9
    weight_decay: float = 0.0
    l1: float = 0.0
    evaluate_every: int | None = None
    init: str | Params = "zeros"
    engine: str = "torch"
    dtype: str = "float64"
    seed: int = 0
    schedule: str = "constant"
    warmup_epochs: int = 0
    stop_when_converged: bool = False
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        checked = {
            **{name: check(getattr(self, name)) for name, check in _CHECKS.items()},
            "loss": choice("loss", self.loss, LOSSES),
            "n_epochs": whole_number("n_epochs", self.n_epochs, minimum=1, maximum=MAX_EPOCHS),
            "sampling": choice("sampling", self.sampling, SAMPLINGS),
            "updates_per_epoch": _optional(
                "updates_per_epoch", self.updates_per_epoch, MAX_UPDATES_PER_EPOCH
            ),
            "evaluate_every": _optional("evaluate_every", self.evaluate_every, MAX_EPOCHS),
            "init": self.init
            if isinstance(self.init, Params)
            else choice("init", self.init, INITS),
            "engine": choice("engine", self.engine, ENGINE_NAMES),
            "dtype": choice("dtype", self.dtype, DTYPES),
            "seed": whole_number("seed", self.seed, minimum=0, maximum=MAX_SEED),
            "schedule": choice("schedule", self.schedule, SCHEDULES),
            "warmup_epochs": whole_number(
                "warmup_epochs", self.warmup_epochs, minimum=0, maximum=MAX_EPOCHS
            ),
            "stop_when_converged": flag("stop_when_converged", self.stop_when_converged),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        self._check_times()
        solver = SOLVERS[self.solver]
        if not solver.can_minimize(LOSSES[self.loss]):
            fitting = ", ".join(repr(name) for name, x in LOSSES.items() if solver.can_minimize(x))
            raise ConfigError(
                f"`loss` must be one of {fitting} with solver {self.solver!r}. "
                f"Got {self.loss!r}: choose another solver or loss."
            )

    def _check_times(self) -> None:
        """Check what must happen within the run, where the solver takes more than one update."""
        is_iterative = SOLVERS[self.solver].is_iterative
        if is_iterative and self.warmup_epochs >= self.n_epochs:
            rule = f"must be < `n_epochs`, {self.n_epochs}"
            raise broken("warmup_epochs", rule, self.warmup_epochs)
        n_epochs = self.n_epochs if is_iterative else MAX_EPOCHS + 1
        changes = checked_changes(self.changes, n_epochs, _CHANGE_CHECKS)
        object.__setattr__(self, "changes", changes)

    def at(self, epoch: int) -> TrainConfig:
        """Return the settings of the updates of `epoch`, of which the first is 1, without changes.

        >>> TrainConfig(changes=((5, (("learning_rate", 0.2),)),)).at(6).learning_rate
        0.2
        """
        if not self.changes:
            return self
        values: dict[str, Any] = {}
        for after, pairs in self.changes if SOLVERS[self.solver].is_iterative else ():
            values |= dict(pairs) if after < epoch else {}
        return replace(self, changes=(), **values)

    def changed_after(self, epoch: int, **values: Any) -> TrainConfig:
        """Return the run that goes on with other values from the epoch after `epoch`.

        `values` are of what may change (`linreg_core.changes`); what is not given goes on as it is
        in the end. Until that epoch it is the same run, and changes that came later are left out.
        After epoch 0 it is a run with these values from its start.

        >>> TrainConfig().changed_after(5, momentum=0.5).changes
        ((5, (('momentum', 0.5),)),)
        """
        last = self.at(self.n_epochs)
        wanted = {name: values.get(name, getattr(last, name)) for name in CHANGEABLE}
        if epoch == 0:
            return replace(self, changes=(), **wanted)
        now = self.at(epoch)
        pairs = tuple((name, v) for name, v in wanted.items() if v != getattr(now, name))
        former = tuple(change for change in self.changes if change[0] < epoch)
        return replace(self, changes=(*former, (epoch, pairs)) if pairs else former)

    @property
    def knobs(self) -> SolverKnobs:
        """What the solver's update is tuned with, before any schedule or change.

        `l1` is 0 where the solver makes no proximal steps.
        """
        knobs = SolverKnobs(*(getattr(self, name) for name in SolverKnobs._fields))
        return knobs if "l1" in SOLVERS[self.solver].knobs else knobs._replace(l1=0.0)

    def is_full_batch(self, n_train: int) -> bool:
        """Whether every update sees all `n_train` rows, each once."""
        if self.batch_size is None or not SOLVERS[self.solver].is_iterative:
            return True
        return self.batch_size == n_train and self.sampling != "replacement"

    def rows_per_update(self, n_train: int) -> int:
        """Return the number of rows of a (whole) minibatch."""
        return n_train if self.is_full_batch(n_train) else self.batch_size or n_train

    def updates_in_epoch(self, n_train: int) -> int:
        """Return the number of updates of one epoch."""
        if not SOLVERS[self.solver].is_iterative:
            return 1
        return self.updates_per_epoch or math.ceil(n_train / self.rows_per_update(n_train))

    def check_fits(self, problem: Problem) -> None:
        """Raise ConfigError when these settings cannot train on `problem`.

        Rows that stand for others, which the data set shows, can't be drawn one by one.
        """
        if problem.dataset.shown is not None:
            self.check_needs_no_rows()
        n_train, updates = problem.n_train, 0
        starts = [0, *(epoch for epoch, _ in self.changes)]
        for start, end in zip(starts, [*starts[1:], self.n_epochs], strict=True):
            config = self.at(start + 1)
            config._check_batches(n_train)
            updates += (end - start) * config.updates_in_epoch(n_train)
        if updates > MAX_UPDATES:
            raise ConfigError(
                f"`n_epochs` times the updates of an epoch must be <= {MAX_UPDATES:,}. "
                f"Got {updates:,}: use fewer epochs or larger batches."
            )
        if isinstance(self.init, Params) and self.init.n_features != problem.n_features:
            raise ConfigError(
                f"`init` must have one weight for each of the {problem.n_features} features. "
                f"Got {self.init.n_features}."
            )

    def check_needs_no_rows(self) -> None:
        """Raise ConfigError when a run, with its changes, needs more of rows than their moments.

        >>> TrainConfig(loss="huber").check_needs_no_rows()
        Traceback (most recent call last):
            ...
        linreg_core.errors.ConfigError: `loss` must be one of 'mse', 'half_mse'. Got 'huber': \
moments know squares only, so train on the rows themselves.
        """
        for epoch in (1, *(after + 1 for after, _ in self.changes)):
            now = self.at(epoch)
            if not LOSSES[now.loss].is_squared:
                squared = ", ".join(repr(name) for name, loss in LOSSES.items() if loss.is_squared)
                raise ConfigError(
                    f"`loss` must be one of {squared}. Got {now.loss!r}: moments know squares "
                    f"only, so train on the rows themselves."
                )
            if now.batch_size is not None and SOLVERS[now.solver].is_iterative:
                raise ConfigError(
                    f"`batch_size` must be None, all rows. Got {now.batch_size}: moments know no "
                    f"single rows, so train on the rows themselves."
                )

    def _check_batches(self, n_train: int) -> None:
        if self.rows_per_update(n_train) > n_train:
            raise ConfigError(
                f"`batch_size` must be <= the number of training rows, {n_train}. "
                f"Got {self.batch_size}."
            )


def _optional(name: str, value: object, maximum: int) -> int | None:
    return None if value is None else whole_number(name, value, minimum=1, maximum=maximum)


def _changed_solver(value: object) -> str:
    return choice(
        "solver", value, [name for name, solver in SOLVERS.items() if solver.is_iterative]
    )


_CHECKS: Mapping[str, Callable[[Any], Any]] = {
    "solver": lambda value: choice("solver", value, SOLVERS),
    "learning_rate": lambda value: finite_number(
        "learning_rate", value, above=0, maximum=MAX_LEARNING_RATE
    ),
    "batch_size": lambda value: _optional("batch_size", value, MAX_ROWS),
    "momentum": lambda value: finite_number("momentum", value, minimum=0, below=1),
    "weight_decay": lambda value: finite_number(
        "weight_decay", value, minimum=0, maximum=MAX_WEIGHT_DECAY
    ),
    "l1": lambda value: finite_number("l1", value, minimum=0, maximum=MAX_L1),
}
_CHANGE_CHECKS: Mapping[str, Callable[[Any], Any]] = {**_CHECKS, "solver": _changed_solver}
