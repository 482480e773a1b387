"""A session's own data at the trainer: sent once, used, sent again to a new one, and freed."""

from __future__ import annotations

import asyncio
import gc
import io
import os
import signal
from dataclasses import replace

import numpy as np
import pytest
import torch

from dashboard.live import trainer_client
from dashboard.live import trainers as trainers_module
from dashboard.live.held_data import DataHeader, DataReceiver, HeldData, parts
from dashboard.live.trainers import Trainers
from dashboard.own_data.settings import TABLE_DEFAULTS, TableSettings
from dashboard.problem_spec import ProblemSpec, SentData, arrays_of, fingerprint
from linreg_core import DataError, Dataset, LinregError, Params, Status, fit
from linreg_core.types import Curve, ShownRows
from tests.dashboard.serving import PATIENCE_SECONDS, TINY, until
from tests.dashboard.streams import received
from tests.dashboard.test_trainer_client import read, submit
from tests.dashboard.test_trainers import WithTrainers

GENERATOR = np.random.default_rng(5)
X = GENERATOR.normal(size=(700, 3))
OWN = Dataset("own", X, X @ [1.0, -2.0, 0.5] + 3, ("a", "b <i>", "c"), "price")
LARGE = Dataset("large", GENERATOR.normal(size=(40_000, 5)), GENERATOR.normal(size=40_000))
AT = np.linspace(-1.0, 1.0, 11)
CURVED = replace(
    OWN,
    X=X[:, :2],
    feature_names=("a", "a^2"),
    target_name="log(price)",
    target_transform="log",
    curve=Curve("a", X[:, 0], AT, np.column_stack([AT, AT**2])),
    weights=np.abs(X[:, 2]) + 1.0,
    weights_name="w",
)

SHOWN = replace(
    CURVED,
    shown=ShownRows(GENERATOR.normal(size=(9, 2)), GENERATOR.normal(size=9)),
    curve=Curve("a", np.arange(9.0), AT, np.column_stack([AT, AT**2])),
)


def settings_for(held: HeldData) -> TableSettings:
    return replace(TABLE_DEFAULTS, sent=held.spec)


@pytest.mark.parametrize(
    "dataset", [OWN, LARGE, CURVED, SHOWN], ids=["own", "large", "curve", "shown"]
)
def test_parts_put_together_are_the_data(dataset: Dataset) -> None:
    receiver = DataReceiver(DataHeader.of(dataset, fingerprint(dataset)))
    *first, last = parts(dataset)
    assert all(receiver.add(bytes(part)) is None for part in first)
    got = receiver.add(bytes(last))
    assert got is not None
    np.testing.assert_array_equal(got.X, dataset.X)
    np.testing.assert_array_equal(got.y, dataset.y)
    assert (got.feature_names, got.target_name) == (dataset.feature_names, dataset.target_name)
    assert (got.target_transform, got.weights_name) == (
        dataset.target_transform,
        dataset.weights_name,
    )
    assert [*map(np.shape, arrays_of(got))] == [*map(np.shape, arrays_of(dataset))]
    assert all(map(np.array_equal, arrays_of(got), arrays_of(dataset)))
    assert (got.curve and got.curve.column) == (dataset.curve and dataset.curve.column)


def test_data_are_named_by_their_columns() -> None:
    same = Dataset("another file", OWN.X, OWN.y, OWN.feature_names, OWN.target_name)
    others = [
        Dataset("own", OWN.X, OWN.y + 1e-9, OWN.feature_names, OWN.target_name),
        Dataset("own", OWN.X[:, ::-1], OWN.y, OWN.feature_names, OWN.target_name),
        Dataset("own", OWN.X, OWN.y, ("a", "b", "c"), OWN.target_name),
        Dataset("own", OWN.X[:, :2], OWN.y, ("a", "b"), OWN.target_name),
    ]
    others += [
        CURVED,
        replace(CURVED, curve=None),
        SHOWN,
        replace(CURVED, target_transform="identity"),
        replace(CURVED, weights=None),
    ]
    assert fingerprint(OWN) == fingerprint(same)
    assert len({fingerprint(each) for each in (OWN, *others)}) == 1 + len(others)


def test_two_who_bring_equal_data_share_them() -> None:
    trainers = Trainers()
    made = [trainers.hold(OWN, lambda: OWN), trainers.hold(LARGE, lambda: LARGE)]
    assert trainers.hold(OWN, lambda: OWN) is made[0] is not made[1]


