"""Sweeps: their names, what they cost, what the trainer tells of them, and their routes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import numpy as np
import pytest
from starlette.applications import Starlette

from dashboard.live.addresses import Addresses
from dashboard.live.roles import LARGE, SMALL, role_of
from dashboard.presets import T1, T4
from dashboard.run_spec import RunSpec
from dashboard.settings import make_settings
from dashboard.sweep.axes import AXES, axes_of
from dashboard.sweep.cost import SweepTooLong, check_length, coarser, estimated_seconds, span_text
from dashboard.sweep.routes import sweep_routes
from dashboard.sweep.running import NO_RUN
from dashboard.sweep.settings import SweepSettings, read_sweep_query, sweep_settings
from dashboard.sweep.spec import Cell, SweepAxis, SweepSpec
from linreg_core import ConfigError, LinregError, fit
from tests.dashboard.serving import Answer, LocalServer, ask, within_patience
from tests.dashboard.streams import received

TINY = make_settings("line", {"n_samples": 20}, n_epochs=30)
GRID = sweep_settings(TINY, sweep_y="noise", sweep_x_steps=3, sweep_y_steps=2)
RATES = SweepAxis("learning_rate", (0.01, 0.1, 2.0))
VISITOR = "a" * 20


@pytest.fixture
def server() -> Iterator[LocalServer]:
    server = LocalServer()
    yield server
    server.stop()


def got(server: LocalServer, path: str, **query: Any) -> Answer:
    app = Starlette(routes=sweep_routes(server, ""))
    answer: Answer = within_patience(ask(app, f"/sweep/{path}?{urlencode(query)}"))
    return answer


def test_a_name_reads_back_and_does_not_depend_on_what_the_axes_say() -> None:
    spec = GRID.sweep_spec()
    assert SweepSpec.from_text(spec.to_text()) == spec
    same = replace(GRID, learning_rate=0.7, knobs=replace(GRID, knobs=()).data.knobs)
    assert replace(same, knobs=GRID.knobs).sweep_spec().id == spec.id
    assert replace(GRID, n_epochs=31).sweep_spec().id != spec.id


@pytest.mark.parametrize(
    "change",
    [
        {"v": 2},
        {"x": 3},
        {"x": {"name": "learning_rate", "values": [-1]}},
        {"x": {"name": "learning_rate", "values": [0.1, 0.1]}},
        {"x": {"name": "learning_rate", "values": [[0.1]]}},
        {"x": {"name": "learning_rate", "values": []}},
        {"x": {"name": "n_samples", "values": [5]}},
        {"x": {"name": "noise", "values": [0.1]}},
        {"x": {"name": "seed", "values": [1.5]}},
        {"y": {"name": "noise", "values": [1e9]}},
        {"n_seeds": 3},
        {"n_seeds": 10**9},
        {"run": None},
        {"more": 1},
    ],
)
def test_bad_names_are_refused_in_a_sentence(change: dict[str, Any]) -> None:
    tree = json.loads(GRID.sweep_spec().to_text()) | change
    with pytest.raises(LinregError, match=r"\w"):
        SweepSpec.from_text(json.dumps(tree))


@pytest.mark.parametrize("text", ["", "[]", "{", "x" * 30_000, "null", '{"v":1}'])
def test_what_is_no_name_is_refused(text: str) -> None:
    with pytest.raises(ConfigError):
        SweepSpec.from_text(text)


def test_noise_needs_data_that_are_generated_with_it() -> None:
    spec = T1.settings.run_spec
    with pytest.raises(ConfigError, match="noise"):
        SweepSpec(spec, RATES, SweepAxis("noise", (0.1,)))


def test_a_cell_is_the_run_that_the_page_would_show() -> None:
    spec = replace(GRID, sweep_seeds=4).sweep_spec()
    rate, noise = spec.x.values[2], spec.y.values[1]
    knobs = {"n_samples": 20, "noise": noise}
    shown = make_settings("line", knobs, n_epochs=30, learning_rate=rate, seed=3)
    assert spec.run_at(Cell(2, 1, 3)).id == shown.run_spec.id
    by_seed = SweepSpec(TINY.run_spec, SweepAxis("seed", (5, 6)), RATES)
    assert by_seed.run_at(Cell(1, 0)).id == replace(TINY, seed=6, learning_rate=0.01).run_spec.id


def test_every_run_is_visited_once_and_those_on_the_same_data_together() -> None:
    axes = {"x": SweepAxis("noise", (0.1, 0.2)), "y": RATES}
    for spec in (SweepSpec(TINY.run_spec, **axes, n_seeds=4), replace(GRID, sweep_seeds=4)):
        spec = spec.sweep_spec() if isinstance(spec, SweepSettings) else spec
        cells = list(spec.cells())
        assert sorted(map(spec.index, cells)) == list(range(spec.n_runs))
        problems = [spec.problem_at(cell) for cell in cells]
        n_changes = sum(a != b for a, b in zip(problems, problems[1:], strict=False))
        assert n_changes == len(set(problems)) - 1


def test_axes_that_mean_nothing_are_not_offered() -> None:
    assert "momentum" not in axes_of(GRID)
    assert "momentum" in axes_of(GRID, "solver")
    assert "momentum" in axes_of(replace(GRID, solver="nesterov"))
    assert "noise" not in axes_of(T1.settings)
    assert axes_of(replace(GRID, solver="closed_form")) == ["noise", "solver", "seed"]
    for settings in (GRID, sweep_settings(T1.settings, sweep_y="noise").suited()):
        assert settings.suited().sweep_x != settings.suited().sweep_y


@pytest.mark.parametrize("name", AXES)
def test_axes_rise_and_end_where_they_are_told(name: str) -> None:
    other = "noise" if name != "noise" else "learning_rate"
    settings = sweep_settings(replace(T4.settings, solver="momentum"), sweep_x=name, sweep_y=other)
    values = settings.sweep_spec().x.values
    assert len(set(values)) == len(values) > 1
    if name == "batch_size":
        assert values == (1, 2, 4, 8, 16, 32, 64, None)
        few = replace(settings, sweep_x_from=2, sweep_x_to=20, sweep_x_steps=4)
        assert few.sweep_spec().x.values == (2, 4, 8, 16)
    elif AXES[name].scale != "choice":
        told = replace(settings, sweep_x_from=0.25, sweep_x_to=0.5, sweep_x_steps=5)
        if name != "seed":
            values = told.sweep_spec().x.values
            assert (len(values), values[0], values[-1]) == (5, 0.25, 0.5)
    if AXES[name].scale != "choice":
        assert list(values) == sorted(values, key=lambda value: (value is None, value))


def test_a_link_brings_the_grid_back_and_says_what_is_no_good() -> None:
    settings = replace(GRID, sweep_seeds=4, sweep_colour="spread", sweep_x_from=0.01)
    assert read_sweep_query(settings.query()) == (settings, [])
    bad = {"sweep_x": "colour", "sweep_x_steps": "1000", "sweep_seeds": "3", "sweep_y_to": "nan"}
    read, notices = read_sweep_query(TINY.query() | bad)
    assert len(notices) == 4
    assert read.of_sweep == sweep_settings(TINY).of_sweep
    read, notices = read_sweep_query(T1.settings.query() | {"sweep_y": "noise"})
    assert read.sweep_y != "noise"
    assert len(notices) == 1


def test_what_takes_long_says_how_long_and_offers_less() -> None:
    spec = sweep_settings(
        replace(T4.settings, n_epochs=20_000), sweep_x_steps=64, sweep_seeds=16
    ).sweep_spec()
    seconds = estimated_seconds(spec)
    with pytest.raises(SweepTooLong, match=r"8,192 runs and would take about"):
        check_length(spec, is_wanted=False)
    less = coarser(spec, 15.0)
    assert less is not None
    assert less.n_seeds == 1
    assert less.n_runs < spec.n_runs
    assert estimated_seconds(less) <= 15.0 < seconds
    assert coarser(spec, 0.0) is None
    assert role_of(spec) is LARGE
    assert role_of(GRID.sweep_spec()) is SMALL
    assert role_of(TINY.run_spec) is SMALL
    assert span_text(0.1) == "1 second"


def test_a_map_is_streamed_and_its_numbers_are_the_runs_own(server: LocalServer) -> None:
    spec = SweepSpec(TINY.run_spec, RATES, SweepAxis("noise", (0.1, 0.5)), n_seeds=4)
    answer = got(server, server.addresses.sweep_address(spec), visitor=VISITOR, slot=9)
    assert answer.status == 200
    assert answer.headers["linreg-run"] == spec.id
    stream = received(answer.body)
    kinds = [chunk.kind for chunk in stream.chunks]
    assert kinds[0] == "start"
    assert kinds[-1] == "end"
    assert stream.the("lines").columns["limit"] == pytest.approx([0.79, 0.79], rel=0.2)
    cells = [chunk.columns for chunk in stream.chunks if chunk.kind == "cells"]
    numbers = np.concatenate([each["number"] for each in cells])
    assert sorted(numbers) == list(range(24))
    final = np.concatenate([each["final"] for each in cells])
    status = np.concatenate([each["status"] for each in cells])
    for number in (0, 7, 22):
        cell = Cell(number // 4 % 3, number // 12, number % 4)
        run = spec.run_at(cell)
        alone = fit(run.problem.build(), run.config)
        place = int(np.flatnonzero(numbers == number)[0])
        assert final[place] == pytest.approx(alone.final.train_loss, rel=1e-9)
        assert (status[place] == 3) == (alone.status.value == "diverged")


def test_values_that_do_not_go_together_have_no_run(server: LocalServer) -> None:
    axes = SweepAxis("solver", ("sgd", "closed_form")), SweepAxis("learning_rate", (0.1, 0.2))
    spec = SweepSpec(replace(TINY, loss="l1").run_spec, *axes)
    stream = received(got(server, server.addresses.sweep_address(spec)).body)
    cells = [chunk.columns for chunk in stream.chunks if chunk.kind == "cells"]
    status = np.concatenate([each["status"] for each in cells])
    numbers = np.concatenate([each["number"] for each in cells])
    assert sorted(numbers[status == NO_RUN]) == [1, 3]


def test_a_cells_run_is_sent_as_any_run(server: LocalServer) -> None:
    spec = GRID.sweep_spec()
    address = server.addresses.sweep_address(spec)
    answer = got(server, f"{address}/run", visitor=VISITOR, slot=0, column=2, row=1, n_epochs=9)
    assert answer.status == 200
    stream = received(answer.body)
    assert stream.the("end").fields["epoch"] <= 9
    expected = spec.run_at(Cell(2, 1))
    expected = RunSpec(expected.problem, replace(expected.config, n_epochs=9))
    assert answer.headers["linreg-run"] == expected.id


@pytest.mark.parametrize(
    ("path", "query", "status", "said"),
    [
        ("", {"noise": "loud"}, 400, "`noise` must be a number"),
        ("", {"n_epochs": "1000000", "solver": "lbfgs"}, 400, "would take about"),
        ("", {"visitor": "x"}, 400, "visitor"),
        ("/run", {"column": "3"}, 400, "`column` must be <= 2"),
        ("/run", {"column": "-1"}, 400, "`column` must be a whole number"),
        ("/run", {"row": "99999"}, 400, "`row` must be a whole number"),
    ],
)
def test_bad_requests_get_a_sentence(
    server: LocalServer, path: str, query: dict[str, str], status: int, said: str
) -> None:
    spec = sweep_settings(T4.settings, sweep_x_steps=3).sweep_spec()
    answer = got(server, server.addresses.sweep_address(spec) + path, **query)
    assert answer.status == status
    assert said in answer.message


def test_only_addresses_of_ours_are_answered(server: LocalServer) -> None:
    spec = GRID.sweep_spec()
    foreign = Addresses("another key").sweep_address(spec)
    assert got(server, foreign).status == 403
    assert got(server, server.addresses.address(spec.base)).status == 403  # a run's is no sweep's
    assert got(server, "x" * 5000).status == 414
