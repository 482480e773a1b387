"""Train on a table, or on rows where they are stored, from the command line.

For example: python -m linreg_core data/condos.csv --target sale_price
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
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
EXIT_UNHEARD = 120
EXIT_STOPPED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Train as the arguments say, print what was learned, and return the exit code."""
    options = parser().parse_args(arguments)
    try:
        if is_stored(options.files, options):
            run = run_on_source(options.files, options)
        else:
            run = run_on_table(options.files[0], options)
        sys.stdout.flush()
    except LinregError as mistake:
        print(f"linreg_core: {mistake}", file=sys.stderr)
        return EXIT_MISTAKE
    except KeyboardInterrupt:
        print(f"\nlinreg_core: Stopped: {_what_is_left(options.checkpoint)}.", file=sys.stderr)
        return EXIT_STOPPED
    except BrokenPipeError:  # who reads the output has enough of it, as `head` has
        _print_no_more()
        return EXIT_UNHEARD
    return EXIT_DIVERGED if run.status is Status.DIVERGED else 0


def _what_is_left(checkpoint: str | None) -> str:
    if checkpoint is None or not os.path.exists(checkpoint):
        return "nothing was kept"
    return f"the same command goes on from {os.path.basename(checkpoint)!r}"


def _print_no_more() -> None:
    """Take away what is left to be printed, which Python would try again at its end."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
