"""What a script has to do: a run's settings, cut where they change, up to where the run ended."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from linreg_core.config import TrainConfig
from linreg_core.problem import Problem
from linreg_core.schedule import stretches
from linreg_core.solvers import SOLVERS
from linreg_core.types import Status

LINEAR, SCRATCH = "linear", "scratch"


@dataclass(frozen=True)
class Segment:
    """Epochs first ... last, counted from 1, of equal settings.

    `begins_anew` says that its batches are dealt anew, from a new pass over the rows.
    """

    first: int
    last: int
    config: TrainConfig
    former: TrainConfig | None
    begins_anew: bool

    @property
    def is_other_solver(self) -> bool:
        """Whether the solver starts here, with nothing gathered."""
        return self.former is None or self.former.solver != self.config.solver

    @property
    def n_epochs(self) -> int:
        """How many epochs it has."""
        return self.last - self.first + 1


@dataclass(frozen=True, eq=False)
class ScriptPlan:
    """One run to be written as a script, in one of the two styles.

    `last_epoch` is the run's last one and `status` how it ended: one that diverged or converged
    stops before its time.
    """

    problem: Problem
    config: TrainConfig
    style: str
    last_epoch: int
    status: Status | None = None

    @property
    def is_weighted(self) -> bool:
        """Whether rows have weights: w in the script, and v over their mean."""
        return self.problem.w_train is not None

    @property
    def is_scratch(self) -> bool:
        return self.style == SCRATCH

    @property
    def is_closed_form(self) -> bool:
        return not SOLVERS[self.config.solver].is_iterative

    @property
    def is_cut(self) -> bool:
        """Whether the run ended before the epochs that it was given."""
        return not self.is_closed_form and self.last_epoch < self.config.n_epochs

    @property
    def is_scheduled(self) -> bool:
        """Whether the learning rate goes by a schedule."""
        if self.is_closed_form:
            return False
        return self.config.schedule != "constant" or self.config.warmup_epochs > 0

    @property
    def needs_factor(self) -> bool:
        """Whether the schedule is written as a function: torch's own are used where they can be."""
        return self.is_scheduled and (self.is_scratch or len(self.segments) > 1)

    @property
    def joins_bias(self) -> bool:
        """Whether the bias is one of the model's weights, that of a column of ones.

        By hand it always is. With nn.Linear it is where rounding is magnified, as sums are then
        those of the run: by L-BFGS's differences of gradients, by the sign of a residual of 0, by
        solvers that divide a gradient of 0 by its size, and by float32.
        """
        if not self.problem.fit_intercept or self.is_closed_form:
            return False
        return self.is_scratch or self.magnifies_rounding

    @property
    def magnifies_rounding(self) -> bool:
        """Whether sums that round otherwise may lead the run elsewhere."""
        if self.config.loss == "l1" or self.config.dtype == "float32":
            return True
        return any(self._magnifies(segment.config) for segment in self.segments)

    def _magnifies(self, config: TrainConfig) -> bool:
        if config.solver in ("adagrad", "adam", "adamw"):
            return self.scales and self.is_full_batch(config)
        return config.solver == "lbfgs" or (
            config.solver == "rmsprop" and self.is_full_batch(config)
        )

    @property
    def scales(self) -> bool:
        """Whether training happens in other coordinates than those of the data."""
        return self.problem.standardize and not self.is_closed_form

    @cached_property
    def segments(self) -> tuple[Segment, ...]:
        """The parts of the run, of which each but the first begins with a change."""
        config = self.config
        starts = [1, *(epoch + 1 for epoch, _ in config.changes)]
        starts = [start for start in starts if start <= self.last_epoch]
        ends = [*(start - 1 for start in starts[1:]), self.last_epoch]
        anew = {stretch.first for stretch in stretches(config)}
        return tuple(
            Segment(
                *(start, end, config.at(start), config.at(start - 1) if start > 1 else None),
                start in anew,
            )
            for start, end in zip(starts, ends, strict=True)
        )

    def is_full_batch(self, config: TrainConfig) -> bool:
        """Whether updates of these settings see all rows."""
        return config.is_full_batch(self.problem.n_train)

    @property
    def has_batches(self) -> bool:
        """Whether any update sees some of the rows only."""
        return any(not self.is_full_batch(segment.config) for segment in self.segments)

    @property
    def draws_batches(self) -> bool:
        """Whether random numbers deal the batches."""
        return self.has_batches and self.config.sampling != "sequential"

    @property
    def streams(self) -> bool:
        """Whether batches flow on from epoch to epoch, instead of each epoch dealing its own."""
        if not self.has_batches:
            return False
        config, n_train = self.config, self.problem.n_train
        if config.sampling == "replacement":  # what is left of a pass is dropped where they change
            return sum(segment.begins_anew for segment in self.segments) > 1
        return any(
            config.updates_per_epoch not in (None, -(-n_train // part.rows_per_update(n_train)))
            for part in (segment.config for segment in self.segments)
            if not self.is_full_batch(part)
        )


def dtype_of(plan: ScriptPlan) -> str:
    """Return the precision's name in torch."""
    return f"torch.{plan.config.dtype}"
