"""Models side by side in words, for the page and for paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from dashboard.exports.printed_table import PrintedTable
from dashboard.numbers import NO_VALUE, alike, count, number, p_value
from dashboard.own_data.kept_models import BesideOthers
from linreg_core.inference.comparison import Comparison, ModelFigures
from linreg_core.inference.covariance import CLASSICAL


def printed_models(columns: Sequence[BesideOthers]) -> PrintedTable:
    """Return models side by side as they stand on paper: a row for what each of them tells."""
    rows = tuple((label, *cells) for label, cells in models_rows(columns).items())
    head = ("Model", *(column.name for column in columns))
    return PrintedTable("Models side by side", head, rows, tuple(models_notes(columns)))


def models_rows(columns: Sequence[BesideOthers]) -> dict[str, list[str]]:
    """Return the table's rows: what each tells, and that of every model; none that is empty."""
    return {label: cells for label, cells in _rows(columns) if set(cells) != {NO_VALUE}}


def _rows(columns: Sequence[BesideOthers]) -> Iterator[tuple[str, list[str]]]:
    every = [column.figures for column in columns]
    if len({figures.target for figures in every}) > 1:
        yield "Target", [figures.target for figures in every]
    yield "Terms", [figures.right_side for figures in every]
    yield "Training rows", [count(figures.n_samples) for figures in every]
    yield "Coefficients", [count(figures.n_coefficients) for figures in every]
    for label, figure in _figures(columns):
        yield label, list(alike([figure(figures) for figures in every]))
    for label, tell in (("Added since", _added), ("Left out since", _removed), ("F test", _test)):
        yield label, [NO_VALUE if c.change is None else tell(c.change) for c in columns]


def _figures(
    columns: Sequence[BesideOthers],
) -> Iterator[tuple[str, Callable[[ModelFigures], float | None]]]:
    yield "R²", lambda figures: figures.r_squared
    yield "Adjusted R²", lambda figures: figures.adjusted_r_squared
    yield "Cross-validated R²", lambda figures: figures.cv_r_squared
    yield "RMSE", lambda figures: figures.rmse
    is_mixed = len({column.figures.target_transform for column in columns}) > 1
    yield "AIC", lambda figures: _in_one_unit(figures.aic, figures, is_mixed)
    yield "BIC", lambda figures: _in_one_unit(figures.bic, figures, is_mixed)


def _in_one_unit(value: float | None, figures: ModelFigures, is_mixed: bool) -> float | None:
    return value + figures.jacobian if value is not None and is_mixed else value


def _added(change: Comparison) -> str:
    return ", ".join(change.added) or "nothing"


def _removed(change: Comparison) -> str:
    return ", ".join(change.removed) or "nothing"


def _test(change: Comparison) -> str:
    """Return the nested test in words."""
    test = change.test
    if test is None:
        return "not nested"
    if not test.df:
        return "the same model"
    if test.f is None:
        return NO_VALUE
    how = "" if test.errors == CLASSICAL.kind else f" ({test.errors})"
    degrees = f"{count(test.df)}, {count(test.df_residual)}"
    return f"F({degrees}) = {number(test.f)}, p {p_value(test.p)}{how}"


def models_notes(columns: Sequence[BesideOthers]) -> Iterator[str]:
    """Yield what can't be compared, each sentence once, and what the test is."""
    yield from (column.refusal for column in columns if column.refusal)
    changes = [column.change for column in columns if column.change is not None]
    yield from dict.fromkeys(note for change in changes for note in change.notes)
    if any(change.test is not None and change.test.f is not None for change in changes):
        yield (
            "The F test asks whether what the larger model has beyond the smaller one adds "
            "anything. Cross-validated R² of models with the same rows has the same folds."
        )
