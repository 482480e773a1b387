"""The script's lines between data and model: the split, and the coordinates of training."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.code.plan import Plan
from linreg_core.code.writing import plain, tensor_of
from linreg_core.problem import Problem

_CLOSE = 1e-9


def split_lines(problem: Problem) -> list[str]:
    """Return the lines that make tensors of the rows, training and test rows apart."""
    if not problem.n_test:
        return ["X, y = torch.tensor(X), torch.tensor(y)"]
    n, n_train = problem.dataset.n_samples, problem.n_train
    if np.array_equal(problem.test_rows, np.arange(n_train, n)):
        return [
            "X, y = torch.tensor(X), torch.tensor(y)",
            f"X_test, y_test = X[{n_train}:], y[{n_train}:]  # the last rows are for the test",
            f"X, y = X[:{n_train}], y[:{n_train}]",
        ]
    order = [f"order = np.random.default_rng({problem.split_seed}).permutation({n})"]
    parts = f"np.sort(order[:{n_train}]), np.sort(order[{n_train}:])"
    return [
        *order,
        f"train, test = {parts}  # {problem.n_test:,} of {n:,} rows are for the test",
        "X_test, y_test = torch.tensor(X[test]), torch.tensor(y[test])",
        "X, y = torch.tensor(X[train]), torch.tensor(y[train])",
    ]


def coordinate_lines(plan: Plan) -> list[str]:
    """Return the lines that scale the columns, and give them the precision of training."""
    lines = scale_lines(plan.problem) if plan.scales else []
    dtype = ".float()" if plan.config.dtype == "float32" else ""
    for suffix in ("", "_test") if plan.problem.n_test else ("",):
        x, y = f"X{suffix}", f"y{suffix}"
        if plan.scales:
            x_scaled, y_scaled = _scaled(plan.problem, x, y)
            x_scaled, y_scaled = (
                f"({x_scaled}){dtype}" if dtype else x_scaled,
                f"({y_scaled}){dtype}" if dtype else y_scaled,
            )
            lines.append(f"{x}, {y} = {x_scaled}, {y_scaled}")
        elif dtype:
            lines.append(f"{x}, {y} = {x}{dtype}, {y}{dtype}")
    return lines


def scale_lines(problem: Problem) -> list[str]:
    """Return the lines that make what the columns are scaled by, as the run had it."""
    if not problem.fit_intercept:
        return [
            "# Columns of root mean square 1: with a mean taken off, an intercept would come back.",
            *_x_scale(problem, "X.square().mean(dim=0).sqrt()"),
            *_y_scale(problem, "y.square().mean().sqrt().item()"),
        ]
    return [
        "# Training sees columns of mean 0 and standard deviation 1.",
        "x_mean = X.mean(dim=0)",
        *_x_scale(problem, "X.std(dim=0, correction=0)"),
        "y_mean = y.mean().item()",
        *_y_scale(problem, "y.std(correction=0).item()"),
    ]


def _scaled(problem: Problem, x: str, y: str) -> tuple[str, str]:
    if not problem.fit_intercept:
        return f"{x} / x_scale", f"{y} / y_scale"
    return f"({x} - x_mean) / x_scale", f"({y} - y_mean) / y_scale"


def _x_scale(problem: Problem, formula: str) -> list[str]:
    """Return the formula, or the numbers themselves where it would not give them."""
    X = problem.X_train
    if _agree(_sizes(X, problem.fit_intercept), problem.x_scale):
        return [f"x_scale = {formula}"]
    is_constant = X.max(axis=0) == X.min(axis=0)
    sizes = np.where(is_constant, 1.0, _sizes(X, problem.fit_intercept))
    if problem.fit_intercept and _agree(sizes, problem.x_scale):
        constant = "X.amax(dim=0) == X.amin(dim=0)"
        return [f"x_scale = torch.where({constant}, 1.0, {formula})  # 1 where it is constant"]
    return tensor_of("x_scale", problem.x_scale)


def _y_scale(problem: Problem, formula: str) -> list[str]:
    sizes = _sizes(problem.y_train[:, np.newaxis], problem.fit_intercept)
    if _agree(sizes, np.array([problem.y_scale])):
        return [f"y_scale = {formula}"]
    return [f"y_scale = {plain(problem.y_scale)!r}"]


def _sizes(X: FloatArray, centred: bool) -> FloatArray:
    with np.errstate(all="ignore"):
        return np.std(X, axis=0) if centred else np.sqrt(np.mean(np.square(X), axis=0))


def _agree(found: FloatArray, wanted: FloatArray) -> bool:
    return bool(np.allclose(found, wanted, rtol=_CLOSE, atol=0.0))
