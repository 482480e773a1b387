"""What is sent of a watched run comes back as it was, and whatever else comes is refused."""

from __future__ import annotations

import json
import struct
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

from linreg_core import ConfigError, Dataset, LinregError, Params, Problem, TrainConfig
from linreg_core.block import COLUMNS
from linreg_core.numerics.reference import reference_fit
from linreg_core.watching import (
    MOST_MESSAGE_BYTES,
    RunHead,
    RunRows,
    pack_message,
    unpack_message,
)
from linreg_core.watching.run_head import MOST_WATCHED_FEATURES
from linreg_core.watching.table_head import head_of_table
from linreg_core.watching.watch_address import WatchAddress
from tests.core.watching.watched import (
    CONFIG,
    blocks_of,
    curved_problem,
    small_head,
    small_problem,
)

CONFIGS = (
    CONFIG,
    TrainConfig(solver="adam", loss="huber", batch_size=8, n_epochs=10, l1=0.0),
    TrainConfig(init=Params([1.0, -2.0], 0.5), changes=((3, (("learning_rate", 0.2),)),)),
    TrainConfig(l1=0.1, weight_decay=0.2, schedule="cosine", warmup_epochs=2),
)


def told(head: RunHead) -> RunHead:
    return RunHead.from_message(unpack_message(head.to_message()))


@pytest.mark.parametrize("config", CONFIGS)
def test_a_head_comes_back_as_it_was(config: TrainConfig) -> None:
    problem = small_problem()
    found = told(RunHead.of(problem, config, "small.csv"))
    for each in fields(TrainConfig):
        if each.name != "init":
            assert getattr(found.config, each.name) == getattr(config, each.name)
    if isinstance(config.init, Params):
        assert isinstance(found.config.init, Params)
        np.testing.assert_array_equal(found.config.init.weights, config.init.weights)
    np.testing.assert_array_equal(found.dataset.X[: problem.n_train], problem.X_train)
    np.testing.assert_array_equal(found.dataset.y[problem.n_train :], problem.y_test)
    assert (found.n_train, found.n_test) == (problem.n_train, problem.n_test)
    assert found.dataset.feature_names == problem.dataset.feature_names
    assert found.dataset.target_name == "price, €"


@pytest.mark.parametrize("loss", ["mse", "huber"])
def test_few_rows_stand_for_a_large_table(loss: str) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(30_000, 4)) + 1e3
    y = X @ [1.0, 2.0, 3.0, 4.0] + rng.normal(size=30_000)
    weights = rng.integers(1, 5, size=30_000).astype(float)
    dataset = Dataset("large", X, y, weights=weights, weight_kind="analytic")
    problem = Problem.from_dataset(dataset, 0.2, standardize=True)
    found = told(head_of_table(problem, TrainConfig(loss=loss), "large"))
    assert found.dataset.n_samples < 50 and (found.n_train, found.n_test) == (24_000, 6_000)
    assert found.dataset.shown is not None and len(found.dataset.shown.y) == 2_000
    rows = {tuple(row) for row in problem.X_train}
    assert all(tuple(row) in rows for row in found.dataset.shown.X)
    few = Problem.from_dataset(
        found.dataset,
        found.n_held_test / found.dataset.n_samples,
        split="sequential",
        standardize=True,
    )
    expected = reference_fit(problem)
    np.testing.assert_allclose(reference_fit(few).weights, expected.weights, rtol=1e-9)
    if loss == "mse":
        assert found.reference_losses is None
    else:
        gap = np.abs(expected.predict(problem.X_train) - problem.y_train)
        huber = np.where(gap <= 1, gap**2 / 2, gap - 0.5)
        v = weights[problem.train_rows]
        assert found.reference_losses is not None
        assert found.reference_losses[0] == pytest.approx((v * huber).sum() / v.sum(), rel=1e-9)


@pytest.mark.parametrize("n_rows", [30, 40_000], ids=["all rows", "rows that stand for all"])
def test_a_curve_goes_with_the_rows_that_are_drawn(n_rows: int) -> None:
    problem = curved_problem(n_rows)
    found, sent = told(head_of_table(problem, CONFIG, "c")).dataset, problem.dataset.curve
    assert found.curve is not None and sent is not None and found.curve.column == "hours"
    drawn = found if found.shown is None else found.shown
    np.testing.assert_array_equal(found.curve.x, drawn.X[:, 0])
    np.testing.assert_array_equal(found.curve.at, sent.at)
    np.testing.assert_array_equal(found.curve.features, sent.features)


def test_a_curve_that_leaves_the_numbers_is_not_told() -> None:
    problem = curved_problem()
    curve = problem.dataset.curve
    assert curve is not None
    features = curve.features.copy()
    features[0, 1] = np.inf
    broken = replace(problem.dataset, curve=replace(curve, features=features))
    head = RunHead.of(replace(problem, dataset=broken), CONFIG, "c")
    assert told(head).dataset.curve is None


