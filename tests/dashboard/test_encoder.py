"""A streamed run: what arrives is what `fit` computes, at the epochs shown; its end is exact."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from dashboard.live.encoder import MAX_KEY_FRAMES, MAX_SENT_EPOCHS
from dashboard.live.points import MAX_POINTS, MAX_POINTS_SEVERAL, MAX_POINTS_WIDE
from dashboard.settings import Settings, make_settings
from linreg_core import LOSSES, Params, Problem, Run, Status, fit, reference_fit
from linreg_core.inference import report
from linreg_core.trajectory import frame_epochs
from tests.dashboard.serving import streamed
from tests.dashboard.streams import Received

BATCHES = {"batch_size": 16, "learning_rate": 0.01}
RUNS: dict[str, Settings] = {
    "narrow": make_settings("line", n_epochs=200),
    "narrow, five features": make_settings("correlated", n_epochs=50, learning_rate=0.01),
    "minibatches": make_settings("line", n_epochs=40, **BATCHES),
    "a batch of every row, with replacement": make_settings(
        "line", n_epochs=20, batch_size=100, sampling="replacement"
    ),
    "test rows": make_settings("line", n_epochs=40, test_fraction=0.25, init="randn"),
    "standardised": make_settings("condos", n_epochs=40, standardize=True, dtype="float32"),
    "outliers, test rows": make_settings(
        "outliers", n_epochs=5, learning_rate=0.01, test_fraction=0.25
    ),
    "two groups": make_settings("two_groups", n_epochs=5, learning_rate=0.01),
    "diverged": make_settings("line", n_epochs=300, learning_rate=1.3),
    "diverged with test rows": make_settings(
        "condos", n_epochs=50, learning_rate=1e-3, test_fraction=0.3, batch_size=1
    ),
    "diverged at once": make_settings("line", n_epochs=300, learning_rate=1e12),
    "one epoch": make_settings("line", n_epochs=1),
    "closed form": make_settings("line", solver="closed_form", n_epochs=1),
    "seldom evaluated": make_settings("line", n_epochs=500, batch_size=1, updates_per_epoch=1),
    "thinned": make_settings("line", {"n_samples": 20}, n_epochs=10_000, learning_rate=1e-3),
    "many points": make_settings("line", {"n_samples": 12_000}, n_epochs=5, test_fraction=0.2),
    "many points, five features": make_settings(
        "correlated", {"n_samples": 12_000}, n_epochs=5, test_fraction=0.2, learning_rate=0.01
    ),
    "wide": make_settings(
        "many_weights", {"n_samples": 500, "n_features": 40}, n_epochs=300, test_fraction=0.1
    ),
    "wide, minibatches": make_settings(
        "many_weights",
        {"n_samples": 300, "n_features": 200},
        loss="half_mse",
        n_epochs=150,
        updates_per_epoch=1,
        **BATCHES,
    ),
    "wide, diverged": make_settings(
        "many_weights", {"n_samples": 100, "n_features": 60}, n_epochs=500, learning_rate=2.0
    ),
    "long enough to be wide": make_settings(
        "many_weights", {"n_samples": 50, "n_features": 16}, n_epochs=2_600, learning_rate=1e-3
    ),
}


@dataclasses.dataclass(frozen=True)
class Case:
    """A run, streamed and fitted."""

    settings: Settings
    problem: Problem
    run: Run
    received: Received

    @property
    def is_wide(self) -> bool:
        return bool(self.received.the("start").fields["wide"])

    def rows_of(self, epochs: np.ndarray) -> np.ndarray:
        """The fitted trajectory's rows of these epochs: it has kept them all."""
        assert self.run.trajectory.is_complete
        return np.searchsorted(self.run.trajectory.epoch, epochs)


@pytest.fixture(scope="module", params=RUNS)
def case(request: pytest.FixtureRequest) -> Case:
    settings = RUNS[request.param]
    problem, config = settings.problem_spec.build(), settings.config()
    return Case(settings, problem, fit(problem, config), streamed(problem, config))


def assert_equal_as_float32(received: np.ndarray, expected: np.ndarray) -> None:
    assert received.dtype == np.float32
    with np.errstate(over="ignore"):
        np.testing.assert_array_equal(received, expected.astype(np.float32))


def test_the_chunks_come_in_order(case: Case) -> None:
    kinds = [chunk.kind for chunk in case.received.chunks]
    assert kinds[0] == "start" and kinds.count("start") == 1
    assert kinds.count("reference") == kinds.count("end") == 1
    assert "rows" not in kinds[kinds.index("end") :]
    first_rows = np.cumsum([0, *(len(c.columns["epoch"]) for c in case.received.rows())])
    assert [c.fields["firstRow"] for c in case.received.rows()] == first_rows[:-1].tolist()


