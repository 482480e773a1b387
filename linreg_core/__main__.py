"""Train on a table, or on rows where they are stored, from the command line.

For example: python -m linreg_core data/condos.csv --target sale_price
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from linreg_core.command_line.arguments import parser
from linreg_core.command_line.of_source import is_stored, run_on_source
from linreg_core.command_line.of_table import run_on_table
from linreg_core.errors import LinregError
from linreg_core.types import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_DIVERGED = 1
EXIT_MISTAKE = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Train as the arguments say, print what was learned, and return the exit code."""
    options = parser().parse_args(arguments)
    try:
        if is_stored(options.files, options):
            run = run_on_source(options.files, options)
        else:
            run = run_on_table(options.files[0], options)
    except LinregError as mistake:
        print(f"linreg_core: {mistake}", file=sys.stderr)
        return EXIT_MISTAKE
    return EXIT_DIVERGED if run.status is Status.DIVERGED else 0


if __name__ == "__main__":
    sys.exit(main())
