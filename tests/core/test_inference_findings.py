"""The tests behind the findings against statsmodels and scipy, and the words they end in."""

from __future__ import annotations

import re

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats.diagnostic import het_breuschpagan, linear_reset
from statsmodels.stats.stattools import jarque_bera

from linreg_core import Dataset, Problem, make_dataset
from linreg_core.inference import Finding, Report, report
from linreg_core.inference.scatter import variance_tests
from linreg_core.inference.values import in_words, p_text

NAMES = (
    "residuals_against_fitted",
    "normal_qq",
    "scale_location",
    "leverage",
    "residual_histogram",
    "residuals_by_order",
)


def problem_of(X: np.ndarray, y: np.ndarray, **how: object) -> Problem:
    return Problem.from_dataset(Dataset("made", X, y), **how)


def random_problem(n_samples: int = 80, seed: int = 0, **how: object) -> Problem:
    generator = np.random.default_rng(seed)
    X = generator.standard_normal((n_samples, 3)) + 4
    y = X @ [1.0, 2.0, -1.0] + generator.standard_t(5, n_samples)
    return problem_of(X, y, **how)


def finding(problem: Problem, name: str, **how: object) -> Finding:
    (found,) = [one for one in report(problem, **how).findings if one.name == name]
    return found


def their_results(problem: Problem) -> sm.regression.linear_model.RegressionResults:
    X = problem.X_train
    return sm.OLS(problem.y_train, sm.add_constant(X) if problem.fit_intercept else X).fit()


@pytest.fixture(params=[True, False], ids=["intercept", "through the origin"])
def problem(request: pytest.FixtureRequest) -> Problem:
    return random_problem(fit_intercept=request.param)


def test_every_picture_has_a_finding(problem: Problem) -> None:
    own = report(problem)
    assert tuple(found.name for found in own.findings) == NAMES
    for found in own.findings:
        assert found.verdict in ("fine", "look", "unknown")
        assert found.look_for.startswith("Look for ") and found.look_for.endswith(".")
        assert found.found.endswith(".") and found.title and found.test
        assert found.test.split()[0] in found.found or found.p is None or "Bonferroni" in found.test


def test_reset(problem: Problem) -> None:
    found = finding(problem, "residuals_against_fitted")
    theirs = linear_reset(their_results(problem), power=3, test_type="fitted", use_f=True)
    assert found.statistic == pytest.approx(float(theirs.statistic), rel=1e-8)
    assert found.p == pytest.approx(float(theirs.pvalue), rel=1e-8)
    assert found.test == "Ramsey RESET"


def test_breusch_pagan_and_white(problem: Problem) -> None:
    theirs = their_results(problem)
    fitted, residuals = theirs.fittedvalues, theirs.resid
    own = {name: (statistic, p) for name, statistic, p in variance_tests(fitted, residuals)}
    ones = np.ones_like(fitted)
    linear = het_breuschpagan(residuals, np.column_stack([ones, fitted]))
    square = het_breuschpagan(residuals, np.column_stack([ones, fitted, fitted**2]))
    assert own["Breusch-Pagan test"] == pytest.approx(linear[:2], rel=1e-9)
    assert own["White test"] == pytest.approx(square[:2], rel=1e-9)
    found = finding(problem, "scale_location")
    assert (found.statistic, found.p) in [pytest.approx(value) for value in own.values()]


def test_shapiro_wilk_up_to_5000_rows_and_jarque_bera_beyond() -> None:
    small, large = random_problem(), random_problem(5001)
    found = finding(small, "normal_qq")
    expected = stats.shapiro(report(small).diagnostics.standardized_residuals)
    assert found.test == "Shapiro-Wilk test"
    assert (found.statistic, found.p) == pytest.approx(tuple(expected), rel=1e-6)
    found = finding(large, "normal_qq")
    statistic, p, _, _ = jarque_bera(report(large).diagnostics.standardized_residuals)
    assert found.test == "Jarque-Bera test"
    assert (found.statistic, found.p) == pytest.approx((statistic, p), rel=1e-9)


def test_outlier_test(problem: Problem) -> None:
    found = finding(problem, "residual_histogram")
    theirs = np.asarray(their_results(problem).outlier_test("bonferroni"))
    row = int(np.argmax(np.abs(theirs[:, 0])))
    assert found.statistic == pytest.approx(theirs[row, 0], rel=1e-9)
    assert found.p == pytest.approx(theirs[row, 2], rel=1e-6)


