"""The triangle that takes the place of the rows: few numbers with the same sums of products."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from linreg_core.arrays import BoolArray, FloatArray
from linreg_core.limits import ANALYTIC, FREQUENCY
from linreg_core.numerics.design import CENTRE_STEPS, Coordinates
from linreg_core.scale.second_moments import SecondMoments

_LARGEST_EXPONENT: Final = 1000


@dataclass(frozen=True, eq=False)
class RowTriangle:
    """R of a QR decomposition of all rows of [1 Z t], (k + 1, k + 1), k the columns of [X y].

    Z and t are X and y in `coordinates` (k), the target's last. Rows weigh n_samples together:
    that many there are, or they stand for with frequency weights; times `unit_weight` it is the
    weight that they were given. `log_weights` is the sum of the logarithms of analytic weights.
    """

    R: FloatArray
    coordinates: Coordinates
    n_rows: int
    n_samples: int
    unit_weight: float
    log_weights: float
    is_constant: BoolArray
    is_yes_no: BoolArray

    @property
    def columns(self) -> Coordinates:
        """Those of Z."""
        return Coordinates(self.coordinates.centre[:-1], self.coordinates.scale[:-1])

    @property
    def target(self) -> Coordinates:
        """Those of t."""
        return Coordinates(self.coordinates.centre[-1:], self.coordinates.scale[-1:])

    @property
    def means(self) -> FloatArray:
        """The means of [Z t], (k,)."""
        return np.asarray(self.R[0, 1:] / self.R[0, 0])

    @property
    def centred(self) -> FloatArray:
        """R of [Z t] about their means, (k, k)."""
        return self.R[1:, 1:]

    def through_origin(self) -> RowTriangle:
        """Return the triangle in coordinates whose centre is 0, for a fit without an intercept.

        R then is that of [Z t] alone: the column of ones stays, and nothing needs it.
        """
        at, ones = self.coordinates, self.R[:, 0]
        sizes = np.sqrt(np.square(self.R[:, 1:]).sum(axis=0) / self.n_samples) * at.scale
        scale = _power_near(np.maximum(sizes, np.abs(at.centre)))
        columns = self.R[:, 1:] * (at.scale / scale) + np.outer(ones, at.centre / scale)
        R = np.column_stack([ones, columns])
        return replace(self, R=R, coordinates=Coordinates(np.zeros(len(scale)), scale))


def coordinates_of(moments: SecondMoments) -> Coordinates:
    """Return coordinates in which the columns of [X y] have about mean 0 and size 1."""
    scale = np.where(moments.is_constant, 1.0, _power_near(moments.deviations))
    step = scale / CENTRE_STEPS
    centre = np.round(moments.means / step) * step
    return Coordinates(np.where(moments.is_constant, moments.shift, centre), scale)


def triangle_of_moments(moments: SecondMoments, weight_kind: str = ANALYTIC) -> RowTriangle | None:
    """Return the triangle by Cholesky's decomposition, None where the columns are dependent.

    What it can tell is half the digits that the rows can. Columns of one value are left out of it.
    """
    coordinates, keep = coordinates_of(moments), np.flatnonzero(~moments.is_constant)
    R = np.zeros((moments.n_columns, moments.n_columns))
    normal = _normal(moments, coordinates, weight_kind)[np.ix_(keep, keep)]
    try:
        R[np.ix_(keep, keep)] = np.linalg.cholesky(normal, upper=True)
    except np.linalg.LinAlgError:
        return None
    return _around(R, moments, coordinates, weight_kind)


def square_root_of_moments(moments: SecondMoments, weight_kind: str = ANALYTIC) -> RowTriangle:
    """Return the triangle also where columns are dependent, by eigenvalues; see above."""
    found = triangle_of_moments(moments, weight_kind)
    if found is not None:
        return found
    coordinates = coordinates_of(moments)
    sizes, directions = np.linalg.eigh(_normal(moments, coordinates, weight_kind))
    root = np.sqrt(np.maximum(sizes, 0.0))[:, np.newaxis] * directions.T
    root[:, moments.is_constant] = 0.0
    R = np.asarray(np.linalg.qr(root, mode="r"))
    return _around(R, moments, coordinates, weight_kind)


def normalised_triangle(
    R: FloatArray, moments: SecondMoments, coordinates: Coordinates, weight_kind: str
) -> RowTriangle:
    """Return the triangle of which R (m, k + 1) has the rows' own weights, m at most k + 1."""
    R = np.concatenate([R, np.zeros((R.shape[1] - len(R), R.shape[1]))])
    R = R / np.sqrt(_unit_weight(moments, weight_kind))
    R[1:, 1 + np.flatnonzero(moments.is_constant)] = 0.0
    return _of(R, moments, coordinates, weight_kind)


def _around(
    centred: FloatArray, moments: SecondMoments, at: Coordinates, weight_kind: str
) -> RowTriangle:
    """Return the triangle of which the centred part is known."""
    R = np.zeros((len(centred) + 1, len(centred) + 1))
    R[0, 0] = 1.0
    R[0, 1:] = (moments.shift - at.centre + moments.offset) / at.scale
    R[0] *= np.sqrt(_samples(moments, weight_kind))
    R[1:, 1:] = centred
    return _of(R, moments, at, weight_kind)


def _of(
    R: FloatArray, moments: SecondMoments, coordinates: Coordinates, weight_kind: str
) -> RowTriangle:
    return RowTriangle(
        R=R,
        coordinates=coordinates,
        n_rows=moments.n_rows,
        n_samples=round(_samples(moments, weight_kind)),
        unit_weight=_unit_weight(moments, weight_kind),
        log_weights=moments.log_weights if weight_kind == ANALYTIC else 0.0,
        is_constant=moments.is_constant,
        is_yes_no=moments.is_yes_no,
    )


def _normal(moments: SecondMoments, at: Coordinates, weight_kind: str) -> FloatArray:
    """Return sums of products about the means, in other coordinates and of weight n_samples."""
    ratio = moments.scale / at.scale
    scatter = moments.scatter + moments.scatter_rest
    return scatter * ratio * ratio[:, np.newaxis] / _unit_weight(moments, weight_kind)


def _samples(moments: SecondMoments, weight_kind: str) -> float:
    return moments.total_weight if weight_kind == FREQUENCY else float(moments.n_rows)


def _unit_weight(moments: SecondMoments, weight_kind: str) -> float:
    return moments.total_weight / _samples(moments, weight_kind)


def _power_near(values: FloatArray) -> FloatArray:
    """Return 2**k with 2**(k - 1) <= value < 2**k, 1 for 0."""
    exponents = np.clip(np.frexp(values)[1], -_LARGEST_EXPONENT, _LARGEST_EXPONENT)
    return np.asarray(np.ldexp(1.0, exponents), dtype=np.float64)
