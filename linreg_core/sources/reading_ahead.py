"""The next item is made while the last one is worked on."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

ItemT = TypeVar("ItemT")


def read_ahead(items: Iterator[ItemT]) -> Iterator[ItemT]:
    """Yield the items, each made by another thread while the one before it is worked on."""
    with ThreadPoolExecutor(1, "reading") as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
