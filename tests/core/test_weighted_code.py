"""Scripts of weighted runs end where the runs do."""

from __future__ import annotations

import contextlib
import io
import itertools
from typing import Any

import numpy as np
import pytest

from linreg_core import LOSSES, Dataset, Problem, TrainConfig, fit
from linreg_core.code.data_code import prepared_csv, prepared_file_code
from linreg_core.code.script import SCRIPT_STYLES, pytorch_script

rng = np.random.default_rng(8)
X = rng.normal(size=(24, 2)) * [1.0, 3.0] + 1.0
DATA = Dataset(
    "weighted", X, X @ [1.0, -0.5] + rng.normal(size=24), weights=rng.uniform(0.2, 9.0, 24)
)


def ended(script: str) -> dict[str, Any]:
    """What a script leaves."""
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(script, "script", "exec"), names)
    return names


RUNS = [
    *(dict(loss=loss, batch_size=size) for loss, size in itertools.product(LOSSES, (None, 7))),
    dict(solver="lbfgs", n_epochs=3),
    dict(solver="lbfgs", n_epochs=3, batch_size=8),
    dict(solver="closed_form"),
]


@pytest.mark.parametrize(
    ("style", "standardize"),
    list(zip(SCRIPT_STYLES, (True, False), strict=True)),
    ids=SCRIPT_STYLES,
)
def test_a_script_ends_where_its_weighted_run_does(style: str, standardize: bool) -> None:
    for place, options in enumerate(RUNS):
        fit_intercept = place % 3 != 1
        problem = Problem.from_dataset(
            DATA, 0.25, standardize=standardize, fit_intercept=fit_intercept
        )
        config = TrainConfig(**{"learning_rate": 0.02, "n_epochs": 3, **options})  # type: ignore[arg-type]
        final = fit(problem, config).final
        left = ended(pytorch_script(problem, config, style, last_epoch=config.n_epochs))
        found = [*left["weights"], left["bias"], left["train_loss"], left["test_loss"]]
        wanted = [*final.params.weights, final.params.bias, final.train_loss, final.test_loss]
        np.testing.assert_allclose(found, wanted, rtol=1e-6, atol=1e-9, err_msg=str(options))


def test_a_file_beside_the_script_holds_the_weights(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prepared.csv").write_bytes(prepared_csv(DATA))
    lines = "\n".join(["import numpy as np", *prepared_file_code(DATA).lines])
    left = ended(lines)
    np.testing.assert_array_equal(left["w"], DATA.weights)  # type: ignore[arg-type]
    np.testing.assert_array_equal(left["X"], DATA.X)
