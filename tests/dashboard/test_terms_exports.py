"""Terms in what is drawn and taken away: effects, predictions in the target's own unit, reports."""

from __future__ import annotations

import io
from functools import cache

import numpy as np
import pandas as pd
import pytest

from dashboard.exports import html_report, new_predictions_csv, predictions_csv
from dashboard.figures.effect import columns_with_an_effect, effect, effect_look
from dashboard.figures.table import trace_tables
from dashboard.theme import LIGHT
from linreg_core import Problem, TrainConfig
from linreg_core.inference import Report, report
from linreg_core.tables import Prepared, Selection, prepare
from linreg_core.tables.terms import Factor, Term
from table_reader import Table

N = 60
AREA, CITY, BALCONY, BUILT = "floor area", "<b>city</b>", "balcony", "built"
TERMS = (
    Term((Factor(AREA, "poly2"),)),
    Term((Factor(CITY),)),
    Term((Factor(AREA, "log"), Factor(CITY))),
    Term((Factor(BALCONY),)),
    Term((Factor(BUILT),)),
)


def table() -> Table:
    rng = np.random.default_rng(4)
    area = rng.uniform(30, 150, N)
    city = np.array(["Oslo", "$x$", "Oslo"])[np.arange(N) % 3]
    price = np.exp(4 + 0.5 * np.log(area) + 0.3 * (city == "Oslo") + rng.normal(0, 0.4, N))
    price[7] = np.nan
    balcony = np.arange(N) % 2 == 0
    built = pd.Timestamp("2000-01-01") + pd.to_timedelta(rng.integers(0, 4000, N), unit="D")
    columns = {AREA: area, CITY: city, BALCONY: balcony, BUILT: built, "price": price}
    return Table(pd.DataFrame(columns))


@cache
def fitted(transform: str = "log") -> tuple[Prepared, Report]:
    selection = Selection("price", (), terms=TERMS, target_transform=transform)
    prepared = prepare(table(), selection)
    return prepared, report(Problem.from_dataset(prepared.dataset, test_fraction=0.2))


def read(data: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(data))


@pytest.mark.parametrize("how", ["median", "mean"])
def test_predictions_are_told_in_the_targets_own_unit(how: str) -> None:
    prepared, found = fitted()
    own = table()
    back = read(predictions_csv(own, prepared, found, found.params, how))
    logs = found.predict(prepared.dataset.X)
    factor = np.exp(found.diagnostics.residuals).mean() if how == "mean" else 1.0
    rows, price = prepared.rows, own.frame["price"]
    predicted = back[f"predicted_{how}"]
    assert predicted[rows].to_numpy() == pytest.approx(factor * np.exp(logs.mean))
    assert back["low_95"][rows].to_numpy() == pytest.approx(np.exp(logs.low))
    assert back["high_95"][rows].to_numpy() == pytest.approx(np.exp(logs.high))
    assert back["price"].equals(price)
    assert back["residual"].to_numpy() == pytest.approx((price - predicted).to_numpy(), nan_ok=True)
    assert np.isfinite(predicted[7]) and back["set"][7] == "left out"


def test_a_second_files_predictions_are_those_of_the_first() -> None:
    prepared, found = fitted()
    own = table()
    encoded = prepared.encode(own.frame)
    again = read(new_predictions_csv(own, encoded, found.predict(encoded.X), "mean"))
    first = read(predictions_csv(own, prepared, found, found.params, "mean"))
    for name in ("predicted_mean", "residual", "low_95", "high_95"):
        assert again[name].to_numpy() == pytest.approx(first[name].to_numpy(), nan_ok=True)


@pytest.mark.parametrize("transform", ["identity", "log"])
def test_an_effect_is_the_prediction_over_a_columns_range(transform: str) -> None:
    prepared, found = fitted(transform)
    frame = prepared.dataset
    back = np.exp if transform == "log" else np.asarray
    typical = {column.name: column for column in prepared.columns}
    figure = effect(found, prepared, LIGHT, AREA)
    line = next(trace for trace in figure.data if trace.name == "prediction")
    used = table().frame[AREA].iloc[prepared.rows]
    assert (line.x[0], line.x[-1]) == pytest.approx((used.min(), used.max()))
    built = table().frame[BUILT].min() + pd.Timedelta(days=float(typical[BUILT].typical))
    cells = {CITY: "Oslo", BALCONY: bool(typical[BALCONY].typical), BUILT: built}
    grid = pd.DataFrame({AREA: line.x, **{name: [cell] * 101 for name, cell in cells.items()}})
    expected = found.predict(prepared.encode(grid).X)
    assert np.asarray(line.y) == pytest.approx(back(expected.mean), rel=1e-6)
    band = next(trace for trace in figure.data if trace.fill)
    assert np.asarray(band.y[:101]) == pytest.approx(back(expected.confidence_low), rel=1e-6)
    assert frame.n_samples == N - 1


def test_every_kind_of_column_has_an_effect_and_a_table() -> None:
    prepared, found = fitted()
    assert columns_with_an_effect(prepared) == (AREA, CITY, BALCONY, BUILT)
    for column, points in ((AREA, 101), (CITY, 2), (BALCONY, 2), (BUILT, 101)):
        figure = effect(found, prepared, LIGHT, column)
        (part,) = trace_tables(figure)
        assert all(len(cells) == points for cells in part.columns.values())
        assert "<b>" not in figure.to_json().replace("<b>%{text}</b>", "").replace("\\u003cb", "<b")
    assert effect_look(prepared, CITY).startswith(f"The median that is predicted with {AREA} at ")


def test_a_report_tells_the_model_its_effects_and_the_way_back() -> None:
    prepared, found = fitted()
    page = html_report(found, prepared, "flats.csv", table(), TrainConfig()).decode()
    assert "log(price) ~ poly(`floor area`, 2) + `&lt;b&gt;city&lt;/b&gt;`" in page
    assert "Effect of floor area" in page and "smearing" in page
    assert "<b>city" not in page
