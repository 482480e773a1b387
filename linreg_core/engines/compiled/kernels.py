"""The compiled loops as Python calls them: made once, kept on disk where that can be written."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, NamedTuple

from linreg_core.engines.compiled import loops, many_runs, normal_equations, objectives
from linreg_core.engines.compiled.decorators import entry


class Kernels(NamedTuple):
    """The entries into compiled code; see the functions of the same names."""

    train_on_batches: Any
    train_on_all: Any
    rows_gradient: Any
    rows_losses: Any
    quadratic_gradient: Any
    quadratic_losses: Any
    moments: Any
    solve: Any
    train_many: Any


def make_kernels(on_disk: bool) -> Kernels:
    """Return the entries, which compile when they are first called.

    With `on_disk`, what was compiled before is loaded, and what was not is kept where there is a
    folder for it.
    """
    sources = _sources_digest()

    # numba keeps an entry by its own file and code alone. It refers to `sources`, so that another
    # version of what it calls is another entry.
    def train_on_batches(*args):
        _ = sources
        return loops.train_on_batches(*args)

    def train_on_all(*args):
        _ = sources
        return loops.train_on_all(*args)

    def rows_gradient(*args):
        _ = sources
        return objectives.rows_gradient(*args)

    def rows_losses(*args):
        _ = sources
        objectives.rows_losses(*args)

    def quadratic_gradient(*args):
        _ = sources
        return objectives.quadratic_gradient(*args)

    def quadratic_losses(*args):
        _ = sources
        objectives.quadratic_losses(*args)

    def moments(*args):
        _ = sources
        normal_equations.moments(*args)

    def solve(*args):
        _ = sources
        normal_equations.solve(*args)

    def train_many(problems, runs, rules, work, endings):
        _ = sources
        many_runs.train_many(problems, runs, rules, work, endings)

    compiled = entry(on_disk)
    return Kernels(
        compiled(train_on_batches),
        compiled(train_on_all),
        compiled(rows_gradient),
        compiled(rows_losses),
        compiled(quadratic_gradient),
        compiled(quadratic_losses),
        compiled(moments),
        compiled(solve),
        compiled(train_many),
    )


def _sources_digest() -> str:
    """Return a digest of every file whose code is compiled into the entries."""
    package = Path(__file__).parents[2]
    files = [
        *package.glob("solvers/*.py"),
        package / "losses.py",
        *Path(__file__).parent.glob("*.py"),
    ]
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(files))).hexdigest()
