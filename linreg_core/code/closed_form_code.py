"""The closed solution as a script: least squares of columns that lose no digits."""

from __future__ import annotations

from linreg_core.code.plan import ScriptPlan
from linreg_core.numerics.reference import least_squares


def solving_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that solve for weights and bias, in the data's own units."""
    problem = plan.problem
    used = [j - problem.fit_intercept for j in least_squares(problem).factor.used.tolist()]
    used = sorted(j for j in used if j >= 0)
    is_whole = len(used) == problem.n_features
    x_mean, y_mean = "X.mean(axis=0)", "y.mean()"
    if plan.is_weighted:
        x_mean, y_mean = "np.average(X, axis=0, weights=w)", "np.average(y, weights=w)"
    centred = f"X - {x_mean}" if problem.fit_intercept else "X"
    lines = [
        "# Columns of like size lose no digits; with their means taken off there is no bias.",
        f"A = {centred}",
    ]
    if not problem.fit_intercept:
        lines[0] = "# Columns of like size lose no digits."
    columns = ""
    if not is_whole:
        lines.append(f"used = {used!r}  # the other columns say nothing that these do not say")
        columns = "[:, used]"
    lines += [f"A = A{columns}"] if columns else []
    target = f"y - {y_mean}" if problem.fit_intercept else "y"
    if plan.is_weighted:
        lines += ["root = np.sqrt(w / w.mean())  # squares count as their rows weigh"]
        lines += ["A = A * root[:, np.newaxis]"]
        target = f"root * ({target})"
    lines += ["size = np.sqrt(np.square(A).mean(axis=0))"]
    lines += _solved(plan, target)
    if is_whole:
        lines.append("weights = solution / size")
    else:
        lines += [
            f"weights = np.zeros({problem.n_features})",
            "weights[used] = solution / size",
        ]
    bias = f"{y_mean} - {x_mean} @ weights" if problem.fit_intercept else "0.0"
    return [*lines, f"bias = {bias}"]


def closed_loss_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that evaluate the solution."""
    half = "0.5 * " if plan.config.loss == "half_mse" else ""
    names = [("train_loss", "")] + ([("test_loss", "_test")] if plan.problem.n_test else [])
    if plan.is_weighted:
        return [
            f"{name} = {half}np.average("
            f"np.square(X{rows} @ weights + bias - y{rows}), weights=w{rows})"
            for name, rows in names
        ]
    return [
        f"{name} = {half}np.square(X{rows} @ weights + bias - y{rows}).mean()"
        for name, rows in names
    ]


def _solved(plan: ScriptPlan, target: str) -> list[str]:
    if plan.is_scratch:
        return [
            "Q, R = torch.linalg.qr(torch.tensor(A / size))",
            f"right = Q.T @ torch.tensor(({target})[:, np.newaxis])",
            "solution = torch.linalg.solve_triangular(R, right, upper=True)[:, 0].numpy()",
        ]
    return [
        f"right = torch.tensor(({target})[:, np.newaxis])",
        "solution = torch.linalg.lstsq(torch.tensor(A / size), right).solution[:, 0].numpy()",
    ]