def test_a_sender_that_tells_of_no_curve_is_understood() -> None:
    head = small_head()
    message = unpack_message(head.to_message())
    former = {name: told for name, told in message.fields.items() if name != "curve_column"}
    found = RunHead.from_message(unpack_message(pack_message("run", former, message.arrays)))
    assert found.dataset.curve is None and found.n_train == head.n_train


BROKEN_CURVES: dict[str, dict[str, Any]] = {
    "another name": {"curve_column": 5},
    "half a character": {"curve_column": "\ud800"},
    "no grid": {"curve_at": np.zeros(0), "curve_features": np.zeros((0, 2))},
    "an endless grid": {"curve_at": np.zeros(1_001), "curve_features": np.zeros((1_001, 2))},
    "other features": {"curve_features": np.zeros((50, 3))},
    "other rows": {"curve_x": np.zeros(29)},
    "a place that is none": {"curve_at": np.full(50, np.nan)},
    "a row beyond all": {"curve_x": np.full(30, np.inf)},
}


@pytest.mark.parametrize("values", BROKEN_CURVES.values(), ids=BROKEN_CURVES)
def test_a_curve_that_does_not_hold_together_is_refused(values: dict[str, Any]) -> None:
    message = unpack_message(RunHead.of(curved_problem(), CONFIG, "c").to_message())
    fields = {name: values.get(name, told) for name, told in message.fields.items()}
    arrays = {name: values.get(name, array) for name, array in message.arrays.items()}
    with pytest.raises(LinregError):
        RunHead.from_message(unpack_message(pack_message("run", fields, arrays)))


def test_rows_come_back_as_they_were_whatever_they_are() -> None:
    problem = small_problem()
    for block in blocks_of(problem, TrainConfig(n_epochs=300, learning_rate=50.0)):
        sent = RunRows("name", 0, block, 1.5)
        found = RunRows.from_message(unpack_message(sent.to_message()), 2)
        assert found.block.status is block.status and found.seconds == 1.5
        for name in COLUMNS:
            np.testing.assert_array_equal(getattr(found.block, name), getattr(block, name))


def test_what_is_known_is_left_out_of_rows() -> None:
    block = blocks_of(small_problem(), CONFIG)[0]
    rows = RunRows("name", 10, block, 0.0)
    assert rows.after(17) is None
    assert rows.after(10 + 7) is None and rows.after(10) is not None
    new = rows.after(14)
    assert new is not None and new.first == 14
    np.testing.assert_array_equal(new.block.epoch, block.epoch[4:])


def changed(message: bytes, **values: Any) -> bytes:
    """A message with other fields."""
    size = struct.unpack_from("<I", message, 4)[0]
    tree = json.loads(message[8 : 8 + size]) | values
    head = json.dumps(tree).encode()
    return message[:4] + struct.pack("<I", len(head)) + head + message[8 + size :]


BROKEN_BYTES = {
    "nothing": b"",
    "another beginning": b"PK\x03\x04" + bytes(100),
    "a pickle": b"\x80\x04\x95" + bytes(20),
    "more JSON than there is": b"LRW1" + struct.pack("<I", 10**9) + b"{}",
    "no JSON": b"LRW1" + struct.pack("<I", 4) + b"nope",
    "no object": b"LRW1" + struct.pack("<I", 2) + b"[]",
    "deep JSON": b"LRW1" + struct.pack("<I", 200_000) + b"[" * 200_000,
    "not a number": pack_message("run", {}).replace(b"[]", b"[NaN]"),
    "no UTF-8": b"LRW1" + struct.pack("<I", 2) + b"\xff\xfe",
    "a long number": b"LRW1" + struct.pack("<I", 9_000) + b'{"a":' + b"1" * 8_994 + b"}",
    "too much": b"LRW1" + bytes(MOST_MESSAGE_BYTES),
}
BROKEN_HEADS: dict[str, dict[str, Any]] = {
    "another version": {"v": 2},
    "no settings": {"config": None},
    "unknown settings": {"config": {"__class__": 1}},
    "a setting of another kind": {"config": {"solver": ["sgd"]}},
    "a loss that is an object": {"config": {"loss": {}}},
    "endless epochs": {"config": {"n_epochs": 10**9}},
    "infinite rate": {"config": {"learning_rate": 1e400}},
    "a start of text": {"config": {"init": {"weights": ["a", "b"], "bias": 0}}},
    "a start of other weights": {"config": {"init": {"weights": [1, 2, 3], "bias": 0}}},
    "a start beyond numbers": {"config": {"init": {"weights": [10**400, 1], "bias": 0}}},
    "changes of nothing": {"config": {"changes": [[1, 2, 3]]}},
    "no features": {"features": []},
    "features that are no text": {"features": [1, 2]},
    "one name twice": {"features": ["a", "a"]},
    "half a character": {"features": ["a", "\ud800"]},
    "too many names": {"features": ["a"] * (MOST_WATCHED_FEATURES + 1)},
    "a long target": {"target": "y" * 10_000},
    "another transform": {"target_transform": "exp"},
    "another kind of weights": {"weight_kind": "own"},
    "fewer rows than it has": {"n_train": 3},
    "rows beyond all": {"n_train": 10**30},
    "half a row": {"n_train": 24.5},
    "a test without rows": {"n_held_test": 0},
    "no training rows": {"n_held_test": 30},
    "negative test": {"n_held_test": -1},
    "a flag that is a number": {"standardize": 1},
    "no title": {"title": None},
    "no ranks": {"n_ranks": 0},
    "losses of text": {"reference_losses": ["a", "b"]},
    "arrays of another size": {"arrays": [["X", [10, 2]], ["y", [10]]]},
    "arrays without shapes": {"arrays": [["X"], ["y"]]},
    "negative shapes": {"arrays": [["X", [-30, -2]], ["y", [30]]]},
    "shapes beyond memory": {"arrays": [["X", [10**7, 10**7]], ["y", [30]]]},
    "shapes that are true": {"arrays": [["X", [True, 60]], ["y", [30]]]},
    "one array twice": {"arrays": [["X", [30, 2]], ["X", [30]]]},
}
BROKEN_ROWS: dict[str, dict[str, Any]] = {
    "before the start": {"first": -1},
    "beyond all": {"first": 3_000},
    "half a row": {"first": 0.5},
    "another status": {"status": "won"},
    "a status that is a list": {"status": []},
    "endless": {"seconds": 1e400},
    "back in time": {"seconds": -1},
    "no name": {"run": 5},
}


