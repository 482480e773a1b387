"""Data that do not fit into memory: a sentence with rows, features and bytes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from linreg_core import DATASETS, DataError, Dataset, make_dataset
from linreg_core.memory import memory_for, size_text


def lacking(*_arguments: Any, **_keywords: Any) -> Any:
    raise MemoryError


@pytest.mark.parametrize(
    ("n_bytes", "text"),
    [
        (0, "1 MB"),
        (1_499_999, "1 MB"),
        (84_400_000, "84 MB"),
        (999_400_000, "999 MB"),
        (999_600_000, "1.0 GB"),
        (12_345_600_000, "12.3 GB"),
        (4_000_000_000_000, "4,000.0 GB"),
    ],
)
def test_sizes_as_people_read_them(n_bytes: int, text: str) -> None:
    assert size_text(n_bytes) == text


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((5_000_000, 20), "5,000,000 rows x 20 features do not fit into memory.* takes 800 MB"),
        ((1, 1), "1 row x 1 feature do not fit"),
        ((100_000,), "100,000 rows do not fit"),
        ((), "The data do not fit"),
    ],
)
def test_a_lack_of_memory_is_an_error_with_its_numbers(
    shape: tuple[int, ...], message: str
) -> None:
    with pytest.raises(DataError, match=f"^{message}"), memory_for(shape):
        raise MemoryError


def test_a_dataset_that_does_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linreg_core.types.frozen_floats", lacking)
    with pytest.raises(DataError, match="^30 rows x 2 features do not fit into memory"):
        Dataset("own", np.ones((30, 2)), np.ones(30))


@pytest.mark.parametrize(
    ("name", "sizes"),
    [("many_weights", "400 rows x 1,000 features"), ("line", "400 rows"), ("norris", "The data")],
)
def test_a_generated_dataset_that_does_not_fit(
    name: str, sizes: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = replace(DATASETS[name], make=lacking)
    monkeypatch.setattr("linreg_core.datasets.DATASETS", {name: source})
    knobs = {"n_samples": 400, "n_features": 1_000}
    asked = {knob.name: knobs[knob.name] for knob in source.knobs if knob.name in knobs}
    with pytest.raises(DataError, match=f"^{sizes} do not fit into memory"):
        make_dataset(name, **asked)
