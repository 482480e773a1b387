"""What each data set starts with: settings with which it can be trained, whatever came before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from dashboard.presets import T4
from dashboard.settings import Settings, make_settings

_STANDARDISED: Final = MappingProxyType({"standardize": True, "n_epochs": 200})
_STARTS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        # Raw columns that the usual rate suits.
        "exact_line": {},
        # A full batch of so many weights takes minutes, small ones do not.
        "many_weights": {
            "learning_rate": 0.01,
            "n_epochs": 200,
            "batch_size": 64,
            "updates_per_epoch": 10,
        },
        # Features that say nearly the same are told apart slowly.
        "correlated": {"standardize": True},
        "longley": {"standardize": True, "n_epochs": 20_000},
    }
)


def start_of(dataset: str) -> Settings:
    """What a data set is set to at first. The noisy line's start is its tutorial."""
    if dataset == T4.settings.dataset:
        return T4.settings
    return make_settings(dataset, **_STARTS.get(dataset, _STANDARDISED))


def started(dataset: str, former: Settings) -> Settings:
    """A data set's start with what a visitor keeps from one data set to the next."""
    return replace(
        start_of(dataset),
        solver=former.solver,
        seed=former.seed,
        engine=former.engine,
        residuals=former.residuals,
        loss_axes=former.loss_axes,
    )
