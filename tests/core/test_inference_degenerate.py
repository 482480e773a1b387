"""Reports on data that leave something unknown: dependent columns, few rows, extreme values."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import statsmodels.api as sm

from linreg_core import Dataset, Params, Problem
from linreg_core.inference import Report, report
from tests.core.test_inference import columns, random_problem


def dependent(third: Callable[[np.ndarray], np.ndarray], **how: object) -> Report:
    """Two features and one made of them, 50 rows."""
    X = np.random.default_rng(1).standard_normal((50, 2)) + [3.0, 5.0]
    y = X[:, 0] + np.random.default_rng(2).standard_normal(50)
    X = np.column_stack([X, third(X)])
    data = Dataset("dependent", X, y, ("a", "b", "c"))
    learned = Params(np.array([1.0, 0.0, 0.0]), 0.0)
    return report(Problem.from_dataset(data, **how), learned)


DEPENDENT = [
    ("a sum", lambda X: X[:, 0] + X[:, 1] + 7, {}, "its part is in the weights of '"),
    ("a copy far off", lambda X: X[:, 1] * 3 + 1e9, {}, "its part is in the weight of 'b'."),
    (
        "constant",
        lambda X: 0 * X[:, 0] + 4.1,
        {},
        "its part is in the intercept.",
    ),
    (
        "zero",
        lambda X: 0 * X[:, 0],
        {"fit_intercept": False},
        "so are its values.",
    ),
]


@pytest.mark.parametrize(
    ("third", "how", "words"), [case[1:] for case in DEPENDENT], ids=[c[0] for c in DEPENDENT]
)
def test_superfluous_features_are_named_and_not_estimated(
    third: Callable[[np.ndarray], np.ndarray], how: dict[str, bool], words: str
) -> None:
    own = dependent(third, **how)
    (note,) = [note for note in own.notes if " is 0 here: " in note]
    assert words in note or words.replace("'b'", "'c'") in note
    (left_out,) = [row for row in own.coefficients if not row.is_estimated]
    assert note.startswith(f"The weight of {left_out.name!r} is 0 here: ")
    assert left_out.estimate == 0.0
    unknown = ("standard_error", "t", "p", "low", "high", "vif", "digits")
    assert [getattr(left_out, name) for name in unknown] == [None] * 7
    assert own.rank == 2
    theirs = sm.OLS(own.problem.y_train, their_matrix(own)).fit()
    rows = [row for row in own.coefficients if row.is_estimated]
    np.testing.assert_allclose([row.standard_error for row in rows], theirs.bse, rtol=1e-6)
    np.testing.assert_allclose(own.r_squared, theirs.rsquared, rtol=1e-9)


def their_matrix(own: Report) -> np.ndarray:
    kept = [row.is_estimated for row in own.coefficients if not row.is_intercept]
    X = own.problem.X_train[:, kept]
    return sm.add_constant(X) if own.problem.fit_intercept else X


def test_only_determined_coefficients_are_compared_with_learned_ones() -> None:
    own = dependent(lambda X: 2 * X[:, 1])
    digits = {row.name: row.digits for row in own.coefficients}
    assert digits["a"] is not None and digits["intercept"] is not None
    assert digits["b"] is None and digits["c"] is None
    shifted = dependent(lambda X: 2 * X[:, 1] + 1)
    assert shifted.coefficients[0].digits is None


def test_nearly_dependent_features_are_estimated() -> None:
    own = dependent(lambda X: X[:, 0] + 1e-7 * np.random.default_rng(3).standard_normal(50))
    assert own.rank == 3
    assert own.coefficients[1].vif > 1e13
    assert own.notes == ()


SHAPES = [(1, 1), (2, 1), (2, 3), (3, 2), (3, 5), (4, 2), (5, 5), (7, 6)]


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize(("n_samples", "n_features"), SHAPES)
def test_few_rows(n_samples: int, n_features: int, fit_intercept: bool) -> None:
    generator = np.random.default_rng(0)
    X, y = generator.standard_normal((n_samples, n_features)), generator.standard_normal(n_samples)
    problem = Problem.from_dataset(Dataset("few", X, y), fit_intercept=fit_intercept)
    own = report(problem, Params(np.ones(n_features), 0.0))
    assert own.df_residual == n_samples - sum(row.is_estimated for row in own.coefficients)
    enough = own.df_residual > 0
    for row in own.coefficients:
        assert (row.standard_error is not None) == (enough and row.is_estimated)
    assert (own.residual_standard_error is not None) == enough
    said = (
        f"There are no standard errors, tests or intervals: the fit has as many coefficients "
        f"({n_samples}) as training rows."
    )
    assert (said in own.notes) != enough
    too_many = n_features + fit_intercept > n_samples
    assert (
        any("other values would fit the training rows as well" in note for note in own.notes)
        == too_many
    )
    assert {finding.verdict for finding in own.findings} <= {"look", "unknown"}
    assert len(own.findings) == 6
    assert np.isfinite(own.predict(X).low).all() == enough


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, np.newaxis]


DEGENERATE = {
    "constant target": (column(*range(9)), [5.0] * 9),
    "constant target, large": (column(*range(9)), [1e300] * 9),
    "constant feature": (column(*[3.0] * 9), list(range(9))),
    "all constant": (column(*[3.0] * 9), [2.0] * 9),
    "all zero": (column(*[0.0] * 9), [0.0] * 9),
    "zero feature": (column(*[0.0] * 9), list(range(9))),
    "zero feature, constant target": (column(*[0.0] * 9), [2.5] * 9),
    "exact line": (column(*range(9)), [2.0 * x + 1 for x in range(9)]),
    "binary feature": (column(*[0.0, 1.0] * 6), [0.1, 1.2, 0.3, 0.9, 0.2, 1.0] * 2),
    "one row apart": (column(*[1.0] * 9, 2.0), [1, 2, 3, 4, 5, 6, 7, 8, 9, 50]),
    "huge target": (column(*range(9)), [1e300 * v for v in (1, -1, 2, 3, -4, 5, 1, 0, 2)]),
    "largest floats": (column(*range(9)), [1.7e308 * (-1) ** k for k in range(9)]),
    "tiny target": (column(*range(9)), [1e-300 * v for v in (1, -1, 2, 3, -4, 5, 1, 0, 2)]),
    "denormal target": (column(*range(9)), [5e-324 * v for v in (1, 9, 2, 3, 4, 5, 1, 0, 2)]),
    "huge feature": (1e300 * column(*range(9)), [1, -1, 2, 3, -4, 5, 1, 0, 2]),
    "tiny feature": (1e-300 * column(*range(9)), [1, -1, 2, 3, -4, 5, 1, 0, 2]),
    "huge by tiny": (1e-300 * column(*range(9)), [1e300 * v for v in (1, -1, 2, 3, 4, 5, 1, 0, 2)]),
    "mixed sizes": (
        np.column_stack([1e300 * np.arange(9.0), 1e-300 * np.arange(9.0) ** 2]),
        [1, -1, 2, 3, -4, 5, 1, 0, 2],
    ),
    "far off": (1e15 + column(*range(9)), [1, -1, 2, 3, -4, 5, 1, 0, 2]),
}


def random_columns(generator: np.random.Generator, n_samples: int, count: int) -> np.ndarray:
    """Columns of every awkward kind: few values, one value, tiny, huge, far off, dependent."""
    normal = generator.standard_normal((count, n_samples))
    kinds = [
        normal[0],
        generator.integers(0, 2, n_samples) * 1.0,
        np.full(n_samples, generator.choice([0.0, 3.7, 1e9])),
        normal[0] * 10.0 ** generator.integers(-200, 200),
        np.round(normal[0]),
        1e8 + normal[0],
    ]
    columns = [kinds[kind] + 0 * normal[0] for kind in generator.integers(0, 6, count)]
    if count > 2 and generator.random() < 0.4:
        columns[-1] = columns[0] * 2 + columns[1]
    return np.column_stack(columns)


@pytest.mark.parametrize("seed", range(60))
def test_random_degenerate_tables(seed: int) -> None:
    """Nothing raises or warns, and leverages add up to the number of coefficients."""
    generator = np.random.default_rng(seed)
    n_samples, count = int(generator.integers(1, 40)), int(generator.integers(2, 9))
    table = random_columns(generator, n_samples, count)
    problem = Problem.from_dataset(
        Dataset("random", table[:, 1:], table[:, 0]),
        test_fraction=float(generator.choice([0.0, 0.3])) if n_samples > 3 else 0.0,
        fit_intercept=bool(generator.integers(0, 2)),
    )
    own = report(problem, Params(np.ones(count - 1), 1.0))
    estimated = sum(row.is_estimated for row in own.coefficients)
    assert own.diagnostics.leverage.sum() == pytest.approx(estimated, abs=1e-6)
    assert len(own.findings) == 6
    own.predict(2 * problem.X_train)


@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("case", DEGENERATE)
def test_degenerate_data_raise_and_warn_nothing(case: str, fit_intercept: bool) -> None:
    X, y = DEGENERATE[case]
    problem = Problem.from_dataset(Dataset(case, X, y), fit_intercept=fit_intercept)
    own = report(problem, Params(np.ones(X.shape[1]), 1.0))
    figures = [value for value in vars(own).values() if isinstance(value, float)]
    figures += [value for row in own.coefficients for value in (row.standard_error, row.t, row.low)]
    assert all(value is None or math.isfinite(value) for value in figures)
    assert own.r_squared is None or own.r_squared <= 1.0
    own.predict(X)


@pytest.mark.parametrize("scale", [1e-290, 1e-150, 1e150, 1e290])
@pytest.mark.parametrize("what", ["X", "y"])
def test_units_change_nothing_but_the_units(scale: float, what: str) -> None:
    usual = random_problem().dataset
    X, y = (usual.X * scale, usual.y) if what == "X" else (usual.X, usual.y * scale)
    own, expected = report(Problem.from_dataset(Dataset("scaled", X, y))), report(random_problem())
    units = np.array([1.0] + [1 / scale] * 4) if what == "X" else np.full(5, scale)
    for name in ("estimate", "standard_error", "low", "high"):
        np.testing.assert_allclose(
            np.array(columns(own, name)) / units, columns(expected, name), rtol=1e-9
        )
    for name in ("r_squared", "f", "cv_r_squared"):
        assert getattr(own, name) == pytest.approx(getattr(expected, name), rel=1e-9)
    np.testing.assert_allclose(columns(own, "t"), columns(expected, "t"), rtol=1e-9)
    assert [f.verdict for f in own.findings] == [f.verdict for f in expected.findings]


EXACT = [
    ("few digits", lambda x: 2 * x + 1),
    ("rounded", lambda x: 0.1 * x + 0.3),
    ("far off", lambda x: x / 3 + 1e6),
    ("tiny", lambda x: (2 * x + 1) * 1e-62),
    ("huge", lambda x: (x / 3 + 1) * 1e200),
]


@pytest.mark.parametrize("target", [case[1] for case in EXACT], ids=[case[0] for case in EXACT])
def test_what_rounding_leaves_of_an_exact_fit_is_0(
    target: Callable[[np.ndarray], np.ndarray],
) -> None:
    x = np.arange(12.0)
    problem = Problem.from_dataset(
        Dataset("exact", x[:, np.newaxis], target(x)), test_fraction=0.25
    )
    own = report(problem)
    assert (own.rmse, own.mae, own.residual_standard_error) == (0, 0, 0)
    assert (own.test_rmse, own.test_mae) == (0, 0)
    assert (own.r_squared, own.test_r_squared) == (1, 1)
    assert [row.standard_error for row in own.coefficients] == [0, 0]
    assert not own.diagnostics.residuals.any()
    assert {found.verdict for found in own.findings} == {"unknown"}
    expected = own.predict([[100.0]])
    assert expected.low == expected.mean == expected.high


def test_small_residuals_above_rounding_are_kept() -> None:
    x = np.arange(12.0)
    own = report(Problem.from_dataset(Dataset("near", x[:, np.newaxis], x + 1e-12 * (x == 3))))
    assert own.rmse > 1e-13
    assert not any("The fit is exact" in note for note in own.notes)


def test_of_many_superfluous_features_the_rest_is_counted() -> None:
    x = np.arange(40.0)
    X = np.column_stack([x * (i + 1) for i in range(13)])
    own = report(Problem.from_dataset(Dataset("copies", X, x + np.sin(x))))
    assert len(own.notes) == 11
    assert own.notes[-1] == "2 more weights are 0 in the same way."


def test_what_no_float_can_hold_is_said() -> None:
    own = report(Problem.from_dataset(Dataset("huge by tiny", *DEGENERATE["huge by tiny"])))
    assert any("too large or too small for a float64" in note for note in own.notes)
