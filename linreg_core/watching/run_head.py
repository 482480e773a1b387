"""What a watcher is told of a run first: its settings, its data's stand-ins, and rows to draw."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.checks import flag, whole_number
from linreg_core.config import TrainConfig
from linreg_core.errors import ConfigError, DataError
from linreg_core.limits import MAX_TEST_FRACTION
from linreg_core.problem import Problem
from linreg_core.types import Curve, Dataset, Params, ShownRows
from linreg_core.watching.messages import Message, bounded_text, pack_message

HEAD_KIND: Final = "run"
MOST_WATCHED_FEATURES: Final = 512
MOST_WHOLE_VALUES: Final = 100_000
"""A table of at most so many values goes as it is; of a larger one go rows that stand for all."""
MOST_TOLD_NAME: Final = 300
_MOST_GRID: Final = 1_000
_MOST_ROWS: Final = 10**15
_MOST_RANKS: Final = 1_000_000
_VERSION: Final = 1
Losses = tuple[float, float | None]
"""On training rows and on test rows."""


@dataclass(frozen=True, eq=False)
class RunHead:
    """A run as its watcher knows it.

    `dataset` has the training rows first and then `n_held_test` test rows: its own, or few that
    stand for all. There are `n_train` and `n_test` in truth. `title` says what the rows are of.
    `reference_losses` are those of least squares on the training rows and on the test rows, where
    rows that stand for others can't tell them: of losses that are not squared.
    """

    title: str
    dataset: Dataset
    config: TrainConfig
    n_train: int
    n_test: int
    n_held_test: int
    standardize: bool
    fit_intercept: bool
    n_ranks: int = 1
    reference_losses: Losses | None = None

    @classmethod
    def of(
        cls,
        problem: Problem,
        config: TrainConfig,
        title: str,
        shown: ShownRows | None = None,
        counts: tuple[int, int] | None = None,
        n_ranks: int = 1,
        reference_losses: Losses | None = None,
        curve: Curve | None = None,
    ) -> Self:
        """Return the head of a run of `config`.

        `counts` are how many training and test rows there are, where the problem's own stand for
        them; `shown` are then rows to draw, and `curve` what is drawn over one column of these.

        Raises ConfigError where there are more features than can be watched.
        """
        refuse_many_features(problem.n_features)
        n_train, n_test = counts or (problem.n_train, problem.n_test)
        return cls(
            title[:MOST_TOLD_NAME],
            _in_order(problem, shown, curve),
            config,
            n_train,
            n_test,
            len(problem.y_test),
            problem.standardize,
            problem.fit_intercept,
            n_ranks,
            reference_losses,
        )

    def to_message(self) -> bytes:
        """Return what is sent of it."""
        told, dataset = self._told(), self.dataset
        arrays = {"X": dataset.X, "y": dataset.y}
        if dataset.weights is not None:
            arrays["weights"] = dataset.weights
        if dataset.shown is not None:
            arrays |= {"shown_X": dataset.shown.X, "shown_y": dataset.shown.y}
        if (curve := dataset.curve) is not None:
            arrays |= {"curve_x": curve.x, "curve_at": curve.at, "curve_features": curve.features}
        return pack_message(HEAD_KIND, told, arrays)

    @classmethod
    def from_message(cls, message: Message) -> Self:
        """Return what somebody has sent.

        Raises LinregError when it is not such a head.
        """
        told = message.fields
        if told.get("v") != _VERSION:
            raise DataError(f"A watched run must be of version {_VERSION}. Got another one.")
        config = _config_from(told.get("config"))
        n_held_test = _count("n_held_test", told, 0, 10**6)
        dataset = _dataset_from(message)
        if not 0 <= n_held_test <= MAX_TEST_FRACTION * dataset.n_samples:
            raise DataError("A watched run must have training rows. Got too few beside the test's.")
        if isinstance(config.init, Params) and config.init.n_features != dataset.n_features:
            raise DataError("`init` must have one weight for each feature. Got others.")
        return cls(
            message.text("title", MOST_TOLD_NAME),
            dataset,
            config,
            _count("n_train", told, dataset.n_samples - n_held_test, _MOST_ROWS),
            _count("n_test", told, n_held_test, _MOST_ROWS if n_held_test else 0),
            n_held_test,
            flag("standardize", told.get("standardize")),
            flag("fit_intercept", told.get("fit_intercept")),
            _count("n_ranks", told, 1, _MOST_RANKS),
            _losses_from(told.get("reference_losses")),
        )

    def _told(self) -> dict[str, Any]:
        dataset = self.dataset
        return {
            "v": _VERSION,
            "title": self.title,
            "config": _config_tree(self.config),
            "features": list(dataset.feature_names),
            "target": dataset.target_name,
            "target_transform": dataset.target_transform,
            "weight_kind": dataset.weight_kind,
            "weights_name": dataset.weights_name,
            "curve_column": None if dataset.curve is None else dataset.curve.column,
            "n_train": self.n_train,
            "n_test": self.n_test,
            "n_held_test": self.n_held_test,
            "standardize": self.standardize,
            "fit_intercept": self.fit_intercept,
            "n_ranks": self.n_ranks,
            "reference_losses": _losses_told(self.reference_losses),
        }


def refuse_many_features(n_features: int) -> None:
    """Raise ConfigError for a run that can't be watched."""
    if n_features > MOST_WATCHED_FEATURES:
        raise ConfigError(
            f"A watched run must have at most {MOST_WATCHED_FEATURES} features. "
            f"Got {n_features:,}: leave --watch out."
        )


