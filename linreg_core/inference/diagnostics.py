"""What is known of every training row once the fit is made: the diagnostic pictures' columns."""

from __future__ import annotations

from dataclasses import dataclass

from linreg_core.arrays import FloatArray, IntArray


@dataclass(frozen=True, eq=False)
class Diagnostics:
    """Columns (n_train,), in the order of the training rows unless said otherwise.

    `residuals` are y - fitted (observed minus predicted), in units of y;
    `standardized_residuals` are residuals / (s sqrt(1 - leverage)), nan where undefined.
    `order` sorts the standardised residuals from small to large, and `normal_quantiles`,
    ascending, belong to `standardized_residuals[order]` in the Q-Q picture.
    """

    fitted: FloatArray
    residuals: FloatArray
    standardized_residuals: FloatArray
    leverage: FloatArray
    cooks_distance: FloatArray
    normal_quantiles: FloatArray
    order: IntArray
