"""scikit-learn's SGDRegressor, a pass over the rows at a time: the compiled code that people know.

It updates after each row, so it makes the same updates as ours at batch size 1 only; at larger
batches the time of a pass is what is compared. It shuffles where ours does.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from sklearn.linear_model import SGDRegressor

from linreg_core import LOSSES, Problem, TrainConfig
from linreg_core.init import initial_params

Passes = list[tuple[np.ndarray, float]]


class SklearnTraining:
    """The data, and `start()`, which returns a call that makes a model's passes."""

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        curvature = LOSSES[config.loss].curvature
        assert curvature is not None, "compared at squared losses only"
        self._X, self._y = np.array(problem.X_scaled), np.array(problem.y_scaled)
        self._rate = config.learning_rate * curvature  # its squared loss has the 1/2 in front
        self._weights, self._bias = initial_params(problem, config)
        self._n_epochs, self._seed = config.n_epochs, config.seed
        is_full = config.is_full_batch(problem.n_train)
        self._shuffles = config.sampling == "shuffle" and not is_full

    def start(self) -> Callable[[], Passes]:
        model = SGDRegressor(
            loss="squared_error",
            penalty=None,
            learning_rate="constant",
            eta0=self._rate,
            shuffle=self._shuffles,
            random_state=self._seed,
        )
        model.coef_, model.intercept_ = self._weights.copy(), np.array([self._bias])
        return lambda: self._passes(model)

    def _passes(self, model: SGDRegressor) -> Passes:
        """Weights and bias after each pass, as our runs record them."""
        params = []
        for _ in range(self._n_epochs):
            model.partial_fit(self._X, self._y)
            params.append((model.coef_.copy(), float(model.intercept_[0])))
        return params
