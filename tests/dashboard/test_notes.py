"""The sentence on how a run ended says what runs do: just below its bound, and just above it."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from dashboard.live.notes import ending_note
from linreg_core import Dataset, Problem, Run, Status, TrainConfig, fit, make_dataset

CONDOS = Problem.from_dataset(make_dataset("condos"))
COMPILED = TrainConfig(engine="compiled")
ONE_BY_ONE = replace(COMPILED, learning_rate=1e-6, n_epochs=20, batch_size=1, sampling="sequential")


def note_of(problem: Problem, run: Run) -> str:
    return ending_note(problem, run.config, run.status, int(run.trajectory.epoch[-1])) or ""


def bound_in(note: str, before: str) -> float:
    """The number that follows some words."""
    found = re.search(rf"{before} ([\d.e−]+)", note)
    assert found, note
    return float(found[1].replace("−", "-"))


@pytest.mark.parametrize("name", ["line", "condos", "correlated"])
@pytest.mark.parametrize("standardize", [True, False])
@pytest.mark.parametrize(
    "config",
    [
        COMPILED,
        replace(COMPILED, solver="momentum", momentum=0.5),
        replace(COMPILED, solver="nesterov", weight_decay=0.1),
        replace(COMPILED, loss="half_mse", weight_decay=0.3),
    ],
)
def test_a_full_batch_settles_at_the_bound_that_is_said_and_diverges_above(
    name: str, standardize: bool, config: TrainConfig
) -> None:
    problem = Problem.from_dataset(make_dataset(name), standardize=standardize)
    diverged = fit(problem, replace(config, learning_rate=1e3, n_epochs=500))
    note = note_of(problem, diverged)
    assert diverged.status is Status.DIVERGED and "learning rate 1000 is above" in note
    bound = bound_in(note, "is above")
    for rate, is_stable in ((0.99 * bound, True), (0.999 * bound, True), (1.03 * bound, False)):
        run = fit(problem, replace(config, learning_rate=rate, n_epochs=3000, init="randn"))
        losses = run.trajectory.train_loss
        assert (run.status is not Status.DIVERGED) == is_stable, rate
        assert (losses[-1] <= losses[0]) == is_stable
        assert is_stable or bound_in(note_of(problem, run), "is above") == bound


def overshot(problem: Problem, rate: float) -> list[int]:
    """The rows from whose target one step on them alone, as a run takes it, leads further away."""
    found = []
    for row in range(problem.n_train):
        alone = Problem.from_dataset(Dataset("row", problem.X_train[[row]], problem.y_train[[row]]))
        losses = fit(alone, replace(ONE_BY_ONE, learning_rate=rate, n_epochs=1)).trajectory
        if losses.train_loss[1] > losses.train_loss[0]:
            found.append(row)
    return found


def test_one_row_at_a_time_overshoots_the_rows_that_are_said_and_none_at_the_bound() -> None:
    run = fit(CONDOS, ONE_BY_ONE)
    note = note_of(CONDOS, run)
    assert run.status is Status.FINISHED and note.endswith("The run as a whole tolerates more.")
    rows = overshot(CONDOS, ONE_BY_ONE.learning_rate)
    said = f"{len(rows)} of {CONDOS.n_train} rows are overshot by their own steps; up to"
    assert note.startswith(said)
    bound = bound_in(note, "up to learning rate")
    assert not overshot(CONDOS, bound)
    assert len(overshot(CONDOS, 1.01 * bound)) == 1
    above = fit(CONDOS, replace(ONE_BY_ONE, learning_rate=1.01 * bound))
    assert "1 of 118 rows is overshot by its own step; up to" in note_of(CONDOS, above)
    below = fit(CONDOS, replace(ONE_BY_ONE, learning_rate=bound))
    assert note_of(CONDOS, below) == "" and below.status is not Status.DIVERGED


def test_other_minibatches_claim_no_bound_and_name_a_remedy_that_works() -> None:
    config = replace(COMPILED, learning_rate=1e-4, n_epochs=50, batch_size=16)
    run = fit(CONDOS, config)
    note = note_of(CONDOS, run)
    assert run.status is Status.DIVERGED
    assert "Use a learning rate below 0.0001, or standardise the features." in note
    standardised = Problem.from_dataset(make_dataset("condos"), standardize=True)
    assert fit(standardised, config).status is not Status.DIVERGED


def test_standardising_is_no_remedy_for_features_that_are_small_already() -> None:
    dataset = make_dataset("correlated")
    config = replace(COMPILED, learning_rate=10.0, n_epochs=50, batch_size=16)
    for standardize in (False, True):
        problem = Problem.from_dataset(dataset, standardize=standardize)
        assert note_of(problem, fit(problem, config)).endswith("Use a learning rate below 10.")


def test_numbers_of_any_size_have_a_sentence() -> None:
    x = np.array([[1e150], [-2e150], [3e150]])
    problem = Problem.from_dataset(Dataset("huge", x, [1.0, 2.0, 3.0]))
    for config in (COMPILED, replace(COMPILED, batch_size=1)):
        note = note_of(problem, fit(problem, config))
        assert note.startswith("Diverged at epoch ") and "nan" not in note


def test_with_a_schedule_it_is_about_the_rate_at_the_end() -> None:
    problem = Problem.from_dataset(make_dataset("line"))
    for options, rate in (
        ({"warmup_epochs": 99}, None),
        ({"changes": ((5, (("learning_rate", 3.0),)),)}, "3"),
    ):
        config = replace(COMPILED, learning_rate=2.0 if rate is None else 0.1, n_epochs=300)
        config = replace(config, **options)
        run = fit(problem, config)
        note = note_of(problem, run)
        assert run.status is Status.DIVERGED
        told = bound_in(note, "learning rate")
        assert f"Diverged at epoch {run.final.epoch}" in note
        expected = 2.0 * run.final.epoch / 100 if rate is None else float(rate)
        assert told == pytest.approx(expected, rel=1e-3)
        assert bound_in(note, "is above") < told