def test_cooks_distance(problem: Problem) -> None:
    found = finding(problem, "leverage")
    distances = their_results(problem).get_influence().cooks_distance[0]
    assert found.statistic == pytest.approx(distances.max(), rel=1e-9)
    unusual = np.argsort(-distances)[: np.count_nonzero(distances > 4 / 80)][:3]
    assert found.rows == tuple(unusual)
    assert f"row {unusual[0]}" in found.found


ANSCOMBE = [
    (1, [], ""),
    (2, ["residuals_against_fitted"], "a curve would explain practically all of their variance"),
    (3, ["normal_qq", "leverage", "residual_histogram"], "Row 2 decides the fit"),
    (4, ["leverage"], "Row 7 alone determines a coefficient (leverage 1)"),
]


@pytest.mark.parametrize(("number", "looked_at", "words"), ANSCOMBE)
def test_anscombe(number: int, looked_at: list[str], words: str) -> None:
    """Four sets with the same line, R2 and standard errors: the findings tell them apart."""
    own = report(Problem.from_dataset(make_dataset(f"anscombe_{number}")))
    estimates = [row.estimate for row in own.coefficients]
    errors = [row.standard_error for row in own.coefficients]
    assert estimates == pytest.approx([3.0, 0.5], abs=0.003)
    assert errors == pytest.approx([1.125, 0.118], rel=0.002)
    assert own.r_squared == pytest.approx(0.667, abs=0.001)
    assert [found.name for found in own.findings if found.verdict == "look"] == looked_at
    assert words in " ".join(found.found for found in own.findings)


def scattered(n_samples: int, spread: object, seed: int = 0) -> Problem:
    generator = np.random.default_rng(seed)
    x = generator.uniform(1, 3, n_samples)
    return problem_of(x[:, None], 2 * x + spread(x) * generator.standard_normal(n_samples))


SCATTER = [
    (200, lambda x: x**2, "look", "The scatter grows with the prediction (Breusch-Pagan p < 0.001"),
    (200, lambda x: 1 / x**2, "look", "The scatter shrinks as the prediction grows"),
    (400, lambda x: np.exp(-3 * (x - 2) ** 2), "look", "widest at medium predictions (White p"),
    (400, lambda x: np.abs(x - 2), "look", "narrowest at medium predictions (White p"),
    (200, lambda x: 1.0, "fine", "The scatter is about the same everywhere"),
    (100_000, lambda x: 1 + 0.02 * x, "fine", "(Breusch-Pagan p < 0.001), but only a little."),
]


@pytest.mark.parametrize(("n_samples", "spread", "verdict", "words"), SCATTER)
def test_scatter_in_words(n_samples: int, spread: object, verdict: str, words: str) -> None:
    found = finding(scattered(n_samples, spread), "scale_location")
    assert (found.verdict, words in found.found) == (verdict, True), found.found


def bent(n_samples: int, bend: float) -> Problem:
    generator = np.random.default_rng(0)
    x = generator.uniform(-1, 1, n_samples)
    return problem_of(x[:, None], x + bend * x**2 + generator.standard_normal(n_samples))


BENDS = [
    (100, 0.0, "fine", "No bend shows (Ramsey RESET p = "),
    (100, 3.0, "look", "The residuals bend (Ramsey RESET p < 0.001): a curve would explain"),
    (200_000, 0.1, "fine", "There is a bend (Ramsey RESET p < 0.001), but a slight one"),
]


@pytest.mark.parametrize(("n_samples", "bend", "verdict", "words"), BENDS)
def test_bends_in_words(n_samples: int, bend: float, verdict: str, words: str) -> None:
    found = finding(bent(n_samples, bend), "residuals_against_fitted")
    assert (found.verdict, words in found.found) == (verdict, True), found.found


def shaped(n_samples: int, draw: object) -> Problem:
    generator = np.random.default_rng(1)
    x = generator.uniform(0, 1, n_samples)
    return problem_of(x[:, None], x + draw(generator, n_samples))


SHAPES = [
    (200, lambda g, n: g.standard_normal(n), "fine", "look normal (Shapiro-Wilk p = "),
    (200, lambda g, n: g.exponential(1, n), "look", "the long tail lies above the line (skewness "),
    (200, lambda g, n: -g.exponential(1, n), "look", "the long tail lies below the line"),
    (500, lambda g, n: g.standard_t(3, n), "look", "large ones are too frequent"),
    (500, lambda g, n: g.uniform(-1, 1, n), "look", "the tails are too short"),
    (
        50_000,
        lambda g, n: g.standard_normal(n) + 0.3 * g.exponential(1, n),
        "fine",
        "not quite normal (Jarque-Bera p < 0.001), but nearly so",
    ),
]


