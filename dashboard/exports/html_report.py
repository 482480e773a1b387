"""The report that people take away: data, fit, tests and pictures in one HTML file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple

import plotly.graph_objects as go

from dashboard.exports import html_page as page
from dashboard.exports.methods import RowsAndColumns, methods_paragraph
from dashboard.exports.training import how_it_was_trained
from dashboard.figures import (
    RowName,
    features_with_a_part,
    figures_for,
    finding_of,
    loss_curve,
    partial_regression,
)
from dashboard.figures.effect import columns_with_an_effect, effect, effect_look, has_effects
from dashboard.figures.sample import shown_of
from dashboard.figures.table import TraceTable, trace_tables
from dashboard.live.result import RunResult
from dashboard.numbers import NO_VALUE, count, equation, number, p_value, whole_digits
from dashboard.term_table import by_term_notes, says_more_by_term, term_table
from dashboard.theme import LIGHT
from linreg_core import LOSSES, TrainConfig
from linreg_core.inference import Finding, FitFigures, Report
from linreg_core.inference.target_units import BACK, how_brought_back
from linreg_core.tables import Prepared, Selection, formula_text
from table_reader import Table
from table_reader.wording import counted

REPORT_TERMS: Final = 20
MOST_PARTIAL: Final = 6
"""Features whose partial regression is drawn: each picture of many rows takes 200 KB."""
MOST_TABLE_ROWS: Final = 100
"""Rows of a table of one trace."""
_LOSS_LOOK: Final = "A curve that is still falling at its end asks for more epochs."
_PARTIAL_LOOK: Final = (
    "The slope of the line is the feature's coefficient; a row far from the others along the "
    "bottom decides it nearly alone."
)


@dataclass(frozen=True, eq=False)
class _Drawn:
    title: str
    figure: go.Figure
    look_for: str
    finding: Finding | None = None


class OfAllRows(NamedTuple):
    """The figures of all stored rows, where the table is a fair sample of these."""

    figures: FitFigures
    counts: RowsAndColumns


def html_report(
    report: Report,
    prepared: Prepared,
    file_name: str,
    table: Table,
    config: TrainConfig,
    result: RunResult | None = None,
    row_name: RowName | None = None,
    of_all: OfAllRows | None = None,
) -> bytes:
    """Return the report as one HTML file that opens anywhere, without a network.

    `config` and `result` tell how gradient descent was run and how it ended (None: it has not
    ended). `row_name` names a row of the data set; by default it is the row's number in the file.
    With `of_all`, only the pictures are of the table, and say so.
    """
    names = row_name or (lambda position: str(table.row_number(int(prepared.rows[position]))))
    figures, counts = of_all or (report, RowsAndColumns.of(report.problem, len(table.frame)))
    of_all_figures = of_all and of_all.figures
    drawn = _pictures(report, of_all_figures, prepared, config, result, names)
    pictures = list(enumerate(drawn))
    title = f"Linear regression of {report.problem.dataset.target_name}"
    parts = (
        page.heading(title, level=1),
        *_data(counts, prepared, file_name, table),
        *_fit(figures),
        *_agreement(figures),
        page.heading("Pictures"),
        *_of_a_sample(report, table, of_all),
        *(part for index, each in pictures for part in _place(index, each)),
        *_how(counts, config, result),
        page.heading("For a methods section", level=3),
        page.paragraph(methods_paragraph(figures, prepared, counts, config, result)),
        page.paragraph("Made with Linreg Live."),
    )
    return page.html_page(f"{title} ({file_name})", parts, [each.figure for _, each in pictures])


def _data(
    counts: RowsAndColumns, prepared: Prepared, file_name: str, table: Table
) -> Iterator[str]:
    is_sample = counts.n_rows > len(table.frame)
    yield page.heading("Data")
    rows = (
        ("Stored data" if is_sample else "File", file_name),
        ("How it was read", table.summary),
        ("Stored rows" if is_sample else "Rows in the file", count(counts.n_rows)),
        ("Training rows", count(counts.n_train)),
        ("Test rows", count(counts.n_test)),
        ("Target", prepared.dataset.target_name),
        ("Features", ", ".join(prepared.selection.features)),
        ("Model", _formula(prepared.selection)),
    )
    yield page.fact_table(row for row in rows if row[1])
    yield page.bullets(prepared.notes if is_sample else (*table.notes, *prepared.notes))
    if prepared.warnings:
        yield page.heading("Take care", level=3)
        yield page.bullets(prepared.warnings)


def _formula(selection: Selection) -> str:
    """Return the model as a formula, "" where it is the columns as they are."""
    if not selection.terms and selection.target_transform == "identity":
        return ""
    return formula_text(
        selection.target, selection.target_transform, selection.every_term, selection.fit_intercept
    )


def _fit(report: FitFigures) -> Iterator[str]:
    params, dataset = report.params, report.problem.dataset
    has_intercept = any(each.is_intercept for each in report.coefficients)
    bias = params.bias if has_intercept else None
    text = equation(
        dataset.target_name, dataset.feature_names, params.weights.tolist(), bias, REPORT_TERMS
    )
    yield page.heading("Least squares")
    yield page.paragraph(text, "equation")
    head = ("coefficient", "estimate", "std. error", "t", "p", "95 % from", "to", "VIF")
    yield page.table(head, _coefficient_rows(report))
    if report.errors_meaning:
        yield page.paragraph(report.errors_meaning)
    if says_more_by_term(report):
        lines = term_table(report)
        yield page.heading("By term", level=3)
        yield page.table(tuple(lines[0]), (tuple(line.values()) for line in lines))
        yield page.bullets(tuple(by_term_notes(report)))
    yield page.heading("Goodness of fit", level=3)
    yield page.fact_table(goodness_of_fit(report))
    yield page.bullets((*report.notes, *_brought_back(report)))


def _brought_back(report: FitFigures) -> Iterator[str]:
    """Yield how predictions of a logarithm come back to the target's own unit."""
    predictions = report.predict(report.problem.X_train[:1])
    yield from filter(None, (how_brought_back(predictions, how) for how in BACK))


