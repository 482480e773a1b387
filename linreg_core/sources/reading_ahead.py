"""The next items are made while the last one is worked on, where there are threads for it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

ItemT = TypeVar("ItemT")


def read_ahead(items: Iterator[ItemT], n_ahead: int = 1) -> Iterator[ItemT]:
    """Yield the items, made by another thread, `n_ahead` of them before they are asked for."""
    with ThreadPoolExecutor(1, "reading") as thread:
        coming = deque(thread.submit(next, items, None) for _ in range(n_ahead))
        try:
            while (item := coming.popleft().result()) is not None:
                coming.append(thread.submit(next, items, None))
                yield item
        finally:
            thread.shutdown(cancel_futures=True)


def read_ahead_by_threads(items: Iterator[ItemT], n_ahead: int = 1) -> Iterator[ItemT]:
    """Do so unless the process may use one thread alone, as torchrun tells its ranks.

    OMP_NUM_THREADS says that, which Arrow obeys where it decodes.
    """
    from pyarrow import cpu_count

    return read_ahead(items, n_ahead) if cpu_count() > 1 else items
