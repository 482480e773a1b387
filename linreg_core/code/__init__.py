"""A run as a script of plain PyTorch, that anybody can run without this project.

The script prints what the run ended with: the same data, the same start, the same batches, in the
few lines that one would write for just this run. `pytorch_script` is the whole of it,
`script_sections` its parts, for a notebook.
"""

from __future__ import annotations

from linreg_core.code.data_code import DataCode, data_code, prepared_csv, prepared_file_code
from linreg_core.code.script import SCRIPT_STYLES, ScriptSection, pytorch_script, script_sections

__all__ = [
    "SCRIPT_STYLES",
    "DataCode",
    "ScriptSection",
    "data_code",
    "prepared_csv",
    "prepared_file_code",
    "pytorch_script",
    "script_sections",
]
