"""The script's lines between data and model: the split, and the coordinates of training."""

from __future__ import annotations

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.code.plan import ScriptPlan, dtype_of
from linreg_core.code.writing import assigned, plain
from linreg_core.problem import Problem

_FEW_COLUMNS = 8  # as the engine has it
_CLOSE = 1e-9


def split_lines(problem: Problem) -> list[str]:
    """Return the lines that set the test rows apart."""
    if not problem.n_test:
        return []
    n, n_train = problem.dataset.n_samples, problem.n_train
    w = problem.w_train is not None
    if np.array_equal(problem.test_rows, np.arange(n_train, n)):
        return [
            f"X_test, y_test = X[{n_train}:], y[{n_train}:]  # the last rows are for the test",
            f"X, y = X[:{n_train}], y[:{n_train}]",
            *([f"w_test, w = w[{n_train}:], w[:{n_train}]"] * w),
        ]
    order = [f"order = np.random.default_rng({problem.split_seed}).permutation({n})"]
    parts = f"np.sort(order[:{n_train}]), np.sort(order[{n_train}:])"
    return [
        *order,
        f"train, test = {parts}  # {problem.n_test:,} of {n:,} rows are for the test",
        "X_test, y_test = X[test], y[test]",
        "X, y = X[train], y[train]",
        *(["w_test, w = w[test], w[train]"] * w),
    ]


def coordinate_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that scale the columns, and give them the precision of training."""
    lines = _scale_lines(plan.problem) if plan.scales else []
    suffixes = ("", "_test") if plan.problem.n_test else ("",)
    if plan.scales:
        for x, y in ((f"X{suffix}", f"y{suffix}") for suffix in suffixes):
            lines.append(f"{x}, {y} = {', '.join(_scaled(plan.problem, x, y))}")
    return [*lines, *(line for suffix in suffixes for line in _tensor_lines(plan, suffix))]


def _tensor_lines(plan: ScriptPlan, suffix: str) -> list[str]:
    """Return the lines that make tensors: y is a column for nn.Linear, X has ones by hand."""
    dtype = f", dtype={dtype_of(plan)}" if plan.config.dtype == "float32" else ""
    x, y = f"X{suffix}", f"y{suffix}"
    column = "" if plan.is_scratch else "[:, np.newaxis]"
    tensors = [f"torch.tensor({x}{dtype})", f"torch.tensor({y}{column}{dtype})"]
    lines = [f"{x}, {y} = {', '.join(tensors)}"]
    if dtype:
        lines = [f"{x} = {tensors[0]}", f"{y} = {tensors[1]}"]
    if plan.joins_bias:
        # Laid out by columns where these are few, as the run has it: sums round alike.
        few = plan.problem.n_features + 1 <= _FEW_COLUMNS
        ones = f"torch.ones(len({x}))"
        joined = f"vstack([{x}.T, {ones}]).T" if few else f"hstack([{x}, {ones}[:, None]])"
        lines.append(f"{x} = torch.{joined}")
    if plan.is_weighted:
        v = f"(w{suffix} / w{suffix}.mean()){column}"
        about = "  # weights over their mean" if not suffix else ""
        lines.append(f"v{suffix} = torch.tensor({v}{dtype}){about}")
    return lines


def _scale_lines(problem: Problem) -> list[str]:
    """Return the lines that make what the columns are scaled by, as the run had it."""
    if problem.w_train is not None:
        return _weighted_scale_lines(problem)
    if not problem.fit_intercept:
        return [
            "# Columns of root mean square 1: with a mean taken off, an intercept would come back.",
            *_x_scale(problem, "np.sqrt(np.square(X).mean(axis=0))"),
            *_y_scale(problem, "np.sqrt(np.square(y).mean())"),
        ]
    return [
        "# Training sees columns of mean 0 and standard deviation 1.",
        "x_mean = X.mean(axis=0)",
        *_x_scale(problem, "X.std(axis=0)"),
        "y_mean = y.mean()",
        *_y_scale(problem, "y.std()"),
    ]


def _weighted_scale_lines(problem: Problem) -> list[str]:
    """Do so where rows have weights."""
    if not problem.fit_intercept:
        return [
            "# Columns of weighted root mean square 1: with a mean taken off, an intercept would "
            "come back.",
            *_x_scale(problem, "np.sqrt(np.average(np.square(X), axis=0, weights=w))"),
            *_y_scale(problem, "np.sqrt(np.average(np.square(y), weights=w))"),
        ]
    return [
        "# Training sees columns of weighted mean 0 and standard deviation 1.",
        "x_mean = np.average(X, axis=0, weights=w)",
        *_x_scale(problem, "np.sqrt(np.average(np.square(X - x_mean), axis=0, weights=w))"),
        "y_mean = np.average(y, weights=w)",
        *_y_scale(problem, "np.sqrt(np.average(np.square(y - y_mean), weights=w))"),
    ]


def _scaled(problem: Problem, x: str, y: str) -> tuple[str, str]:
    if not problem.fit_intercept:
        return f"{x} / x_scale", f"{y} / y_scale"
    return f"({x} - x_mean) / x_scale", f"({y} - y_mean) / y_scale"


def _x_scale(problem: Problem, formula: str) -> list[str]:
    """Return the formula, or the numbers themselves where it would not give them."""
    X, w = problem.X_train, problem.w_train
    if _agree(_sizes(X, problem.fit_intercept, w), problem.x_scale):
        return [f"x_scale = {formula}"]
    is_constant = X.max(axis=0) == X.min(axis=0)
    sizes = np.where(is_constant, 1.0, _sizes(X, problem.fit_intercept, w))
    if problem.fit_intercept and _agree(sizes, problem.x_scale):
        constant = "np.ptp(X, axis=0) == 0"
        return [f"x_scale = np.where({constant}, 1.0, {formula})  # 1 where it is constant"]
    return assigned("x_scale", problem.x_scale)


def _y_scale(problem: Problem, formula: str) -> list[str]:
    sizes = _sizes(problem.y_train[:, np.newaxis], problem.fit_intercept, problem.w_train)
    if _agree(sizes, np.array([problem.y_scale])):
        return [f"y_scale = {formula}"]
    return [f"y_scale = {plain(problem.y_scale)!r}"]


def _sizes(X: FloatArray, centred: bool, w: FloatArray | None) -> FloatArray:
    with np.errstate(all="ignore"):
        if w is not None:
            about = X - np.average(X, axis=0, weights=w) if centred else X
            return np.asarray(np.sqrt(np.average(np.square(about), axis=0, weights=w)))
        return np.asarray(np.std(X, axis=0) if centred else np.sqrt(np.mean(np.square(X), axis=0)))


def _agree(found: FloatArray, wanted: FloatArray) -> bool:
    return bool(np.allclose(found, wanted, rtol=_CLOSE, atol=0.0))
