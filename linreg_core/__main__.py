"""Train on a CSV from the command line.

For example: python -m linreg_core data/condos.csv --target sale_price
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from linreg_core.config import TrainConfig
from linreg_core.errors import ConfigError, LinregError
from linreg_core.inference import CLASSICAL, COVARIANCES, Covariance, report
from linreg_core.inference.covariance import CLUSTER
from linreg_core.inference.plain_text import report_text
from linreg_core.limits import INITS, SAMPLINGS, SCHEDULES, WEIGHT_KINDS
from linreg_core.losses import LOSSES
from linreg_core.problem import Problem
from linreg_core.run import Run, RunRecorder
from linreg_core.solvers import SOLVERS
from linreg_core.tables import (
    Prepared,
    Selection,
    cluster_codes,
    parse_formula,
    prepare,
    select,
)
from linreg_core.theory import stable_learning_rate
from linreg_core.training import train_blocks
from linreg_core.types import EpochState, Params, Status
from table_reader import Table, read_table

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_DIVERGED = 1
EXIT_MISTAKE = 2
MOST_TERMS = 8


def main(arguments: Sequence[str] | None = None) -> int:
    """Train as the arguments say, print what was learned, and return the exit code."""
    options = _parser().parse_args(arguments)
    try:
        table = read_table(options.file)
        prepared = prepare(table, _selection(table, options))
        covariance = _covariance(table, prepared, options)
        run = _run(table, prepared, options)
    except LinregError as mistake:
        print(f"linreg_core: {mistake}", file=sys.stderr)
        return EXIT_MISTAKE
    print(outcome_lines(run))
    if covariance is not None:
        print(f"\n{_report_text(run.problem, table, prepared, covariance)}")
    return EXIT_DIVERGED if run.status is Status.DIVERGED else 0


def outcome_lines(run: Run) -> str:
    """Return the lines that tell how a run ended, in the columns' own names."""
    if run.status is Status.DIVERGED:
        return _divergence(run)
    problem, final = run.problem, run.final
    lines = [
        f"{run.status.value} after {final.epoch} epochs ({final.n_updates} updates)",
        f"learned    {equation_text(problem, final.params)}",
        f"reference  {equation_text(problem, run.reference)}",
        f"loss       {LOSSES[run.config.loss].label}: {_losses(final)}",
    ]
    return "\n".join(lines)


def equation_text(problem: Problem, params: Params) -> str:
    """Return params as an equation, e.g. "price = 3 * area + 2 * floor - 7".

    Of many features it names the first ones.
    """
    terms = [
        (weight, f" * {name}")
        for weight, name in zip(params.weights, problem.dataset.feature_names, strict=True)
    ]
    text = ""
    for value, name in [*terms[:MOST_TERMS], (params.bias, "")]:
        sign = "-" if value < 0 else "+"
        text += f" {sign} {abs(value):.7g}{name}" if text else f"{value:.7g}{name}"
    if len(terms) > MOST_TERMS:
        text += f" + {len(terms) - MOST_TERMS} more"
    return f"{problem.dataset.target_name} = {text}"


