"""Trying a cure: it is trained before it is offered, within a bound on the work."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.doctor.diagnosis import Cure
from linreg_core.doctor.signs import Signs, fit_words, near_enough, settled_loss
from linreg_core.doctor.telling import percent, set_value, told
from linreg_core.errors import LinregError
from linreg_core.evaluation import mean_loss
from linreg_core.losses import LOSSES
from linreg_core.pauses import pause
from linreg_core.solvers import SOLVERS
from linreg_core.theory.lasting import first_lasting
from linreg_core.theory.predictions import target_loss
from linreg_core.training import fit
from linreg_core.types import Status

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem
    from linreg_core.run import Run

MOST_CURES: Final = 2
MOST_TRIALS: Final = 8
MOST_OF_A_WAY: Final = 2
MOST_TRIAL_SECONDS: Final = 0.5
"""What a trial may take, roughly; what would take longer is not offered."""
_SECONDS_AN_UPDATE: Final = 1e-6
_SECONDS_A_MINIMIZER: Final = 8e-3
_SECONDS_A_VALUE: Final = 4e-9
_TIERS: Final = (0.001, 0.01)
_EXACT: Final = 1e-6
"""Below this part of the mean's loss a reference fits exactly: parts of it say nothing."""

Attempt = tuple["Problem", "TrainConfig"]


@dataclass(frozen=True, eq=False)
class Trial:
    """A cure's run."""

    problem: Problem
    config: TrainConfig
    run: Run

    @property
    def arrives(self) -> bool:
        """Whether it ends as good as the reference."""
        losses = known_losses(self.run)
        is_near = max(settled_loss(losses), losses[-1]) <= near_enough(self.problem, self.config)
        return self.run.status is not Status.DIVERGED and bool(is_near)

    @property
    def reached(self) -> str:
        """What it reaches, in words, with the epochs that it takes."""
        losses, wanted = known_losses(self.run), target_loss(self.problem, self.config)
        tiers = [(1 + part) * wanted for part in _TIERS] + [near_enough(self.problem, self.config)]
        end = max(settled_loss(losses), losses[-1])
        tier = next((i for i, loss in enumerate(tiers) if end <= loss), len(_TIERS))
        place = first_lasting(losses <= tiers[tier])
        epoch = int(
            self.run.trajectory.epoch[~np.isnan(self.run.trajectory.train_loss)][place or 0]
        )
        return f"{self._nearness(tier, end)} {in_epochs(epoch)}"

    def _nearness(self, tier: int, end: float) -> str:
        name = fit_words(self.config)
        wanted = target_loss(self.problem, self.config)
        if tier < len(_TIERS) and wanted > _EXACT * mean_loss(self.problem, self.config.loss):
            return f"within {percent(_TIERS[tier])} of {name}"
        return f"loss {told(end, 2)}"


def cures_among(
    signs: Signs,
    ways: Iterable[Iterable[Attempt]],
    works: Callable[[Trial], bool],
    words: Callable[[Trial], str],
    allows_same: bool,
) -> tuple[Cure, ...]:
    """Return the first proposal of each way that works, two at most, each trained.

    The run's own settings are one only where it `allows_same`: where it was cut short.
    """
    if signs.is_huge:
        return ()
    cures: list[Cure] = []
    tried: list[dict[str, Any]] = []
    for way in ways:
        some = itertools.islice(_trials(signs, way, tried, allows_same), MOST_OF_A_WAY)
        trial = next(filter(works, some), None)
        if trial is not None:
            changes = changes_between(signs, trial.problem, trial.config)
            label = f"{described(changes)}: {words(trial)}"
            cures.append(Cure(label, trial.problem, trial.config, changes))
        if len(cures) == MOST_CURES or len(tried) == MOST_TRIALS:
            break
    return tuple(cures)


def _trials(
    signs: Signs, proposals: Iterable[Attempt], tried: list[dict[str, Any]], allows_same: bool
) -> Iterator[Trial]:
    for problem, config in proposals:
        changes = changes_between(signs, problem, config)
        is_same = not changes and not allows_same
        if is_same or changes in tried or seconds_of(problem, config) > MOST_TRIAL_SECONDS:
            continue
        if len(tried) == MOST_TRIALS:
            return
        tried.append(changes)
        pause()
        trial = tried_out(problem, config)
        if trial is not None:
            yield trial


