"""The values that flow through the core: parameters, data sets, and the states of a run."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from linreg_core.arrays import FloatArray, IntArray, frozen_floats
from linreg_core.checks import choice
from linreg_core.errors import DataError
from linreg_core.limits import MAX_CELLS, MAX_FEATURES, MAX_ROWS, WEIGHT_KINDS
from linreg_core.memory import memory_for
from linreg_core.weighting import checked_weights
from table_reader.wording import shown


@dataclass(frozen=True, eq=False)
class Params:
    """The parameters of a linear model, in original units: y = X @ weights + bias.

    `weights` has shape (n_features,), in units of y per unit of the feature; `bias` is a
    float in units of y. They may be inf or nan: that is how a diverged run ends.

    >>> Params([2.0], 1.0).predict(np.array([[0.0], [10.0]]))
    array([ 1., 21.])
    """

    weights: FloatArray
    bias: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "weights", frozen_floats("weights", self.weights, 1))
        if isinstance(self.bias, str | bool | complex):
            raise DataError(f"`bias` must be a number. Got {shown(self.bias)}.")
        try:
            object.__setattr__(self, "bias", float(self.bias))
        except (TypeError, ValueError):
            raise DataError(f"`bias` must be a number. Got {shown(self.bias)}.") from None

    @property
    def n_features(self) -> int:
        """The number of weights."""
        return len(self.weights)

    def predict(self, X: FloatArray) -> FloatArray:
        """Return X @ weights + bias, shape (n_samples,), for X of shape (n_samples, n_features).

        Raises DataError when X has another number of columns.
        """
        X = np.asarray(X, dtype=np.float64)
        if X.ndim != 2 or X.shape[1] != self.n_features:
            raise DataError(
                f"`X` must have the shape (n_samples, {self.n_features}). Got {X.shape}."
            )
        with np.errstate(all="ignore"):
            return np.asarray(X @ self.weights + self.bias)


@dataclass(frozen=True, eq=False)
class RowGroup:
    """Rows that were made otherwise than the rest: positions `rows`, and what to call both."""

    name: str
    name_of_rest: str
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Origin:
    """What `make_dataset` made a data set of: its name there, the seed, and all of its knobs."""

    name: str
    seed: int
    knobs: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class TermColumns:
    """Which columns of X belong to one term of the model: `first` up to, not including, `stop`.

    `label` spells the term as a formula does, and `factors` its parts: a term is marginal to
    another whose factors are more.
    """

    label: str
    first: int
    stop: int
    factors: frozenset[str]


@dataclass(frozen=True, eq=False)
class Curve:
    """What a picture over one column needs, where several terms are made of it alone.

    `x` are the column's values, in the order of the data set's rows (of those that are shown, where
    these are others), and `features` (n_grid, n_features) what X would be at the values `at`
    (n_grid,), evenly over their range.
    """

    column: str
    x: FloatArray
    at: FloatArray
    features: FloatArray

    def __post_init__(self) -> None:
        for name, n_dimensions in (("x", 1), ("at", 1), ("features", 2)):
            array = frozen_floats(f"curve.{name}", getattr(self, name), n_dimensions)
            object.__setattr__(self, name, array)


@dataclass(frozen=True, eq=False)
class ShownRows:
    """Rows that pictures draw in the place of a data set's own: `X` (k, n_features), `y` (k,)."""

    X: FloatArray
    y: FloatArray

    def __post_init__(self) -> None:
        object.__setattr__(self, "X", frozen_floats("shown.X", self.X, 2))
        object.__setattr__(self, "y", frozen_floats("shown.y", self.y, 1))


