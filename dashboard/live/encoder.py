"""Turns a run's blocks into chunks: what the browser draws, thinned; what it reads, exact."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dashboard.live.changes import change_marks, solvers_text
from dashboard.live.landscape import has_landscape, landscape_of, prepare_landscape
from dashboard.live.notes import ending_note
from dashboard.live.passed_over import LOSS_NAMES, PassedOver
from dashboard.live.points import (
    MAX_POINTS,
    MAX_POINTS_SEVERAL,
    MAX_POINTS_WIDE,
    ShownPoints,
    shown_points,
)
from dashboard.live.result import RunResult
from dashboard.live.wire import encode_chunk, quantise
from dashboard.live.zones import knob_zones
from linreg_core import (
    ENGINES,
    LOSSES,
    SOLVERS,
    Params,
    Problem,
    Status,
    TrainConfig,
    reference_fit,
)
from linreg_core.arrays import FloatArray, column_scales
from linreg_core.block import Block
from linreg_core.inference.coefficients import margin, standard_errors
from linreg_core.inference.fit import Fit, fit_of
from linreg_core.numerics.mean_squares import mean_squares
from linreg_core.numerics.partial_regression import (
    partial_regression_of,
    prediction_gap,
    triangle_of,
)
from linreg_core.run_reference import LEAST_SQUARES, reference_for, reference_name
from linreg_core.schedule import is_tuned_alike
from linreg_core.theory.predictions import near_loss
from linreg_core.trajectory import frame_epochs
from linreg_core.types import Curve

MAX_SENT_EPOCHS = 2_001  # more epochs than this differ by less than a pixel
MAX_KEY_FRAMES = 120
MAX_NARROW_FEATURES = 16  # up to here the browser predicts by itself, from weights at every row
MAX_NARROW_VALUES = 40_000
_INLINE_REFERENCE_COST = 2_000_000  # multiplications: under a millisecond or two
_MAX_DISTANCE_COST = 40_000_000  # values of the training rows: some 50 ms of the trainer
_SAME_GRID = 16  # times that frames may grow before they are scaled
_PASS_COST = 10  # passes over the rows, in multiplications for each of their values


class RunEncoder:
    """Encodes one run. Holds no more than the rows that have not been sent yet."""

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        self._problem = problem
        self._config = config
        self._epochs = frame_epochs(config.n_epochs, MAX_SENT_EPOCHS)
        n_values = len(self._epochs) * problem.n_features
        self.is_wide = problem.n_features > MAX_NARROW_FEATURES or n_values > MAX_NARROW_VALUES
        self._key_rows = set(frame_epochs(len(self._epochs) - 1, MAX_KEY_FRAMES).tolist())
        self._n_rows = 0
        self._passed_over = PassedOver()
        self._sent_updates = self._sent_gradients = 0  # as far as rows tell of them
        self._is_reference_known = False
        self._last: Params | None = None  # the run's end, once it is there
        self._row_counts = _row_counts(problem)
        self._is_full_batch = config.is_full_batch(self._row_counts["nTrain"])
        self._scales = _scales(problem, self.is_wide)
        self._points = _points(problem, self.is_wide)
        self._curve = None if self.is_wide else problem.dataset.curve
        # Powers of one column all but cancel out: a curve of float32 would be jagged.
        self._drawn = np.float32 if self._curve is None else np.float64

    @property
    def reference_is_cheap(self) -> bool:
        """Whether the reference fit is quick enough for the trainer's own thread."""
        is_searched = self.is_wide and self._config.at(self._config.n_epochs).knobs.l1
        return not is_searched and _is_cheap(self._problem)

    @np.errstate(all="ignore")  # a diverging run's numbers exceed float32
    def start(self) -> bytes:
        """Return the chunk that says what the run is about."""
        problem, config, dataset = self._problem, self._config, self._problem.dataset
        loss = LOSSES[config.loss]
        truth = dataset.true_params
        fields: dict[str, Any] = {
            "wide": self.is_wide,
            "nFeatures": problem.n_features,
            **self._row_counts,
            "nEpochs": config.n_epochs,
            "nRows": len(self._epochs),
            "featureNames": list(dataset.feature_names[:MAX_NARROW_FEATURES]),
            "targetName": dataset.target_name,
            "loss": {
                "name": config.loss,
                "label": loss.label,
                "unitExponent": loss.unit_exponent,
                # How often the loss goes into the mean square.
                "squares": loss.curvature and 2.0 / loss.curvature,
            },
            "fitIntercept": problem.fit_intercept,
            "standardize": problem.standardize,
            "isTunedAlike": is_tuned_alike(config),
            "changes": change_marks(config),
            "variances": _variances(problem),
            "trueBias": truth.bias if truth else None,
        }
        columns: dict[str, NDArray[Any]] = {
            "y": self._points.y.astype(np.float32),
            "isTest": self._points.is_test.astype(np.uint32),
            "rows": self._points.rows.astype(np.uint32),
        }
        if not self.is_wide:
            columns["X"] = self._points.X.astype(self._drawn)
        if truth:
            columns["trueWeights"] = truth.weights.astype(np.float32)
        if self._scales is not None:
            columns["featureScales"] = self._scales.astype(np.float32)
        if self.reference_is_cheap and self._aims_at_least_squares:
            fields |= _uncertainty(problem)
        if group := dataset.second_group:
            fields["groups"] = [group.name_of_rest, group.name]
            columns["group"] = np.isin(self._points.rows, group.rows).astype(np.uint32)
        if self._curve is not None:
            fields["curve"] = {"column": self._curve.column}
            columns |= self._curve_columns(self._curve)
        return encode_chunk("start", fields, columns)

    def _curve_columns(self, curve: Curve) -> dict[str, NDArray[Any]]:
        """Return what a curve is drawn of: the column's value of each point, and a grid of it."""
        x = curve.x[self._points.rows]
        return {"curveX": x, "curveAt": curve.at, "curveFeatures": curve.features}

    def reference(self) -> bytes:
        """Return the chunk with the reference fit, its losses and what pictures show of it."""
        problem, params = self._problem, self._reference
        self._is_reference_known = True
        train_loss, test_loss = self._reference_losses()
        fields: dict[str, Any] = {
            "name": None if self._aims_at_least_squares else reference_name(self._config),
            "bias": params.bias,
            "trainLoss": train_loss,
            "testLoss": test_loss,
            "endDistance": self.distance(self._last) if self._last is not None else None,
        }
        columns: dict[str, NDArray[Any]] = {"weights": params.weights}
        if self.is_wide:
            columns["predictions"] = params.predict(self._points.X).astype(np.float32)
        if _is_several(problem):
            self._add_partial_regression(columns, fields)
        if self.reference_is_cheap and self._aims_at_least_squares and _is_several(problem):
            columns["standardErrors"], fields["margin"] = _standard_errors(problem)
        if has_landscape(problem):
            landscape = landscape_of(problem, _least_squares_losses(problem)[self._config.loss][0])
            fields["landscape"] = landscape.fields
            columns |= landscape.columns
        return encode_chunk("reference", fields, columns)

    def zones(self) -> bytes:
        """Return the chunk with what the values of the run's knobs do on its data."""
        return encode_chunk("zones", {"nEpochs": self._config.n_epochs, "of": self._zones}, {})

    def prepare_zones(self) -> None:
        """Compute what takes long of that, in whichever thread; once."""
        _ = self._zones

    @cached_property
    def _zones(self) -> dict[str, Any]:
        return knob_zones(self._problem, self._config)

    @np.errstate(all="ignore")
    def rows(self, blocks: list[Block], seconds: float) -> bytes | None:
        """Return the chunk with those epochs of these blocks that are shown, None where none is.

        `seconds` is what the engine had taken when the last of them was there.
        """
        kept = [(block, self._shown(block)) for block in blocks if len(block.epoch)]
        columns: dict[str, NDArray[Any]] = {
            name: np.concatenate([getattr(block, name)[rows] for block, rows in kept])
            if kept
            else np.empty(0)
            for name in ("epoch", "n_updates", "gradient_evaluations", *LOSS_NAMES, "bias")
        }
        n_rows = len(columns["epoch"])
        if not n_rows:
            self._pass_over(kept)
            return None
        weights = np.concatenate([block.weights[rows] for block, rows in kept])
        is_last = blocks[-1].status is not Status.RUNNING
        sent: dict[str, NDArray[Any]] = {
            "epoch": columns["epoch"].astype(np.uint32),
            "trainLoss": columns["train_loss"],  # float64: one that diverges exceeds float32
            "bias": columns["bias"].astype(self._drawn),
        }
        if self._problem.n_test:
            sent["testLoss"] = columns["test_loss"]
        if not self._is_full_batch:
            sent["batchLoss"] = columns["batch_loss"]
        if self._tells_squares:
            self._add_mean_squares(sent, weights, columns["bias"])
        sent |= self._cost(columns) | self._pass_over(kept)
        clock = [int(kept[-1][0].n_updates[-1]), seconds]
        fields: dict[str, Any] = {"firstRow": self._n_rows, "clock": clock}
        if self.is_wide:
            first = weights[:, :MAX_NARROW_FEATURES]
            sent["firstWeights"] = np.ascontiguousarray(first, dtype=np.float32)
            self._add_key_frames(sent, fields, weights, columns["bias"], is_last)
        else:
            sent["weights"] = weights.astype(self._drawn)
        self._n_rows += n_rows
        return encode_chunk("rows", fields, sent)

    def end(self, last: Block, result: RunResult, reason: str | None) -> bytes:
        """Return the chunk with the final state, exact, what explains it, and what computed it.

        `last` is the run's last block, and `result` its result. `reason` is why the engine is not
        the one that was asked for, where it is not.
        """
        problem, config = self._problem, self._config
        params = self._last = last.last_params
        columns: dict[str, NDArray[Any]] = {"weights": params.weights}
        if self.is_wide:
            with np.errstate(all="ignore"):
                columns["predictions"] = params.predict(self._points.X).astype(np.float32)
        fields = {
            "status": last.status.name.lower(),
            "epoch": int(last.epoch[-1]),
            "bias": params.bias,
            "trainLoss": float(last.train_loss[-1]),
            "testLoss": float(last.test_loss[-1]),
            "distance": result.distance,
            "note": ending_note(problem, config, last.status, int(last.epoch[-1])),
            "engine": ENGINES[config.engine].label,
            "engineReason": reason,
            "solver": solvers_text(config, int(last.epoch[-1])),
            "isIterative": SOLVERS[config.solver].is_iterative,
            "elapsed": result.seconds,
            "gradientEvaluations": float(last.gradient_evaluations[-1]),
        }
        if self.near_loss is not None:
            fields["epochsToGoal"] = result.epochs_to_1_percent
        return encode_chunk("end", fields, columns)

    def _cost(self, columns: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        """Return what each row has cost since the one before: in updates, and in rows looked at.

        Most often it is the same again and again, which takes no bytes.
        """
        updates = columns["n_updates"].astype(np.float64)
        gradients = np.round(columns["gradient_evaluations"] * self._row_counts["nTrain"])
        cost = {
            "updatesSince": np.diff(updates, prepend=self._sent_updates),
            "rowsSince": np.diff(gradients, prepend=self._sent_gradients),
        }
        self._sent_updates, self._sent_gradients = updates[-1], gradients[-1]
        return cost

    def _pass_over(self, kept: list[tuple[Block, NDArray[np.bool_]]]) -> dict[str, NDArray[Any]]:
        """Return what lies between the rows that are shown, where epochs are left out."""
        if not kept or len(self._epochs) > self._config.n_epochs:
            return {}
        names = ["epoch", "train_loss"] + ["test_loss"] * (self._problem.n_test > 0)
        names += ["batch_loss"] * (not self._is_full_batch)
        columns = {name: np.concatenate([getattr(b, name) for b, _ in kept]) for name in names}
        return self._passed_over.take(columns, np.concatenate([shown for _, shown in kept]))

    @np.errstate(all="ignore")
    def _add_partial_regression(
        self, columns: dict[str, NDArray[Any]], fields: dict[str, Any]
    ) -> None:
        """Add the residuals on which partial regressions rest, for the points shown.

        Of y on the features but j, the residual is that of the whole fit + weight j times the
        residual of feature j on the others: the browser adds that up. It is true of least squares
        alone, whose weights go along where the reference is another fit.
        """
        params, partial = reference_fit(self._problem), partial_regression_of(self._problem)
        if not self._aims_at_least_squares:
            columns["leastSquaresWeights"] = params.weights
        residuals = self._points.y - params.predict(self._points.X)
        columns["residuals"] = residuals.astype(np.float32)
        columns["partialX"] = partial.residuals(self._points.X).astype(np.float32)
        fields |= {"follows": partial.follows, "constant": partial.constant}

    @property
    def near_loss(self) -> float | None:
        """The loss up to which a run is within 1 % of the reference's; None: not known yet."""
        return near_loss(self._problem, self._config) if self._knows_reference else None

    @property
    def _knows_reference(self) -> bool:
        return self.reference_is_cheap or self._is_reference_known

    def distance(self, params: Params) -> float | None:
        """Return the root mean square gap between learned and reference predictions, in y's unit.

        None while the reference fit is under way, and where there are too many values.
        """
        problem = self._problem
        if not self._knows_reference:
            return None
        if not self.reference_is_cheap and problem.n_features <= MAX_NARROW_FEATURES:
            return prediction_gap(problem, params, self._reference)
        if problem.n_train * problem.n_features > _MAX_DISTANCE_COST:
            return None
        return _distance(problem, params, self._reference)

    @property
    def _tells_squares(self) -> bool:
        """Whether the mean squares go along: the browser can't tell them from other losses."""
        is_other = not LOSSES[self._config.loss].is_squared
        return is_other and not self.is_wide and self.reference_is_cheap

    def _add_mean_squares(
        self, sent: dict[str, NDArray[Any]], weights: NDArray[Any], bias: NDArray[Any]
    ) -> None:
        sent["trainSquares"] = mean_squares(self._problem, weights, bias)
        if self._problem.n_test:
            sent["testSquares"] = mean_squares(self._problem, weights, bias, of_test=True)

    @cached_property
    def _reference(self) -> Params:
        return reference_for(self._problem, self._config)

    @property
    def _aims_at_least_squares(self) -> bool:
        return reference_name(self._config) == LEAST_SQUARES

    def _reference_losses(self) -> tuple[float, float | None]:
        """Return the reference fit's loss on training and test rows."""
        if self._aims_at_least_squares:
            return _least_squares_losses(self._problem)[self._config.loss]
        return _losses_at(self._problem, self._reference)[self._config.loss]

    def _shown(self, block: Block) -> NDArray[np.bool_]:
        shown = np.isin(block.epoch, self._epochs, assume_unique=True)
        if block.status is not Status.RUNNING:
            shown[-1] = True
        return shown

    def _add_key_frames(
        self,
        sent: dict[str, NDArray[Any]],
        fields: dict[str, Any],
        weights: NDArray[np.float64],
        bias: NDArray[np.float64],
        is_last: bool,
    ) -> None:
        """Add the quantised weights and predictions at those rows that are key frames.

        Weights of features in different units share no grid: they go as effects of one standard
        deviation each, where the scales are told.
        """
        with_numbers = np.isfinite(weights).all(axis=1) & np.isfinite(bias)
        rows = [
            row
            for row in range(len(weights))
            if (with_numbers[row] or not self._n_rows + row)
            and (self._n_rows + row in self._key_rows or (is_last and row == len(weights) - 1))
        ]
        if not rows:
            return
        predictions = weights[rows] @ self._points.X.T + bias[rows, None]
        sent["keyRows"] = np.array(rows, dtype=np.uint32) + np.uint32(self._n_rows)
        effects = weights[rows] if self._scales is None else weights[rows] * self._scales
        for name, values in (("keyWeights", effects), ("keyPredictions", predictions)):
            scales = _frame_scales(values)
            sent[name], low, step = quantise(values / scales[:, None])
            fields[name] = {"low": low, "step": step, "scales": scales.tolist()}


def _frame_scales(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return powers of two that bring each frame near the smallest; 1 unless the run explodes.

    Frames of a run that diverges would share a grid too coarse for its beginning.
    """
    sizes = np.max(np.abs(values), axis=1, initial=0.0)
    sizes = np.where(np.isfinite(sizes), sizes, 0.0)
    some = sizes[sizes > 0]
    if not some.size:
        return np.ones(len(values))
    growth = np.maximum(sizes / _SAME_GRID, some.min()) / some.min()
    return np.asarray(2.0 ** np.ceil(np.log2(growth)))


def prepare_start(problem: Problem) -> None:
    """Compute what takes long of a "start" chunk, in whichever thread; kept by the problem."""
    is_wide = problem.n_features > MAX_NARROW_FEATURES
    _points(problem, is_wide)
    _scales(problem, is_wide)
    _variances(problem)


def prepare_reference(problem: Problem, config: TrainConfig | None = None) -> None:
    """Compute what takes long of a "reference" chunk, in whichever thread; kept by the problem.

    `config` is that of the run; None: of one that is compared with least squares.
    """
    _least_squares_losses(problem)
    if config is not None:
        reference_for(problem, config)
    if problem.n_features <= MAX_NARROW_FEATURES:
        triangle_of(problem)
    if _is_several(problem):
        partial_regression_of(problem)
        if _is_cheap(problem):
            _standard_errors(problem)
    if has_landscape(problem):
        prepare_landscape(problem)


def _variances(problem: Problem) -> dict[str, float | None]:
    """Return the mean squared distance of the target from its mean: what R2 compares with."""

    def variances() -> dict[str, float | None]:
        with np.errstate(all="ignore"):
            parts = {
                "train": (problem.y_train, problem.v_train),
                "test": (problem.y_test, problem.v_test),
            }
            return {name: _variance(y, v) if len(y) else None for name, (y, v) in parts.items()}

    return problem.memo.get("target_variances", variances)


def _variance(y: FloatArray, v: FloatArray | None) -> float:
    if v is None:
        return float(y.var())
    return float((v * np.square(y - (v * y).mean())).mean())


def _row_counts(problem: Problem) -> dict[str, int]:
    """Return how many rows there are in all, for training and for the test.

    Rows that stand for others, which pictures show, count as often as they stand.
    """
    dataset = problem.dataset
    if dataset.shown is None or dataset.weights is None:
        return {"nPoints": len(dataset.y), "nTrain": problem.n_train, "nTest": problem.n_test}
    n_all = round(float(dataset.weights.sum()))
    n_test = round(float(dataset.weights[problem.test_rows].sum()))
    return {"nPoints": n_all, "nTrain": n_all - n_test, "nTest": n_test}


def _points(problem: Problem, is_wide: bool) -> ShownPoints:
    if is_wide:
        return shown_points(problem, MAX_POINTS_WIDE)
    return shown_points(problem, MAX_POINTS if problem.n_features == 1 else MAX_POINTS_SEVERAL)


def _scales(problem: Problem, is_wide: bool) -> NDArray[np.float64] | None:
    """Return each feature's standard deviation over the training rows, where it is needed.

    That of the rows that are shown, where the others stand for many.
    """
    if problem.n_features == 1 or (is_wide and problem.dataset.true_params):
        return None
    if problem.standardize and problem.fit_intercept:
        return problem.x_scale
    shown = problem.dataset.shown
    X = problem.X_train if shown is None else shown.X
    return problem.memo.get("column_scales", lambda: column_scales(X))


def _uncertainty(problem: Problem) -> dict[str, Any]:
    """Return how sure least squares is of a line; nothing where it is exact or there is none."""
    if problem.n_features != 1 or not problem.fit_intercept:
        return {}
    return problem.memo.get("uncertainty", lambda: _uncertainty_of(problem))


def _uncertainty_of(problem: Problem) -> dict[str, Any]:
    fit = fit_of(problem)
    if fit.is_exact or fit.n_parameters < 2:
        return {}
    return {"standardErrors": _errors_of(fit).tolist(), "margin": margin(fit)}


def _standard_errors(problem: Problem) -> tuple[NDArray[np.float64], float]:
    """Return those of several weights and then of the bias, and the margin in them; nan: none."""

    def computed() -> tuple[NDArray[np.float64], float]:
        fit = fit_of(problem)
        return _errors_of(fit), margin(fit) if fit.df_residual > 0 else np.nan

    return problem.memo.get("standard_errors", computed)


def _errors_of(fit: Fit) -> NDArray[np.float64]:
    """Return the standard errors of weights and bias; nan where the fit is exact, too."""
    errors = standard_errors(fit)
    if fit.is_exact:
        errors = np.full_like(errors, np.nan)
    if not fit.problem.fit_intercept:
        return np.append(errors, np.nan)
    return np.roll(errors, -1)


def _is_cheap(problem: Problem) -> bool:
    n_values = problem.n_train * problem.n_features
    return n_values * max(problem.n_features, _PASS_COST) <= _INLINE_REFERENCE_COST


def _is_several(problem: Problem) -> bool:
    return 2 <= problem.n_features <= MAX_NARROW_FEATURES


def _least_squares_losses(problem: Problem) -> dict[str, tuple[float, float | None]]:
    """Return every loss of the least-squares fit, on training and test rows, once per problem."""
    return problem.memo.get("reference_losses", lambda: _losses_at(problem, reference_fit(problem)))


def _losses_at(problem: Problem, params: Params) -> dict[str, tuple[float, float | None]]:
    train = params.predict(problem.X_train) - problem.y_train
    test = params.predict(problem.X_test) - problem.y_test
    return {
        name: (
            loss.value(train, problem.v_train),
            loss.value(test, problem.v_test) if problem.n_test else None,
        )
        for name, loss in LOSSES.items()
    }


def _distance(problem: Problem, params: Params, reference: Params) -> float:
    with np.errstate(all="ignore"):
        gap = params.predict(problem.X_train) - reference.predict(problem.X_train)
        v = problem.v_train
        return float(np.sqrt(np.mean(gap**2 if v is None else v * gap**2)))
