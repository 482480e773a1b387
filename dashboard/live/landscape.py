"""The loss as a landscape over two directions: what the browser needs to draw its contours.

One feature: weight and bias, in the coordinates of training. Several: the flattest and the steepest
direction through the least-squares fit, also in those coordinates.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from linreg_core import Problem, reference_fit
from linreg_core.arrays import FloatArray
from linreg_core.theory.spectrum import Spectrum, spectrum

MAX_PLANE_FEATURES: Final = 200
"""More features have no plane: its two directions would say little of so many."""
_TOO_LARGE = "The squares of these numbers are beyond a float's range."
_NOT_SINGLE = "Beyond what a picture can hold: use other units."
_SINGLE_PRECISION = 1e-6
_NO_PLANE = "Fewer than two directions change the loss."


class Landscape(NamedTuple):
    """What a "reference" chunk says of it.

    With d the difference of parameters to `origin`, the least-squares fit, weights and then the
    bias, `toPlane` @ d are coordinates in the picture (from `center`), them @ `fromPlane` is the
    way back, and the mean squared residual grows by yScale**2 times them @ hessian @ them.
    Of several features, d in the coordinates of training are d * planeScale for the weights, and
    d * biasScale + d @ planeMean for the bias: so far is a run from the plane.
    """

    fields: dict[str, Any]
    columns: dict[str, NDArray[Any]]


def has_landscape(problem: Problem) -> bool:
    """Whether there are two directions to look at, and few enough features."""
    n_parameters = problem.n_features + int(problem.fit_intercept)
    return n_parameters > 1 and problem.n_features <= MAX_PLANE_FEATURES


def prepare_landscape(problem: Problem) -> Landscape:
    """Compute what does not depend on the loss, in whichever thread; kept by the problem."""
    return problem.memo.get("landscape", lambda: _landscape(problem))


def landscape_of(problem: Problem, least: float) -> Landscape:
    """Return the landscape of a problem that has one, or why it can't be drawn.

    `least` is the loss of least squares.
    """
    if not np.isfinite(least):
        return _excuse(_TOO_LARGE)
    fields, columns = prepare_landscape(problem)
    return Landscape({"least": least, **fields}, columns)


@np.errstate(all="ignore")
def _landscape(problem: Problem) -> Landscape:
    found = spectrum(problem)
    if found is None or not np.isfinite(np.square(problem.y_scale)):
        return _excuse(_TOO_LARGE)
    if not _are_single(problem):
        return _excuse(_NOT_SINGLE)
    if problem.n_features > 1 and np.count_nonzero(found.learns) < 2:
        return _excuse(_NO_PLANE)
    made = _of_line(problem, found) if problem.n_features == 1 else _of_plane(problem, found)
    is_finite = all(np.isfinite(column).all() for column in made.columns.values())
    return made if is_finite else _excuse(_TOO_LARGE)


def _are_single(problem: Problem) -> bool:
    """Whether float32, in which the parameters of a run's rows travel, can tell where it aims."""
    params = reference_fit(problem)
    values = np.append(params.weights, params.bias)
    return np.allclose(values.astype(np.float32), values, rtol=_SINGLE_PRECISION, atol=0.0)


def _excuse(sentence: str) -> Landscape:
    return Landscape({"excuse": sentence}, {})


def _of_line(problem: Problem, found: Spectrum) -> Landscape:
    weights, bias = problem.to_training(reference_fit(problem))
    made = _over(problem, found, np.eye(2))
    made.fields["center"] = [float(weights[0]), bias]
    return made


def _of_plane(problem: Problem, found: Spectrum) -> Landscape:
    learning = np.flatnonzero(found.learns)
    vectors = _with_bias(problem, found.vectors)
    plane = vectors[:, [learning[-1], learning[0]]]
    largest = np.abs(plane).argmax(axis=0)
    plane = plane * np.sign(plane[largest, [0, 1]])  # either way round would do, but only one
    made = _over(problem, found, plane)
    made.fields["center"] = [0.0, 0.0]
    made.fields["biasScale"] = 1.0 / problem.y_scale
    made.columns["planeScale"] = problem.x_scale / problem.y_scale
    made.columns["planeMean"] = problem.x_mean / problem.y_scale
    if made.fields["nStill"]:  # what nothing can be learned of is no distance
        made.columns["learning"] = _rows_to_training(problem, vectors[:, learning].T)
    return made


def _over(problem: Problem, found: Spectrum, directions: FloatArray) -> Landscape:
    """Return the landscape over two directions (n_features + 1, 2) in training coordinates."""
    along = found.vectors.T @ directions[: len(found.vectors)]
    root = np.sqrt(found.values)[:, np.newaxis] * along
    weights = directions[:-1].T * (problem.y_scale / problem.x_scale)
    bias = directions[-1] * problem.y_scale - weights @ problem.x_mean
    fields = {
        "hessian": (root.T @ root).ravel().tolist(),
        "yScale": problem.y_scale,
        "condition": found.condition_number,
        "nStill": len(found.vectors) - int(np.count_nonzero(found.learns)),
    }
    least = reference_fit(problem)
    columns: dict[str, NDArray[Any]] = {
        "origin": np.append(least.weights, least.bias),
        "toPlane": _rows_to_training(problem, directions.T),
        "fromPlane": np.column_stack([weights, bias]),
    }
    return Landscape(fields, columns)


def _rows_to_training(problem: Problem, rows: FloatArray) -> FloatArray:
    """Return rows @ T, T what takes differences of parameters to training coordinates."""
    bias = rows[:, -1:] / problem.y_scale
    weights = rows[:, :-1] * (problem.x_scale / problem.y_scale) + bias * problem.x_mean
    return np.column_stack([weights, bias])


def _with_bias(problem: Problem, vectors: FloatArray) -> FloatArray:
    """Return eigenvectors (n_features + 1, k): without an intercept, their bias is 0."""
    if problem.fit_intercept:
        return vectors
    return np.vstack([vectors, np.zeros((1, vectors.shape[1]))])
