"""A run on a table that is read whole."""

from __future__ import annotations

import argparse
from pathlib import Path

from linreg_core.command_line.arguments import config_of, errors_kind, selection_of
from linreg_core.command_line.outcome import outcome_lines
from linreg_core.command_line.progress import PROGRESS_SECONDS, record_to_end
from linreg_core.command_line.watched import WatchedTraining
from linreg_core.errors import ConfigError
from linreg_core.inference import Covariance, report
from linreg_core.inference.covariance import CLUSTER
from linreg_core.inference.plain_text import report_text
from linreg_core.problem import Problem
from linreg_core.run import Run
from linreg_core.tables import Prepared, cluster_codes, prepare
from linreg_core.training import train_blocks
from table_reader import Table, read_table


def run_on_table(file: str, options: argparse.Namespace) -> Run:
    """Train on a file as the arguments say, and print what was learned.

    Raises LinregError when the file, the columns or a setting can't be used.
    """
    with WatchedTraining(options) as watch:
        return _run(file, options, watch)


def _run(file: str, options: argparse.Namespace, watch: WatchedTraining) -> Run:
    table = read_table(file)
    columns = [str(name) for name in table.frame.columns]
    prepared = prepare(table, selection_of(columns, table.numeric_columns, options))
    covariance = _covariance(table, prepared, options)
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
    config = config_of(options)
    watch.start(Path(file).name, problem.n_features)
    blocks = train_blocks(problem, config, max_seconds=PROGRESS_SECONDS)
    run = record_to_end(problem, config, watch.told_of_table(problem, config, blocks))
    print(outcome_lines(run))
    if covariance is not None:
        print(f"\n{_report_text(run.problem, table, prepared, covariance)}")
    return run


def _covariance(table: Table, prepared: Prepared, options: argparse.Namespace) -> Covariance | None:
    """Return what the report's standard errors are based on, None where no report is asked for.

    Raises ConfigError when there are no such ones, or no column of clusters is told for those.
    """
    kind = errors_kind(options)
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
