"""The engines against the loop of the tutorials, scikit-learn and the machine's own limit.

`python -m benchmarks.engines`, or only some parts of it:
`python -m benchmarks.engines table solvers limits costs memory setup [--engine torch]`.

All take turns in one process, torch on one thread. The median of several rounds counts, and
ratios are printed because machines are noisy. The plain loop gets its tensors and the row numbers
of every batch before its clock starts; ours scales, draws and records within its own.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import torch

from benchmarks.engine_limits import limit_rows
from benchmarks.engine_pictures import draw_costs
from benchmarks.engine_processes import memory_rows, setup_rows
from benchmarks.engine_tables import duration, print_columns, times
from benchmarks.engine_works import (
    WORKS,
    Contestant,
    Work,
    again,
    alternate,
    fresh,
    largest_difference,
    line,
    prepare,
)
from benchmarks.plain_loop import PlainTraining
from benchmarks.sklearn_passes import SklearnTraining
from linreg_core import ENGINES, SOLVERS, Problem, TrainConfig, fit
from linreg_core.solvers import Solver

ROUNDS = 5
WORK_SECONDS = 3.0
"""Short works have more rounds, until this time has passed."""
SOLVER_ROUNDS = 3
SOLVER_RUNS = {
    "batch 10": TrainConfig(learning_rate=0.01, n_epochs=100, batch_size=10),
    "full batch": TrainConfig(learning_rate=0.01, n_epochs=1000),
}
"""1,000 updates either way."""
CLOSURE_PART = 10
"""L-BFGS makes up to 20 inner steps an update: this part of the epochs is enough."""


def print_works(engine: str) -> None:
    """Every work against the plain loop, and against scikit-learn where it does the like."""
    against_plain, against_sklearn = [], []
    for work in WORKS:
        found = measured(work, engine)
        against_plain.append(_plain_row(work, found))
        if work.against_sklearn is not None:
            against_sklearn.append(_sklearn_row(work, found))
    ours = ("fresh problem", "same problem again")
    print_columns(
        f"Engine {engine!r} against the plain loop",
        ("work", "target", *ours, "default losses", "ours", "plain loop", "parameters differ by"),
        against_plain,
    )
    print_columns(
        f"Engine {engine!r} against SGDRegressor.partial_fit",
        ("work", "target", *ours, "ours", "scikit-learn"),
        against_sklearn,
    )


@dataclass(frozen=True)
class Found:
    """One work's contestants after their rounds, and how far final parameters are apart."""

    contestants: Mapping[str, Contestant]
    difference: float

    def ratio(self, ours: str, theirs: str) -> float:
        """The median of the rounds: within a round all find the machine equally busy."""
        pairs = zip(self.contestants[theirs].seconds, self.contestants[ours].seconds, strict=True)
        return statistics.median(their / our for their, our in pairs)

    def took(self, name: str) -> str:
        return duration(self.contestants[name].typical)


def measured(work: Work, engine: str) -> Found:
    """Let all that can do a work take turns at it."""
    dataset, config = work.dataset(), work.recording(engine)
    problem = Problem.from_dataset(dataset)
    plain = PlainTraining(problem, config)
    contestants = {
        "fresh": fresh(dataset, config),
        "plain": Contestant(plain.start),
        "again": again(dataset, config),
        "default": fresh(dataset, replace(config, evaluate_every=None)),
    }
    if work.against_sklearn is not None:
        contestants["sklearn"] = Contestant(SklearnTraining(problem, config).start)
    difference = largest_difference(fit(problem, config).final.params, plain.start()().final())
    alternate(contestants, ROUNDS, WORK_SECONDS)
    return Found(contestants, difference)


def _plain_row(work: Work, found: Found) -> list[str]:
    target = work.against_plain
    return [
        work.title,
        f"{target:,.0f} x",
        times(found.ratio("fresh", "plain"), target),
        times(found.ratio("again", "plain"), target),
        times(found.ratio("default", "plain")),
        found.took("fresh"),
        found.took("plain"),
        f"{found.difference:.0e}",
    ]


def _sklearn_row(work: Work, found: Found) -> list[str]:
    target = work.against_sklearn
    assert target is not None
    return [
        work.title,
        f"{target:,.0f} x" if target > 1 else "ahead",
        times(found.ratio("fresh", "sklearn"), target),
        times(found.ratio("again", "sklearn"), target),
        found.took("fresh"),
        found.took("sklearn"),
    ]


def print_solvers() -> None:
    """Microseconds an update of every iterative solver, by everything that has it."""
    who = (*ENGINES, "plain loop")
    header = ("solver", *(f"{one}, {run}" for run in SOLVER_RUNS for one in who))
    iterative = (solver for solver in SOLVERS.values() if solver.is_iterative)
    print_columns("Microseconds an update, 100 x 1", header, map(_solver_row, iterative))


def _solver_row(solver: Solver) -> list[str]:
    row = [solver.name]
    for config in SOLVER_RUNS.values():
        n_epochs = config.n_epochs // (CLOSURE_PART if solver.needs_closure else 1)
        config = replace(config, solver=solver.name, n_epochs=n_epochs)
        row += _microseconds(Work(line, 100, 1, config))
    return row


def _microseconds(work: Work) -> list[str]:
    dataset = work.dataset()
    contestants = {one: again(dataset, work.recording(one)) for one in ENGINES}
    plain = PlainTraining(Problem.from_dataset(dataset), work.config)
    contestants["plain loop"] = Contestant(plain.start)
    alternate(contestants, SOLVER_ROUNDS)
    return [f"{one.typical / work.n_updates * 1e6:,.2f}" for one in contestants.values()]


def print_limits(engine: str) -> None:
    header = ("work", "limited by", "limit", "ours", "times the limit")
    print_columns(f"Engine {engine!r} and the machine", header, limit_rows(engine))


def print_memory() -> None:
    header = ("work", *ENGINES, "plain loop")
    print_columns("Most memory over that of the data, MB", header, memory_rows(header[1:]))


def print_setup(engine: str) -> None:
    header = ("process", "linreg_core imported", "first state", "first run of T4", "processor time")
    print_columns(f"Setting up engine {engine!r}", header, setup_rows(engine))


PARTS: Mapping[str, Callable[[str], None]] = {
    "table": print_works,
    "solvers": lambda _: print_solvers(),
    "limits": print_limits,
    "costs": lambda _: draw_costs(),
    "memory": lambda _: print_memory(),
    "setup": print_setup,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"of {', '.join(PARTS)}; all by default")
    parser.add_argument("--engine", default="compiled", choices=tuple(ENGINES))
    asked = parser.parse_args()
    unknown = set(asked.parts) - set(PARTS)
    if unknown:
        parser.error(f"parts must be of {', '.join(PARTS)}. Got {', '.join(sorted(unknown))}.")
    torch.set_num_threads(1)
    for engine in ENGINES:
        prepare(engine)
    for name, part in PARTS.items():
        if name in (asked.parts or PARTS):
            part(asked.engine)


if __name__ == "__main__":
    main()
