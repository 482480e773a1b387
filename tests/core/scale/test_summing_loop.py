"""The loop that sums up rows: by itself, and what takes its place where it can't be had."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from linreg_core.engines.compiled import kernels
from linreg_core.engines.compiled.compiler import COMPILER
from linreg_core.scale import RowsInMemory, second_moments, summed_rows
from linreg_core.scale.summed_rows import COMPILED_ROWS
from linreg_core.scale.summing_loop import SummingLoop


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other part of the process has compiled code yet."""
    monkeypatch.setattr(COMPILER, "_kernels", None)


def test_no_other_loop_is_loaded_for_it(alone: None) -> None:
    loop = SummingLoop()
    found = loop.kernels()
    assert found is not None and found is loop.kernels()
    assert found.moments.signatures
    assert not any(each.signatures for each in found if each is not found.moments)


def test_the_engines_own_is_taken_where_it_is_there(compiled_engine: None) -> None:
    assert SummingLoop().kernels() is COMPILER.kernels()


def test_numpy_sums_up_where_nothing_can_be_compiled(
    alone: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[bool] = []

    def make(on_disk: bool) -> Any:
        tried.append(on_disk)
        raise TypeError("no such type")

    X = np.random.default_rng(0).standard_normal((COMPILED_ROWS, 2)) + 3.0
    rows = RowsInMemory(X, X @ [1.0, 2.0])
    expected = second_moments(rows)
    monkeypatch.setattr(kernels, "make_kernels", make)
    monkeypatch.setattr(summed_rows, "SUMMING_LOOP", SummingLoop())
    found = second_moments(rows)
    second_moments(rows)
    assert tried == [True, False], "it is tried once with a disk and once without"
    assert caplog.messages == ["Rows are summed up without compiled code."]
    np.testing.assert_allclose(found.means, expected.means, rtol=1e-14)
    np.testing.assert_allclose(
        found.scatter * found.scale, expected.scatter * expected.scale, rtol=1e-12
    )
