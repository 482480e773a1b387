"""The compiled loop that sums up rows, loaded by itself: the engine's others take a second."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.engines.compiled.compiler import COMPILER

if TYPE_CHECKING:
    from linreg_core.engines.compiled.kernels import Kernels

_FEW_ROWS: Final = 8
_ORDERS: Final = ("F", "C")
"""Rows come column by column of files, side by side of arrays."""
_log = logging.getLogger(__name__)


class SummingLoop:
    """Loads the loop, or compiles it in some seconds, once, and remembers whether that worked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kernels: Kernels | None = None
        self._has_failed = False

    def kernels(self) -> Kernels | None:
        """Return kernels of which `moments` works, waiting for it; None where it can't be had."""
        if COMPILER.hindrance() is None:
            return COMPILER.kernels()
        with self._lock:
            if self._kernels is None and not self._has_failed:
                self._load()
        return self._kernels

    def _load(self) -> None:
        try:
            self._kernels = _tried(on_disk=True)
        except Exception as error:  # no folder to write to, no room in it, a broken file in it
            _log.info("Compiled code is not kept on disk: %s", error)
            try:
                self._kernels = _tried(on_disk=False)
            except Exception:  # whatever numba or the machine trips over, numpy sums up as well
                self._has_failed = True
                _log.warning("Rows are summed up without compiled code.", exc_info=True)


def _tried(on_disk: bool) -> Kernels:
    from linreg_core.engines.compiled.kernels import make_kernels
    from linreg_core.engines.compiled.moments import row_moments

    kernels = make_kernels(on_disk)
    for order in _ORDERS:
        row_moments(kernels, np.zeros((_FEW_ROWS, 2), order=order), np.zeros(_FEW_ROWS))
    return kernels


SUMMING_LOOP: Final = SummingLoop()
"""This process's: what is compiled belongs to the process, not to a source of rows."""
