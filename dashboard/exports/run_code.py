"""A run's code as the trainer makes it: the script and what is said beside it, or a notebook."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from dashboard.exports.notebook import notebook_bytes
from linreg_core import Problem, TrainConfig, pytorch_script
from linreg_core.code import (
    DataCode,
    data_code,
    magnifies_rounding,
    prepared_csv,
    prepared_file_code,
    script_sections,
)

PREPARED = "prepared"


@dataclass(frozen=True)
class RunCode:
    """A script, the file that has to lie beside it, if any, and whether its last digits are sure.

    `is_own_file` tells a file that the person has from one that is made of the prepared numbers.
    """

    script: str
    file: str | None
    is_own_file: bool
    magnifies: bool

    @classmethod
    def from_bytes(cls, data: bytes) -> RunCode:
        """Return what `run_code_file` has made as a "script"."""
        return cls(**json.loads(data))


def run_code_file(problem: Problem, config: TrainConfig, options: Mapping[str, Any]) -> bytes:
    """Return the file of a form: "script" (a RunCode), "notebook", or "prepared" (a CSV).

    Options are `style`, `last_epoch`, and `data`: None chooses where the data come from,
    "prepared" reads them from the CSV, and a table has the fields of a DataCode.
    """
    form = options["form"]
    if form == PREPARED:
        return prepared_csv(problem.dataset)
    data = _data(problem, options.get("data"))
    told = {"data": data, "last_epoch": options["last_epoch"]}
    if form == "notebook":
        return notebook_bytes(script_sections(problem, config, options["style"], **told))
    code = RunCode(
        script=pytorch_script(problem, config, options["style"], **told),
        file=data.file,
        is_own_file=data.needs_pandas,
        magnifies=magnifies_rounding(problem, config),
    )
    return json.dumps(asdict(code)).encode()


def _data(problem: Problem, asked: Any) -> DataCode:
    if asked is None:
        return data_code(problem.dataset)
    if asked == PREPARED:
        return prepared_file_code(problem.dataset)
    return DataCode(**asked | {"lines": tuple(asked["lines"])})
