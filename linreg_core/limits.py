"""The bounds of everything that can be set: one place for the core, the page and the routes."""

from __future__ import annotations

from typing import Final

MAX_LEARNING_RATE: Final = 1e12
MAX_EPOCHS: Final = 1_000_000
MAX_UPDATES_PER_EPOCH: Final = 1_000_000
MAX_UPDATES: Final = 100_000_000
"""The most updates of one whole run, all its epochs together."""
MAX_WEIGHT_DECAY: Final = 1e3
MAX_L1: Final = 1e3
MAX_SEED: Final = 2**32 - 1

MAX_ROWS: Final = 10_000_000
MAX_FEATURES: Final = 10_000
MAX_CELLS: Final = 100_000_000
"""The most numbers in `X`, rows times features: 800 MB as float64."""
MAX_TEST_FRACTION: Final = 0.9
MAX_LAGS: Final = 1_000
"""The most rows over which Newey-West's standard errors take residuals to be related."""

DIVERGED_FACTOR: Final = 1e6
"""A run has diverged when its loss exceeds this many times its starting loss."""
CONVERGED_FACTOR: Final = 1e-6
"""A run has converged when its gradient is at most this part of its first gradient."""

DTYPES: Final = ("float32", "float64")
ENGINE_NAMES: Final = ("compiled", "torch")
"""The names of ENGINES, for a config, which is checked without them."""
SCHEDULES: Final = ("constant", "step", "cosine", "inverse_time")
MAX_CHANGES: Final = 20
"""The most epochs after which a run's settings may change."""
SAMPLINGS: Final = ("shuffle", "sequential", "replacement")
SPLITS: Final = ("random", "sequential")
ANALYTIC: Final = "analytic"
FREQUENCY: Final = "frequency"
WEIGHT_KINDS: Final = (ANALYTIC, FREQUENCY)
SMALLEST_WEIGHT: Final = 1e-100
"""Weights from here to LARGEST_WEIGHT, and sums of their products, keep all of their digits."""
LARGEST_WEIGHT: Final = 1e100
INITS: Final = ("zeros", "normal", "torch", "randn")
