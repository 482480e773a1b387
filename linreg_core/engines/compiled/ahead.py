"""Whether compiled code waits on disk, so that nobody has to wait for the compiler."""

from __future__ import annotations

from typing import Any


class _NotKeptError(Exception):
    """Something would have to be compiled."""


def is_kept(few: bool = False) -> bool:
    """Return whether the engine's compiled code can be loaded from disk, all of it.

    With `few` only that for runs of few updates. Tries, which takes about as long as loading, and
    stops at the first thing to be compiled.
    """
    try:
        _load(few)
    except Exception:  # not there, for another processor, or not to be read
        return False
    return True


def _load(few: bool) -> None:
    from numba.core.event import Listener, install_listener

    from linreg_core.engines.compiled.kernels import make_kernels
    from linreg_core.engines.compiled.rehearsal import rehearse

    class Refusal(Listener):
        def on_start(self, event: Any) -> None:
            raise _NotKeptError

        def on_end(self, event: Any) -> None:
            pass

    with install_listener("numba:compile", Refusal()):
        rehearse(make_kernels(on_disk=True), few)