def test_the_start_says_what_the_run_is_about(case: Case) -> None:
    fields, data = case.received.the("start").fields, case.problem.dataset
    told = {
        "nFeatures": data.n_features,
        "nPoints": data.n_samples,
        "nTrain": case.problem.n_train,
        "nTest": case.problem.n_test,
        "nEpochs": case.settings.n_epochs,
        "targetName": data.target_name,
        "trueBias": data.true_params.bias if data.true_params else None,
    }
    assert {name: fields[name] for name in told} == told
    assert fields["featureNames"] == list(data.feature_names[: len(fields["featureNames"])])
    assert fields["loss"]["unitExponent"] == LOSSES[case.settings.loss].unit_exponent


def test_the_points_shown_are_rows_of_the_data(case: Case) -> None:
    columns, data = case.received.the("start").columns, case.problem.dataset
    several = MAX_POINTS_WIDE if case.is_wide else MAX_POINTS_SEVERAL
    most = several if data.n_features > 1 else MAX_POINTS
    assert len(columns["y"]) == min(data.n_samples, most)
    is_test = np.isin(np.arange(data.n_samples), case.problem.test_rows)
    if data.n_samples <= most:
        assert_equal_as_float32(columns["y"], data.y)
        np.testing.assert_array_equal(columns["isTest"].astype(bool), is_test)
    else:
        assert np.isin(columns["y"], data.y.astype(np.float32)).all()
        assert 0 < columns["isTest"].sum() < 2 * most * is_test.mean()
    if not case.is_wide and data.n_samples <= most:
        assert_equal_as_float32(columns["X"], data.X)
    if data.true_params:
        assert_equal_as_float32(columns["trueWeights"], data.true_params.weights)


def test_rows_that_were_made_otherwise_are_told(case: Case) -> None:
    start, group = case.received.the("start"), case.problem.dataset.second_group
    if group is None:
        assert "group" not in start.columns and "groups" not in start.fields
        return
    assert start.fields["groups"] == [group.name_of_rest, group.name]
    assert 0 < len(group.rows) < case.problem.dataset.n_samples
    np.testing.assert_array_equal(np.flatnonzero(start.columns["group"]), group.rows)


def test_the_epochs_shown_are_all_or_a_fair_thinning(case: Case) -> None:
    shown = case.received.column("epoch").astype(np.int64)
    last = int(case.run.trajectory.epoch[-1])
    planned = frame_epochs(case.settings.n_epochs, MAX_SENT_EPOCHS)
    np.testing.assert_array_equal(shown, np.union1d(planned[planned <= last], [last]))
    assert len(planned) == case.received.the("start").fields["nRows"] <= MAX_SENT_EPOCHS


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("trainLoss", "train_loss"), ("testLoss", "test_loss"), ("batchLoss", "batch_loss")],
)
def test_losses_are_those_of_fit(case: Case, sent: str, kept: str) -> None:
    is_there = {
        "trainLoss": True,
        "testLoss": case.problem.n_test > 0,
        "batchLoss": not case.settings.config().is_full_batch(case.problem.n_train),
    }
    if not is_there[sent]:
        assert all(sent not in chunk.columns for chunk in case.received.rows())
        return
    rows = case.rows_of(case.received.column("epoch"))
    expected = getattr(case.run.trajectory, kept)[rows]
    np.testing.assert_array_equal(case.received.column(sent), expected)


def test_params_are_those_of_fit(case: Case) -> None:
    rows = case.rows_of(case.received.column("epoch"))
    assert_equal_as_float32(case.received.column("bias"), case.run.trajectory.bias[rows])
    if not case.is_wide:
        assert_equal_as_float32(case.received.column("weights"), case.run.trajectory.weights[rows])


def test_key_frames_of_a_wide_run_are_within_a_pixel(case: Case) -> None:
    if not case.is_wide:
        assert all("keyRows" not in chunk.columns for chunk in case.received.rows())
        return
    numbers, weights, step = case.received.frames("keyWeights")
    epochs = case.received.column("epoch")[numbers]
    assert numbers[0] == 0 and numbers[-1] == len(case.received.column("epoch")) - 1
    assert (np.diff(numbers) > 0).all() and len(numbers) <= MAX_KEY_FRAMES + 1
    rows = case.rows_of(epochs)
    expected = case.run.trajectory.weights[rows]
    assert (np.abs(weights - expected) <= 0.51 * step).all()
    _, predictions, step = case.received.frames("keyPredictions")
    X, shown = case.problem.dataset.X, predictions.shape[1]
    if shown == len(X):
        at_frames = expected @ X.T + case.run.trajectory.bias[rows, None]
        assert (np.abs(predictions - at_frames) <= 0.51 * step + 1e-9 * np.abs(at_frames)).all()


