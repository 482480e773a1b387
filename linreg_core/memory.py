"""How much memory numbers take, and what is said where there is not enough of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from linreg_core.errors import DataError

FLOAT_BYTES: Final = 8
"""What a float64 takes."""


def size_text(n_bytes: float) -> str:
    """Return a number of bytes as people read it.

    >>> size_text(80_000_000), size_text(1.34e9)
    ('80 MB', '1.3 GB')
    """
    if n_bytes >= 999.5e6:
        return f"{n_bytes / 1e9:,.1f} GB"
    return f"{max(1, round(n_bytes / 1e6))} MB"


def out_of_memory(shape: Sequence[int]) -> DataError:
    """Return the error for data of this shape, (n_samples,) or (n_samples, n_features).

    >>> print(out_of_memory((5_000_000, 20)))
    5,000,000 rows x 20 features do not fit into memory: each copy of them takes 800 MB. Use fewer \
rows or features.
    """
    names = ("row", "feature")
    sizes = " x ".join(
        f"{n:,} {name}{'' if n == 1 else 's'}" for n, name in zip(shape, names, strict=False)
    )
    copy = size_text(FLOAT_BYTES * math.prod(shape))
    return DataError(
        f"{sizes or 'The data'} do not fit into memory: each copy of them takes {copy}. "
        f"Use fewer rows or features."
    )


@contextmanager
def memory_for(shape: Sequence[int]) -> Iterator[None]:
    """Turn a lack of memory within the block into a DataError about data of this shape."""
    try:
        yield
    except MemoryError:
        raise out_of_memory(shape) from None