def _coefficient_rows(report: FitFigures) -> Iterator[tuple[str, ...]]:
    for each in report.coefficients:
        yield (
            each.name,
            number(each.estimate, 5),
            number(each.standard_error),
            number(each.t),
            p_value(each.p),
            number(each.low),
            number(each.high),
            number(each.vif, 3),
        )


def goodness_of_fit(report: FitFigures) -> list[tuple[str, str]]:
    """Return labels and values, in words and in the target's units; what is unknown is left out."""
    cross_validated, cv_r_squared, mae, test_mae = "", None, None, None  # need single rows
    if isinstance(report, Report):
        cross_validated = f"R², cross-validated ({report.n_folds} folds)"
        cv_r_squared, mae, test_mae = report.cv_r_squared, report.mae, report.test_mae
    freedom = f"{count(report.rank)} and {count(report.df_residual)} degrees of freedom"
    rows = (
        ("R²", number(report.r_squared, 5)),
        ("Adjusted R²", number(report.adjusted_r_squared, 5)),
        (cross_validated, number(cv_r_squared, 5)),
        ("Residual standard error", number(report.residual_standard_error, 5)),
        ("Root mean squared error (RMSE)", number(report.rmse, 5)),
        ("Mean absolute error (MAE)", number(mae, 5)),
        (f"F ({freedom})", f"{number(report.f)}, p {p_value(report.f_p)}"),
        ("AIC", number(report.aic, 6)),
        ("BIC", number(report.bic, 6)),
        ("R² of the test rows", number(report.test_r_squared, 5)),
        ("RMSE of the test rows", number(report.test_rmse, 5)),
        ("MAE of the test rows", number(test_mae, 5)),
    )
    return [row for row in rows if not row[1].startswith(NO_VALUE)]


