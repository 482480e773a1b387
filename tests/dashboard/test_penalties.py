"""Ridge and lasso on the data page: pictures, slider, choices, the run that learns it, the file."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.exports import path_csv
from dashboard.exports.csv_file import CsvDialect
from dashboard.figures.penalty_path import MOST_LINES, MOST_NAMED, penalty_path, spread_labels
from dashboard.own_data.penalties import settings_with
from dashboard.own_data.settings import TableSettings
from dashboard.theme import DARK, LIGHT
from linreg_core import Dataset, Problem
from linreg_core.inference import report
from linreg_core.regularised import PenaltyPath, lasso_path, ridge_path
from tests.dashboard.fits import HOSTILE, IMAGE, fits
from tests.dashboard.pages import quiet
from tests.dashboard.test_data_page import FLATS, data_page, dropped, settings_of, texts_of


def wide_path() -> PenaltyPath:
    """A lasso of more columns than lines are drawn of."""
    generator = np.random.default_rng(0)
    X = generator.standard_normal((90, 70))
    data = Dataset("wide", X, X[:, :5].sum(axis=1) + generator.standard_normal(90))
    return lasso_path(Problem.from_dataset(data, standardize=True))


def test_the_largest_weights_have_names_and_a_line_stands_at_the_penalty() -> None:
    path = wide_path()
    figure = penalty_path(path, LIGHT, 40)
    *lines, errors = figure.data
    assert len(lines) == MOST_LINES
    at_end = np.abs(path.training_weights()).max(axis=0)
    largest = [f"x{i + 1}" for i in np.argsort(-at_end)[:MOST_NAMED]]
    assert [line.name for line in lines[-MOST_NAMED:]] == largest
    assert len({(line.line.color, line.line.dash) for line in lines[-MOST_NAMED:]}) == MOST_NAMED
    assert [note.text for note in figure.layout.annotations[:MOST_NAMED]] == largest
    first = path.problem.dataset.feature_names.index(lines[-MOST_NAMED].name)
    np.testing.assert_array_equal(lines[-MOST_NAMED].y, path.training_weights()[:, first])
    assert path.validation is not None
    np.testing.assert_allclose(errors.y**2, path.validation.error)
    ends = np.square(errors.y + errors.error_y.array) - path.validation.error
    np.testing.assert_allclose(ends, path.validation.standard_error)
    uprights = {shape.x0 for shape in figure.layout.shapes}
    marked = (path.validation.least, path.validation.simplest, 40)
    assert uprights == {float(path.penalties[at]) for at in marked}
    assert {"least error", "simplest"} <= {note.text for note in figure.layout.annotations}


def test_hostile_names_are_texts_and_few_rows_are_drawn() -> None:
    problem = fits()["hostile"].problem.with_standardize(True)
    text = penalty_path(ridge_path(problem), DARK, 0).to_json()
    assert IMAGE not in text and "<script" not in text
    single = Problem.from_dataset(Dataset("row", [[1.0, 2.0]], [3.0]), fit_intercept=False)
    figure = penalty_path(ridge_path(single), LIGHT, 0)
    assert len(figure.data) == 2


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ([0.0, 0.0, 0.0], [0.0, 1.0, 2.0]),
        ([9.0, 9.5, 10.0], [8.0, 9.0, 10.0]),
        ([5.0, 1.0], [5.0, 1.0]),
        ([], []),
    ],
)
def test_names_beside_lines_keep_apart(at: list[float], expected: list[float]) -> None:
    assert spread_labels(np.array(at), 0.0, 10.0, 1.0).tolist() == expected


def test_a_path_goes_away_as_a_file() -> None:
    problem = fits()["hostile"].problem.with_standardize(True)
    path = lasso_path(problem)
    assert path.validation is not None
    text = path_csv(path, CsvDialect(";", ",")).decode("utf-8-sig")
    names, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert names[-len(HOSTILE) :] == [*problem.dataset.feature_names]
    assert len(rows) == 100
    table = np.array([[cell.replace(",", ".") for cell in row] for row in rows])
    np.testing.assert_array_equal(table[:, 0].astype(float), path.penalties)
    np.testing.assert_array_equal(table[:, 4].astype(float), path.validation.error)
    np.testing.assert_array_equal(table[:, 8:].astype(float), path.weights)
    chosen = {path.validation.least: "least error", path.validation.simplest: "simplest"}
    assert {at: row[6] for at, row in enumerate(rows) if row[6]} == chosen
    alone = ridge_path(Problem.from_dataset(Dataset("a", [[1.0]], [3.0]), fit_intercept=False))
    lines = list(csv.DictReader(io.StringIO(path_csv(alone).decode("utf-8-sig"))))
    assert (lines[0]["cv_mse"], lines[0]["choice"], lines[0]["bias"]) == ("", "", "0.0")


def shown_rows(page: AppTest, column: str) -> dict[str, str]:
    table = next(each.value for each in page.dataframe if column in each.value)
    return dict(zip(table["Column"], table[column], strict=True))


def test_a_path_is_walked_and_its_model_is_trained() -> None:
    page = dropped(data_page(), FLATS)
    assert not [each for each in page.select_slider if each.key == "penalty_at_lasso"]
    page.session_state["penalties"] = True
    page = quiet(page.run())
    made = report(Problem.from_dataset(_flats(page), standardize=True))
    path = lasso_path(made.problem)
    assert path.validation is not None
    slider = page.select_slider(key="penalty_at_lasso")
    assert slider.value == path.validation.simplest
    page = quiet(slider.set_value(0).run())
    assert set(list(shown_rows(page, "Lasso").values())[1:]) == {"0"}
    assert "3 of 3 weights are 0." in texts_of(page, "markdown")
    page = quiet(page.select_slider(key="penalty_at_lasso").set_value(70).run())
    page = quiet(page.button(key="penalty_least").click().run())
    assert page.select_slider(key="penalty_at_lasso").value == path.validation.least

    page = quiet(page.button_group(key="penalty_kind").set_value("ridge").run())
    page = quiet(page.select_slider(key="penalty_at_ridge").set_value(50).run())
    penalty = float(ridge_path(made.problem).penalties[50])
    page = quiet(page.button(key="train_penalty").click().run())
    settings = settings_of(page)
    assert settings.weight_decay == pytest.approx(penalty, abs=1e-6)
    assert settings.standardize and settings.loss == "mse" and settings.batch_size is None
    assert page.select_slider(key="penalty_at_ridge").value == 50
    page = quiet(page.multiselect(key="features").set_value(["area", "rooms"]).run())
    anew = ridge_path(Problem.from_dataset(_flats(page), standardize=True)).validation
    assert anew is not None
    assert page.select_slider(key="penalty_at_ridge").value == anew.simplest


def _flats(page: AppTest) -> Dataset:
    shown = page.session_state["_on_screen"]
    dataset: Dataset = shown.chosen.prepared().dataset
    return dataset


def test_a_run_with_a_penalty_goes_where_the_path_is() -> None:
    raw = TableSettings(
        solver="adamw", loss="l1", standardize=False, batch_size=8, learning_rate=1e-7
    )
    settings = settings_with(raw, "ridge", 0.25)
    assert settings.weight_decay == 0.25
    assert (settings.solver, settings.loss, settings.batch_size) == ("sgd", "mse", None)
    assert settings.standardize and settings.learning_rate == 0.1
    kept = settings_with(TableSettings(solver="nesterov"), "ridge", 0.25)
    assert kept.solver == "nesterov"
    lasso = settings_with(replace(kept, solver="adam"), "lasso", 0.125)
    assert (lasso.solver, lasso.l1, lasso.weight_decay) == ("sgd", 0.125, 0.0)
