"""A path of fits: the same model under many penalties, with what cross-validation says of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from linreg_core.arrays import FloatArray, frozen
from linreg_core.types import Params

if TYPE_CHECKING:
    from linreg_core.problem import Problem


@dataclass(frozen=True, eq=False)
class CrossValidation:
    """The error of k models on rows that they have not seen, from `n_folds` folds.

    `error` (k,) is the mean squared error, in the unit of y squared and weighted as the rows are,
    and `standard_error` (k,) that of the mean over folds. Of the models, that at `least` has the
    least error, and `simplest` is the first, so the most penalised, whose error is within one
    standard error of it. Source: Breiman, Friedman, Olshen and Stone (1984), Classification and
    regression trees, section 3.4.3.
    """

    n_folds: int
    error: FloatArray
    standard_error: FloatArray
    least: int = field(init=False)
    simplest: int = field(init=False)

    def __post_init__(self) -> None:
        least = int(np.argmin(self.error))
        bound = self.error[least] + self.standard_error[least]
        object.__setattr__(self, "least", least)
        object.__setattr__(self, "simplest", int(np.argmax(self.error <= bound)))

    @classmethod
    def of_folds(cls, errors: FloatArray, totals: FloatArray) -> CrossValidation:
        """Return it from the errors (n_folds, k) and the rows' total weight in each fold."""
        shares = totals / totals.sum()
        mean = shares @ errors
        spread = np.sqrt(shares @ np.square(errors - mean) / (len(totals) - 1))
        return cls(len(totals), frozen(mean), frozen(spread))


@dataclass(frozen=True, eq=False)
class PenaltyPath:
    """Ridge or lasso (`kind`) fits of a problem's training rows under k penalties, largest first.

    `weights` (k, n_features) and `bias` (k,) are in original units, whatever the coordinates that
    the penalties act in. `degrees_of_freedom` (k,) are the trace of the hat matrix of ridge, and
    the number of weights that are not 0 of the lasso; the intercept is not counted. `train_loss`
    (k,) is the mean squared error on the training rows, in the unit of y squared, and `variance`
    that of their mean (without an intercept, of 0). `validation` is None where there are too few
    rows for it. `notes` are whole sentences on what is special.
    """

    kind: str
    problem: Problem
    penalties: FloatArray
    weights: FloatArray
    bias: FloatArray
    degrees_of_freedom: FloatArray
    train_loss: FloatArray
    variance: float
    validation: CrossValidation | None
    notes: tuple[str, ...]

    @property
    def n_used(self) -> FloatArray:
        """How many weights of each model are not 0, (k,)."""
        return np.asarray(np.count_nonzero(self.weights, axis=1))

    def params(self, at: int) -> Params:
        """Return the model at a place of the path."""
        return Params(self.weights[at], float(self.bias[at]))

    def cv_r_squared(self, at: int) -> float | None:
        """Return a model's R squared on rows that it has not seen, as the report tells its own."""
        if self.validation is None:
            return None
        return float(1.0 - self.validation.error[at] / self.variance)

    def training_weights(self) -> FloatArray:
        """Return the weights (k, n_features) in the coordinates that the penalties act in."""
        return self.weights * (self.problem.x_scale / self.problem.y_scale)
