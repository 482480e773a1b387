"""A run as a script of plain PyTorch, that anybody can run without this project.

The script prints what the run ended with: the same data, the same start, the same batches, in the
few lines that one would write for just this run. `pytorch_script` is the whole of it,
`script_sections` its parts, for a notebook.
"""

from __future__ import annotations

from linreg_core.code.data_code import (
    MOST_WRITTEN,
    DataCode,
    data_code,
    prepared_csv,
    prepared_file_code,
)
from linreg_core.code.script import (
    SCRIPT_STYLES,
    ScriptSection,
    magnifies_rounding,
    pytorch_script,
    script_sections,
)
from linreg_core.code.table_code import table_code

__all__ = [
    "MOST_WRITTEN",
    "SCRIPT_STYLES",
    "DataCode",
    "ScriptSection",
    "data_code",
    "magnifies_rounding",
    "prepared_csv",
    "prepared_file_code",
    "pytorch_script",
    "script_sections",
    "table_code",
]
