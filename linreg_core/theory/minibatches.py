"""What minibatches do to a constant rate: approximations, for SGD and squared losses.

With z a row along the eigenvectors, h the curvatures and e the errors, the expected products
C = E[e e'] of SGD on batches of B independent rows go, an update,

    C <- C - r (h C + C h) + r**2 (h C h + d (c**2 E[z z' C z z'] - h C h)) + r**2 d N,

d = 1 / B and N = E[slope**2 z z'] the gradients' scatter at least squares. They stay bounded below
1 / (the largest eigenvalue of what stands at r**2, relative to what stands at r), and settle where
both sides agree: the noise floor. Rows that are shuffled rather than drawn are less noisy: d has
(n - B) / (n - 1) in it, and over an epoch their noise nearly cancels.
Of a row that weighs v times the mean, z and the slope are those times v, in the second and in N.
Sources: Bach and Moulines (2013), Non-strongly-convex smooth stochastic approximation; Defossez and
Bach (2015), Averaged least-mean-squares; Mishchenko et al. (2020), Random reshuffling.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.losses import LOSSES
from linreg_core.numerics.reference import reference_fit
from linreg_core.schedule import is_tuned_alike
from linreg_core.theory.courses import reference_loss
from linreg_core.theory.spectrum import DENSE_FEATURES, Spectrum, design_of, spectrum
from linreg_core.theory.stability import largest_eigenvalue, mean_row_square

if TYPE_CHECKING:
    from linreg_core.config import TrainConfig
    from linreg_core.problem import Problem

_MOST_PAIRED: Final = 10
"""Up to this many directions their products count too, beyond it only their squares."""
_CELLS_AT_ONCE: Final = 4_000_000


class Noise(NamedTuple):
    """What minibatches add to a run, for the directions (k,) that learn.

    `limit` is the rate from which errors grow, `part` d. `spread` (k,) is how much the squared
    error along a direction grows by its own scatter, and `modes` (m,) with `floors` (k, m) give
    the noise floor along each: sum_m floors / (1 / rate - modes).
    """

    limit: float
    part: float
    spread: FloatArray
    modes: FloatArray
    floors: FloatArray


def has_noise_theory(problem: Problem, config: TrainConfig) -> bool:
    """Return whether anything is known of the config's minibatches: SGD's, drawn at random.

    Not with l1, whose proximal steps are no linear map.
    """
    return (
        config.solver == "sgd"
        and LOSSES[config.loss].is_squared
        and not config.knobs.l1
        and is_tuned_alike(config)
        and config.sampling != "sequential"
        and not config.is_full_batch(problem.n_train)
    )


def minibatch_limit(problem: Problem, config: TrainConfig) -> float | None:
    """Return the rate from which SGD's expected squared errors grow, by approximation.

    A single run may stand somewhat more: rare rows make the expectation. None where nothing is
    known; see `has_noise_theory`.
    """
    if not has_noise_theory(problem, config):
        return None
    if problem.n_features > DENSE_FEATURES:
        return _wide_limit(problem, config)
    noise = noise_of(problem, config)
    return None if noise is None else noise.limit


def noise_floor(problem: Problem, config: TrainConfig) -> float | None:
    """Return by how much SGD's loss stays above the reference's, by approximation.

    None where nothing is known (see `has_noise_theory`) or the run does not settle at all.
    """
    limit = minibatch_limit(problem, config)
    if limit is None or config.learning_rate >= limit:
        return None
    rates = np.array([config.learning_rate])
    if problem.n_features > DENSE_FEATURES:
        return float(wide_floors(problem, config, rates, limit)[0])
    return float(floors_at(problem, config, rates)[0])


def curvatures_of(config: TrainConfig, found: Spectrum) -> FloatArray:
    """Return the curvatures (k,) of the directions that learn, weight decay included."""
    curvature = LOSSES[config.loss].curvature or 0.0
    return np.asarray(curvature * found.values[found.learns] + config.weight_decay)


def floors_at(problem: Problem, config: TrainConfig, rates: FloatArray) -> FloatArray:
    """Return the noise floor (r,) at each rate, inf from the limit on; of up to 200 features."""
    noise, found = noise_of(problem, config), spectrum(problem)
    assert noise is not None and found is not None
    h = curvatures_of(config, found)
    with np.errstate(all="ignore"):
        along = (1 / (1 / rates[:, np.newaxis] - noise.modes)) @ noise.floors.T
        if config.sampling == "shuffle":
            size = config.rows_per_update(problem.n_train)
            along = along * _kept_by_shuffling(rates[:, np.newaxis] * h, problem.n_train, size)
        total = along.sum(axis=1)
    return np.where((rates < noise.limit) & np.isfinite(total), total, np.inf)


def noise_of(problem: Problem, config: TrainConfig) -> Noise | None:
    """Return what minibatches add, once for each loss, batch size, sampling and decay."""
    key = ("noise", config.loss, config.batch_size, config.sampling, config.weight_decay)
    return problem.memo.get(key, lambda: _noise_of(problem, config))


def _noise_of(problem: Problem, config: TrainConfig) -> Noise | None:
    found = spectrum(problem)
    if found is None or not found.learns.any():
        return None
    h, curvature = curvatures_of(config, found), LOSSES[config.loss].curvature or 0.0
    with np.errstate(all="ignore"):
        pairs = _pairs(len(h))
        fourth, scatter = _moments(problem, found, pairs)
        first, second = h[pairs[0]], h[pairs[1]]
        part = _part(problem, config)
        linear = first + second
        own = np.diag(curvature**2 * fourth) - first * second
        square = np.diag(first * second * (1 - part)) + part * curvature**2 * fourth
        root = 1 / np.sqrt(linear)
        whitened = root[:, np.newaxis] * square * root
        if not np.isfinite(whitened).all():
            return None
        modes, vectors = np.linalg.eigh(whitened)
        noise = part * curvature**2 * (vectors.T @ (root * scatter))
        is_square = pairs[0] == pairs[1]
        weights = (root[:, np.newaxis] * vectors)[is_square]
        unit = np.float64(problem.y_scale) ** 2 * h[:, np.newaxis] / 2
        return Noise(1 / float(modes[-1]), part, own[is_square], modes, unit * weights * noise)


def _pairs(k: int) -> tuple[IntArray, IntArray]:
    return np.triu_indices(k) if k <= _MOST_PAIRED else (np.arange(k), np.arange(k))


def _moments(
    problem: Problem, found: Spectrum, pairs: tuple[IntArray, IntArray]
) -> tuple[FloatArray, FloatArray]:
    """Return E[f f'] (m, m) and E[residual**2 f] (m,), f the products z_i z_j of the pairs.

    A row's step is its weight over the mean times what it would be: both go with its square.
    """
    size = len(pairs[0])
    fourth, scatter = np.zeros((size, size)), np.zeros(size)
    weights, bias = problem.to_training(reference_fit(problem))
    scale = np.where(pairs[0] == pairs[1], 1.0, np.sqrt(2.0))
    vectors = found.vectors[:, found.learns]
    for X, y, v in problem.weighted_parts():
        for rows in _row_slices(len(y), size):
            z = design_of(X[rows], problem.fit_intercept) @ vectors
            products = scale * z[:, pairs[0]] * z[:, pairs[1]]
            squares = np.square(X[rows] @ weights + bias - y[rows])
            if v is not None:
                products = products * v[rows, np.newaxis]
                squares = squares * v[rows]
            fourth += products.T @ products
            scatter += squares @ products
    return fourth / problem.n_train, scatter / problem.n_train


def _row_slices(n_rows: int, size: int) -> list[slice]:
    step = max(1, _CELLS_AT_ONCE // size)
    return [slice(first, first + step) for first in range(0, n_rows, step)]


def _part(problem: Problem, config: TrainConfig) -> float:
    """Return d: by which part of one row's scatter a batch's mean scatters."""
    n, size = problem.n_train, config.rows_per_update(problem.n_train)
    drawn = 1.0 if config.sampling == "replacement" else (n - size) / max(1, n - 1)
    return drawn / size


def _kept_by_shuffling(q: FloatArray, n_rows: int, size: int) -> FloatArray:
    """Return which part of independent draws' noise is left at the ends of shuffled epochs.

    With w = 1 - q, the j-th batch from an epoch's end counts w**j. The noises of all rows add up
    to 0, and where every batch has as many rows, nearly all of it cancels.
    """
    w = 1 - np.clip(q, 1e-12, 1.999)
    n_batches = -(-n_rows // size)
    last, power = n_rows - (n_batches - 1) * size, np.power(w, n_batches)
    sums, squares = (1 - power) / (1 - w), (1 - power**2) / (1 - w**2)
    left = (squares - 1) / size + 1 / last - sums**2 / n_rows
    drawn = squares * (n_rows - size) / (n_rows * size)
    return np.asarray(np.maximum(left / drawn, 0.0))


def _wide_limit(problem: Problem, config: TrainConfig) -> float | None:
    """Of many features: as if they were normal, and at least as careful. None with weights."""
    if problem.v_train is not None:
        return None
    curvature, part = LOSSES[config.loss].curvature or 0.0, _part(problem, config)
    steepest = curvature * largest_eigenvalue(problem) + config.weight_decay
    total = (1 + part) * steepest + part * curvature * mean_row_square(problem)
    return 2 / total if 0 < total < np.inf else None


def wide_floors(
    problem: Problem, config: TrainConfig, rates: FloatArray, limit: float
) -> FloatArray:
    """Return the noise floor (r,) at each rate below the limit, of many features."""
    part = _part(problem, config) * (LOSSES[config.loss].curvature or 0.0)
    share = rates * part * mean_row_square(problem) / 2
    kept = 1 - np.minimum(rates / limit, 1 - 1e-12)
    return np.asarray(reference_loss(problem, config) * share / kept)