@pytest.mark.parametrize("data", BROKEN_BYTES.values(), ids=BROKEN_BYTES)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(LinregError) as refused:
        unpack_message(data)
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("values", BROKEN_HEADS.values(), ids=BROKEN_HEADS)
def test_a_head_that_does_not_hold_together_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(LinregError) as refused:
        RunHead.from_message(unpack_message(changed(small_head().to_message(), **values)))
    assert len(str(refused.value)) < 500


def test_numbers_that_are_none_are_refused() -> None:
    message = small_head().to_message()
    with pytest.raises(LinregError, match="finite"):
        RunHead.from_message(unpack_message(message[:-8] + struct.pack("<d", np.nan)))


@pytest.mark.parametrize("values", BROKEN_ROWS.values(), ids=BROKEN_ROWS)
def test_rows_that_do_not_hold_together_are_refused(values: dict[str, Any]) -> None:
    message = RunRows("name", 0, blocks_of(small_problem(), CONFIG)[0], 0.0).to_message()
    with pytest.raises(LinregError):
        RunRows.from_message(unpack_message(changed(message, **values)), 2)


@pytest.mark.parametrize(
    "name, value",
    [("epoch", [0, 2, 1]), ("epoch", [0, 1, 1]), ("epoch", [0, 1, 2e6]), ("epoch", [0, 1, 1.5])]
    + [("epoch", [-1, 0, 1]), ("epoch", [0, 1, np.nan]), ("n_updates", [3, 2, 1])]
    + [("gradient_evaluations", [0, np.inf, np.inf]), ("n_updates", [0, 1, 1e12])],
)
def test_columns_that_do_not_rise_are_refused(name: str, value: list[float]) -> None:
    arrays = {column: np.array([0.0, 1.0, 2.0]) for column in COLUMNS}
    arrays |= {"weights": np.zeros((3, 2)), name: np.array(value)}
    fields = {"run": "name", "first": 0, "status": "running", "seconds": 0.0}
    with pytest.raises(LinregError, match=f"`{name}`"):
        RunRows.from_message(unpack_message(pack_message("rows", fields, arrays)), 2)


def test_too_many_features_are_refused_before_anything_is_sent() -> None:
    wide = Dataset("wide", np.zeros((3, MOST_WATCHED_FEATURES + 1)), np.zeros(3))
    with pytest.raises(ConfigError, match="leave --watch out"):
        head_of_table(Problem.from_dataset(wide), CONFIG, "wide")


@pytest.mark.parametrize(
    "text",
    ["", "localhost:8501/watch/0123456789abcdef", "ftp://a/watch/0123456789abcdef"]
    + ["http://a/watch/", "http://a/watch/short", "http://a/room/0123456789abcdef"]
    + ["http://a:b/watch/0123456789abcdef", "http://a:99999/watch/0123456789abcdef"]
    + ["http://user:secret@a/watch/0123456789abcdef", "http:///watch/0123456789abcdef"]
    + ["http://a/watch/0123456789abcdef?x=1", "http://a/watch/0123456789abcdef/more"]
    + ["http://[/watch/0123456789abcdef", "http://a/watch/0123456789abcd\r\nHost: b"],
)
def test_an_address_that_no_page_has_shown_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="--watch"):
        WatchAddress.from_text(text)


def test_an_address_may_lie_below_a_path() -> None:
    found = WatchAddress.from_text("https://a.example/linreg/live/watch/0123456789-_ABCDEF")
    assert found == WatchAddress("a.example", None, found.path, is_secure=True)
    assert found.path == "/linreg/live/watch/0123456789-_ABCDEF"
