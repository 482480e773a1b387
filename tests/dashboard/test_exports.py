"""What people take away, each file opened with the tools that it is for."""

from __future__ import annotations

import csv
import io
import json
import math

import numpy as np
import pandas as pd
import pytest
import torch
from pyarrow import csv as arrow_csv

from dashboard.escaping import csv_cell
from dashboard.exports import (
    coefficients_csv,
    coefficients_json,
    diagnostics_csv,
    new_predictions_csv,
    predictions_csv,
    safe_filename,
)
from dashboard.exports.csv_file import CHUNK_ROWS, CsvDialect, csv_bytes
from dashboard.exports.state_dict import state_dict_bytes
from linreg_core import Params
from linreg_core.inference import Covariance, Report
from table_reader import ReadOptions, Table
from tests.dashboard.fits import FITS, IMAGE, fits
from tests.dashboard.taken_away import CELLS, LEFT_OUT, Fitted, awkward

ROW_FIGURES = [
    "leverage",
    "standardised_residual",
    "studentised_residual",
    "cooks_distance",
    "dffits",
]
ADDED = ["predicted (2)", "residual", "low_95", "high_95", "set", *ROW_FIGURES, "row", "note"]
BOM = b"\xef\xbb\xbf"


def exported(fitted: Fitted) -> bytes:
    params = fitted.report.params
    return predictions_csv(fitted.table, fitted.prepared, fitted.report, params)


def figures_of(report: Report) -> list[np.ndarray]:
    found = report.diagnostics
    own = [found.leverage, found.standardized_residuals, found.studentized, found.cooks_distance]
    return [*own, found.dffits]


def read(data: bytes, decimal: str = ".") -> pd.DataFrame:
    return pd.read_csv(
        io.BytesIO(data),
        sep=";" if decimal == "," else ",",
        decimal=decimal,
        keep_default_na=False,
        na_values={name: [""] for name in ("'=size", "predicted", *ADDED[:4], *ROW_FIGURES)},
    )


@pytest.mark.parametrize("decimal", [".", ","])
def test_predictions_open_in_pandas(decimal: str) -> None:
    fitted = awkward(decimal)
    frame, report = fitted.table.frame, fitted.report
    back = read(exported(fitted), decimal)
    names = ["'=size", "count", IMAGE, "ok", "day", "time", "predicted"]
    assert list(back.columns) == names + ADDED
    np.testing.assert_array_equal(back["'=size"], frame["=size"])  # to the last digit
    np.testing.assert_array_equal(back["count"], frame["count"])
    np.testing.assert_array_equal(back["predicted"], frame["predicted"])
    X = np.column_stack([frame["=size"], frame["count"]])
    expected = report.predict(np.nan_to_num(X))
    known = np.isfinite(X).all(axis=1)
    for name, values in (
        ("predicted (2)", expected.mean),
        ("low_95", expected.low),
        ("high_95", expected.high),
        ("residual", frame["predicted"] - expected.mean),
    ):
        np.testing.assert_allclose(back[name], np.where(known, values, np.nan), rtol=1e-9)
    is_training = (back["set"] == "train").to_numpy()
    for name, values in zip(ROW_FIGURES, figures_of(report), strict=True):
        np.testing.assert_allclose(back[name][is_training], values, rtol=1e-9)
        assert back[name][~is_training].isna().all()


@pytest.mark.parametrize("decimal", [".", ","])
def test_diagnostics_are_told_row_by_row(decimal: str) -> None:
    fitted = awkward(decimal)
    report, positions = fitted.report, fitted.prepared.rows[fitted.report.problem.train_rows]
    data = diagnostics_csv(fitted.table, fitted.prepared, report)
    assert data.startswith(BOM)
    back = pd.read_csv(io.BytesIO(data), sep=";" if decimal == "," else ",", decimal=decimal)
    dfbetas = ["dfbetas intercept", "dfbetas =size", "dfbetas count"]
    first = ["row", "predicted", "fitted", "residual"]
    assert list(back.columns) == [*first, *ROW_FIGURES, *dfbetas]
    assert back["row"].tolist() == [fitted.table.row_number(at) for at in positions]
    for name, values in zip(ROW_FIGURES, figures_of(report), strict=True):
        np.testing.assert_allclose(back[name], values, rtol=1e-12)
    np.testing.assert_allclose(back[dfbetas], report.dfbetas(), rtol=1e-12)


def test_every_row_says_where_it_was_used() -> None:
    fitted = awkward()
    back = read(exported(fitted))
    problem, rows = fitted.report.problem, fitted.prepared.rows
    assert back["row"].tolist() == list(range(3, 3 + len(CELLS)))
    assert set(back.index[back["set"] == "train"]) == set(rows[problem.train_rows].tolist())
    assert set(back.index[back["set"] == "test"]) == set(rows[problem.test_rows].tolist())
    assert set(back.index[back["set"] == "left out"]) == set(LEFT_OUT)
    assert back["note"][3] == "'=size' has no number"
    assert np.isfinite(back["predicted (2)"][[5, 7]]).all()
    assert np.isnan(back["residual"][5]) and np.isfinite(back["residual"][7])