@pytest.mark.parametrize(("n_samples", "draw", "verdict", "words"), SHAPES)
def test_shapes_in_words(n_samples: int, draw: object, verdict: str, words: str) -> None:
    found = finding(shaped(n_samples, draw), "normal_qq")
    assert (found.verdict, words in found.found) == (verdict, True), found.found


def test_influential_rows_are_positions_in_the_data_set_and_named_by_the_page() -> None:
    generator = np.random.default_rng(0)
    x = np.append(generator.uniform(0, 1, 99), 9.0)
    y = np.append(x[:99] + 0.1 * generator.standard_normal(99), -5.0)
    problem = problem_of(x[:, None], y, test_fraction=0.2, seed=1)
    assert 99 in problem.train_rows
    own = report(problem, row_name=lambda row: f"<{row + 2}>")
    by_name = {found.name: found for found in own.findings}
    assert by_name["leverage"].rows == (99,)
    assert by_name["leverage"].found.startswith("Row <101> decides the fit (Cook's distance ")
    assert by_name["residual_histogram"].rows == (99,)
    assert "Row <101> lies further below the fit" in by_name["residual_histogram"].found


def test_false_alarms_are_as_rare_as_the_level_says() -> None:
    """Of 100 samples without any fault 5 get a look, give or take 3 standard deviations."""
    looks = dict.fromkeys(NAMES, 0)
    for seed in range(100):
        generator = np.random.default_rng(seed)
        X = generator.standard_normal((40, 2))
        y = X @ [1.0, 2.0] + generator.standard_normal(40)
        for found in report(problem_of(X, y)).findings:
            looks[found.name] += found.verdict == "look"
    assert max(looks.values()) <= 11, looks


def test_few_values_of_the_fit_silence_what_cannot_show() -> None:
    x = np.array([0.0, 1.0] * 10)
    problem = problem_of(x[:, None], x + np.random.default_rng(0).standard_normal(20))
    found = finding(problem, "residuals_against_fitted")
    assert found.found == "The features take so few values that no bend could show."
    assert (found.statistic, found.p, found.verdict) == (None, None, "unknown")


@pytest.mark.parametrize("n_samples", [2, 4, 7])
def test_few_rows_say_so(n_samples: int) -> None:
    own = report(problem_of(np.arange(n_samples)[:, None] ** 1.5, np.arange(n_samples) % 2.0))
    silent = f"{n_samples} rows for 2 coefficients are too few to tell a pattern from chance."
    said = {found.name: (found.found, found.verdict) for found in own.findings}
    about_rows = said.pop("leverage")
    assert set(said.values()) == {(silent, "unknown")}
    assert about_rows[1] == ("unknown" if n_samples == 2 else "fine"), about_rows


INFLUENCE = [
    ({}, "No single row decides the fit: the most influential is row "),
    ({11: -90.0}, "Row 11 decides the fit (Cook's distance "),
    ({0: 90.0, 11: 90.0}, "Rows 0 and 11 decide the fit (Cook's distance up to "),
]


@pytest.mark.parametrize(("moved", "start"), INFLUENCE)
def test_influence_in_words(moved: dict[int, float], start: str) -> None:
    x = np.arange(12.0)
    y = np.random.default_rng(2).standard_normal(12)
    for row, by in moved.items():
        y[row] += by
    found = finding(problem_of(x[:, None], y), "leverage")
    assert found.found.startswith(start), found.found
    assert ("without them" in found.found) == start.startswith("Rows")


def test_negative_figures_have_a_minus_sign() -> None:
    x = np.arange(30.0)
    y = np.random.default_rng(0).standard_normal(30) - 50 * (x == 15)
    own = report(problem_of(x[:, None], y))
    words = {found.name: found.found for found in own.findings}
    assert "(studentised residual \u2212" in words["residual_histogram"]
    assert "(skewness \u2212" in words["normal_qq"]
    assert not any(re.search(r"\s-\d", text) for text in words.values())


def test_words() -> None:
    assert [p_text(p) for p in (0.0, 0.000999, 0.001, 0.0499, 0.0999, 0.1, 1.0)] == [
        "p < 0.001", "p < 0.001", "p = 0.001", "p = 0.050", "p = 0.100", "p = 0.10", "p = 1.00",
    ]  # fmt: skip
    assert in_words("abcdefg", most=3) == "a, b, c and 4 more"


def test_reports_may_be_made_in_threads() -> None:
    from concurrent.futures import ThreadPoolExecutor

    def words(seed: int) -> list[str]:
        own: Report = report(random_problem(seed=seed))
        return [found.found for found in own.findings]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(words, range(8))) == [words(seed) for seed in range(8)]
