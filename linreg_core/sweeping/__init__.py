"""Many runs at once: how each ends, in blocks that come as they are trained."""

from __future__ import annotations

from linreg_core.sweeping.blocks import SweepBlock, sweep_blocks

__all__ = ["SweepBlock", "sweep_blocks"]
