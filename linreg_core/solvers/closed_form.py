"""The closed solution of least squares: no iteration, nothing to tune."""

from __future__ import annotations

from linreg_core.solvers.base import Solver

CLOSED_FORM = Solver(
    name="closed_form",
    label="Closed form",
    summary="Solves the least-squares problem at once, for the two squared losses.",
    formula="minimise |X w + b - y|**2 by a QR decomposition",
    knobs=(),
    source="Golub (1965), Numerical methods for solving linear least squares problems",
    optimizer=None,
)
