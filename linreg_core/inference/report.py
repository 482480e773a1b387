"""The report: how good the least-squares fit of a problem is, and how far it can be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from linreg_core.arrays import FloatArray, frozen
from linreg_core.inference.coefficients import INTERCEPT, Coefficient
from linreg_core.inference.diagnostics import Diagnostics
from linreg_core.inference.findings import Finding
from linreg_core.inference.predictions import Predictions
from linreg_core.problem import Problem
from linreg_core.reference import least_squares
from linreg_core.types import Params


@dataclass(frozen=True, eq=False)
class Report:
    """Least squares on a problem's training rows, in original units; unknown figures are None."""

    problem: Problem
    coefficients: tuple[Coefficient, ...]
    n_samples: int
    n_features: int
    rank: int
    df_residual: int
    r_squared: float | None
    adjusted_r_squared: float | None
    residual_standard_error: float | None
    rmse: float
    mae: float
    f: float | None
    f_p: float | None
    aic: float | None
    bic: float | None
    cv_r_squared: float | None
    n_folds: int
    test_r_squared: float | None
    test_rmse: float | None
    test_mae: float | None
    diagnostics: Diagnostics
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    learned: Params | None
    params: Params
    _inverse: FloatArray = field(repr=False, default_factory=lambda: np.empty((0, 0)))

    def predict(self, X: FloatArray) -> Predictions:
        """Return predictions of X (n, n_features) with 95 % intervals."""
        from scipy import special

        X = np.asarray(X, dtype=np.float64)
        mean = self.params.predict(X)
        A = np.column_stack([np.ones(len(X)), X])
        h = np.einsum("ij,jk,ik->i", A, self._inverse, A)
        s = math.nan if self.residual_standard_error is None else self.residual_standard_error
        t = float(special.stdtrit(max(self.df_residual, 1), 0.975))
        inside = (X >= self.problem.X_train.min(axis=0)) & (X <= self.problem.X_train.max(axis=0))
        outside = ~inside.all(axis=1)
        wide, narrow = t * s * np.sqrt(1 + h), t * s * np.sqrt(h)
        reasons = tuple("outside the training range" if out else "" for out in outside)
        return Predictions(
            mean, mean - wide, mean + wide, mean - narrow, mean + narrow, outside, reasons
        )


def report(
    problem: Problem, learned: Params | None = None, row_name: Callable[[int], str] = str
) -> Report:
    """Return the report on the least-squares fit of `problem`'s training rows."""
    from scipy import special

    X, y = problem.X_train, problem.y_train
    n, p = X.shape
    solution = least_squares(problem)
    params, df = solution.params, n - solution.rank - 1
    A = np.column_stack([np.ones(n), X])
    inverse = np.linalg.pinv(A.T @ A)
    fitted = params.predict(X)
    residuals = y - fitted
    ssr, tss = float(residuals @ residuals), float(((y - y.mean()) ** 2).sum())
    s = math.sqrt(ssr / df)
    leverage = np.einsum("ij,jk,ik->i", A, inverse, A)
    standardized = residuals / (s * np.sqrt(1 - leverage))
    order = np.argsort(standardized, kind="stable")
    quantiles = special.ndtri((np.arange(1, n + 1) - 0.375) / (n + 0.25))
    cooks = standardized**2 * leverage / ((p + 1) * (1 - leverage))
    t975 = float(special.stdtrit(df, 0.975))
    coefficients = []
    names = (INTERCEPT, *problem.dataset.feature_names)
    for i, (name, b) in enumerate(zip(names, (params.bias, *params.weights), strict=True)):
        se = s * math.sqrt(inverse[i, i])
        other = None if learned is None else (learned.bias, *learned.weights)[i]
        digits = None
        if other is not None:
            digits = float(np.clip(-np.log10(max(abs(other - b) / abs(b), 1e-16)), 0, 16))
        coefficients.append(
            Coefficient(
                name,
                float(b),
                se,
                float(b) / se,
                float(2 * special.stdtr(df, -abs(b / se))),
                float(b) - t975 * se,
                float(b) + t975 * se,
                None
                if i == 0
                else float(inverse[i, i] * ((X[:, i - 1] - X[:, i - 1].mean()) ** 2).sum()),
                None if other is None else float(other),
                digits,
                i == 0,
            )
        )
    f = (tss - ssr) / solution.rank / s**2
    log_likelihood = -n / 2 * (math.log(2 * math.pi * ssr / n) + 1)
    test: tuple[float, float, float] | tuple[None, None, None] = (None, None, None)
    if problem.n_test > 1:
        wrong = problem.y_test - params.predict(problem.X_test)
        tss_test = float(((problem.y_test - problem.y_test.mean()) ** 2).sum())
        test = (
            1 - float(wrong @ wrong) / tss_test,
            float(np.sqrt(np.mean(wrong**2))),
            float(np.mean(np.abs(wrong))),
        )
    loo = residuals / (1 - leverage)
    return Report(
        problem=problem,
        coefficients=tuple(coefficients),
        n_samples=n,
        n_features=p,
        rank=solution.rank,
        df_residual=df,
        r_squared=1 - ssr / tss,
        adjusted_r_squared=1 - (n - 1) / df * ssr / tss,
        residual_standard_error=s,
        rmse=math.sqrt(ssr / n),
        mae=float(np.mean(np.abs(residuals))),
        f=f,
        f_p=float(special.fdtrc(solution.rank, df, f)),
        aic=-2 * log_likelihood + 2 * (p + 1),
        bic=-2 * log_likelihood + math.log(n) * (p + 1),
        cv_r_squared=1 - float(loo @ loo) / tss,
        n_folds=min(10, n),
        test_r_squared=test[0],
        test_rmse=test[1],
        test_mae=test[2],
        diagnostics=Diagnostics(
            *(frozen(a) for a in (fitted, residuals, standardized, leverage, cooks, quantiles)),
            frozen(order),
        ),
        findings=_findings(cooks, problem, row_name),
        notes=(),
        learned=learned,
        params=params,
        _inverse=inverse,
    )


def _findings(
    cooks: FloatArray, problem: Problem, row_name: Callable[[int], str]
) -> tuple[Finding, ...]:
    row = int(problem.train_rows[int(np.argmax(cooks))])
    titles = {
        "residuals_against_fitted": "Residuals against fitted",
        "normal_qq": "Normal Q-Q",
        "scale_location": "Scale-location",
        "leverage": "Leverage",
        "residual_histogram": "Histogram of residuals",
    }
    return tuple(
        Finding(
            name,
            title,
            "Look for a pattern.",
            f"Row {row_name(row)} is the most influential.",
            "Cook's distance",
            float(cooks.max()),
            None,
            "fine",
            (row,) if name == "leverage" else (),
        )
        for name, title in titles.items()
    )
