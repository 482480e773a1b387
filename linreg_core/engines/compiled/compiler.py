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
        self._has_failed = False

    def kernels(self) -> Kernels | None:
        """Return the compiled loops, waiting for them; None where they can't be had."""
        with self._lock:
            if self._kernels is None and not self._has_failed:
                self._compile()
        return self._kernels

    def hindrance(self) -> str | None:
        """Return why nothing compiled can run right now, None where it can. Never waits."""
        if self._kernels is not None:
            return None
        return FAILED if self._has_failed else BEING_PREPARED

    def _compile(self) -> None:
        try:
            self._kernels = _working_kernels()
        except Exception:  # whatever numba or the machine trips over, torch still works
            self._has_failed = True
            _log.warning("%s PyTorch trains in its place.", FAILED, exc_info=True)


def _working_kernels() -> Kernels:
    """Return loops that have run once, kept on disk where that can be written."""
    from linreg_core.engines.compiled.kernels import make_kernels
    from linreg_core.engines.compiled.rehearsal import rehearse

    try:
        kernels = make_kernels(on_disk=True)
        rehearse(kernels)
    except Exception as error:  # no folder to write to, no room in it, a broken file in it
        _log.info("Compiled code is not kept on disk: %s", error)
        kernels = make_kernels(on_disk=False)
        rehearse(kernels)
    return kernels


COMPILER: Final = Compiler()
"""This process's compiler: what is compiled belongs to the process, not to a run."""
