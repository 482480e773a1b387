"""What lies between shown epochs reaches the browser: no spike is lost to thinning."""

from __future__ import annotations

import numpy as np
import pytest

from dashboard.live.encoder import MAX_SENT_EPOCHS
from dashboard.live.passed_over import PassedOver, peaks
from dashboard.settings import make_settings
from linreg_core import fit
from linreg_core.trajectory import frame_epochs
from tests.dashboard.serving import streamed

N_EPOCHS = 10_000


def brute_force(loss: np.ndarray, at: np.ndarray) -> list[int]:
    """Return the same as `peaks`, place by place."""
    found = []
    for left, right in zip(at, at[1:], strict=False):
        inside = [i for i in range(left + 1, right) if np.isfinite(loss[i])]
        ends = [loss[i] for i in (left, right) if np.isfinite(loss[i])]
        if not inside:
            continue
        low, high = (f(inside, key=lambda i: loss[i]) for f in (min, max))
        here = {low} if loss[low] < min(ends, default=np.inf) else set()
        here |= {high} if loss[high] > max(ends, default=-np.inf) else set()
        found += sorted(here)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_peaks_are_those_beyond_both_sides(seed: int) -> None:
    rng = np.random.default_rng(seed)
    loss = rng.random(200).round(2)
    loss[rng.random(200) < 0.1 * seed] = [np.nan, np.inf][seed % 2]
    at = np.unique(np.append(rng.integers(0, 200, 40), [0, 199]))
    assert peaks(loss, at) == brute_force(loss, at)


@pytest.mark.parametrize("n_blocks", [1, 7, 150])
def test_where_blocks_end_changes_nothing(n_blocks: int) -> None:
    loss, epoch = np.random.default_rng(1).random(300), np.arange(300)
    is_shown = np.isin(epoch, [0, 3, 4, 120, 121, 299])
    collector, told = PassedOver(), []
    for part in np.array_split(epoch, n_blocks):
        columns = {"epoch": epoch[part], "train_loss": loss[part]}
        told += collector.take(columns, is_shown[part]).get("trainPeakEpoch", np.empty(0)).tolist()
    assert told == brute_force(loss, np.flatnonzero(is_shown))


@pytest.mark.parametrize("spike", [4_001, 7_777])
def test_a_spike_of_one_epoch_that_thinning_skips_is_sent(spike: int) -> None:
    # Standardised, rate 0.5 arrives in one step; with the weight halved in one update it spikes.
    until = tuple(
        (epoch, (("weight_decay", decay),)) for epoch, decay in ((spike - 1, 0.0), (spike, 1.0))
    )
    settings = make_settings(
        "line", n_epochs=N_EPOCHS, learning_rate=0.5, standardize=True, solver="sgd", until=until
    )
    problem, config = settings.problem_spec.build(), settings.config()
    loss = fit(problem, config).trajectory.train_loss
    assert loss[spike] > 3 * max(loss[spike - 1], loss[spike + 1])
    assert spike not in frame_epochs(N_EPOCHS, MAX_SENT_EPOCHS)
    received = streamed(problem, config)
    brought = [chunk.columns for chunk in received.rows() if "trainPeak" in chunk.columns]
    told = np.concatenate([columns["trainPeakEpoch"] for columns in brought])
    values = np.concatenate([columns["trainPeak"] for columns in brought])
    assert spike in told
    assert values[told == spike] == pytest.approx(loss[spike], rel=1e-6)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"batch_size": 16, "updates_per_epoch": 3, "n_epochs": 3_000},
        {"solver": "lbfgs", "n_epochs": 30},
    ],
)
def test_rows_tell_what_they_have_cost(values: dict[str, object]) -> None:
    settings = make_settings("line", **{"learning_rate": 0.05, "n_epochs": 60, **values})
    problem, config = settings.problem_spec.build(), settings.config()
    run, received = fit(problem, config).trajectory, streamed(problem, config)
    rows = received.column("epoch")
    updates = np.cumsum(received.column("updatesSince"))
    gradients = np.cumsum(received.column("rowsSince")) / problem.n_train
    np.testing.assert_array_equal(updates, run.n_updates[rows])
    np.testing.assert_allclose(gradients, run.gradient_evaluations[rows], rtol=1e-12)
    clock = np.array([chunk.fields["clock"] for chunk in received.rows()])
    assert (np.diff(clock, axis=0) >= 0).all() and (clock[:, 1] > 0).all()
    assert clock[-1].tolist() == [run.n_updates[-1], received.the("end").fields["elapsed"]]
