"""A data set split into training and test rows and scaled: all that training needs to know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from linreg_core.arrays import (
    FloatArray,
    IntArray,
    column_deviations,
    column_means,
    column_sizes,
    frozen,
    held_bytes,
    rows_at_once,
    taken_rows,
)
from linreg_core.checks import choice, finite_number, flag, whole_number
from linreg_core.errors import DataError
from linreg_core.limits import MAX_SEED, MAX_TEST_FRACTION, SPLITS
from linreg_core.memo import Memo
from linreg_core.memory import memory_for
from linreg_core.types import Dataset, Params
from linreg_core.weighting import relative_weights


@dataclass(frozen=True, eq=False)
class Problem:
    """Training and test rows in original units, and the coordinates that training happens in.

    Training coordinates are (X - x_mean) / x_scale and (y - y_mean) / y_scale: the training
    rows' mean and population standard deviation (1 for a constant column) where `standardize`
    is set, else 0 and 1, that is, the original units. Without `fit_intercept` the model is
    y = X @ weights: every bias is 0, means stay 0 and scales are root mean squares. `w_train` and
    `w_test` are the rows' weights, None where all count alike; the means above are weighted, too.
    `split_seed` is what a random split was drawn with. Make one with `Problem.from_dataset`.
    """

    dataset: Dataset
    train_rows: IntArray
    test_rows: IntArray
    X_train: FloatArray
    y_train: FloatArray
    X_test: FloatArray
    y_test: FloatArray
    standardize: bool
    x_mean: FloatArray
    x_scale: FloatArray
    y_mean: float
    y_scale: float
    fit_intercept: bool = True
    split_seed: int = 0
    w_train: FloatArray | None = None
    w_test: FloatArray | None = None
    memo: Memo = field(default_factory=Memo, repr=False)

    @classmethod
    def from_dataset(
        cls,
        dataset: Dataset,
        test_fraction: float = 0.0,
        split: str = "random",
        standardize: bool = False,
        seed: int = 0,
        fit_intercept: bool = True,
    ) -> Problem:
        """Split off round(n_samples * test_fraction) test rows and choose the coordinates.

        `split` is "random" (drawn with `seed`; both parts keep the file's order) or
        "sequential" (the first rows train). Without test rows the data are shared, not copied.
        `fit_intercept=False` is a line (a plane) through the origin: `standardize` then divides
        by root mean squares without centring, which would bring an intercept back.

        Raises ConfigError for an argument out of range, DataError when no training row is left or
        the rows find no room in memory.

        >>> line = Dataset("line", [[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 2.0, 3.0])
        >>> Problem.from_dataset(line, test_fraction=0.25, split="sequential").test_rows
        array([3])
        """
        test_fraction = finite_number(
            "test_fraction", test_fraction, minimum=0, maximum=MAX_TEST_FRACTION
        )
        split = choice("split", split, SPLITS)
        standardize = flag("standardize", standardize)
        fit_intercept = flag("fit_intercept", fit_intercept)
        seed = whole_number("seed", seed, minimum=0, maximum=MAX_SEED)
        with memory_for(dataset.X.shape):
            train_rows, test_rows = _split_rows(dataset.n_samples, test_fraction, split, seed)
            X_train, y_train, w_train = _take(dataset, train_rows)
            X_test, y_test, w_test = _take(dataset, test_rows)
            x_mean, x_scale, y_mean, y_scale = _coordinates(
                X_train, y_train, w_train, standardize, fit_intercept
            )
        return cls(
            dataset=dataset,
            train_rows=train_rows,
            test_rows=test_rows,
            X_train=X_train,
            y_train=y_train,
            X_test=X_test,
            y_test=y_test,
            standardize=standardize,
            x_mean=x_mean,
            x_scale=x_scale,
            y_mean=y_mean,
            y_scale=y_scale,
            fit_intercept=fit_intercept,
            split_seed=seed,
            w_train=w_train,
            w_test=w_test,
        )

    def with_standardize(self, standardize: bool) -> Problem:
        """Return the problem of the same rows and split in the other coordinates, or itself."""
        if standardize == self.standardize:
            return self
        with memory_for(self.dataset.X.shape):
            x_mean, x_scale, y_mean, y_scale = _coordinates(
                self.X_train, self.y_train, self.w_train, standardize, self.fit_intercept
            )
        return replace(
            self,
            standardize=standardize,
            x_mean=x_mean,
            x_scale=x_scale,
            y_mean=y_mean,
            y_scale=y_scale,
            memo=Memo(),
        )

    @property
    def n_train(self) -> int:
        """The number of training rows."""
        return len(self.y_train)

    @property
    def n_test(self) -> int:
        """The number of test rows."""
        return len(self.y_test)

    @property
    def n_features(self) -> int:
        """The number of features."""
        return self.dataset.n_features

    @property
    def nbytes(self) -> int:
        """The memory that this problem holds now: its data set, its parts, and what it cached."""
        return held_bytes(
            self.dataset.X,
            self.dataset.y,
            self.train_rows,
            self.test_rows,
            self.X_train,
            self.y_train,
            self.X_test,
            self.y_test,
            *(w for w in (self.dataset.weights, self.w_train, self.w_test) if w is not None),
            *self.memo.values(),
        )

    @property
    def v_train(self) -> FloatArray | None:
        """The training rows' weights over their mean: a weighted loss is the mean of v times it.

        So that a minibatch, the mean over its rows of v times their losses, is unbiased.
        """
        if self.w_train is None:
            return None
        return self.memo.get("v_train", lambda: relative_weights(self.w_train))

    @property
    def v_test(self) -> FloatArray | None:
        """The test rows' weights over their mean."""
        if self.w_test is None:
            return None
        return self.memo.get("v_test", lambda: relative_weights(self.w_test))

    @property
    def X_scaled(self) -> FloatArray:
        """The training rows' features in training coordinates, (n_train, n_features).

        A new copy at each call where they are not those already; see `scaled_parts`.
        """
        return self.scale_X(self.X_train)

    @property
    def y_scaled(self) -> FloatArray:
        """The training rows' target in training coordinates, (n_train,)."""
        return self.scale_y(self.y_train)

    def scaled_parts(self) -> Iterator[tuple[FloatArray, FloatArray]]:
        """Yield the training rows in training coordinates, X and y, a part at a time.

        A large data set is so never held twice.
        """
        for part in rows_at_once(self.n_train, self.n_features):
            yield self.scale_X(self.X_train[part]), self.scale_y(self.y_train[part])

    def weighted_parts(self) -> Iterator[tuple[FloatArray, FloatArray, FloatArray | None]]:
        """Yield what `scaled_parts` does and these rows' part of `v_train`."""
        v, first = self.v_train, 0
        for X, y in self.scaled_parts():
            yield X, y, None if v is None else v[first : first + len(y)]
            first += len(y)

    def scale_X(self, X: FloatArray) -> FloatArray:
        """Return features (n, n_features) in training coordinates; not copied if they are."""
        if not self.standardize:
            return X
        with np.errstate(all="ignore"):
            scaled = X - self.x_mean
            scaled /= self.x_scale
        return frozen(scaled)

    def scale_y(self, y: FloatArray) -> FloatArray:
        """Return a target (n,) in training coordinates; not copied if it already is."""
        if not self.standardize:
            return y
        with np.errstate(all="ignore"):
            return frozen(np.asarray((y - self.y_mean) / self.y_scale))

    def to_original(self, weights: FloatArray, bias: float) -> Params:
        """Return parameters of training coordinates in original units.

        w = weights * y_scale / x_scale and b = bias * y_scale + y_mean - w @ x_mean.
        """
        weights_out, bias_out = self.rows_to_original(
            np.atleast_2d(np.asarray(weights, dtype=np.float64)),
            np.array([bias], dtype=np.float64),
        )
        return Params(weights_out[0], float(bias_out[0]))

    def rows_to_original(
        self, weights: FloatArray, bias: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Do what `to_original` does for k rows: weights (k, n_features) and bias (k,).

        Without an intercept every bias is 0, also where a diverging run has made it nan.
        """
        if not self.fit_intercept:
            bias = np.zeros(len(bias))
        if not self.standardize:
            return weights, bias
        with np.errstate(all="ignore"):
            weights = weights * (self.y_scale / self.x_scale)
            # Not `weights @ x_mean`, whose rounding depends on how many rows there are.
            offset = (weights * self.x_mean).sum(axis=1)
            return weights, bias * self.y_scale + self.y_mean - offset

    def to_training(self, params: Params) -> tuple[FloatArray, float]:
        """Return parameters of original units as (weights, bias) of training coordinates.

        Without an intercept the bias is 0, whatever `params` have.
        """
        if not self.standardize:
            return params.weights, params.bias if self.fit_intercept else 0.0
        with np.errstate(all="ignore"):
            weights = params.weights * (self.x_scale / self.y_scale)
            bias = (params.bias + params.weights @ self.x_mean - self.y_mean) / self.y_scale
        return weights, float(bias) if self.fit_intercept else 0.0


def _split_rows(
    n_samples: int, test_fraction: float, split: str, seed: int
) -> tuple[IntArray, IntArray]:
    n_test = round(n_samples * test_fraction)
    n_train = n_samples - n_test
    if n_train < 1:
        raise DataError(
            f"At least 1 training row is needed. Got {n_samples} in all, {n_test} of them "
            f"for the test: lower the test fraction or add rows."
        )
    order = np.arange(n_samples, dtype=np.int64)
    if n_test and split == "random":
        order = np.random.default_rng(seed).permutation(n_samples)
    return frozen(np.sort(order[:n_train])), frozen(np.sort(order[n_train:]))


def _take(dataset: Dataset, rows: IntArray) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    """Return the data of sorted `rows`, as views where the rows are neighbours."""
    X, y, w = dataset.X, dataset.y, dataset.weights
    first = int(rows[0]) if len(rows) else 0
    if len(rows) == 0 or int(rows[-1]) - first + 1 == len(rows):
        part = slice(first, first + len(rows))
        return X[part], y[part], None if w is None else w[part]
    return taken_rows(X, rows), taken_rows(y, rows), None if w is None else taken_rows(w, rows)


def _coordinates(
    X: FloatArray, y: FloatArray, w: FloatArray | None, standardize: bool, fit_intercept: bool
) -> tuple[FloatArray, FloatArray, float, float]:
    if not standardize:
        n_features = X.shape[1]
        return frozen(np.zeros(n_features)), frozen(np.ones(n_features)), 0.0, 1.0
    column, v = y[:, np.newaxis], relative_weights(w)
    if not fit_intercept:
        zeros = frozen(np.zeros(X.shape[1]))
        return zeros, frozen(column_sizes(X, v)), 0.0, float(column_sizes(column, v)[0])
    return (
        frozen(column_means(X, v)),
        frozen(column_deviations(X, v)),
        float(column_means(column, v)[0]),
        float(column_deviations(column, v)[0]),
    )