def _agreement(report: FitFigures) -> Iterator[str]:
    if report.learned is None:
        return
    yield page.heading("What was learned, beside least squares")
    head = ("coefficient", "learned", "least squares", "digits that agree")
    yield page.table(
        head,
        (
            (
                each.name,
                number(each.learned, 7),
                number(each.estimate, 7),
                whole_digits(each.digits),
            )
            for each in report.coefficients
        ),
    )


def _of_a_sample(report: Report, table: Table, of_all: OfAllRows | None) -> Iterator[str]:
    """Yield what is to be known of the pictures where they are of a sample."""
    if of_all is not None:
        rows, stored = count(report.problem.n_train), counted(of_all.counts.n_rows, "stored row")
        yield page.paragraph(
            f"What needs single rows is told of a fair sample, {rows} of {stored}, to which least "
            "squares was fitted by itself."
        )
        yield page.bullets(table.notes)


def _pictures(
    report: Report,
    of_all: FitFigures | None,
    prepared: Prepared,
    config: TrainConfig,
    result: RunResult | None,
    row_name: RowName,
) -> Iterator[_Drawn]:
    for each in figures_for(report, of_all):
        figure = each.draw(report, LIGHT, row_name)
        yield _Drawn(each.title, figure, each.look_for, finding_of(report, each.name))
    if has_effects(prepared):
        for column in columns_with_an_effect(prepared)[:MOST_PARTIAL]:
            figure = effect(report, prepared, LIGHT, column)
            yield _Drawn(f"Effect of {column}", figure, effect_look(prepared, column))
    if report.n_features > 1:
        for feature in features_with_a_part(report)[:MOST_PARTIAL]:
            figure = partial_regression(report, LIGHT, feature, row_name)
            yield _Drawn(f"What {feature} adds to the others", figure, _PARTIAL_LOOK)
    if result is not None and len(result.epochs) > 1:
        figure = loss_curve(result, LIGHT, LOSSES[config.loss].label)
        yield _Drawn("Loss over the epochs", figure, _LOSS_LOOK)


def _place(index: int, drawn: _Drawn) -> list[str]:
    """Return the HTML of a picture with its sentences."""
    finding = drawn.finding
    caption = page.paragraph(finding.look_for if finding else drawn.look_for)
    if finding:
        caption += page.paragraph(finding.found, finding.verdict)
        caption += page.paragraph(_test(finding))
    description = f"{drawn.title}. {finding.found if finding else drawn.look_for}"
    return [
        page.heading(drawn.title, level=3),
        page.picture(index, drawn.figure, description, caption),
        page.folded("Table", map(_table, trace_tables(drawn.figure))),
    ]


def _table(part: TraceTable) -> str:
    """Return what one trace of a picture shows, evenly spaced rows of it where they are many."""
    rows = list(zip(*part.columns.values(), strict=True))
    shown = rows[:: -(-len(rows) // MOST_TABLE_ROWS) or 1]
    cut = "" if len(shown) == len(rows) else f", {shown_of(len(shown), len(rows), 'rows')}"
    cells = ([number(v, 6) if isinstance(v, float) else v for v in row] for row in shown)
    return page.table(list(part.columns), cells, f"{part.name}{cut}")


def _test(finding: Finding) -> str:
    """Return the test behind a sentence with its figures, as far as it has any."""
    if not finding.test:
        return ""
    statistic = "" if finding.statistic is None else f": {number(finding.statistic)}"
    p = "" if finding.p is None else f", p {p_value(finding.p)}"
    return f"{finding.test}{statistic}{p}."


def _how(counts: RowsAndColumns, config: TrainConfig, result: RunResult | None) -> Iterator[str]:
    yield page.heading("How it was made")
    yield page.paragraph(
        "Coefficients, errors and tests belong to the least-squares fit of the training rows, in "
        "the columns' own units. What was learned comes from this run:"
    )
    yield page.fact_table(how_it_was_trained(counts, config, result))
