"""Compiling ahead: `python -m linreg_core.engines.compiled`, when the dashboard is installed.

Ends without an error in any case: where nothing can be compiled, PyTorch trains.
"""

from __future__ import annotations

import time

from linreg_core.engines.compiled import COMPILED
from linreg_core.engines.compiled.ahead import is_kept


def outcome() -> str:
    """Compile what is not on disk yet; return a sentence on what came of it."""
    began = time.perf_counter()
    if is_kept():
        return "The compiled engine is ready."
    COMPILED.prepare()
    if COMPILED.hindrance() is not None:
        return f"{COMPILED.hindrance()} PyTorch trains in its place."
    if not is_kept():
        return "Compiled code can't be kept on this disk: it is made again at each start."
    return f"The compiled engine is ready: it took {time.perf_counter() - began:.0f} s to compile."


if __name__ == "__main__":
    print(outcome())
