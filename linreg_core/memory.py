"""How much memory numbers take, and what is said where there is not enough of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

from linreg_core.errors import DataError
from table_reader.wording import counted

FLOAT_BYTES: Final = 8
"""What a float64 takes."""


MATRICES: Final = 6
"""How many matrices of n_features squared a least-squares fit holds at once, at most."""
VECTORS: Final = 8
"""How many numbers a row takes beside its features: row numbers, residuals, predictions."""


def problem_bytes(n_samples: int, n_features: int, is_copied: bool) -> int:
    """Return what a problem takes: its data set, and both parts where a split copies them.

    >>> problem_bytes(10_000, 2_000, is_copied=True)
    320800000
    """
    return FLOAT_BYTES * n_samples * ((1 + is_copied) * (n_features + 1) + VECTORS)


def engine_bytes(n_samples: int, n_features: int, engine: str, dtype: str) -> int:
    """Return what the copy takes that an engine makes of a problem, once for all of its runs.

    torch copies X with a column of ones; the compiled loops copy only what is not float64.
    """
    size = 4 if dtype == "float32" else FLOAT_BYTES
    if engine == "torch":
        return size * n_samples * (n_features + 2)
    return size * n_samples * (n_features + 1) * (dtype == "float32")


def reference_bytes(n_samples: int, n_features: int) -> int:
    """Return what the least-squares fit takes while it is computed: a few triangular factors."""
    rank = min(n_samples, n_features + 1)
    return FLOAT_BYTES * MATRICES * rank * (n_features + 1)


def size_text(n_bytes: float) -> str:
    """Return a number of bytes as people read it.

    >>> size_text(80_000_000), size_text(1.34e9)
    ('80 MB', '1.3 GB')
    """
    if n_bytes >= 999.5e6:
        return f"{n_bytes / 1e9:,.1f} GB"
    return f"{max(1, round(n_bytes / 1e6))} MB"


def shape_text(shape: Sequence[int]) -> str:
    """Return a shape, (n_samples,) or (n_samples, n_features), as people read it.

    >>> shape_text((10_000, 1))
    '10,000 rows x 1 feature'
    """
    names = ("row", "feature")
    return " x ".join(counted(n, name) for n, name in zip(shape, names, strict=False))


def out_of_memory(shape: Sequence[int]) -> DataError:
    """Return the error for data of this shape, (n_samples,) or (n_samples, n_features).

    >>> print(out_of_memory((5_000_000, 20)))
    5,000,000 rows x 20 features do not fit into memory: each copy of them takes 800 MB. Use fewer \
rows or features.
    """
    sizes = shape_text(shape)
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
