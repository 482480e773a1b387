"""Schedules against torch.optim.lr_scheduler, in both engines; changes on the way; an early end."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from linreg_core import ConfigError, Dataset, Problem, Status, TrainConfig, fit, train, train_blocks
from linreg_core.engines import ENGINES
from linreg_core.limits import CONVERGED_FACTOR, SCHEDULES
from linreg_core.schedule import epoch_knobs, learning_rate_at, stretches
from tests.core.engine_runs import BATCHES, START, apart, both, values_of

pytestmark = pytest.mark.usefixtures("compiled_engine")

N_EPOCHS = 40
SETTINGS = {
    "rate": {"learning_rate": 0.2},
    "momentum": {"momentum": 0.5},
    "decay": {"weight_decay": 0.05},
    "batch": {"batch_size": 7},
    "full batch": {"batch_size": None},
    "solver": {"solver": "adam", "learning_rate": 0.05},
}


def torch_scheduler(
    optimizer: torch.optim.Optimizer, schedule: str, warmup: int, n_epochs: int
) -> lr_scheduler.LRScheduler:
    """The scheduler as one would write it with torch's own."""
    n_left = n_epochs - warmup
    after: lr_scheduler.LRScheduler = {
        "constant": lambda: lr_scheduler.LambdaLR(optimizer, lambda t: 1.0),
        "step": lambda: lr_scheduler.StepLR(optimizer, math.ceil(n_left / 3), gamma=0.1),
        "cosine": lambda: lr_scheduler.CosineAnnealingLR(optimizer, T_max=n_left),
        "inverse_time": lambda: lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t)),
    }[schedule]()
    if not warmup:
        return after
    rising = lr_scheduler.LinearLR(optimizer, start_factor=1 / (warmup + 1), total_iters=warmup)
    return lr_scheduler.SequentialLR(optimizer, [rising, after], milestones=[warmup])


@pytest.mark.parametrize("n_epochs", [1, 2, 4, 40, 100])
@pytest.mark.parametrize("warmup", [0, 1, 3, 17])
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_rates_are_those_of_torch(schedule: str, warmup: int, n_epochs: int) -> None:
    if warmup >= n_epochs:
        return
    config = TrainConfig(
        learning_rate=0.3, n_epochs=n_epochs, schedule=schedule, warmup_epochs=warmup
    )
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.3)
    scheduler = torch_scheduler(optimizer, schedule, warmup, n_epochs)
    for epoch in range(1, n_epochs + 1):
        expected = optimizer.param_groups[0]["lr"]
        assert learning_rate_at(config, epoch) == pytest.approx(expected, rel=1e-12, abs=1e-15)
        optimizer.step()
        scheduler.step()


@pytest.mark.parametrize("warmup", [0, 6])
@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("engine", ENGINES)
def test_runs_are_those_of_torch_with_its_own_scheduler(
    problem: Problem, engine: str, schedule: str, warmup: int
) -> None:
    config = TrainConfig(
        "momentum",
        learning_rate=0.05,
        momentum=0.6,
        n_epochs=N_EPOCHS,
        schedule=schedule,
        warmup_epochs=warmup,
        engine=engine,
    )
    model = torch.nn.Linear(problem.n_features, 1, dtype=torch.float64)
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.6)
    scheduler = torch_scheduler(optimizer, schedule, warmup, N_EPOCHS)
    X, y = torch.tensor(problem.X_train), torch.tensor(problem.y_train)[:, None]
    for state in train(problem, config):
        expected = [*model.weight.detach().numpy()[0], model.bias.item()]
        np.testing.assert_allclose(
            [*state.params.weights, state.params.bias], expected, rtol=1e-9, atol=1e-12
        )
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(X), y).backward()
        optimizer.step()
        if state.epoch < N_EPOCHS:
            scheduler.step()


