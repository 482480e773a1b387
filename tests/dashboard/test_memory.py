"""Memory that is free goes back to the system, and what is made takes what was counted for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from linreg_core import ENGINES

_ROOT = Path(__file__).parents[2]
_LEFT = """
import os
import threading
import numpy as np
from dashboard.live.allocator import give_back_large_blocks, release_memory
from dashboard.live.vitals import resident_bytes

def resident():
    return resident_bytes(os.getpid()) / 1e6

def work():
    np.ones(3_000_000)  # 24 MB, freed at once: glibc takes it for the common size
    pieces = [np.ones(5_000) for _ in range(1_000)]
    kept.append(np.ones(5_000))
    large = np.ones(2_500_000)

give_back_large_blocks()
kept, before = [], resident()
thread = threading.Thread(target=work)
thread.start()
thread.join()
release_memory()
print(resident() - before)
"""
_TAKEN = """
import json, os, sys, threading
from dataclasses import replace
from dashboard.live.allocator import give_back_large_blocks, release_memory
from dashboard.live.vitals import resident_bytes
from dashboard.settings import make_settings
from linreg_core import ENGINES, reference_fit
from linreg_core.memory import engine_bytes, reference_bytes

def most_during(work):
    '''What `work` makes, and by how much memory grew at most meanwhile.'''
    release_memory()
    before, made, seen = resident_bytes(os.getpid()), [], []
    thread = threading.Thread(target=lambda: made.append(work()))
    thread.start()
    while thread.is_alive():
        seen.append(resident_bytes(os.getpid()))
        thread.join(0.001)
    seen.append(resident_bytes(os.getpid()))
    return made[0], max(seen) - before

def settings_of(shape):
    knobs = dict(zip(("n_samples", "n_features"), shape))
    return make_settings("many_weights", knobs, test_fraction=0.2, batch_size=64)

engine, shape = sys.argv[1], (4_000, 1_000)
give_back_large_blocks()
ENGINES[engine].prepare()
few, settings = settings_of((400, 60)), settings_of(shape)
reference_fit(few.problem_spec.build())  # what is imported and compiled at the first call
ENGINES[engine].start(few.problem_spec.build(), few.config())
problem, taken = most_during(settings.problem_spec.build)
found = {"the problem": (taken, settings.problem_spec.n_bytes)}
for dtype in ("float64", "float32"):
    config = replace(settings, engine=engine, dtype=dtype).config()
    _, taken = most_during(lambda: ENGINES[engine].start(problem, config))
    found[f"its copy in {dtype}"] = taken, engine_bytes(*shape, engine, dtype)
_, taken = most_during(lambda: reference_fit(problem))
found["its least-squares fit"] = taken, reference_bytes(*shape)
print(json.dumps(found))
"""
_BESIDE = 3_000_000  # what Python itself may take meanwhile


def printed_by(program: str, *arguments: str) -> str:
    """What a process of its own says that runs `program`."""
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def test_what_a_thread_has_freed_is_given_back() -> None:
    """It had 60 MB in large and in small blocks; without either call 20 to 60 of them stay."""
    assert float(printed_by(_LEFT)) < 5


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_takes_more_memory_than_was_counted_for_it(engine: str) -> None:
    found = json.loads(printed_by(_TAKEN, engine))
    assert {name: pair for name, pair in found.items() if pair[0] > pair[1] + _BESIDE} == {}
    taken, counted = found["the problem"]
    assert taken > 0.9 * counted
