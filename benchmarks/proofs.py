"""Runs' proofs made here, and compared on the plainest kernels of the same architecture.

`python -m benchmarks.proofs`: how many runs another processor's rounding leaves the same.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter

import numpy as np

from dashboard.data_print import DataPrint
from dashboard.live.result import RunResult
from dashboard.presets import PRESETS
from dashboard.proof import Proof
from dashboard.settings import Settings, make_settings
from dashboard.versions import processor
from linreg_core import SOLVERS, fit

_PLAIN = {
    "OPENBLAS_CORETYPE": "Prescott",
    "NUMBA_CPU_NAME": "generic",
    "NUMBA_CPU_FEATURES": "",
    "ATEN_CPU_CAPABILITY": "default",
}
_NAMES = ("line", "correlated", "norris", "longley", "outliers")


def runs() -> dict[str, Settings]:
    """The tutorials, and each data set with each solver, an L1 loss, and single precision."""
    found = {preset.name: preset.settings for preset in PRESETS}
    for name in _NAMES:
        for solver in SOLVERS:
            batch_size = 8 if SOLVERS[solver].is_iterative and solver != "lbfgs" else None
            found[f"{name}, {solver}"] = make_settings(
                *(name, None),
                solver=solver,
                learning_rate=0.01,
                standardize=True,
                n_epochs=200,
                batch_size=batch_size,
            )
        found[f"{name}, l1"] = make_settings(name, loss="l1", learning_rate=1e-4, n_epochs=300)
        found[f"{name}, float32"] = make_settings(
            name, dtype="float32", standardize=True, learning_rate=0.01
        )
    return found


def proof_of(settings: Settings) -> Proof:
    """What comes of a run on this machine."""
    problem, config = settings.problem_spec.build(), settings.config()
    final = fit(problem, config).final
    assert final.train_loss is not None
    none = np.array([])
    result = RunResult(
        *(final.params, final.status, final.epoch, 0.0, none, none, none, config.engine),
        final_loss=final.train_loss,
    )
    return Proof.of(settings.run_spec, result, DataPrint.of(problem.dataset), processor())


def main() -> None:
    """Compare, or tell the proofs of this process where that is asked for."""
    here = {name: proof_of(settings) for name, settings in runs().items()}
    if "tell" in sys.argv:
        print(json.dumps({name: proof.to_text() for name, proof in here.items()}))
        return
    command = [sys.executable, "-m", "benchmarks.proofs", "tell"]
    told = subprocess.run(
        command, env=os.environ | _PLAIN, capture_output=True, text=True, check=True
    )
    counts: Counter[str] = Counter()
    for name, text in json.loads(told.stdout.splitlines()[-1]).items():
        verdict = Proof.from_text(text).compare(here[name], runs()[name].run_spec)
        counts[verdict.sentence if verdict.is_reproduced else "not reproduced"] += 1
        if not verdict.is_reproduced:
            print(f"{name}: {verdict.sentence}")
    for sentence, n_runs in counts.most_common():
        print(f"{n_runs:3}  {sentence}")


if __name__ == "__main__":
    main()