def name_of_run(head: bytes) -> str:
    """Return what names a run, by its head's message: 32 hexadecimal digits."""
    return hashlib.blake2b(head, digest_size=16).hexdigest()


def _in_order(problem: Problem, shown: ShownRows | None, curve: Curve | None) -> Dataset:
    """Return the problem's rows, those of the test last; a curve goes with the rows to draw."""
    dataset, w = problem.dataset, None
    if shown is None and dataset.curve is not None:
        rows = np.concatenate([problem.train_rows, problem.test_rows])
        curve = replace(dataset.curve, x=dataset.curve.x[rows])
    if problem.w_train is not None and problem.w_test is not None:
        w = np.concatenate([problem.w_train, problem.w_test])
    elif problem.w_train is not None:
        w = problem.w_train
    return Dataset(
        "watched",
        np.concatenate([problem.X_train, problem.X_test]),
        np.concatenate([problem.y_train, problem.y_test]),
        tuple(name[:MOST_TOLD_NAME] for name in dataset.feature_names),
        dataset.target_name[:MOST_TOLD_NAME],
        weights=w,
        weight_kind=dataset.weight_kind,
        weights_name=dataset.weights_name[:MOST_TOLD_NAME],
        target_transform=dataset.target_transform,
        curve=_finite(curve),
        shown=shown,
    )


def _finite(curve: Curve | None) -> Curve | None:
    """Return what can be told of a curve: nothing where it leaves the numbers on its way."""
    if curve is None or not all(map(_is_finite, (curve.x, curve.at, curve.features))):
        return None
    return replace(curve, column=curve.column[:MOST_TOLD_NAME])


