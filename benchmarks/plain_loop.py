"""Linear regression as tutorials write it: nn.Linear, autograd, torch.optim, a loop.

What our engines are measured against, and checked with: it shares nothing with them but the
initial values and the row numbers of each batch.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

import torch
from torch import Tensor, nn

from linreg_core import Params, Problem, TrainConfig
from linreg_core.init import initial_params
from linreg_core.sampling import row_batches

Rows = Tensor | slice | None
"""The rows of one batch: their numbers, neighbours, or None for all of them."""
LossFunction = Callable[[Tensor, Tensor], Tensor]


@dataclass
class History:
    """What a loop notes after each epoch: the last batch's loss and the parameters."""

    losses: list[float] = field(default_factory=list)
    weights: list[Tensor] = field(default_factory=list)
    biases: list[Tensor] = field(default_factory=list)

    def note(self, loss: Tensor, model: nn.Linear) -> None:
        self.losses.append(loss.item())
        self.weights.append(model.weight.detach().clone())
        self.biases.append(model.bias.detach().clone())

    def final(self) -> Params:
        return Params(self.weights[-1][0].double().numpy(), float(self.biases[-1]))


def plain_loop(
    model: nn.Linear,
    X: Tensor,
    y: Tensor,
    loss_function: LossFunction,
    optimizer: torch.optim.Optimizer,
    epochs: Iterable[Sequence[Rows]],
) -> History:
    """The loop of the tutorials; X is (n, n_features), y is (n, 1)."""
    history = History()
    for batches in epochs:
        for rows in batches:
            inputs, targets = (X, y) if rows is None else (X[rows], y[rows])
            optimizer.zero_grad()
            loss = loss_function(model(inputs), targets)
            loss.backward()
            optimizer.step()
        history.note(loss, model)
    return history


def plain_lbfgs_loop(
    model: nn.Linear,
    X: Tensor,
    y: Tensor,
    loss_function: LossFunction,
    optimizer: torch.optim.Optimizer,
    epochs: Iterable[Sequence[Rows]],
) -> History:
    """The same for the one optimiser whose step wants a closure."""
    history = History()
    for batches in epochs:
        for rows in batches:
            inputs, targets = (X, y) if rows is None else (X[rows], y[rows])

            def closure(inputs: Tensor = inputs, targets: Tensor = targets) -> Tensor:
                optimizer.zero_grad()
                loss = loss_function(model(inputs), targets)
                loss.backward()
                return loss

            loss = optimizer.step(closure)
        history.note(loss, model)
    return history


def _half_mse(prediction: Tensor, y: Tensor) -> Tensor:
    return 0.5 * nn.functional.mse_loss(prediction, y)


LOSS_FUNCTIONS: Mapping[str, LossFunction] = {
    "mse": nn.MSELoss(),
    "half_mse": _half_mse,
    "l1": nn.L1Loss(),
    "huber": nn.HuberLoss(),
}
"""Each loss, as one would take it from torch."""

Twin = Callable[[Iterable[nn.Parameter], TrainConfig], torch.optim.Optimizer]

OPTIMIZERS: Mapping[str, Twin] = {
    "sgd": lambda params, config: torch.optim.SGD(
        params, lr=config.learning_rate, weight_decay=config.weight_decay
    ),
    "momentum": lambda params, config: torch.optim.SGD(
        params, lr=config.learning_rate, momentum=config.momentum, weight_decay=config.weight_decay
    ),
    "nesterov": lambda params, config: torch.optim.SGD(
        params,
        lr=config.learning_rate,
        momentum=config.momentum,
        weight_decay=config.weight_decay,
        nesterov=True,
    ),
    "adagrad": lambda params, config: torch.optim.Adagrad(
        params, lr=config.learning_rate, weight_decay=config.weight_decay
    ),
    "rmsprop": lambda params, config: torch.optim.RMSprop(
        params, lr=config.learning_rate, weight_decay=config.weight_decay
    ),
    "adam": lambda params, config: torch.optim.Adam(
        params, lr=config.learning_rate, weight_decay=config.weight_decay
    ),
    "adamw": lambda params, config: torch.optim.AdamW(
        params, lr=config.learning_rate, weight_decay=config.weight_decay
    ),
    "lbfgs": lambda params, config: torch.optim.LBFGS(params, lr=config.learning_rate),
}
"""The optimiser of each solver, as one would write it for these hyperparameters."""


class PlainTraining:
    """All that the loop needs, made before the clock starts: tensors and every epoch's batches.

    `start()` returns a call that trains a fresh model.
    """

    def __init__(self, problem: Problem, config: TrainConfig) -> None:
        self._dtype = getattr(torch, config.dtype)
        self._X = torch.tensor(problem.X_scaled, dtype=self._dtype)
        self._y = torch.tensor(problem.y_scaled, dtype=self._dtype)[:, None]
        self._weights, self._bias = initial_params(problem, config)
        self._epochs = epochs_of(problem.n_train, config)
        self._config = config

    def start(self) -> Callable[[], History]:
        model = self._model()
        optimizer = OPTIMIZERS[self._config.solver](model.parameters(), self._config)
        loss = LOSS_FUNCTIONS[self._config.loss]
        loop = plain_lbfgs_loop if self._config.solver == "lbfgs" else plain_loop
        return lambda: loop(model, self._X, self._y, loss, optimizer, self._epochs)

    def _model(self) -> nn.Linear:
        model = nn.Linear(self._X.shape[1], 1, dtype=self._dtype)
        with torch.no_grad():
            model.weight.copy_(torch.tensor(self._weights)[None])
            model.bias.fill_(self._bias)
        return model


def epochs_of(n_train: int, config: TrainConfig) -> list[list[Rows]]:
    """The batches of every epoch, the same that our engines draw.

    Row numbers where they are drawn, slices in file order (views, which copy nothing), None
    for the full batch.
    """
    n_updates = config.updates_in_epoch(n_train)
    if config.is_full_batch(n_train):
        return [[None] * n_updates] * config.n_epochs
    size = config.rows_per_update(n_train)
    if config.sampling == "sequential" and n_updates == math.ceil(n_train / size):
        starts = range(0, n_train, size)
        return [[slice(start, start + size) for start in starts]] * config.n_epochs
    batches = row_batches(n_train, size, config.sampling, config.seed)
    return [
        [torch.from_numpy(rows.copy()) for rows in islice(batches, n_updates)]
        for _ in range(config.n_epochs)
    ]