def tried_out(problem: Problem, config: TrainConfig) -> Trial | None:
    """Return the trial of a config, None where it does not fit the problem."""
    try:
        return Trial(problem, config, fit(problem, replace(config, engine="compiled")))
    except LinregError:
        return None


def seconds_of(problem: Problem, config: TrainConfig) -> float:
    """Return what training takes, roughly."""
    solver, n_rows = SOLVERS[config.solver], config.rows_per_update(problem.n_train)
    size = min(problem.n_train, 1_000_000) * problem.n_features
    if not solver.is_iterative:
        return 1e-8 * size * problem.n_features
    is_by_moments = n_rows == problem.n_train and LOSSES[config.loss].is_squared
    values = (problem.n_features if is_by_moments else n_rows) * problem.n_features
    update = _SECONDS_A_MINIMIZER if solver.minimizer else _SECONDS_AN_UPDATE
    update += _SECONDS_A_VALUE * values * (20 if solver.minimizer else 1)
    once = 1e-8 * size * (1 + problem.n_features / 16)
    evaluated = min(config.n_epochs, 200) * size * _SECONDS_A_VALUE * (not is_by_moments)
    return config.n_epochs * config.updates_in_epoch(problem.n_train) * update + once + evaluated


def changes_between(signs: Signs, problem: Problem, config: TrainConfig) -> dict[str, Any]:
    """Return the settings in which a proposal differs from the run."""
    before = signs.run.config
    changes = {
        field.name: getattr(config, field.name)
        for field in fields(config)
        if getattr(config, field.name) is not getattr(before, field.name)
        and getattr(config, field.name) != getattr(before, field.name)
    }
    if problem.standardize != signs.problem.standardize:
        changes = {"standardize": problem.standardize} | changes
    return changes


def described(changes: dict[str, Any]) -> str:
    """Return changes as a button says them.

    >>> described({"standardize": True, "learning_rate": 0.5, "n_epochs": 2000})
    'Standardise, learning rate 0.5, 2,000 epochs'
    >>> described({"batch_size": None}), described({"momentum": 0.9, "solver": "momentum"})
    ('Full batches', 'SGD with momentum 0.9')
    """
    changes = dict(changes)
    parts = [_WORDS[name](changes) for name in _WORDS if name in changes]
    text = ", ".join(part for part in parts if part) or "run to the end"
    return text[:1].upper() + text[1:]


def _solver_words(changes: dict[str, Any]) -> str:
    label = SOLVERS[changes["solver"]].label
    is_momentum = changes["solver"] in ("momentum", "nesterov")
    momentum = f" {set_value(changes['momentum'])}" if is_momentum and "momentum" in changes else ""
    return label + momentum


def _momentum_words(changes: dict[str, Any]) -> str:
    return "" if "solver" in changes else f"momentum {set_value(changes['momentum'])}"


def _batch_words(changes: dict[str, Any]) -> str:
    size = changes["batch_size"]
    return "full batches" if size is None else f"batches of {size:,}"


_WORDS: Final[dict[str, Callable[[dict[str, Any]], str]]] = {
    "standardize": lambda changes: "standardise" if changes["standardize"] else "raw columns",
    "solver": _solver_words,
    "loss": lambda changes: LOSSES[changes["loss"]].label.lower(),
    "batch_size": _batch_words,
    "dtype": lambda changes: f"{changes['dtype']}",
    "schedule": lambda changes: f"{changes['schedule'].replace('_', ' ')} schedule",
    "momentum": _momentum_words,
    "weight_decay": lambda changes: f"weight decay {set_value(changes['weight_decay'])}",
    "l1": lambda changes: f"L1 penalty {set_value(changes['l1'])}",
    "learning_rate": lambda changes: f"learning rate {set_value(changes['learning_rate'])}",
    "stop_when_converged": lambda changes: "run to the end",
    "n_epochs": lambda changes: f"{changes['n_epochs']:,} epoch{'s' * (changes['n_epochs'] != 1)}",
}


def known_losses(run: Run) -> Any:
    """Return the training losses of a run where they were evaluated."""
    losses = run.trajectory.train_loss
    return losses[~np.isnan(losses)]


def in_epochs(epoch: int) -> str:
    return "from the start" if epoch == 0 else f"in {epoch:,} epoch{'s' * (epoch != 1)}"