@dataclass(frozen=True, eq=False)
class Dataset:
    """Named data: `X` (n_samples, n_features) and `y` (n_samples,), all finite.

    `feature_names` default to x, or x1, x2, ...; `true_params` are those that made the data,
    where they are known, `second_group` the rows that were made otherwise, and `origin` says how
    to make the data anew, unless somebody has changed them since. `weights` (n_samples,) say how
    much each row counts, None alike: of the kind "analytic" a row is as exact as that many rows
    together, of the kind "frequency" it stands for so many equal ones; `weights_name` is what they
    are called. Where rows are few that stand for many, `shown` are some of the many, which pictures
    draw. The arrays are copied; large ones can be given away instead, as
    `Dataset(name, frozen(X), frozen(y))`. Raises DataError when anything does not fit together.

    >>> Dataset("two points", [[0.0], [1.0]], [1.0, 3.0]).feature_names
    ('x',)
    """

    name: str
    X: FloatArray
    y: FloatArray
    feature_names: tuple[str, ...] = ()
    target_name: str = "y"
    true_params: Params | None = None
    second_group: RowGroup | None = None
    origin: Origin | None = None
    weights: FloatArray | None = None
    weight_kind: str = "analytic"
    weights_name: str = ""
    terms: tuple[TermColumns, ...] = ()
    target_transform: str = "identity"
    curve: Curve | None = None
    shown: ShownRows | None = None

    def __post_init__(self) -> None:
        shape = getattr(self.X, "shape", ())
        _check_size(shape)
        with memory_for(shape):
            object.__setattr__(self, "X", frozen_floats("X", self.X, 2))
            object.__setattr__(self, "y", frozen_floats("y", self.y, 1))
        _check_size(self.X.shape)
        names = tuple(self.feature_names) or _default_names(self.n_features)
        object.__setattr__(self, "feature_names", names)
        choice("weight_kind", self.weight_kind, WEIGHT_KINDS)
        if self.weights is not None:
            checked = checked_weights(self.weights, self.weight_kind, self.n_samples)
            object.__setattr__(self, "weights", checked)
        self._check()

    @property
    def n_samples(self) -> int:
        """The number of rows."""
        return int(self.X.shape[0])

    @property
    def n_features(self) -> int:
        """The number of columns of X."""
        return int(self.X.shape[1])

    @property
    def target_column(self) -> str:
        """The target's own name, also where y is its logarithm."""
        if self.target_transform == "identity":
            return self.target_name
        return self.target_name.removeprefix(f"{self.target_transform}(").removesuffix(")")

    def of_rows(self, rows: slice | IntArray) -> Dataset:
        """Return the data set of these rows alone; what has a value for each row follows."""
        curve = self.curve
        if curve is not None and self.shown is None:
            curve = replace(curve, x=curve.x[rows])
        weights = None if self.weights is None else self.weights[rows]
        return replace(self, X=self.X[rows], y=self.y[rows], curve=curve, weights=weights)

    def _check(self) -> None:
        if len(self.y) != self.n_samples:
            raise DataError(
                f"`X` and `y` must have the same number of rows. "
                f"Got {self.n_samples} and {len(self.y)}."
            )
        for name, array in (("X", self.X), ("y", self.y)):
            # The sum is finite unless a value is not (or unless it overflows, then look closer).
            with np.errstate(all="ignore"):
                suspicious = not np.isfinite(array.sum())
            if suspicious and not np.isfinite(array).all():
                row = int(np.argwhere(~np.isfinite(array))[0][0])
                raise DataError(
                    f"`{name}` must be finite. Row {row} has {array[row]}: "
                    f"remove the rows with missing or infinite values."
                )
        if len(self.feature_names) != self.n_features:
            raise DataError(
                f"`feature_names` must name each of the {self.n_features} features. "
                f"Got {len(self.feature_names)} names."
            )
        if len(set(self.feature_names)) != self.n_features:
            raise DataError("`feature_names` must all be different.")
        if self.true_params is not None and self.true_params.n_features != self.n_features:
            raise DataError(
                f"`true_params` must have {self.n_features} weights. "
                f"Got {self.true_params.n_features}."
            )
        self._check_terms()

    def _check_terms(self) -> None:
        stops = [0, *(term.stop for term in self.terms)]
        firsts = [*(term.first for term in self.terms), self.n_features]
        if self.terms and (stops != firsts or any(term.first >= term.stop for term in self.terms)):
            raise DataError(
                f"`terms` must share out the {self.n_features} columns of X in their order. "
                f"Got {[(term.first, term.stop) for term in self.terms]}."
            )
        if self.target_transform not in ("identity", "log"):
            raise DataError(
                f"`target_transform` must be 'identity' or 'log'. Got {self.target_transform!r}."
            )
        shown, curve = self.shown, self.curve
        if shown is not None and shown.X.shape != (len(shown.y), self.n_features):
            raise DataError(
                f"`shown` must have a y for each row, and {self.n_features} features. Got X of the "
                f"shape {shown.X.shape} and {len(shown.y)} y."
            )
        if curve is not None and (
            len(curve.x) != len(self.y if shown is None else shown.y)
            or curve.features.shape != (len(curve.at), self.n_features)
        ):
            raise DataError("`curve` must have an x for each row, and a column for each feature.")


class Status(Enum):
    """Where a run stands; all but RUNNING are the status of a run's last state only."""

    RUNNING = "running"
    FINISHED = "finished"
    CONVERGED = "converged"
    DIVERGED = "diverged"

    @property
    def is_final(self) -> bool:
        """Whether a state with this status is the last of its run."""
        return self is not Status.RUNNING


@dataclass(frozen=True, eq=False)
class EpochState:
    """What is known after `epoch` epochs, `n_updates` updates in all; epoch 0 is the start.

    Losses are in the units of the loss on original y. `train_loss` and `test_loss` are of the
    whole sets (None where they were not evaluated); `batch_loss` is that of the epoch's last
    minibatch before its update, and `grad_norm` the Euclidean norm of that minibatch's loss
    gradient in the coordinates of training, with what weight decay adds to it (both None at epoch
    0).
    """

    epoch: int
    n_updates: int
    params: Params
    train_loss: float | None
    test_loss: float | None
    batch_loss: float | None
    grad_norm: float | None
    status: Status


def _default_names(n_features: int) -> tuple[str, ...]:
    return ("x",) if n_features == 1 else tuple(f"x{i + 1}" for i in range(n_features))


def _check_size(shape: tuple[int, ...]) -> None:
    if len(shape) != 2:
        return
    n_samples, n_features = shape
    if n_samples < 1 or n_features < 1:
        raise DataError(f"`X` must have at least 1 row and 1 column. Got the shape {shape}.")
    for what, size, most in (
        ("rows", n_samples, MAX_ROWS),
        ("features", n_features, MAX_FEATURES),
        ("values (rows x features)", n_samples * n_features, MAX_CELLS),
    ):
        if size > most:
            raise DataError(f"`X` must have at most {most:,} {what}. Got {size:,}: use a sample.")
