"""Compiling, once in a process, whichever thread asks first; and what came of it."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from linreg_core.engines.compiled.kernels import Kernels

BEING_PREPARED: Final = "The compiled engine is still being prepared."
FAILED: Final = "The compiled engine does not work here."
_log = logging.getLogger(__name__)


class Compiler:
    """Compiles the loops, or loads them from disk, and remembers whether that worked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kernels: Kernels | None = None
        self._few: Kernels | None = None
        self._has_failed = False

    def kernels(self) -> Kernels | None:
        """Return the compiled loops, waiting for them; None where they can't be had."""
        with self._lock:
            if self._kernels is None and not self._has_failed:
                self._kernels = self._compiled(few=False)
        return self._kernels

    def kernels_for_few(self) -> Kernels | None:
        """Return loops of which those work that `few_updates` tells of, which is sooner."""
        with self._lock:
            if self._kernels is None and self._few is None and not self._has_failed:
                self._few = self._compiled(few=True)
        return self._few if self._kernels is None else self._kernels

    def hindrance(self) -> str | None:
        """Return why nothing compiled can run right now, None where it can. Never waits."""
        if self._kernels is not None:
            return None
        return FAILED if self._has_failed else BEING_PREPARED

    def _compiled(self, few: bool) -> Kernels | None:
        try:
            return _working_kernels(few)
        except Exception:  # whatever numba or the machine trips over, torch still works
            self._has_failed = True
            _log.warning("%s PyTorch trains in its place.", FAILED, exc_info=True)
            return None


def _working_kernels(few: bool) -> Kernels:
    """Return loops that have run once, kept on disk where that can be written."""
    from linreg_core.engines.compiled.kernels import make_kernels
    from linreg_core.engines.compiled.rehearsal import rehearse

    try:
        kernels = make_kernels(on_disk=True)
        rehearse(kernels, few)
    except Exception as error:  # no folder to write to, no room in it, a broken file in it
        _log.info("Compiled code is not kept on disk: %s", error)
        kernels = make_kernels(on_disk=False)
        rehearse(kernels, few)
    return kernels


COMPILER: Final = Compiler()
"""This process's compiler: what is compiled belongs to the process, not to a run."""
