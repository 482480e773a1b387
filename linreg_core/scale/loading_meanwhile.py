"""What a report is computed with, loaded while the rows it tells of are still read."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from typing import Final

from linreg_core.scale.data_blocks import ALL_BLOCKS, BlockNumbers, DataBlock, RowsOfSource

_OF_REPORTS: Final = "scipy.special"


class RowsBesideLoading(RowsOfSource):
    """The rows of a source, beside which a thread loads the library of distributions.

    It begins once a block has been summed up: before, compiled code is loaded, which rows wait for.
    """

    def blocks(self, part: BlockNumbers = ALL_BLOCKS) -> Iterator[DataBlock]:
        """Yield the blocks of these numbers."""
        for position, block in enumerate(self.source.blocks(part)):
            if position == 1 and _OF_REPORTS not in sys.modules:
                loading = (_OF_REPORTS,)
                threading.Thread(target=importlib.import_module, args=loading, daemon=True).start()
            yield block