def test_frames_of_a_run_that_explodes_are_not_all_as_coarse_as_its_last(case: Case) -> None:
    if not case.is_wide or case.run.status is not Status.DIVERGED:
        return
    _, weights, step = case.received.frames("keyWeights")
    sizes = np.abs(weights).max(axis=1, keepdims=True)
    assert sizes[-1] > 200 * sizes[1]
    assert (step[1:] <= 0.02 * sizes[1:]).all()


def test_what_is_read_of_a_wide_run_is_exact(case: Case) -> None:
    if not case.is_wide:
        return
    sent = case.received.column("firstWeights")
    rows = case.rows_of(case.received.column("epoch"))
    assert_equal_as_float32(sent, case.run.trajectory.weights[rows][:, : sent.shape[1]])
    shown = case.problem.dataset.X[case.received.the("start").columns["rows"]]
    predictions = case.run.final.params.predict(shown)
    np.testing.assert_allclose(
        case.received.the("end").columns["predictions"], predictions, rtol=1e-6, atol=1e-5
    )


def test_the_reference_is_the_least_squares_fit(case: Case) -> None:
    chunk, params = case.received.the("reference"), reference_fit(case.problem)
    np.testing.assert_array_equal(chunk.columns["weights"], params.weights)
    assert chunk.fields["bias"] == params.bias
    assert chunk.fields["trainLoss"] == _loss(case, params, "train")
    has_test = case.problem.n_test > 0
    assert chunk.fields["testLoss"] == (_loss(case, params, "test") if has_test else None)
    if case.is_wide and case.problem.dataset.n_samples <= MAX_POINTS_WIDE:
        predictions = params.predict(case.problem.dataset.X)
        assert_equal_as_float32(chunk.columns["predictions"], predictions)


def test_the_end_is_exact(case: Case) -> None:
    end, final = case.received.the("end"), case.run.final
    np.testing.assert_array_equal(end.columns["weights"], final.params.weights)
    assert end.columns["weights"].dtype == np.float64
    exact = {
        "status": final.status.name.lower(),
        "epoch": final.epoch,
        "bias": _or_null(final.params.bias),
        "trainLoss": _or_null(final.train_loss),
        "testLoss": _or_null(final.test_loss),
    }
    assert {name: end.fields[name] for name in exact} == exact


def test_a_line_comes_with_its_standard_errors(case: Case) -> None:
    fields, problem = case.received.the("start").fields, case.problem
    assert ("standardErrors" in fields) == (problem.n_features == 1)
    if problem.n_features > 1:
        return
    bias, weight = report(problem).coefficients
    told = [fields["margin"] * error for error in fields["standardErrors"]]
    expected = [(each.high - each.low) / 2 for each in (weight, bias)]  # type: ignore[operator]
    assert told == pytest.approx(expected, rel=1e-9)


def test_a_few_features_come_with_their_standard_errors(case: Case) -> None:
    chunk, problem = case.received.the("reference"), case.problem
    assert ("standardErrors" in chunk.columns) == (2 <= problem.n_features <= 16) or (
        problem.n_train * problem.n_features**2 > 2_000_000
    )
    if "standardErrors" not in chunk.columns:
        return
    bias, *weights = report(problem).coefficients
    told = chunk.fields["margin"] * chunk.columns["standardErrors"]
    expected = [(each.high - each.low) / 2 for each in (*weights, bias)]  # type: ignore[operator]
    assert told == pytest.approx(expected, rel=1e-8)


def test_the_end_tells_the_distance_to_the_reference(case: Case) -> None:
    X = case.problem.X_train
    told = case.received.the("end").fields["distance"]
    if told is None:
        told = case.received.the("reference").fields["endDistance"]
    if told is None:
        assert case.run.status is Status.DIVERGED
        return
    gap = case.run.final.params.predict(X) - reference_fit(case.problem).predict(X)
    assert told == pytest.approx(float(np.sqrt(np.mean(gap**2))), rel=1e-12)


def test_a_diverged_run_says_so(case: Case) -> None:
    is_diverged = case.run.status is Status.DIVERGED
    assert is_diverged == ("diverged" in [n for n, s in RUNS.items() if s == case.settings][0])
    note = case.received.the("end").fields["note"] or ""
    assert note.startswith(f"Diverged at epoch {case.run.final.epoch:,}: ") == is_diverged


def _loss(case: Case, params: Params, part: str) -> float:
    X, y = getattr(case.problem, f"X_{part}"), getattr(case.problem, f"y_{part}")
    return float(LOSSES[case.settings.loss].value(params.predict(X) - y))


def _or_null(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None
