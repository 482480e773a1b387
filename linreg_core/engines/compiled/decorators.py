"""How numba compiles the loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from numba import njit

from linreg_core.engines.compiled.kept_code import KeptCode

# Sums may be taken in any order, which is what lets them use the processor's vectors. Infinities
# and nan keep their meaning: that is how a diverging run shows.
_MATHS: Final = {"reassoc", "contract", "nsz"}
# Without numba's run time nothing can be allocated, and no loop counts references to its arrays,
# which took ten times as long as a small model's update. (`_nrt` is numba's own, and pinned.)
_LEAN: Final[Any] = {"fastmath": _MATHS, "_nrt": False}

loop: Final[Any] = njit(**_LEAN)
part_of_loop: Final[Any] = njit(forceinline=True, **_LEAN)
rule: Final[Any] = njit(inline="always", **_LEAN)


def entry(on_disk: bool) -> Any:
    """Return the decorator of what Python calls, which lets other threads run meanwhile."""
    compiled = njit(nogil=True, **_LEAN)

    def decorate(function: Callable[..., Any]) -> Any:
        dispatcher: Any = compiled(function)
        if on_disk:
            # What `cache=True` sets too, to a cache that does not read where it can't write.
            dispatcher._cache = KeptCode(function)
        return dispatcher

    return decorate