def test_cells_survive_or_are_neutralised() -> None:
    data = exported(awkward())
    assert data.startswith(BOM) and data.count(BOM) == 1
    lines = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row[2] for row in lines[1:]] == [csv_cell(cell) for cell in CELLS]
    for row in lines:
        for cell in row:
            harmless = not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
            assert harmless or math.isfinite(float(cell)), cell
    assert [row[3] for row in lines[1:]].count("") == 1
    assert {row[3] for row in lines[1:]} == {"yes", "no", ""}
    assert [lines[1][4], lines[3][4]] == ["2020-02-27", "2020-02-29"]
    assert lines[1][5] == "2020-02-27 10:00:30"


def test_predictions_open_in_pyarrow() -> None:
    fitted = awkward()
    options = arrow_csv.ParseOptions(newlines_in_values=True)
    table = arrow_csv.read_csv(io.BytesIO(exported(fitted)), parse_options=options)
    assert table.num_rows == len(CELLS)
    assert table["day"].type == "date32" and table["time"].type == "timestamp[s]"
    assert table["residual"].type == "double" and table["row"].type == "int64"


def test_predictions_of_gradient_descent() -> None:
    fitted = awkward()
    learned = fitted.report.learned
    assert learned is not None
    back = read(predictions_csv(fitted.table, fitted.prepared, fitted.report, learned))
    frame = fitted.table.frame
    expected = 2.5 * frame["=size"] + 0.1 * frame["count"] + 0.2
    np.testing.assert_allclose(back["predicted (2)"], expected, rtol=1e-12)


def test_predictions_of_another_table() -> None:
    fitted = awkward()
    frame = pd.DataFrame({"count": [1, 2, 900], "=size": [0.5, np.nan, 0.5], "more": "=1"})
    table = Table(frame, name="second")
    encoded = fitted.prepared.encode(frame)
    predictions = fitted.report.predict(encoded.X)
    back = pd.read_csv(io.BytesIO(new_predictions_csv(table, encoded, predictions)))
    assert list(back.columns) == [
        "count", "'=size", "more", "predicted", "residual", "low_95", "high_95", "row", "note",
    ]  # fmt: skip
    expected = fitted.report.params.predict(np.array([[0.5, 1.0], [0.5, 900.0]]))
    np.testing.assert_allclose(back["predicted"][[0, 2]], expected)
    assert np.isnan(back["predicted"][1]) and np.isnan(back["low_95"][1])
    assert back["more"].tolist() == ["'=1"] * 3
    assert back["row"].tolist() == [2, 3, 4]
    assert isinstance(back["note"][0], float) and back["note"][1] == "'=size' has no number"
    assert "count" in back["note"][2]  # far outside


def test_long_tables_are_written_in_parts() -> None:
    n = 2 * CHUNK_ROWS + 3
    numbers, words = pd.Series(np.arange(n) / 7), pd.Series([f"-{i}a" for i in range(n)])
    back = pd.read_csv(io.BytesIO(csv_bytes([("a", numbers), ("b", words)])))
    np.testing.assert_array_equal(back["a"], numbers)
    assert (back["b"] == "'" + words).all()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.Series(["2020-01-01 00:00:00.250"], dtype="datetime64[ns]"), "00:00:00.25"),
        (pd.Series(["2020-01-01"], dtype="datetime64[ns]"), "2020-01-01\n"),
        (pd.Series([None], dtype="datetime64[ns]"), '"x"\n\n'),
        (pd.Series([1, None, 3], dtype=object), '"1"\n\n"3"\n'),
        (pd.Series(["\ud800"], dtype=object), '"?"\n'),
        (pd.Series([None], dtype=object), '"x"\n\n'),
        (pd.Series(["a", "=b"], dtype="category"), '"a"\n"\'=b"\n'),
        (pd.Series([1e-300, -0.0, 1e300]), "1e-300\n-0\n1e+300\n"),
        (pd.Series([], dtype=float), '"x"\n'),
    ],
)
def test_columns_of_any_kind(values: pd.Series, expected: str) -> None:
    assert expected in csv_bytes([("x", values)]).decode("utf-8-sig")