def _dataset_from(message: Message) -> Dataset:
    """Return the data set, which checks that its numbers are such."""
    names = message.fields.get("features")
    if not isinstance(names, list) or not 1 <= len(names) <= MOST_WATCHED_FEATURES:
        raise DataError(
            f"A watched run must have 1 to {MOST_WATCHED_FEATURES} features. Got others."
        )
    n_rows = len(message.arrays.get("y", ()))
    k = len(names)
    weights = message.array("weights", n_rows) if "weights" in message.arrays else None
    shown = None
    if "shown_y" in message.arrays:
        n_shown = len(message.arrays["shown_y"])
        shown = _shown_from(message.array("shown_X", n_shown, k), message.array("shown_y", n_shown))
    if weights is None and shown is not None:
        raise DataError("Rows that stand for others must have weights. Got none.")
    return Dataset(
        "watched",
        message.array("X", n_rows, k),
        message.array("y", n_rows),
        tuple(bounded_text("features", name, MOST_TOLD_NAME) for name in names),
        message.text("target", MOST_TOLD_NAME),
        weights=weights,
        weight_kind=message.text("weight_kind", MOST_TOLD_NAME),
        weights_name=message.text("weights_name", MOST_TOLD_NAME),
        target_transform=message.text("target_transform", MOST_TOLD_NAME),
        curve=_curve_from(message, n_rows if shown is None else len(shown.y), k),
        shown=shown,
    )


def _curve_from(message: Message, n_rows: int, n_features: int) -> Curve | None:
    """Return what is drawn over one column, where that is told: earlier senders tell nothing."""
    if message.fields.get("curve_column") is None:
        return None
    n_grid = len(message.arrays.get("curve_at", ()))
    if not 2 <= n_grid <= _MOST_GRID:
        raise DataError(f"A curve must be told at 2 to {_MOST_GRID:,} values. Got {n_grid:,}.")
    x = message.array("curve_x", n_rows)
    at = message.array("curve_at", n_grid)
    features = message.array("curve_features", n_grid, n_features)
    if not all(map(_is_finite, (x, at, features))):
        raise DataError("A curve must be of finite numbers. Got some that are not.")
    return Curve(message.text("curve_column", MOST_TOLD_NAME), x, at, features)


def _is_finite(array: FloatArray) -> bool:
    return bool(np.isfinite(array).all())


def _shown_from(X: Any, y: Any) -> ShownRows | None:
    if not _is_finite(X) or not _is_finite(y):
        raise DataError("Rows to draw must be finite. Got some that are not.")
    return ShownRows(X, y) if len(y) else None


def _config_tree(config: TrainConfig) -> dict[str, Any]:
    """Return what differs from the defaults, as JSON can hold it."""
    values = {each.name: getattr(config, each.name) for each in fields(TrainConfig)}
    changed = {
        each.name: values[each.name]
        for each in fields(TrainConfig)
        if isinstance(values[each.name], Params) or values[each.name] != each.default
    }
    if isinstance(config.init, Params):
        changed["init"] = {"weights": config.init.weights.tolist(), "bias": config.init.bias}
    return changed


def _config_from(tree: object) -> TrainConfig:
    names = {each.name for each in fields(TrainConfig)}
    if not isinstance(tree, dict) or not tree.keys() <= names:
        raise ConfigError("A watched run's settings must be those of this version. Got others.")
    values = dict(tree)
    if isinstance(init := values.get("init"), dict):
        values["init"] = Params(_numbers(init.get("weights")), _number(init.get("bias")))
    return TrainConfig(**values)


def _losses_told(losses: Losses | None) -> Losses | None:
    if losses is None or not np.isfinite(losses[0]):
        return None
    train, test = losses
    return train, test if test is not None and np.isfinite(test) else None


def _losses_from(told: object) -> Losses | None:
    if told is None:
        return None
    if not isinstance(told, list) or len(told) != 2:
        raise DataError("`reference_losses` must be two numbers. Got something else.")
    train, test = told
    return _number(train), None if test is None else _number(test)


def _numbers(values: object) -> Any:
    if not isinstance(values, list) or len(values) > MOST_WATCHED_FEATURES:
        raise DataError(f"`init` must have at most {MOST_WATCHED_FEATURES} weights. Got others.")
    return np.array([_number(value) for value in values])


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise DataError("`init` must be of numbers. Got others.")
    try:
        return float(value)
    except OverflowError:
        raise DataError("`init` must be of numbers. Got one that is too large.") from None


def _count(name: str, told: Mapping[str, Any], least: int, most: int) -> int:
    return whole_number(name, told.get(name), minimum=least, maximum=most)