@pytest.mark.parametrize("batching", BATCHES)
@pytest.mark.parametrize("solver", ["sgd", "nesterov", "adam", "lbfgs"])
def test_engines_agree_on_every_schedule(problem: Problem, solver: str, batching: str) -> None:
    for schedule in SCHEDULES:
        config = TrainConfig(
            solver,
            learning_rate=0.0005 if solver == "lbfgs" else 0.01,
            n_epochs=5 if solver == "lbfgs" else N_EPOCHS,
            schedule=schedule,
            warmup_epochs=3,
            init=START,
            **BATCHES[batching],
        )
        assert apart(*both(problem, config)) <= 1e-9, schedule
        if solver != "lbfgs":  # which multiplies the rounding of float32 on minibatches
            assert apart(*both(problem, replace(config, dtype="float32"))) <= 1e-4, schedule


CHANGES: dict[str, tuple[tuple[int, tuple[tuple[str, Any], ...]], ...]] = {
    "rate": ((10, (("learning_rate", 0.02),)), (20, (("learning_rate", 0.005),))),
    "momentum off and on": ((5, (("momentum", 0.0),)), (20, (("momentum", 0.7),))),
    "batches": tuple((10 * k, (("batch_size", size),)) for k, size in ((1, 5), (2, None), (3, 9))),
    "decay": ((10, (("weight_decay", 0.1),)),),
    "l1": ((10, (("l1", 0.1),)), (25, (("solver", "sgd"),))),
    "solver and back": ((10, (("solver", "adam"),)), (25, (("solver", "nesterov"),))),
    "all at once": (
        (
            15,
            (
                ("learning_rate", 0.004),
                ("momentum", 0.5),
                ("batch_size", 6),
                ("solver", "rmsprop"),
            ),
        ),
    ),
}  # fmt: skip


@pytest.mark.parametrize("batching", BATCHES)
@pytest.mark.parametrize("kind", CHANGES)
def test_engines_agree_on_changes(problem: Problem, kind: str, batching: str) -> None:
    for solver, options in (
        ("momentum", {}),
        ("nesterov", {"updates_per_epoch": 3}),
        ("adam", {"schedule": "cosine", "evaluate_every": 7}),
    ):
        config = TrainConfig(
            solver,
            learning_rate=0.01,
            momentum=0.8,
            weight_decay=0.01,
            n_epochs=N_EPOCHS,
            init=START,
            changes=CHANGES[kind],
            **options,
            **BATCHES[batching],
        )
        assert apart(*both(problem, config)) <= 1e-9, solver


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("engine", ENGINES)
def test_until_a_change_the_run_is_the_same(problem: Problem, engine: str, kind: str) -> None:
    config = TrainConfig("momentum", n_epochs=N_EPOCHS, batch_size=8, engine=engine)
    changed = replace(config, changes=CHANGES[kind])
    first = CHANGES[kind][0][0]
    expected = [values_of(state) for state in train(problem, config)]
    states = [values_of(state) for state in train(problem, changed)]
    assert states[: first + 1] == expected[: first + 1]
    assert states[first + 1] != expected[first + 1]


@pytest.mark.parametrize("kind", CHANGES)
@pytest.mark.parametrize("engine", ENGINES)
def test_where_blocks_end_changes_nothing(problem: Problem, engine: str, kind: str) -> None:
    config = TrainConfig(
        "momentum",
        n_epochs=N_EPOCHS,
        batch_size=8,
        engine=engine,
        changes=CHANGES[kind],
        schedule="step",
    )
    expected = [values_of(state) for state in train(problem, config)]
    for options in ({"max_seconds": 0}, {"max_epochs": 7, "max_seconds": 1}, {"max_seconds": 9}):
        blocks = list(train_blocks(problem, config, **options))
        assert [values_of(state) for block in blocks for state in block.states()] == expected


def test_a_changed_momentum_goes_on_with_its_velocity(problem: Problem) -> None:
    """By hand: full-batch steps, whose rate and momentum change and whose velocity stays."""
    changes = ((3, (("learning_rate", 0.02), ("momentum", 0.5))),)
    config = TrainConfig("momentum", n_epochs=6, learning_rate=0.05, momentum=0.9, changes=changes)
    A = np.column_stack([problem.X_train, np.ones(problem.n_train)])
    params, velocity = np.zeros(A.shape[1]), np.zeros(A.shape[1])
    for epoch, state in enumerate(train(problem, replace(config, engine="compiled"))):
        found = [*state.params.weights, state.params.bias]
        np.testing.assert_allclose(found, params, rtol=1e-10, atol=1e-13)
        rate, momentum = (0.02, 0.5) if epoch >= 3 else (0.05, 0.9)
        velocity = momentum * velocity + 2 * A.T @ (A @ params - problem.y_train) / problem.n_train
        params = params - rate * velocity


