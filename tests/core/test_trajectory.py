"""A run's columns: what is kept, and what is thinned."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import ConfigError, Problem, TrainConfig, fit, train, train_blocks
from linreg_core.run import RunRecorder
from linreg_core.trajectory import TrajectoryRecorder, frame_epochs


def test_columns_are_the_states(split_problem: Problem) -> None:
    config = TrainConfig(n_epochs=20, batch_size=8, evaluate_every=3)
    trajectory = fit(split_problem, config).trajectory
    states = list(train(split_problem, config))
    assert trajectory.epoch.tolist() == [state.epoch for state in states]
    assert trajectory.is_complete and len(trajectory) == 21
    for name in ("train_loss", "test_loss", "batch_loss", "grad_norm"):
        column = [getattr(state, name) for state in states]
        expected = [np.nan if value is None else value for value in column]
        np.testing.assert_array_equal(getattr(trajectory, name), expected)
    np.testing.assert_array_equal(trajectory.weights, [s.params.weights for s in states])
    assert not any(array.flags.writeable for array in vars(trajectory).values())


def test_frames(split_problem: Problem) -> None:
    trajectory = fit(split_problem, TrainConfig(n_epochs=4)).trajectory
    frame = trajectory.to_frame()
    assert list(frame.columns) == [
        "epoch",
        "n_updates",
        "gradient_evaluations",
        "train_loss",
        "test_loss",
        "batch_loss",
        "grad_norm",
        "bias",
        "weight_1",
        "weight_2",
        "weight_3",
    ]
    assert len(frame) == 5
    np.testing.assert_array_equal(frame["weight_2"], trajectory.weights[:, 1])


@pytest.mark.parametrize("max_epochs", [1, 7, 10_000])
def test_params_are_thinned_evenly_and_keep_first_and_last(
    problem: Problem, max_epochs: int
) -> None:
    recorder = TrajectoryRecorder(n_features=3, max_params_bytes=32 * 40)
    config = TrainConfig(n_epochs=999, learning_rate=0.01)
    for block in train_blocks(problem, config, max_epochs=max_epochs, max_seconds=9):
        recorder.add(block)
    trajectory = recorder.trajectory()
    assert len(trajectory) == 1000 and not trajectory.is_complete
    assert trajectory.key_epochs.tolist() == [*range(0, 1000, 32), 999]
    assert len(trajectory.weights) == len(trajectory.bias) == 33
    assert list(trajectory.to_frame().columns)[-1] == "grad_norm"
    assert trajectory.key_frames()["epoch"].tolist() == trajectory.key_epochs.tolist()


def test_a_recorder_tells_where_it_stands(problem: Problem) -> None:
    config = TrainConfig(n_epochs=5)
    recorder = RunRecorder(problem, config)
    assert recorder.latest is None
    for block in train_blocks(problem, config, max_epochs=2, max_seconds=0):
        recorder.add(block)
        assert recorder.latest is not None
    assert recorder.run().final.epoch == 5


@pytest.mark.parametrize("n_epochs", [0, 1, 5, 119, 120, 500, 2000, 1_000_000])
@pytest.mark.parametrize("most", [2, 3, 10, 120])
def test_frame_epochs_keep_first_and_last_and_are_few(n_epochs: int, most: int) -> None:
    epochs = frame_epochs(n_epochs, most)
    assert (epochs[0], epochs[-1]) == (0, n_epochs)
    assert (np.diff(epochs) > 0).all()
    assert len(epochs) <= most
    if n_epochs < most:
        assert len(epochs) == n_epochs + 1
    elif most >= 10:
        assert len(epochs) > most / 2
        assert epochs[1] <= 1 + n_epochs // 1000


def test_frame_epochs_are_checked() -> None:
    with pytest.raises(ConfigError, match="`most` must be >= 2. Got 1."):
        frame_epochs(10, 1)