def test_coefficients_as_csv() -> None:
    report = awkward().report
    data = coefficients_csv(report)
    assert data.startswith(BOM)
    back = pd.read_csv(io.BytesIO(data))
    assert back["name"].tolist() == ["intercept", "'=size", "count"]
    np.testing.assert_array_equal(back["estimate"][1:], report.params.weights)
    assert back["estimate"][0] == report.params.bias
    for column, field in (("low_95", "low"), ("high_95", "high"), ("p", "p"), ("t", "t")):
        np.testing.assert_array_equal(
            back[column], [getattr(c, field) for c in report.coefficients]
        )
    assert np.isnan(back["vif"][0])
    assert back["gradient_descent"].tolist() == [0.2, 2.5, 0.1]
    assert set(back["errors"]) == {"classical"}


def test_exports_say_which_standard_errors_they_have() -> None:
    plain = fits()["several"]
    clusters = np.arange(plain.n_samples) // 6
    for asked, words, told in (
        (Covariance("HC3"), "HC3", {"kind": "HC3", "df_residual": 113}),
        (Covariance("newey_west", lags=2), "Newey-West (2 lags)", {"lags": 2}),
        (
            Covariance("cluster", clusters, name="=x"),
            "clustered by '=x'",
            {"kind": "cluster", "clusters": "=x", "n_clusters": 20, "df_residual": 19},
        ),
    ):
        report = plain.with_covariance(asked)
        lines = pd.read_csv(io.BytesIO(coefficients_csv(report)))
        assert set(lines["errors"]) == {words}
        assert told.items() <= json.loads(coefficients_json(report))["standard_errors"].items()


def test_coefficients_follow_the_dialect_of_the_file() -> None:
    report = awkward().report
    data = coefficients_csv(report, CsvDialect.like(ReadOptions(decimal=",")))
    assert b"estimate;standard_error" in data and b"." not in data
    back = pd.read_csv(io.BytesIO(data), sep=";", decimal=",")
    same = pd.read_csv(io.BytesIO(coefficients_csv(report)))
    pd.testing.assert_frame_equal(back, same, check_exact=True)


def test_coefficients_as_json() -> None:
    report = awkward().report
    value = json.loads(coefficients_json(report), parse_constant=pytest.fail)
    assert (value["format"], value["version"]) == ("linreg-live coefficients", 1)
    assert value["target"] == "predicted"
    names = [each["name"] for each in value["coefficients"]]
    assert names == ["intercept", "=size", "count"]
    assert [each["is_intercept"] for each in value["coefficients"]] == [True, False, False]
    estimates = [each["estimate"] for each in value["coefficients"]]
    assert estimates == [report.params.bias, *report.params.weights]
    assert value["coefficients"][0]["vif"] is None
    assert value["fit"]["r_squared"] == report.r_squared
    assert value["fit"]["test_rmse"] == report.test_rmse


@pytest.mark.parametrize("name", FITS)
def test_coefficients_of_any_fit(name: str) -> None:
    report = fits()[name]
    value = json.loads(coefficients_json(report), parse_constant=pytest.fail)
    rows = list(csv.DictReader(io.StringIO(coefficients_csv(report).decode("utf-8-sig"))))
    assert len(rows) == len(value["coefficients"]) == len(report.coefficients)
    for row, each in zip(rows, value["coefficients"], strict=True):
        assert float(row["estimate"]) == each["estimate"]
        assert (row["t"] == "") == (each["t"] is None)


@pytest.mark.parametrize("has_bias", [True, False])
def test_the_model_loads_into_torch(has_bias: bool) -> None:
    params = Params([1.5, -2e-17, 3e9], 0.1 if has_bias else 0.0)
    file = io.BytesIO(state_dict_bytes(params, has_bias))
    state = torch.load(file, weights_only=True)
    model = torch.nn.Linear(3, 1, bias=has_bias, dtype=torch.float64)
    model.load_state_dict(state, strict=True)
    X = np.random.default_rng(0).normal(size=(20, 3))
    with torch.no_grad():
        predicted = model(torch.from_numpy(X)).numpy()[:, 0]
    np.testing.assert_allclose(predicted, params.predict(X), rtol=1e-14)
    assert state["weight"].shape == (1, 3)
    np.testing.assert_array_equal(state["weight"].numpy()[0], params.weights)
    assert state["weight"].dtype == torch.float64


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        ("condos", "condos.csv"),
        ("../../etc/passwd", "etc_passwd.csv"),
        ("C:\\temp\\x", "C_temp_x.csv"),
        ("Größe 漢字", "Größe 漢字.csv"),
        ("", "table.csv"),
        ("...", "table.csv"),
        ("con", "_con.csv"),
        ("LPT1.txt", "_LPT1.txt.csv"),
        ("a\nb\0c\u202ed", "a b c d.csv"),
        ('"><script>', "script.csv"),
        ("=cmd", "cmd.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
        ("漢" * 300, "漢" * 53 + ".csv"),
    ],
)
def test_safe_filename(stem: str, expected: str) -> None:
    assert safe_filename(stem, ".csv") == expected
    assert len(expected.encode()) < 255
