"""The head of a run on a table in memory: its rows, or, of many, few that stand for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from linreg_core.arrays import FloatArray, IntArray
from linreg_core.config import TrainConfig
from linreg_core.losses import LOSSES
from linreg_core.numerics.reference import reference_fit
from linreg_core.problem import Problem
from linreg_core.scale import (
    RowsInMemory,
    RowTriangle,
    second_moments,
    square_root_of_moments,
    stand_in_dataset,
    stand_in_problem,
)
from linreg_core.types import ShownRows
from linreg_core.watching.fair_sample import most_drawn_rows
from linreg_core.watching.run_head import (
    MOST_WHOLE_VALUES,
    Losses,
    RunHead,
    refuse_many_features,
)

_SEED = 0


def head_of_table(problem: Problem, config: TrainConfig, title: str) -> RunHead:
    """Return what a watcher is told first of a run of `config`.

    Raises ConfigError where there are more features than can be watched.
    """
    refuse_many_features(problem.n_features)
    dataset = problem.dataset
    if dataset.n_samples * (dataset.n_features + 1) <= MOST_WHOLE_VALUES:
        return RunHead.of(problem, config, title)
    train = _triangle(problem, problem.X_train, problem.y_train, problem.w_train)
    test = None
    if problem.n_test:
        test = _triangle(problem, problem.X_test, problem.y_test, problem.w_test)
    few = stand_in_dataset(
        train,
        test,
        dataset.feature_names,
        dataset.target_name,
        target_transform=dataset.target_transform,
    )
    standing = stand_in_problem(few, test, problem.standardize, problem.fit_intercept)
    counts, losses = (problem.n_train, problem.n_test), _reference_losses(problem, config)
    rows = _drawn_rows(problem)
    shown = ShownRows(problem.X_train[rows], problem.y_train[rows])
    curve = dataset.curve
    if curve is not None:
        curve = replace(curve, x=curve.x[problem.train_rows[rows]])
    return RunHead.of(standing, config, title, shown, counts, reference_losses=losses, curve=curve)


def _reference_losses(problem: Problem, config: TrainConfig) -> Losses | None:
    loss, params = LOSSES[config.loss], reference_fit(problem)
    if loss.is_squared:
        return None
    train = loss.value(params.predict(problem.X_train) - problem.y_train, problem.v_train)
    if not problem.n_test:
        return train, None
    return train, loss.value(params.predict(problem.X_test) - problem.y_test, problem.v_test)


def _triangle(
    problem: Problem, X: FloatArray, y: FloatArray, weights: FloatArray | None
) -> RowTriangle:
    kind = problem.dataset.weight_kind
    return square_root_of_moments(second_moments(RowsInMemory(X, y, weights, kind)), kind)


def _drawn_rows(problem: Problem) -> IntArray:
    """Return positions of some of the training rows, each as likely as every other."""
    most = min(most_drawn_rows(problem.n_features), problem.n_train)
    chosen = np.random.default_rng(_SEED).choice(problem.n_train, most, replace=False)
    return np.sort(chosen)
