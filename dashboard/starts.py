"""What each data set starts with: settings with which it can be trained, whatever came before."""

from __future__ import annotations

from dataclasses import asdict, replace

from dashboard.settings import Settings, make_settings
from linreg_core import DATASETS


def start_of(dataset: str) -> Settings:
    """Return what a data set is set to at first."""
    return make_settings(dataset, **asdict(DATASETS[dataset].start))


def started(dataset: str, former: Settings) -> Settings:
    """Return a data set's start with what a visitor keeps from one data set to the next."""
    return replace(
        start_of(dataset),
        solver=former.solver,
        seed=former.seed,
        engine=former.engine,
        keep_going=former.keep_going,
        **former.pictures,
    )
