"""What each term of a model adds to the others: its test, its share, and its inflation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.inference.coefficients import Coefficient
from linreg_core.inference.fit import Fit
from linreg_core.inference.hypotheses import Determination, Hypothesis
from linreg_core.inference.spread import Spread
from linreg_core.inference.values import known
from linreg_core.inference.wald import f_test, spread_root, wald_statistic
from linreg_core.types import TermColumns

_Tester = Callable[[Hypothesis, float], tuple[float, float] | None]


@dataclass(frozen=True)
class TermRow:
    """One line of the table by term; what cannot be known is None.

    `columns` are the coefficients that belong to it, `df` of which are its own: 0 where the other
    terms determine it. `sum_of_squares` is what leaving it out adds to SSR, in squared units of the
    target, `f` and `p` test that it adds nothing, and `partial_r_squared` is the part of what the
    others leave unexplained that it explains: SS / (SS + SSR). All of it is of type II: terms that
    contain this one are left out meanwhile. `gvif` is the generalised variance inflation factor,
    the VIF where `df` is 1; `standardized` the standardised coefficient of a term of one column.
    """

    label: str
    columns: tuple[str, ...]
    df: int
    sum_of_squares: float | None = None
    f: float | None = None
    p: float | None = None
    partial_r_squared: float | None = None
    gvif: float | None = None
    standardized: float | None = None

    @property
    def gvif_root(self) -> float | None:
        """GVIF^(1 / (2 df)): by how much confidence intervals are longer, whatever df is."""
        return None if self.gvif is None or not self.df else float(self.gvif ** (0.5 / self.df))


def model_terms(fit: Fit) -> tuple[TermColumns, ...]:
    """Return the model's terms: each feature its own where the data set names none."""
    dataset = fit.problem.dataset
    return dataset.terms or tuple(
        TermColumns(name, column, column + 1, frozenset({name}))
        for column, name in enumerate(dataset.feature_names)
    )


def term_rows(fit: Fit, coefficients: Sequence[Coefficient], spread: Spread) -> tuple[TermRow, ...]:
    """Return a row for each term, in the order of the columns.

    Tests follow `spread`: Wald tests of the same hypotheses where it is not classical. Sums of
    squares and what follows of them are always those of least squares. Source: Fox and Weisberg
    (2019), An R companion to applied regression; Fox and Monette (1992), Generalized collinearity
    diagnostics.
    """
    first = int(fit.problem.fit_intercept)
    with np.errstate(all="ignore"):
        test = _tester(fit, spread)
        return tuple(
            _row(
                fit, term, tuple(coefficients[first + term.first : first + term.stop]), asked, test
            )
            for term, asked in _hypotheses(fit)
        )


def _row(
    fit: Fit,
    term: TermColumns,
    own: tuple[Coefficient, ...],
    asked: Hypothesis,
    test_of: _Tester,
) -> TermRow:
    columns, is_single = tuple(each.name for each in own), len(own) == 1
    squares = _squares(fit, asked)
    if not asked.df or squares is None:
        return TermRow(term.label, columns, asked.df)
    f, p = test_of(asked, squares) or (None, None)
    return TermRow(
        label=term.label,
        columns=columns,
        df=asked.df,
        sum_of_squares=known(squares * fit.y_scale * fit.y_scale),
        f=f,
        p=p,
        partial_r_squared=None if fit.is_exact else known(squares / (squares + fit.ssr)),
        gvif=own[0].vif if is_single else _inflation(fit, term),
        standardized=own[0].standardized if is_single else None,
    )


def _squares(fit: Fit, asked: Hypothesis) -> float | None:
    """Return what leaving the term out adds to SSR, in the target's coordinates."""
    return wald_statistic(*asked.in_q(fit), asked.n_before)


def _hypotheses(fit: Fit) -> Iterator[tuple[TermColumns, Hypothesis]]:
    """Yield each term with what it means that it adds nothing."""
    terms, places, determined = model_terms(fit), _places(fit), Determination.of(fit)
    larger = [term for term in terms if len(term.factors) > 1]
    for term in terms:
        containing = [
            places[other.first : other.stop] for other in larger if term.factors < other.factors
        ]
        own = places[term.first : term.stop]
        yield term, determined.hypothesis(own, np.concatenate([places[:0], *containing]))


def _places(fit: Fit) -> IntArray:
    """Return the place of each feature among the columns of the design."""
    return np.arange(int(fit.problem.fit_intercept), fit.design.n_columns)


def _tester(fit: Fit, spread: Spread) -> _Tester:
    """Return what tests a hypothesis of which the sum of squares is known."""
    if fit.is_exact or not fit.df_residual > 0:
        return lambda asked, squares: None
    if spread.covariance.is_classical:
        variance = fit.ssr / fit.df_residual
        return lambda asked, squares: f_test(squares / variance, asked.df, fit.df_residual)
    root = spread_root(fit, spread)
    return lambda asked, _: _robust_test(fit, spread, root, asked)


def _robust_test(
    fit: Fit, spread: Spread, root: FloatArray | None, asked: Hypothesis
) -> tuple[float, float] | None:
    """Return Wald's test, None where a variance that it needs is unknown."""
    variances = spread.variances
    if root is None or variances is None or not np.isfinite(variances[asked.columns]).all():
        return None
    estimates, rows = asked.in_q(fit)
    statistic = wald_statistic(estimates, rows @ root, asked.n_before)
    return f_test(statistic, asked.df, spread.df)


def _inflation(fit: Fit, term: TermColumns) -> float | None:
    """Return det(C) det(D) for the term's part C of A'A (about the means) and D of its inverse."""
    first, factor = int(fit.problem.fit_intercept), fit.factor
    is_own = (factor.used >= first + term.first) & (factor.used < first + term.stop)
    logarithm = _log_volume(factor.R[first:, is_own]) + _log_volume(fit.to_q[factor.used[is_own]].T)
    return known(float(max(np.exp(2.0 * logarithm), 1.0)))


def _log_volume(columns: FloatArray) -> float:
    """Return half the logarithm of det(B'B) for B (k, m)."""
    return float(np.log(np.abs(np.diag(np.linalg.qr(columns, mode="r")))).sum())
