"""Every setting's bounds, and the message that breaking them gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core import LOSSES, ConfigError, DataError, Dataset, Params, Problem, TrainConfig
from linreg_core.arrays import frozen

REFUSED = [
    ("learning_rate", -0.1, "must be > 0. Got -0.1."),
    ("learning_rate", 0, "must be > 0. Got 0."),
    ("learning_rate", 2e12, "must be <= 1e+12. Got 2000000000000.0."),
    ("learning_rate", float("nan"), "must be a finite number. Got nan."),
    ("learning_rate", float("inf"), "must be a finite number. Got inf."),
    ("learning_rate", 10**400, "must be a finite number. Got 1" + "0" * 76 + "...."),
    ("learning_rate", "0.1", "must be a number. Got '0.1'."),
    ("learning_rate", True, "must be a number. Got True."),
    ("learning_rate", None, "must be a number. Got None."),
    ("n_epochs", 0, "must be >= 1. Got 0."),
    ("n_epochs", 1_000_001, "must be <= 1000000. Got 1000001."),
    ("n_epochs", 10.0, "must be a whole number. Got 10.0."),
    ("n_epochs", True, "must be a whole number. Got True."),
    ("n_epochs", None, "must be a whole number. Got None."),
    ("batch_size", 0, "must be >= 1. Got 0."),
    ("batch_size", "full", "must be a whole number. Got 'full'."),
    ("updates_per_epoch", 0, "must be >= 1. Got 0."),
    ("updates_per_epoch", 1_000_001, "must be <= 1000000. Got 1000001."),
    ("evaluate_every", 0, "must be >= 1. Got 0."),
    ("momentum", 1.0, "must be < 1. Got 1.0."),
    ("momentum", -0.5, "must be >= 0. Got -0.5."),
    ("weight_decay", -1e-9, "must be >= 0. Got -1e-09."),
    ("weight_decay", 1001, "must be <= 1000. Got 1001."),
    ("l1", -1e-9, "must be >= 0. Got -1e-09."),
    ("l1", 1001, "must be <= 1000. Got 1001."),
    ("seed", -1, "must be >= 0. Got -1."),
    ("seed", 2**32, "must be <= 4294967295. Got 4294967296."),
    ("seed", 1.5, "must be a whole number. Got 1.5."),
    ("dtype", "float16", "must be one of 'float32', 'float64'. Got 'float16'."),
    ("loss", "mae", f"must be one of {', '.join(map(repr, LOSSES))}. Got 'mae'."),
    ("engine", "jax", "must be one of 'compiled', 'torch'"),
    ("sampling", "", "must be one of 'shuffle', 'sequential', 'replacement'. Got ''."),
    ("init", "ones", "must be one of 'zeros', 'normal', 'torch', 'randn'. Got 'ones'."),
    ("init", 0, "must be one of 'zeros', 'normal', 'torch', 'randn'. Got 0."),
    ("solver", ["sgd"], "must be one of 'sgd', 'momentum', 'nesterov'"),
]


@pytest.mark.parametrize(("name", "value", "rule"), REFUSED)
def test_refused_with_what_rule_and_value(name: str, value: object, rule: str) -> None:
    with pytest.raises(ConfigError) as raised:
        TrainConfig(**{name: value})
    assert str(raised.value).startswith(f"`{name}` {rule}")


ACCEPTED = [
    ("learning_rate", np.float32(0.5), 0.5),
    ("learning_rate", 1, 1.0),
    ("learning_rate", 1e12, 1e12),
    ("n_epochs", np.int64(7), 7),
    ("n_epochs", 1_000_000, 1_000_000),
    ("batch_size", np.uint8(3), 3),
    ("momentum", 0, 0.0),
    ("weight_decay", 1e3, 1e3),
    ("seed", 2**32 - 1, 2**32 - 1),
]


@pytest.mark.parametrize(("name", "value", "expected"), ACCEPTED)
def test_accepted_and_made_plain(name: str, value: object, expected: object) -> None:
    kept = getattr(TrainConfig(**{name: value}), name)
    assert kept == expected
    assert type(kept) is type(expected)


def test_closed_form_needs_a_squared_loss() -> None:
    with pytest.raises(ConfigError) as raised:
        TrainConfig("closed_form", "l1")
    assert str(raised.value) == (
        "`loss` must be one of 'mse', 'half_mse' with solver 'closed_form'. "
        "Got 'l1': choose another solver or loss."
    )


def test_equal_configs_are_equal_and_hashable() -> None:
    assert TrainConfig(seed=np.int64(1)) == TrainConfig(seed=1)
    assert len({TrainConfig(seed=1), TrainConfig(seed=1), TrainConfig(seed=2)}) == 2


ROWS = np.zeros((3, 2))
DATA_REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"X": np.zeros(3)}, "`X` must have 2 dimensions. Got the shape (3,)."),
    ({"y": np.zeros((3, 1))}, "`y` must have 1 dimension. Got the shape (3, 1)."),
    (
        {"y": np.zeros(2)},
        "`X` and `y` must have the same number of rows. Got 3 and 2.",
    ),
    (
        {"X": np.zeros((0, 2)), "y": np.zeros(0)},
        "`X` must have at least 1 row and 1 column. Got the shape (0, 2).",
    ),
    (
        {"y": np.array([0.0, np.nan, 0.0])},
        "`y` must be finite. Row 1 has nan: remove the rows with missing or infinite values.",
    ),
    ({"X": [["a"], ["b"]]}, "`X` must be an array of real numbers. Got values of type <U1."),
    (
        {"X": [[1.0], [1.0, 2.0]]},
        "`X` must be a rectangular array of numbers. Got rows of different lengths.",
    ),
    (
        {"X": np.broadcast_to(np.zeros(1), (10_000_001, 1))},
        "`X` must have at most 10,000,000 rows. Got 10,000,001: use a sample.",
    ),
    (
        {"X": np.broadcast_to(np.zeros(1), (2, 10_001))},
        "`X` must have at most 10,000 features. Got 10,001: use a sample.",
    ),
    (
        {"X": np.broadcast_to(np.zeros(1), (20_000, 10_000))},
        "`X` must have at most 100,000,000 values (rows x features). Got 200,000,000: "
        "use a sample.",
    ),
    (
        {"feature_names": ("a",)},
        "`feature_names` must name each of the 2 features. Got 1 names.",
    ),
    ({"feature_names": ("a", "a")}, "`feature_names` must all be different."),
    (
        {"true_params": Params(np.zeros(1), 0.0)},
        "`true_params` must have 2 weights. Got 1.",
    ),
]


@pytest.mark.parametrize(("changed", "message"), DATA_REFUSED)
def test_data_sets_are_checked(changed: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError) as raised:
        Dataset(**({"name": "bad", "X": ROWS, "y": np.zeros(3)} | changed))
    assert str(raised.value) == message


def test_data_sets_copy_what_they_are_given() -> None:
    X, y = np.asfortranarray(np.arange(6.0).reshape(3, 2)), [1, 2, 3]
    dataset = Dataset("mine", X, y)
    X[0, 0] = 99
    assert dataset.X[0, 0] == 0
    assert dataset.feature_names == ("x1", "x2")
    for array in (dataset.X, dataset.y):
        assert array.dtype == np.float64
        assert array.flags.c_contiguous and not array.flags.writeable


def test_data_sets_take_over_what_they_are_given_away() -> None:
    X, y = np.ones((3, 2)), np.arange(3.0)
    dataset = Dataset("mine", frozen(X), frozen(y))
    assert dataset.X is X and dataset.y is y


@pytest.mark.parametrize(
    "X",
    [
        np.broadcast_to(1.0, (3, 2)),
        frozen(np.zeros((6, 2))[:3]),
        frozen(np.zeros((3, 2), order="F")),
        frozen(np.zeros((3, 2), dtype=">f8")),
        frozen(np.zeros((3, 2), dtype=np.float32)),
    ],
    ids=["broadcast", "view", "by columns", "big-endian", "float32"],
)
def test_arrays_that_others_may_write_to_are_copied(X: np.ndarray) -> None:
    dataset = Dataset("mine", X, np.zeros(3))
    assert not np.shares_memory(dataset.X, X)
    assert dataset.X.dtype == np.dtype("=f8") and dataset.X.flags.c_contiguous


def test_params() -> None:
    params = Params([1, 2], np.float32(3))
    assert params.predict(np.array([[1.0, 1.0]])).tolist() == [6.0]
    assert not params.weights.flags.writeable
    with pytest.raises(DataError, match=r"must have the shape \(n_samples, 2\)"):
        params.predict(np.zeros((4, 3)))
    with pytest.raises(DataError, match="`bias` must be a number"):
        Params([1.0], "3")


PROBLEM_REFUSED = [
    ({"test_fraction": 0.95}, ConfigError, "`test_fraction` must be <= 0.9. Got 0.95."),
    ({"test_fraction": -0.1}, ConfigError, "`test_fraction` must be >= 0. Got -0.1."),
    ({"split": "last"}, ConfigError, "`split` must be one of 'random', 'sequential'. Got 'last'."),
    ({"standardize": 1}, ConfigError, "`standardize` must be True or False. Got 1."),
    ({"seed": -1}, ConfigError, "`seed` must be >= 0. Got -1."),
    (
        {"test_fraction": 0.9},
        DataError,
        "At least 1 training row is needed. Got 1 in all, 1 of them for the test: "
        "lower the test fraction or add rows.",
    ),
]


@pytest.mark.parametrize(("options", "error", "message"), PROBLEM_REFUSED)
def test_problems_are_checked(
    options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as raised:
        Problem.from_dataset(Dataset("one", [[1.0]], [1.0]), **options)
    assert str(raised.value) == message
