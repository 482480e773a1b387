"""The methods paragraph: its English, and every number in it against the report and the run."""

from __future__ import annotations

import platform
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from dashboard.exports import RowsAndColumns, methods_paragraph
from dashboard.live.result import RunResult
from dashboard.numbers import count, number, p_value
from dashboard.versions import app_version, numbers_versions, report_versions
from linreg_core import Params, Problem, Status, TrainConfig
from linreg_core.inference import report
from linreg_core.inference.covariance import Covariance
from linreg_core.tables import Factor, Selection, Term, prepare
from table_reader import Table
from tests.dashboard.taken_away import awkward

ENDED = RunResult(
    Params([2.5], 0.0),
    Status.FINISHED,
    812,
    0.251,
    np.arange(2),
    np.ones(2),
    np.ones(2),
    "compiled",
)
ADAM = TrainConfig(solver="adam", learning_rate=0.05, batch_size=4, n_epochs=900, seed=7)


def numbers(text: str) -> set[str]:
    """Every figure in a text, versions as a whole."""
    return {each.rstrip(".,") for each in re.findall(r"[−\d][\d.,e−]*", text)}


def test_every_number_is_the_runs_or_the_reports() -> None:
    fitted = awkward()
    fit, n_rows = fitted.report, len(fitted.table.frame)
    text = methods_paragraph(
        fit, fitted.prepared, RowsAndColumns.of(fit.problem, n_rows), ADAM, ENDED
    )
    assert fit.r_squared and fit.adjusted_r_squared and fit.f and fit.cv_r_squared
    told = [
        *map(count, (20, 3, 1, fit.problem.n_test, fit.problem.n_train, fit.n_samples)),
        *map(count, (fit.df_residual, fit.rank, 95, fit.n_folds, 2)),  # R²'s digit is another sign
        *map(number, (fit.r_squared, fit.adjusted_r_squared, fit.f, fit.cv_r_squared)),
        *map(number, (fit.residual_standard_error, fit.test_r_squared, fit.test_rmse)),
        p_value(fit.f_p),
        *("0.05", "900", "4", str(ADAM.updates_in_epoch(13)), "64", "7", "812", "0.251"),
        *(each.split()[-1] for each in (*report_versions(), *numbers_versions("compiled"))),
        app_version(),
    ]
    assert numbers(text) <= set(told)
    assert "float64" in text and platform.python_version() in text
    for part in ("“predicted” was regressed on “=size” and “count” by ordinary least squares",
                 "Of the table's 20 rows, 3 were left out, 1 by hand.", "solver Adam",
                 f"by t with {fit.df_residual} degrees of freedom", "engine: Compiled",
                 "batches of 4 rows shuffled in each epoch", "standardised columns"):  # fmt: skip
        assert part in text


def told(
    selection: Selection,
    config: TrainConfig = ADAM,
    result: Any = ENDED,
    weight_kind: str = "",
    **asked: Any,
) -> str:
    """The paragraph on a small table."""
    rng = np.random.default_rng(5)
    area, city = rng.uniform(1, 9, 30), pd.Series(["Oslo", "Bergen", "Oslo"] * 10, dtype="str")
    price = np.exp(0.2 * area + 0.1 * rng.normal(size=30))
    frame = pd.DataFrame({"area": area, "twice": 2 * area, "city": city})
    table = Table(frame.assign(price=price), name="t")
    prepared = prepare(table, selection)
    dataset = prepared.dataset
    if weight_kind:
        w = 1.0 + np.arange(30)
        dataset = replace(dataset, weights=w, weights_name="w", weight_kind=weight_kind)
        weighted = replace(selection, weights="w", weight_kind=weight_kind)
        prepared = replace(prepared, selection=weighted)
    problem = Problem.from_dataset(dataset, fit_intercept=selection.fit_intercept)
    fit = report(problem, **asked)
    if result is not None:
        fit = fit.compared_with(fit.params)
    counts = RowsAndColumns.of(problem, 30)
    return methods_paragraph(fit, prepared, counts, config, result)


LOGS = (Term((Factor("area", "log"),)), Term((Factor("area"), Factor("city", "category"))))


@pytest.mark.parametrize(
    ("paragraph", "parts"),
    [
        (
            lambda: told(Selection("price", ("area",))),
            ("All of the table's 30 rows were used.", "agree with least squares to at least 16"),
        ),
        (
            lambda: told(Selection("price", ("area", "city"), fit_intercept=False)),
            ("“area” and “city” (baseline “Oslo”)", "through the origin"),
        ),
        (
            lambda: told(Selection("price", ("area", "twice"))),
            ("1 coefficient of 2 is determined by the others",),
        ),
        (
            lambda: told(
                Selection("price", ("area",)), weight_kind="analytic", covariance=Covariance("HC3")
            ),
            (
                "by weighted least squares",
                "Rows have analytic weights from “w”.",
                "Standard errors are HC3;",
            ),
        ),
        (
            lambda: told(Selection("price", ("area",)), weight_kind="frequency"),
            (
                "All of the table's 30 rows were used.",
                "frequency weights from “w”: the 30 training rows stand for 465 observations",
                "n = 465; ",
            ),
        ),
        (
            lambda: told(Selection("price", (), terms=LOGS, target_transform="log")),
            (
                "“price” was regressed on “area” and “city”",
                "The model is log(price) ~ log(area) + area:C(city).",
                "about the target's natural logarithm",
            ),
        ),
        (
            lambda: told(Selection("price", ("area",), missing="fill"), result=None),
            ("Empty cells were filled", "That run has not ended yet."),
        ),
        (
            lambda: told(Selection("price", ("area",)), TrainConfig(solver="closed_form")),
            ("trained in one step (solver: Closed form)",),
        ),
        (
            lambda: told(
                Selection("price", ("area",)),
                TrainConfig(schedule="cosine", warmup_epochs=1, stop_when_converged=True),
                replace(ENDED, status=Status.CONVERGED, epoch=1),
            ),
            (
                "a rate that falls in a cosine, a warm-up of 1 epoch, stopped when converged",
                "full batches, 1 update an epoch",
                "The run converged after 1 epoch and",
            ),
        ),
    ],
)
def test_what_is_set_is_said(paragraph: Any, parts: tuple[str, ...]) -> None:
    text = paragraph()
    assert not [part for part in parts if part not in text], text
    assert "  " not in text and "nan" not in text and "None" not in text
    assert not re.search(r"\b1 (rows|epochs|degrees|updates|digits|columns)\b", text)


def test_many_columns_are_counted() -> None:
    rng = np.random.default_rng(6)
    frame = pd.DataFrame(rng.normal(size=(60, 13)), columns=[f"c{i}" for i in range(13)])
    prepared = prepare(Table(frame), Selection("c0", tuple(f"c{i}" for i in range(1, 13))))
    fit = report(Problem.from_dataset(prepared.dataset))
    text = methods_paragraph(fit, prepared, RowsAndColumns.of(fit.problem, 60), ADAM, None)
    assert "“c7”, “c8” and 4 more columns by ordinary" in text
