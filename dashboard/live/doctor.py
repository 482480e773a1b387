"""What the doctor says of a run that has ended: the trainer trains it once more for that."""

from __future__ import annotations

import json
import time
from typing import Any, Final

from dashboard.settings import spelled
from linreg_core import Problem, Run, TrainConfig, diagnose, train_blocks
from linreg_core.doctor import Diagnosis
from linreg_core.pauses import pause
from linreg_core.run import RunRecorder

MOST_WAITING: Final = 8
"""Runs that wait for the doctor; of others nothing is said."""
_RUN_SECONDS = 1.0  # a run that takes longer is not trained again
_SLICE_SECONDS = 0.02

NOTHING: Final = b"null"


def diagnosis_of(problem: Problem, config: TrainConfig) -> bytes:
    """Return what is said of the run of `config`, as JSON: `Diagnosis` in `static/doctor.js`."""
    run = _trained(problem, config)
    return NOTHING if run is None else json.dumps(_told(diagnose(run)), allow_nan=False).encode()


def _trained(problem: Problem, config: TrainConfig) -> Run | None:
    recorder = RunRecorder(problem, config)
    deadline = time.perf_counter() + _RUN_SECONDS
    for block in train_blocks(problem, config, max_seconds=_SLICE_SECONDS):
        pause()
        recorder.add(block)
        if time.perf_counter() > deadline and not block.status.is_final:
            return None
    return recorder.run()


def _told(diagnosis: Diagnosis) -> dict[str, Any]:
    cures = [
        {
            "label": cure.label,
            "changes": {name: spelled(name, value) for name, value in cure.changes.items()},
        }
        for cure in diagnosis.cures
        if cure.changes  # else the same run once more, to its end: the page's own runs are whole
    ]
    return {"kind": diagnosis.kind, "sentence": diagnosis.sentence, "cures": cures}
