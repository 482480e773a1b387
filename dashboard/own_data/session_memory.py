"""What the data of one session take in memory, told before anything is made of them."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace

from dashboard.byte_settings import bytes_set
from dashboard.own_data.choices import Choices
from dashboard.own_data.settings import TableSettings
from linreg_core import DataError
from linreg_core.memory import FLOAT_BYTES, size_text

SESSION_LIMIT_VARIABLE = "LINREG_LIVE_SESSION_MB"
"""The environment variable that bounds a session's data, in megabytes."""
DEFAULT_SESSION_BYTES = 1_000_000_000
_REPORT_COPIES = 3  # of X and y: the data, made anew for the report, and what it works out


@functools.cache
def session_limit() -> int:
    """Return how many bytes the data of one session may take, as the server is set."""
    return bytes_set(SESSION_LIMIT_VARIABLE, DEFAULT_SESSION_BYTES)


@dataclass(frozen=True)
class MemoryNeed:
    """What a choice of columns takes: the table, X and y of all its rows, and copies of these.

    A random test split copies them, and so does the precision or the engine that needs its own.
    """

    table_bytes: int
    n_samples: int
    n_features: int
    is_split: bool
    engine_bytes: int  # for each value
    has_report: bool = False

    @classmethod
    def of(cls, choices: Choices, settings: TableSettings, has_report: bool) -> MemoryNeed:
        size = 4 if settings.dtype == "float32" else FLOAT_BYTES
        has_copy = settings.engine == "torch" or settings.dtype == "float32"
        return cls(
            choices.n_bytes,
            len(choices.table.frame),
            choices.n_features(settings.terms),
            settings.test_fraction > 0 and settings.split == "random",
            size if has_copy else 0,
            has_report,
        )

    @property
    def n_values(self) -> int:
        """The numbers of X and y."""
        return self.n_samples * (self.n_features + 1)

    @property
    def n_bytes(self) -> int:
        """The most that there is at once; on their way to the trainer the data are there twice."""
        copies = max(FLOAT_BYTES, FLOAT_BYTES * self.is_split + self.engine_bytes)
        report = FLOAT_BYTES * (_REPORT_COPIES + self.is_split) * self.has_report
        return self.table_bytes + self.n_values * (FLOAT_BYTES + copies + report)

    def check(self, limit: int) -> None:
        """Raise DataError where this is more than `limit` bytes."""
        if self.n_bytes <= limit:
            return
        what = "A report on these columns needs" if self.has_report else "These columns need"
        raise DataError(
            f"{what} about {size_text(self.n_bytes)} of memory: {self.n_values:,} "
            f"values ({self.n_samples:,} rows x {self.n_features + 1:,} columns) with their "
            f"copies, and the table, {size_text(self.table_bytes)}. A visit may use "
            f"{size_text(limit)}: {self._remedy(limit)}."
        )

    def _remedy(self, limit: int) -> str:
        least = replace(self, n_features=1, is_split=False)
        if least.n_bytes > limit:
            return "bring a part of the rows"
        ways = ["choose fewer columns"] if self.n_features > 1 else []
        if self.is_split:
            ways.append("turn the test split off")
        return ", or ".join(ways)


def check_memory(choices: Choices, settings: TableSettings, has_report: bool = False) -> None:
    """Raise DataError where a session may not use as much memory as its settings need."""
    MemoryNeed.of(choices, settings, has_report).check(session_limit())
