"""From a run's name to settings and back."""

from __future__ import annotations

import pytest

from dashboard.presets import PRESETS
from dashboard.problem_spec import ProblemSpec, SentData
from dashboard.room.spec_settings import about, settings_of
from dashboard.run_spec import RunSpec
from dashboard.settings import ModelSettings, make_settings
from linreg_core import TrainConfig

EACH: dict[str, ModelSettings] = {
    **{preset.title: preset.settings for preset in PRESETS},
    "another seed": make_settings("line", {"noise": 0.4}, seed=5, test_fraction=0.2),
    "given start": make_settings("line", init="custom", init_weight=2.0, init_bias=-1.0),
    "changed on its way": make_settings("line", until=((30, (("learning_rate", 0.3),)),)),
    "solved at once": make_settings("condos", solver="closed_form"),
}


@pytest.mark.parametrize("name", EACH)
def test_settings_of_a_run_make_the_same_run(name: str) -> None:
    spec = EACH[name].run_spec
    assert settings_of(spec).run_spec.to_text() == spec.to_text()


def test_settings_about_own_data_make_the_same_run() -> None:
    data = SentData("ab" * 16, n_samples=30, n_features=2)
    spec = RunSpec(ProblemSpec(data, seed=3, standardize=True), TrainConfig(batch_size=8, seed=3))
    settings = settings_of(spec)
    assert settings.run_spec == spec and settings.n_train == 30
    assert about(spec) == "A table, 30 rows · SGD, 100 epochs"