def _parser() -> argparse.ArgumentParser:
    default = TrainConfig()
    parser = argparse.ArgumentParser(
        prog="python -m linreg_core", description="Train a linear regression on a CSV file."
    )
    parser.add_argument("file", help="comma-separated values, with the columns' names on top")
    parser.add_argument("--target", help="the column to predict")
    parser.add_argument(
        "--features", nargs="+", help="the columns to predict from (all other numbers)"
    )
    parser.add_argument(
        "--formula",
        help='the model instead, as "log(price) ~ area * city"; --target may be left out',
    )
    parser.add_argument("--weights", help="a column that says how much each row counts")
    parser.add_argument(
        "--weight-kind",
        default=WEIGHT_KINDS[0],
        help=f"{', '.join(WEIGHT_KINDS)} (how exact, or how often)",
    )
    parser.add_argument(
        "--report", action="store_true", help="the coefficients with their standard errors as well"
    )
    parser.add_argument("--standard-errors", help=f"a report with these: {', '.join(COVARIANCES)}")
    parser.add_argument("--clusters", help='the column of "cluster"')
    parser.add_argument("--lags", type=int, help='the lags of "newey_west" (by the number of rows)')
    parser.add_argument("--solver", default=default.solver, help=", ".join(SOLVERS))
    parser.add_argument("--loss", default=default.loss, help=", ".join(LOSSES))
    parser.add_argument("--learning-rate", type=float, default=default.learning_rate)
    parser.add_argument("--epochs", type=int, default=default.n_epochs)
    parser.add_argument("--batch-size", type=int, help="rows of an update (all of them)")
    parser.add_argument("--sampling", default=default.sampling, help=", ".join(SAMPLINGS))
    parser.add_argument("--init", default=default.init, help=", ".join(INITS))
    parser.add_argument("--momentum", type=float, default=default.momentum)
    parser.add_argument("--weight-decay", type=float, default=default.weight_decay)
    parser.add_argument("--l1", type=float, default=default.l1, help="the lasso's penalty")
    parser.add_argument("--schedule", default=default.schedule, help=", ".join(SCHEDULES))
    parser.add_argument("--warmup-epochs", type=int, default=default.warmup_epochs)
    parser.add_argument("--stop-when-converged", action="store_true")
    parser.add_argument("--standardize", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument("--test-fraction", type=float, default=0.0)
    parser.add_argument("--seed", type=int, default=default.seed)
    return parser


def _run(table: Table, prepared: Prepared, options: argparse.Namespace) -> Run:
    for note in (*table.notes, *prepared.notes):
        print(f"note       {note}")
    for warning in prepared.warnings:
        print(f"warning    {warning}")
    problem = Problem.from_dataset(
        prepared.dataset,
        test_fraction=options.test_fraction,
        standardize=options.standardize,
        seed=options.seed,
        fit_intercept=prepared.selection.fit_intercept,
    )
    config = TrainConfig(
        solver=options.solver,
        loss=options.loss,
        learning_rate=options.learning_rate,
        n_epochs=options.epochs,
        batch_size=options.batch_size,
        sampling=options.sampling,
        momentum=options.momentum,
        weight_decay=options.weight_decay,
        l1=options.l1,
        schedule=options.schedule,
        warmup_epochs=options.warmup_epochs,
        stop_when_converged=options.stop_when_converged,
        init=options.init,
        seed=options.seed,
    )
    return _train(problem, config)


def _selection(table: Table, options: argparse.Namespace) -> Selection:
    """Return what the arguments choose of the table.

    Raises ConfigError when they tell no target, or features beside a formula.
    """
    if options.formula is None:
        if options.target is None:
            raise ConfigError("The target must be told: add --target with a column's name.")
        plain = select(table, options.target, options.features)
        return replace(plain, weights=options.weights, weight_kind=options.weight_kind)
    if options.features is not None:
        raise ConfigError("A formula tells the features: leave --features out.")
    formula = parse_formula(options.formula, [str(name) for name in table.frame.columns])
    target = formula.target or options.target
    if target is None or target != (options.target or target):
        raise ConfigError(
            f"The target must be told once, by the formula or --target. Got {options.formula!r}."
        )
    return Selection(
        target,
        formula.features,
        fit_intercept=formula.fit_intercept,
        terms=formula.terms,
        target_transform=formula.target_transform,
        weights=options.weights,
        weight_kind=options.weight_kind,
    )


def _covariance(table: Table, prepared: Prepared, options: argparse.Namespace) -> Covariance | None:
    """Return what the report's standard errors are based on, None where no report is asked for.

    Raises ConfigError when there are no such ones, or no column of clusters is told for those.
    """
    kind = options.standard_errors
    if kind is None:
        kind = (
            CLUSTER if options.clusters is not None else CLASSICAL.kind if options.report else None
        )
    if kind != CLUSTER:
        return None if kind is None else Covariance(kind, lags=options.lags)
    if options.clusters is None:
        raise ConfigError("Clusters must be told: add --clusters with a column's name.")
    codes = cluster_codes(table, options.clusters, prepared.rows)
    return Covariance(kind, codes, name=options.clusters)


def _report_text(problem: Problem, table: Table, prepared: Prepared, covariance: Covariance) -> str:
    def row_name(position: int) -> str:
        return str(table.row_number(int(prepared.rows[position])))

    return report_text(report(problem, row_name=row_name, covariance=covariance))


def _train(problem: Problem, config: TrainConfig) -> Run:
    """Train to the end, with a progress bar on stderr."""
    from tqdm import tqdm

    recorder = RunRecorder(problem, config)
    blocks = train_blocks(problem, config, max_seconds=0.1)
    with tqdm(total=config.n_epochs, unit="epoch") as bar:
        for block in blocks:
            recorder.add(block)
            latest = recorder.latest
            if len(block) and latest is not None:
                bar.update(latest.epoch - bar.n)
                if latest.train_loss is not None:
                    bar.set_postfix_str(f"loss {latest.train_loss:.6g}")
    return recorder.run()


def _divergence(run: Run) -> str:
    text = (
        f"diverged at epoch {run.final.epoch}: learning rate {run.config.learning_rate:g} is too "
        f"large for these data"
    )
    stable = stable_learning_rate(run.problem, run.config)
    if stable is None:
        return f"{text}; try a tenth of it"
    must = "is sure to be small enough" if run.config.knobs.l1 else "must stay"
    return f"{text}; it {must} below {stable:.4g}"


def _losses(state: EpochState) -> str:
    train = f"training {state.train_loss:.7g}"
    return train if state.test_loss is None else f"{train}, test {state.test_loss:.7g}"


if __name__ == "__main__":
    sys.exit(main())