def test_a_run_on_own_data_and_its_result(with_trainers: WithTrainers) -> None:
    async def scenario(trainers: Trainers) -> None:
        held = trainers.hold(OWN, lambda: OWN)
        settings = settings_for(held)
        run = await submit(trainers, settings)
        start = received(await read(run)).the("start").fields
        assert start["targetName"] == "price" and start["nPoints"] == 700
        expected = fit(
            settings.problem_spec.build({held.spec.fingerprint: OWN}), settings.config()
        ).final
        assert run.run.result is not None and run.run.result.status is Status.CONVERGED
        np.testing.assert_array_equal(run.run.result.params.weights, expected.params.weights)
        assert run.run.result.params.bias == expected.params.bias
        assert run.run.result.epoch == expected.epoch == run.run.result.epochs[-1]
        assert run.run.result.train_loss[-1] == expected.train_loss

    with_trainers(scenario)


def test_data_are_asked_for_once_however_many_runs_there_are(with_trainers: WithTrainers) -> None:
    made: list[int] = []

    def make() -> Dataset:
        made.append(1)
        return LARGE

    async def scenario(trainers: Trainers) -> None:
        held = trainers.hold(LARGE, make)
        runs = [submit(trainers, replace(settings_for(held), seed=seed)) for seed in range(4)]
        for run in await asyncio.gather(*runs):
            trainers.cancel(run)
        assert len(made) == 1

    with_trainers(scenario)


def test_a_new_trainer_is_told_again(
    with_trainers: WithTrainers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trainer_client, "_RESTART_SECONDS", 0.01)

    async def scenario(trainers: Trainers) -> None:
        held = trainers.hold(OWN, lambda: OWN)
        await read(await submit(trainers, settings_for(held)))
        child = trainers.small._process
        assert child is not None
        os.kill(child.pid, signal.SIGKILL)
        await until(lambda: trainers.small._process is not child)
        assert received(await read(await submit(trainers, settings_for(held)))).the("end")

    with_trainers(scenario)


def test_data_that_are_let_go_are_gone_at_the_trainer(with_trainers: WithTrainers) -> None:
    async def scenario(trainers: Trainers) -> None:
        held, twin = (trainers.hold(OWN, lambda: OWN) for _ in range(2))  # two visitors
        settings, key = settings_for(held), held.key
        await read(await submit(trainers, settings))
        del held
        gc.collect()
        await read(await submit(trainers, settings))
        del twin
        gc.collect()
        await until(lambda: key not in trainers.small._deliveries)
        with pytest.raises(DataError, match="no longer held"):
            await submit(trainers, settings)
        trainers._held[settings.data.fingerprint] = kept = HeldData(key, OWN, lambda: OWN)
        trainers.small._deliveries[key] = asyncio.create_task(asyncio.sleep(0))
        with pytest.raises(LinregError, match="no longer held"):  # the trainer itself says so
            await submit(trainers, settings)
        assert kept.spec == settings.data

    with_trainers(scenario)


def test_data_that_cannot_be_made_are_refused_and_can_be_tried_again(
    with_trainers: WithTrainers,
) -> None:
    broken, other = [True], Dataset("other", OWN.X, OWN.y + 1)  # a failed run may still have OWN

    def make() -> Dataset:
        if broken:
            raise DataError("Column 'x' must be there. Got none.")
        return other

    async def scenario(trainers: Trainers) -> None:
        held = trainers.hold(other, make)
        with pytest.raises(DataError, match="Column 'x'"):
            await submit(trainers, settings_for(held))
        broken.clear()
        assert received(await read(await submit(trainers, settings_for(held)))).the("end")

    with_trainers(scenario)


def test_the_trainer_makes_files_and_a_model(
    with_trainers: WithTrainers,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (trainers_module, trainer_client):  # a busy machine starts a trainer slowly
        monkeypatch.setattr(module, "_ANSWER_SECONDS", PATIENCE_SECONDS)
    learned = {True: Params([2.0, -0.5], 7.25), False: Params([2.0, -0.5], 0.0)}
    files: dict[bool, bytes] = {}

    async def scenario(trainers: Trainers) -> None:
        for has_bias, params in learned.items():
            files[has_bias] = await asyncio.to_thread(trainers.state_dict, params, has_bias)
        history = await asyncio.to_thread(trainers.made, "history", TINY.run_spec, format="csv")
        assert history.count(b"\n") == TINY.n_epochs + 2  # names, and the start
        gone = replace(TINY.run_spec, problem=ProblemSpec(SentData("0" * 32, 9, 1)))
        with pytest.raises(DataError, match="no longer held"):
            await asyncio.to_thread(trainers.made, "history", gone, format="csv")

    with_trainers(scenario)
    rows = torch.tensor([[1.0, 2.0], [3.0, -4.0]], dtype=torch.float64)
    for has_bias, params in learned.items():
        model = torch.nn.Linear(2, 1, bias=has_bias, dtype=torch.float64)
        model.load_state_dict(torch.load(io.BytesIO(files[has_bias]), weights_only=True))
        expected = params.predict(rows.numpy())
        np.testing.assert_allclose(model(rows).detach().numpy()[:, 0], expected, rtol=1e-15)
