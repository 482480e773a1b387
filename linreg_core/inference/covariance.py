"""Which standard errors a report has: what one may ask for, and how it is put in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.arrays import IntArray, frozen
from linreg_core.checks import choice, whole_number
from linreg_core.errors import ConfigError
from linreg_core.limits import MAX_LAGS
from table_reader.wording import counted, shown

CLUSTER: Final = "cluster"
NEWEY_WEST: Final = "newey_west"
COVARIANCES: Final = ("classical", "HC0", "HC1", "HC2", "HC3", CLUSTER, NEWEY_WEST)
"""The kinds of covariance of the estimates, in the order in which menus show them."""


@dataclass(frozen=True, eq=False)
class Covariance:
    """What the residuals are taken to be when the estimates' covariance is worked out.

    - "classical": independent, and scattering alike everywhere;
    - "HC0" to "HC3": independent, scattering each in its own way;
    - "cluster": related within the rows of one cluster. `clusters` (n_samples of the data set,)
      numbers each row's cluster, below 0 where it is unknown; `name` is that of their column;
    - "newey_west": related over up to `lags` rows that follow one another (None: `usual_lags`).

    Raises ConfigError for another kind, clusters that are missing or no whole numbers, or lags
    out of bounds.
    """

    kind: str = "classical"
    clusters: IntArray | None = None
    lags: int | None = None
    name: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", choice("covariance", self.kind, COVARIANCES))
        if self.kind == CLUSTER:
            object.__setattr__(self, "clusters", _checked_clusters(self.clusters))
        if self.lags is not None:
            lags = whole_number("lags", self.lags, minimum=0, maximum=MAX_LAGS)
            object.__setattr__(self, "lags", lags)

    @property
    def is_classical(self) -> bool:
        """Whether residuals are taken to be independent and to scatter alike."""
        return self.kind == "classical"

    def lags_of(self, n_samples: int) -> int:
        """Return over how many rows residuals are taken to be related, of `n_samples`."""
        return usual_lags(n_samples) if self.lags is None else self.lags

    def in_words(self, n_samples: int) -> str:
        """Return the name that tables and captions have for it, for so many training rows.

        >>> Covariance("HC3").in_words(50), Covariance("newey_west").in_words(100)
        ('HC3', 'Newey-West (4 lags)')
        """
        if self.kind == CLUSTER:
            return f"clustered by {shown(self.name)}" if self.name else "clustered"
        if self.kind == NEWEY_WEST:
            return f"Newey-West ({counted(self.lags_of(n_samples), 'lag')})"
        return self.kind


CLASSICAL: Final = Covariance()


def usual_lags(n_samples: int) -> int:
    """Return floor(4 (n / 100)^(2 / 9)), the usual number of lags.

    Source: Newey and West (1994), Automatic lag selection in covariance matrix estimation.

    >>> usual_lags(100), usual_lags(1_000_000)
    (4, 30)
    """
    # Where it is a whole number (n = 51,200: 16), the power's rounding must not take a lag away.
    return int(4 * (n_samples / 100) ** (2 / 9) + 1e-9)


def _checked_clusters(clusters: IntArray | None) -> IntArray:
    """Return a copy of cluster numbers that nobody can change."""
    codes = np.asarray([] if clusters is None else clusters)
    if codes.ndim != 1 or codes.dtype.kind not in "iu" or not len(codes):
        raise ConfigError(
            f"`clusters` must number the cluster of every row, as whole numbers. "
            f"Got the shape {codes.shape} of {codes.dtype}."
        )
    return frozen(codes.astype(np.int64))
