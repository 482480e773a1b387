"""What can be said on the command line, and the settings that it means."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace

from linreg_core.config import TrainConfig
from linreg_core.errors import ConfigError
from linreg_core.inference import CLASSICAL, COVARIANCES
from linreg_core.inference.covariance import CLUSTER
from linreg_core.limits import INITS, SAMPLINGS, SCHEDULES, WEIGHT_KINDS
from linreg_core.losses import LOSSES
from linreg_core.solvers import SOLVERS
from linreg_core.tables import Selection, parse_formula


def parser() -> argparse.ArgumentParser:
    """Return what understands the arguments."""
    default = TrainConfig()
    arguments = argparse.ArgumentParser(
        prog="python -m linreg_core", description="Train a linear regression on a table."
    )
    arguments.add_argument(
        "files",
        nargs="+",
        metavar="file",
        help="a table, with the columns' names on top; or rows to be read where they are stored: "
        "several files, a folder, a pattern, a database's address, a query",
    )
    arguments.add_argument("--target", help="the column to predict")
    arguments.add_argument(
        "--features", nargs="+", help="the columns to predict from (all other numbers)"
    )
    arguments.add_argument(
        "--formula",
        help='the model instead, as "log(price) ~ area * city"; --target may be left out',
    )
    arguments.add_argument("--weights", help="a column that says how much each row counts")
    arguments.add_argument(
        "--weight-kind",
        default=WEIGHT_KINDS[0],
        help=f"{', '.join(WEIGHT_KINDS)} (how exact, or how often)",
    )
    arguments.add_argument(
        "--report", action="store_true", help="the coefficients with their standard errors as well"
    )
    arguments.add_argument(
        "--standard-errors", help=f"a report with these: {', '.join(COVARIANCES)}"
    )
    arguments.add_argument("--clusters", help='the column of "cluster"')
    arguments.add_argument(
        "--lags", type=int, help='the lags of "newey_west" (by the number of rows)'
    )
    arguments.add_argument("--solver", default=default.solver, help=", ".join(SOLVERS))
    arguments.add_argument("--loss", default=default.loss, help=", ".join(LOSSES))
    arguments.add_argument("--learning-rate", type=float, default=default.learning_rate)
    arguments.add_argument("--epochs", type=int, default=default.n_epochs)
    arguments.add_argument("--batch-size", type=int, help="rows of an update (all of them)")
    arguments.add_argument("--sampling", default=default.sampling, help=", ".join(SAMPLINGS))
    arguments.add_argument("--init", default=default.init, help=", ".join(INITS))
    arguments.add_argument("--momentum", type=float, default=default.momentum)
    arguments.add_argument("--weight-decay", type=float, default=default.weight_decay)
    arguments.add_argument("--l1", type=float, default=default.l1, help="the lasso's penalty")
    arguments.add_argument("--schedule", default=default.schedule, help=", ".join(SCHEDULES))
    arguments.add_argument("--warmup-epochs", type=int, default=default.warmup_epochs)
    arguments.add_argument("--stop-when-converged", action="store_true")
    arguments.add_argument("--standardize", action=argparse.BooleanOptionalAction, default=True)
    arguments.add_argument("--test-fraction", type=float, default=0.0)
    arguments.add_argument(
        "--memory", help='read rows where they are stored, within about this much, as "500MB"'
    )
    arguments.add_argument(
        "--checkpoint",
        help="a file to keep a run on stored rows in, and to go on from where it is there (full "
        "batches of a squared loss begin anew: they take no longer than reading the rows)",
    )
    arguments.add_argument(
        "--streams",
        type=int,
        help="how many streams batches of stored rows are drawn from, at least as many as ranks "
        "(8, or fewer where rows are wide)",
    )
    arguments.add_argument("--seed", type=int, default=default.seed)
    arguments.add_argument(
        "--watch",
        metavar="URL",
        help="show the run on a page as it goes: the page tells its address",
    )
    return arguments


def config_of(options: argparse.Namespace) -> TrainConfig:
    """Return the run that the arguments ask for.

    Raises ConfigError when one is out of its range.
    """
    return TrainConfig(
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


def selection_of(
    columns: Sequence[str], numbers: Sequence[str], options: argparse.Namespace
) -> Selection:
    """Return what the arguments choose of the columns, of which some hold numbers.

    Raises ConfigError when they tell no target, or features beside a formula.
    """
    if options.formula is None:
        if options.target is None:
            raise ConfigError("The target must be told: add --target with a column's name.")
        others = (name for name in numbers if name not in (options.target, options.weights))
        features = tuple(others if options.features is None else options.features)
        chosen = Selection(options.target, features)
        return replace(chosen, weights=options.weights, weight_kind=options.weight_kind)
    if options.features is not None:
        raise ConfigError("A formula tells the features: leave --features out.")
    formula = parse_formula(options.formula, columns)
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


def errors_kind(options: argparse.Namespace) -> str | None:
    """Return which standard errors a report has, None where no report is asked for."""
    if options.standard_errors is not None:
        return str(options.standard_errors)
    if options.clusters is not None:
        return CLUSTER
    return CLASSICAL.kind if options.report else None