def test_a_changed_solver_starts_afresh(problem: Problem) -> None:
    """From where SGD has come to, Adam goes as one that starts there."""
    config = TrainConfig("sgd", n_epochs=20, changes=((8, (("solver", "adam"),)),))
    states = list(train(problem, config))
    afresh = list(train(problem, TrainConfig("adam", n_epochs=12, init=states[8].params)))
    for state, expected in zip(states[8:], afresh, strict=True):
        np.testing.assert_allclose(state.params.weights, expected.params.weights, rtol=1e-10)


def test_the_shuffles_go_on_through_a_change_of_rate(problem: Problem) -> None:
    """The same batches as without it: with a rate changed to itself, nothing differs."""
    config = TrainConfig(n_epochs=20, batch_size=8, learning_rate=0.01)
    same = replace(config, changes=((7, (("learning_rate", 0.01),)),))
    for engine in ENGINES:
        runs = [fit(problem, replace(each, engine=engine)) for each in (config, same)]
        assert apart(*runs) == 0


def test_stretches_are_cut_where_solver_or_batches_change() -> None:
    config = TrainConfig(
        n_epochs=50,
        changes=(
            (5, (("learning_rate", 0.2),)),
            (10, (("batch_size", 4),)),
            (20, (("momentum", 0.5),)),
            (30, (("solver", "adam"),)),
        ),
    )
    found = [(each.first, each.last, each.config.solver) for each in stretches(config)]
    assert found == [(1, 10, "sgd"), (11, 30, "sgd"), (31, 50, "adam")]
    assert epoch_knobs(config, 4, 7)[:, 0].tolist() == [0.1, 0.1, 0.2, 0.2]
    assert epoch_knobs(config, 20, 21)[:, 1].tolist() == [0.9, 0.5]


BAD = (
    ({"schedule": "exponential"}, "`schedule` must be one of 'constant', 'step'"),
    ({"warmup_epochs": -1}, "`warmup_epochs` must be >= 0. Got -1."),
    ({"warmup_epochs": 1.5}, "`warmup_epochs` must be a whole number. Got 1.5."),
    ({"warmup_epochs": 100}, "`warmup_epochs` must be < `n_epochs`, 100. Got 100."),
    ({"stop_when_converged": 1}, "`stop_when_converged` must be True or False. Got 1."),
    ({"changes": 5}, "`changes` must be pairs of an epoch and of pairs of a name and a value."),
    ({"changes": ((5, "momentum"),)}, "`changes` must be pairs of an epoch and of pairs"),
    ({"changes": ((5, ()),)}, "`changes` must change something at each epoch."),
    ({"changes": ((0, (("momentum", 0.5),)),)}, "`epoch` must be >= 1. Got 0."),
    ({"changes": ((5, (("momentum", 1.5),)),)}, "`momentum` must be < 1. Got 1.5."),
    ({"changes": ((5, (("learning_rate", -1),)),)}, "`learning_rate` must be > 0. Got -1."),
    ({"changes": ((5, (("loss", "l1"),)),)}, "`changes` must be of learning_rate, momentum,"),
    ({"changes": ((5, (("solver", "closed_form"),)),)}, "`solver` must be one of 'sgd',"),
    ({"changes": ((5, (("momentum", 0.5),) * 2),)}, "`changes` must name a setting once"),
    ({"changes": ((100, (("momentum", 0.5),)),)}, "`changes` must come before the last epoch, 100"),
    ({"changes": ((9, (("momentum", 0.5),)),) * 2}, "`changes` must have rising epochs. Got 9"),
    (
        {"changes": tuple((k, (("momentum", 0.5),)) for k in range(1, 22))},
        "`changes` must be at most 20. Got 21.",
    ),
)


