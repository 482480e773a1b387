"""A problem's rows and second moments in the form that the compiled loops take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core.arrays import FloatArray, frozen, rows_at_once
from linreg_core.engines.compiled.values import NARROW_FEATURES, TILE_ROWS, Rows, Work
from linreg_core.losses import LOSSES

if TYPE_CHECKING:
    from linreg_core.problem import Problem

ALL_ROWS: Final = np.empty(0, dtype=np.int64)
"""The order of the file, as the compiled loops take it."""

ALL_ALIKE: Final = frozen(np.empty(0))
"""The weights of rows that all count alike, as the compiled loops take them."""

Part = tuple[NDArray[Any], NDArray[Any]]
"""X (n, n_features) and y (n,) of the training or the test rows."""


def problem_rows(problem: Problem, loss: str, dtype: str) -> tuple[Rows, Rows]:
    """Return training and test rows.

    float64 rows are the data set's own, scaled on the way through. float32 rows are a copy in
    training coordinates, made once per problem.
    """
    y_scale = 1.0 if LOSSES[loss].is_squared else problem.y_scale
    parts: tuple[Part, ...] = ((problem.X_train, problem.y_train), (problem.X_test, problem.y_test))
    is_raw = problem.standardize
    if dtype == "float32":
        parts = problem.memo.get("float32", lambda: _converted(problem, parts))
        is_raw = False
    # Read-only also where a pickle or a copy is not: another type of array is compiled anew.
    train, test = (
        Rows(
            frozen(X.view()),
            frozen(y.view()),
            is_raw,
            frozen(problem.x_mean.view()),
            1 / problem.x_scale,
            problem.y_mean,
            1 / problem.y_scale,
            float(problem.fit_intercept),
            y_scale,
            loop_weights(v),
        )
        for (X, y), v in zip(parts, (problem.v_train, problem.v_test), strict=True)
    )
    return train, test


def loop_weights(v: FloatArray | None) -> FloatArray:
    """Return weights over their mean as the compiled loops take them: read-only, or none."""
    return ALL_ALIKE if v is None else frozen(v.view())


def _converted(problem: Problem, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    converted: list[Part] = []
    for X, y in parts:
        out = np.empty(X.shape, dtype=np.float32)
        for part in rows_at_once(len(y), problem.n_features):
            with np.errstate(over="ignore"):
                out[part] = problem.scale_X(X[part])
        with np.errstate(over="ignore"):
            converted.append((frozen(out), frozen(problem.scale_y(y).astype(np.float32))))
    return tuple(converted)


def work_memory(n_features: int, dtype: str) -> Work:
    """Return memory to work in."""
    shape = (n_features + 2, TILE_ROWS) if n_features <= NARROW_FEATURES else (1, n_features)
    return Work(np.empty(shape, dtype=dtype), np.empty(n_features + 1))
