"""The losses: what "wrong" means, as a mean over rows of a function of residual = prediction - y.

Conventions: "mse" has no 1/2 in front and "half_mse" has; "huber" turns from square to
absolute at 1 unit of y.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray

if TYPE_CHECKING:
    from torch import Tensor

TorchLoss = Callable[["Tensor", "Tensor"], "Tensor"]
"""(prediction, y): the mean loss, to be differentiated."""
TorchRowLosses = Callable[["Tensor", "Tensor"], "Tensor"]
"""(prediction, y): the loss of each row, of which a weighted loss takes the mean."""
HUBER_DELTA: Final = 1.0
"""Where "huber" turns from square to absolute, in units of y."""


@dataclass(frozen=True)
class Loss:
    """One loss: a mean over rows, with its unit and the torch function that trains it.

    `unit_exponent` is the power of y's unit that the loss is read in: 2 for squares, 1 for
    absolute values (and for huber, whose tails are absolute values). Training in scaled
    coordinates minimises the loss in original units divided by y_scale ** unit_exponent.
    `curvature` is the second derivative of a row's loss where it is constant, else None.
    """

    name: str
    label: str
    formula: str
    summary: str
    unit_exponent: int
    curvature: float | None
    source: str
    row_losses: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray], FloatArray]
    torch_objective: Callable[[float], TorchLoss]
    torch_row_losses: Callable[[float], TorchRowLosses]

    @property
    def is_squared(self) -> bool:
        """Whether this is a squared loss, which has a closed solution."""
        return self.curvature is not None

    def value(self, residuals: FloatArray, v: FloatArray | None = None) -> float:
        """Return the mean loss of residuals (n,) = prediction - y, without any warning.

        With `v` (n,), the rows' weights over their mean, it is the mean of v * loss.

        >>> LOSSES["mse"].value(np.array([1.0, -3.0])), LOSSES["l1"].value(np.array([1.0, -3.0]))
        (5.0, 2.0)
        """
        with np.errstate(all="ignore"):
            losses = self.row_losses(np.asarray(residuals, dtype=np.float64))
            return float(np.mean(losses if v is None else v * losses))


def _mse_objective(y_scale: float) -> TorchLoss:
    from torch.nn.functional import mse_loss

    return mse_loss


def _half_mse_objective(y_scale: float) -> TorchLoss:
    from torch.nn.functional import mse_loss

    return lambda prediction, y: 0.5 * mse_loss(prediction, y)


def _l1_objective(y_scale: float) -> TorchLoss:
    from torch.nn.functional import l1_loss

    return l1_loss


def _huber_objective(y_scale: float) -> TorchLoss:
    from torch.nn.functional import huber_loss

    delta = HUBER_DELTA / y_scale
    return lambda prediction, y: y_scale * huber_loss(prediction, y, delta=delta)


def _mse_rows(y_scale: float) -> TorchRowLosses:
    from torch.nn.functional import mse_loss

    return lambda prediction, y: mse_loss(prediction, y, reduction="none")


def _half_mse_rows(y_scale: float) -> TorchRowLosses:
    from torch.nn.functional import mse_loss

    return lambda prediction, y: 0.5 * mse_loss(prediction, y, reduction="none")


def _l1_rows(y_scale: float) -> TorchRowLosses:
    from torch.nn.functional import l1_loss

    return lambda prediction, y: l1_loss(prediction, y, reduction="none")


def _huber_rows(y_scale: float) -> TorchRowLosses:
    from torch.nn.functional import huber_loss

    delta = HUBER_DELTA / y_scale
    return lambda prediction, y: y_scale * huber_loss(prediction, y, reduction="none", delta=delta)


def _huber_row_losses(residuals: FloatArray) -> FloatArray:
    size = np.abs(residuals)
    squared_part = np.minimum(size, HUBER_DELTA)
    return squared_part * (size - 0.5 * squared_part)


_ALL = (
    Loss(
        name="mse",
        label="Mean squared error",
        formula="mean((prediction - y)**2)",
        summary="Squares every residual, so that large ones count most; no 1/2 in front.",
        unit_exponent=2,
        curvature=2.0,
        source="torch.nn.MSELoss",
        row_losses=lambda residuals: np.square(residuals),
        slope=lambda residuals: 2.0 * residuals,
        torch_objective=_mse_objective,
        torch_row_losses=_mse_rows,
    ),
    Loss(
        name="half_mse",
        label="Half mean squared error",
        formula="mean((prediction - y)**2) / 2",
        summary="The mean squared error with a 1/2 in front, which cancels in the gradient.",
        unit_exponent=2,
        curvature=1.0,
        source="torch.nn.MSELoss, halved",
        row_losses=lambda residuals: 0.5 * np.square(residuals),
        slope=lambda residuals: 1.0 * residuals,
        torch_objective=_half_mse_objective,
        torch_row_losses=_half_mse_rows,
    ),
    Loss(
        name="l1",
        label="Mean absolute error",
        formula="mean(|prediction - y|)",
        summary="Counts every unit of residual the same, so that outliers pull less.",
        unit_exponent=1,
        curvature=None,
        source="torch.nn.L1Loss",
        row_losses=lambda residuals: np.abs(residuals),
        slope=lambda residuals: np.sign(residuals),
        torch_objective=_l1_objective,
        torch_row_losses=_l1_rows,
    ),
    Loss(
        name="huber",
        label="Huber loss",
        formula="mean(r**2 / 2 where |r| <= 1, else |r| - 1/2), r = prediction - y",
        summary="Squares residuals up to 1 unit of y and takes larger ones as they are.",
        unit_exponent=1,
        curvature=None,
        source="Huber (1964), Robust estimation of a location parameter; torch.nn.HuberLoss",
        row_losses=_huber_row_losses,
        slope=lambda residuals: np.maximum(-HUBER_DELTA, np.minimum(HUBER_DELTA, residuals)),
        torch_objective=_huber_objective,
        torch_row_losses=_huber_rows,
    ),
)

LOSSES: Final[Mapping[str, Loss]] = MappingProxyType({loss.name: loss for loss in _ALL})
"""Every loss by its name, in the order that menus show."""