@pytest.mark.parametrize(("options", "message"), BAD, ids=str)
def test_what_is_out_of_bounds_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        TrainConfig(**options)
    assert str(caught.value).startswith(message)


def test_lists_are_taken_as_tuples_and_the_closed_form_ignores_times() -> None:
    config = TrainConfig(changes=[[5, [["solver", "adam"], ["learning_rate", 1]]]])  # type: ignore[arg-type]
    assert config.changes == ((5, (("learning_rate", 1.0), ("solver", "adam"))),)
    hash(config)
    TrainConfig("closed_form", n_epochs=1, warmup_epochs=5, changes=config.changes)


def test_a_batch_that_a_change_makes_too_large_is_refused(problem: Problem) -> None:
    config = TrainConfig(changes=((5, (("batch_size", 10_000),)),))
    with pytest.raises(ConfigError, match="`batch_size` must be <= the number of training rows"):
        train(problem, config)


@pytest.mark.parametrize("options", [{}, {"weight_decay": 0.1}, {"evaluate_every": 50}], ids=str)
@pytest.mark.parametrize("engine", ENGINES)
def test_a_run_stops_at_the_first_epoch_that_has_converged(
    split_problem: Problem, engine: str, options: dict[str, Any]
) -> None:
    config = TrainConfig("momentum", learning_rate=0.05, n_epochs=2000, engine=engine, **options)
    whole = fit(split_problem, config).trajectory.grad_norm
    first = int(np.argmax(whole <= CONVERGED_FACTOR * whole[1]))
    stopping = replace(config, stop_when_converged=True)
    for limits in ({"max_seconds": 0}, {"max_epochs": 9, "max_seconds": 1}, {"max_seconds": 9}):
        blocks = list(train_blocks(split_problem, stopping, **limits))
        assert (blocks[-1].status, int(blocks[-1].epoch[-1])) == (Status.CONVERGED, first)
    run = fit(split_problem, stopping)
    assert len(run.trajectory) == first + 1 < 1000
    assert run.final.train_loss is not None and run.final.test_loss is not None
    residuals = run.final.params.predict(split_problem.X_test) - split_problem.y_test
    assert run.final.test_loss == pytest.approx(float(np.mean(residuals**2)), rel=1e-9)


def test_a_run_that_does_not_converge_goes_on_to_its_end(problem: Problem) -> None:
    run = fit(problem, TrainConfig(n_epochs=5, learning_rate=0.001, stop_when_converged=True))
    assert (run.status, run.final.epoch) == (Status.FINISHED, 5)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_start_at_the_goal_has_converged_at_once(engine: str) -> None:
    problem = Problem.from_dataset(Dataset("flat", [[0.0], [1.0]], [0.0, 0.0]))
    run = fit(problem, TrainConfig(stop_when_converged=True, engine=engine))
    assert (run.status, run.final.epoch) == (Status.CONVERGED, 1)


def test_a_run_goes_on_from_an_epoch_with_other_values() -> None:
    config = TrainConfig("momentum", learning_rate=0.1, n_epochs=100)
    first = config.changed_after(40, learning_rate=0.2)
    assert first.changes == ((40, (("learning_rate", 0.2),)),)
    second = first.changed_after(60, momentum=0.5, solver="nesterov")
    assert second.changes[1] == (60, (("momentum", 0.5), ("solver", "nesterov")))
    # Back at an earlier epoch, what comes from there on is what it was in the end.
    earlier = second.changed_after(20, batch_size=5)
    values = (("learning_rate", 0.2), ("momentum", 0.5), ("batch_size", 5), ("solver", "nesterov"))
    assert earlier.changes == ((20, values),)
    assert second.changed_after(60, solver="momentum", momentum=0.9).changes == first.changes
    anew = second.changed_after(0, batch_size=5)
    assert anew == TrainConfig(
        "nesterov", learning_rate=0.2, momentum=0.5, batch_size=5, n_epochs=100
    )  # fmt: skip
    with pytest.raises(ConfigError, match="before the last epoch"):
        config.changed_after(100, momentum=0.5)
