"""What one column of a table does to the prediction: the curve over its range, with a band."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import plotly.graph_objects as go

from dashboard.figures.drawing import axis_name, fit_ticks, frame, line_trace
from dashboard.figures.interval_rows import interval_in_words, interval_marks, name_rows
from dashboard.theme import Theme
from linreg_core.arrays import FloatArray
from linreg_core.inference import Predictions, Report, in_target_units
from linreg_core.tables import CATEGORY, DATE, YES_NO, PreparedColumn, Recipe

if TYPE_CHECKING:
    from pandas import DataFrame

_N_STEPS: Final = 101
_N_DATES = 5
_MOST_OTHERS = 8


def has_effects(recipe: Recipe) -> bool:
    """Return whether effects tell more than coefficients do: of terms, and of a logarithm."""
    return bool(recipe.selection.terms) or recipe.selection.target_transform != "identity"


def columns_with_an_effect(recipe: Recipe) -> tuple[str, ...]:
    """Return the columns of a model that have more than one value in the rows it was made of."""
    return tuple(column.name for column in recipe.columns if not column.is_constant)


def typical_cells(recipe: Recipe) -> dict[str, Any]:
    """Return each column's typical value, as a cell of the table: its mean, or most frequent."""
    return {column.name: _cell(column, column.typical) for column in recipe.columns}


def effect_look(recipe: Recipe, column: str) -> str:
    """Return what the picture of a column's effect shows, and where the others stand."""
    others = [
        f"{each.name} at {each.shown(each.typical)}"
        for each in recipe.columns
        if each.name != column
    ]
    more = ", …" if len(others) > _MOST_OTHERS else ""
    rest = f" with {', '.join(others[:_MOST_OTHERS])}{more}" if others else ""
    is_log = recipe.selection.target_transform != "identity"
    what = "The median that is predicted" if is_log else "The prediction"
    return f"{what}{rest}, and its 95 % confidence interval."


def effect(report: Report, recipe: Recipe, theme: Theme, column: str) -> go.Figure:
    """Return the prediction over one column's range, the others at their typical values.

    It is in the target's own unit (of a logarithm the median), with the 95 % confidence interval:
    a curve where the column has several terms. A column of values has a mark for each.
    """
    prepared = next(each for each in recipe.columns if each.name == column)
    values = _values(prepared)
    expected = _predicted(report, recipe, prepared, values)
    target = axis_name(recipe.selection.target)
    if prepared.kind in (CATEGORY, YES_NO):
        return _marks(theme, prepared, values, expected, target)
    return _curve(theme, prepared, np.asarray(values), expected, target)


def _values(column: PreparedColumn) -> list[Any]:
    """Return the values of a column at which the prediction is told, in the units of X."""
    if column.kind == CATEGORY:
        return list(column.levels)
    if column.kind == YES_NO:
        return [0.0, 1.0]
    return list(np.linspace(column.minimum, column.maximum, _N_STEPS).tolist())


def _predicted(
    report: Report, recipe: Recipe, column: PreparedColumn, values: list[Any]
) -> Predictions:
    import pandas as pd

    cells = {name: [cell] * len(values) for name, cell in typical_cells(recipe).items()}
    cells[column.name] = [_cell(column, value) for value in values]
    frame: DataFrame = pd.DataFrame(cells)
    return in_target_units(report.predict(recipe.encode(frame).X))


def _cell(column: PreparedColumn, value: float | str) -> Any:
    """Return a value in the units of X as a cell of the table."""
    if column.kind == YES_NO:
        return bool(value)
    if column.kind == DATE and column.origin is not None:
        return _moment(column, float(value))
    return value


def _moment(column: PreparedColumn, days: float) -> datetime:
    assert column.origin is not None
    return datetime.combine(column.origin, datetime.min.time()) + timedelta(days=days)


def _curve(
    theme: Theme, column: PreparedColumn, x: FloatArray, expected: Predictions, target: str
) -> go.Figure:
    figure = frame(theme, axis_name(column.name), target)
    low, high = expected.confidence_low, expected.confidence_high
    if np.isfinite(low).all() and np.isfinite(high).all():
        figure.add_trace(_band(theme, x, low, high))
    line = line_trace("prediction", x, expected.mean, theme.reference)
    numbers = zip(x.tolist(), expected.mean.tolist(), low.tolist(), high.tolist(), strict=True)
    words = [f"{column.shown(value)}: {interval_in_words(*rest)}" for value, *rest in numbers]
    figure.add_trace(line.update(hoverinfo=None, hovertext=words, hovertemplate=_HOVER))
    figure.update_layout(showlegend=False)
    fit_ticks(figure, x, expected.mean)
    if column.kind == DATE:
        ticks = np.linspace(x[0], x[-1], _N_DATES).tolist()
        figure.update_xaxes(tickvals=ticks, ticktext=[column.shown(tick) for tick in ticks])
    return figure


_HOVER: Final = "%{hovertext}<extra></extra>"


def _band(theme: Theme, x: FloatArray, low: FloatArray, high: FloatArray) -> go.Scatter:
    return go.Scatter(
        name="95 % interval",
        x=np.concatenate([x, x[::-1]]),
        y=np.concatenate([low, high[::-1]]),
        mode="lines",
        fill="toself",
        fillcolor=theme.faded(theme.reference, 0.16),
        line={"width": 0},
        hoverinfo="skip",
        showlegend=False,
    )


def _marks(
    theme: Theme, column: PreparedColumn, values: list[Any], expected: Predictions, target: str
) -> go.Figure:
    names = [column.shown(value) for value in values]
    figure = frame(theme, target, "")
    low, high = expected.confidence_low, expected.confidence_high
    title = "prediction with 95 % interval"
    figure.add_trace(interval_marks(theme, title, names, expected.mean, low, high))
    fit_ticks(figure, expected.mean, np.zeros(1))
    name_rows(figure, names)
    return figure
