"""What is on screen, as the Share dialog's parts take it away."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.exports import safe_filename
from dashboard.live.component import visitor
from dashboard.live.result import RunResult
from dashboard.own_data.on_screen import OnScreen
from dashboard.run_spec import RunSpec
from dashboard.settings import ModelSettings
from linreg_core import DATASETS


@dataclass(frozen=True, eq=False)
class Shared:
    """A run, and where it comes from.

    `on_screen` is what the data page shows, None on the play page.
    """

    settings: ModelSettings
    on_screen: OnScreen | None = None

    @property
    def spec(self) -> RunSpec:
        """The run's name."""
        return self.settings.run_spec

    @property
    def result(self) -> RunResult | None:
        """The run's result; None while it trains, or another is on screen.

        For script threads.
        """
        here = visitor()
        is_here = here.spec is not None and here.spec.id == self.spec.id
        return here.result if is_here else None

    @property
    def name(self) -> str:
        """What people call it: the file's name, or the data set's. It may hold anything."""
        if self.on_screen is not None:
            return self.on_screen.chosen.table.name
        return DATASETS[self.settings.link_values()["dataset"]].label

    def file_name(self, suffix: str) -> str:
        """Return a name for a file of it, which ends in `suffix`."""
        return safe_filename(self.name, suffix)
