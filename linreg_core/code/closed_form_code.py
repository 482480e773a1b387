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
    centred = "X - X.mean(axis=0)" if problem.fit_intercept else "X"
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
    target = "y - y.mean()" if problem.fit_intercept else "y"
    lines += ["size = np.sqrt(np.square(A).mean(axis=0))"]
    lines += _solved(plan, target)
    if is_whole:
        lines.append("weights = solution / size")
    else:
        lines += [
            f"weights = np.zeros({problem.n_features})",
            "weights[used] = solution / size",
        ]
    bias = "y.mean() - X.mean(axis=0) @ weights" if problem.fit_intercept else "0.0"
    return [*lines, f"bias = {bias}"]


def closed_loss_lines(plan: ScriptPlan) -> list[str]:
    """Return the lines that evaluate the solution."""
    half = "0.5 * " if plan.config.loss == "half_mse" else ""
    names = [("train_loss", "")] + ([("test_loss", "_test")] if plan.problem.n_test else [])
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
