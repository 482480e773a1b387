"""What a report needs is loaded beside the rows, once there are several blocks of them."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest

from linreg_core.scale import RowsInMemory, loading_meanwhile
from linreg_core.scale.loading_meanwhile import RowsBesideLoading


@pytest.mark.parametrize(("block_rows", "is_loaded"), [(9, False), (3, True)])
def test_a_module_is_loaded_beside_the_second_block(
    block_rows: int, is_loaded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading_meanwhile, "_OF_REPORTS", "colorsys")
    monkeypatch.delitem(sys.modules, "colorsys", raising=False)
    before = set(threading.enumerate())
    source = RowsInMemory(np.eye(9), np.arange(9.0), block_rows=block_rows)
    for one, other in zip(RowsBesideLoading(source).blocks(), source.blocks(), strict=True):
        np.testing.assert_array_equal(one.X, other.X)
    for thread in set(threading.enumerate()) - before:
        thread.join(60)
    assert ("colorsys" in sys.modules) is is_loaded
