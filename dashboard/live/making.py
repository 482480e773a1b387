"""Files that are made of a run in the trainer's process, where its problem is, and torch.

A maker takes the problem, the config and its own options, and returns the bytes of a file. It
raises LinregError where there is no such file. It imports what it needs when it is called: most
trainers never make one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from dashboard.data_print import DataPrint
from dashboard.versions import processor
from linreg_core import Problem, TrainConfig

Maker = Callable[[Problem, TrainConfig, Mapping[str, Any]], bytes]


def _history(problem: Problem, config: TrainConfig, options: Mapping[str, Any]) -> bytes:
    from dashboard.exports.history import HISTORY_FORMATS, history_of

    return HISTORY_FORMATS[options["format"]](history_of(problem, config))


def _data_print(problem: Problem, config: TrainConfig, options: Mapping[str, Any]) -> bytes:
    told = {"data": DataPrint.of(problem.dataset).as_list(), "processor": processor()}
    return json.dumps(told).encode()


def _code(problem: Problem, config: TrainConfig, options: Mapping[str, Any]) -> bytes:
    from dashboard.exports.run_code import run_code_file

    return run_code_file(problem, config, options)


def _best_rates(problem: Problem, config: TrainConfig, options: Mapping[str, Any]) -> bytes:
    from linreg_core import best_rate

    configs = {name: replace(config, solver=name) for name in options["solvers"]}
    return json.dumps({name: best_rate(problem, each) for name, each in configs.items()}).encode()


MAKERS: Final[dict[str, Maker]] = {
    "history": _history,
    "data_print": _data_print,
    "code": _code,
    "best_rates": _best_rates,
}
"""By the name that `Trainers.made` is told."""
