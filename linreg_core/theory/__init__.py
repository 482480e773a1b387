"""What can be told about a run before it is trained, from the data's curvature alone.

`docs/theory.md` tells it with formulas and sources: what is exact, what is approximate, and what
nobody knows in closed form.
"""

from __future__ import annotations

from linreg_core.theory.best_rates import best_rate
from linreg_core.theory.measured import measured_zones
from linreg_core.theory.minibatches import minibatch_limit, noise_floor
from linreg_core.theory.momentum import MomentumZones, momentum_zones
from linreg_core.theory.predictions import near_loss, predicted_epochs, predicted_losses
from linreg_core.theory.rates import best_learning_rate
from linreg_core.theory.spectrum import (
    DENSE_FEATURES,
    Spectrum,
    spectrum,
    spectrum_otherwise,
)
from linreg_core.theory.stability import (
    rows_overshooting,
    sample_stable_learning_rate,
    stability_factor,
    stable_learning_rate,
)
from linreg_core.theory.sweeps import Sweep, sweep
from linreg_core.theory.zones import LearningRateZones, has_rate_theory, learning_rate_zones

__all__ = [
    "DENSE_FEATURES",
    "LearningRateZones",
    "MomentumZones",
    "Spectrum",
    "Sweep",
    "best_learning_rate",
    "best_rate",
    "has_rate_theory",
    "learning_rate_zones",
    "measured_zones",
    "minibatch_limit",
    "momentum_zones",
    "near_loss",
    "noise_floor",
    "predicted_epochs",
    "predicted_losses",
    "rows_overshooting",
    "sample_stable_learning_rate",
    "spectrum",
    "spectrum_otherwise",
    "stability_factor",
    "stable_learning_rate",
    "sweep",
]
