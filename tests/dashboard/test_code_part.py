"""The run as code in the Share dialog: what is drawn and made, and a notebook that runs."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from types import SimpleNamespace
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from streamlit.testing.v1 import AppTest

from dashboard.exports.run_code import RunCode
from dashboard.live.making import MAKERS
from dashboard.live.result import RunResult
from dashboard.presets import PRESETS
from dashboard.run_spec import RunSpec
from dashboard.share import code_part
from dashboard.share.shared import Shared
from linreg_core import Params, Problem, Status, TrainConfig, fit, make_dataset
from linreg_core.code import DataCode
from tests.core.test_code import assert_same, run
from tests.dashboard.pages import opened, quiet

PROBLEM = Problem.from_dataset(make_dataset("outliers", n_samples=30), 0.2, standardize=True)


def made(problem: Problem, config: TrainConfig, **options: Any) -> bytes:
    """What the trainer's maker makes; options travel to it as JSON."""
    options = {"style": "linear", "last_epoch": config.n_epochs, "data": None} | options
    return MAKERS["code"](problem, config, json.loads(json.dumps(options)))


@pytest.mark.parametrize("style", ["linear", "scratch"])
def test_the_notebook_ends_where_the_run_does(style: str) -> None:
    config = TrainConfig("adam", "huber", batch_size=7, n_epochs=5, init="randn", schedule="step")
    data = made(PROBLEM, config, form="notebook", style=style)
    assert data == made(PROBLEM, config, form="notebook", style=style)
    notebook = nbformat.reads(data.decode(), as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    printed = "".join(
        output["text"]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if output["output_type"] == "stream" and output["name"] == "stdout"
    )
    lines = [line.split(" ", 1) for line in printed.splitlines()]
    values = {name: json.loads(text) for name, text in lines}
    assert_same(values | {"weights": np.array(values["weights"])}, fit(PROBLEM, config).final)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: str(preset.name))
def test_presets_come_as_code(preset: Any) -> None:
    """To their last epochs where they are short, to fewer where not."""
    spec = preset.settings.run_spec
    problem = spec.problem.build()
    config = replace(
        spec.config, n_epochs=min(spec.config.n_epochs, 40), changes=(), engine="torch"
    )
    end = fit(problem, config).final
    for style in ("linear", "scratch"):
        code = RunCode.from_bytes(
            made(problem, config, form="script", style=style, last_epoch=end.epoch)
        )
        assert code.file is None
        digits = 1e-7 if config.dtype == "float64" else 1e-6
        assert_same(run(code.script), end, digits)


def test_the_data_can_come_from_elsewhere() -> None:
    config = TrainConfig(n_epochs=2)
    prepared = RunCode.from_bytes(made(PROBLEM, config, form="script", data="prepared"))
    assert (prepared.file, prepared.is_own_file) == ("prepared.csv", False)
    assert made(PROBLEM, config, form="prepared").startswith(b"x,y\n")
    own = DataCode(("X = y = 0",), "mine", needs_pandas=True, file="mine.csv")
    told = RunCode.from_bytes(made(PROBLEM, config, form="script", data=asdict(own)))
    assert (told.file, told.is_own_file) == ("mine.csv", True) and "X = y = 0" in told.script
    assert not told.magnifies
    assert RunCode.from_bytes(made(PROBLEM, TrainConfig("lbfgs"), form="script")).magnifies


def sharing(monkeypatch: pytest.MonkeyPatch, query: dict[str, str]) -> AppTest:
    """The play page with the dialog open at the code, its trainer in this process."""
    losses = np.array([1.0, 0.5])
    params = Params([1.0], 0.0)
    result = RunResult(params, Status.FINISHED, 3, 0.01, np.arange(2), losses, losses, "compiled")

    def make(name: str, spec: RunSpec, **options: Any) -> bytes:
        return MAKERS[name](spec.problem.build(), spec.config, options)

    monkeypatch.setattr(Shared, "result", property(lambda _: result))
    server = SimpleNamespace(trainers=SimpleNamespace(made=make))
    monkeypatch.setattr(code_part, "live_server", lambda: server)
    page = opened(query)
    page.session_state["share_part"] = "Code"
    return quiet(page.button(key="share").click().run())


def test_the_dialog_shows_the_code(monkeypatch: pytest.MonkeyPatch) -> None:
    page = sharing(monkeypatch, {"dataset": "line", "n_epochs": "3", "solver": "adam"})
    assert "torch.optim.Adam(" in page.code[0].value
    assert [each.proto.label for each in page.get("download_button")] == ["Script", "Notebook"]
    assert not any("rounding" in each.value for each in page.caption)
    style = next(each for each in page.get("button_group") if each.key == "code_style")
    page = quiet(style.set_value("scratch").run())
    assert "torch.autograd.grad" in page.code[0].value
