"""A table with everything that is awkward to export, and its fit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from linreg_core import Params, Problem
from linreg_core.inference import Report, report
from linreg_core.tables import Prepared, Selection, prepare
from table_reader import ReadOptions, Table
from tests.dashboard.fits import IMAGE

CELLS = (
    "plain",
    "=1+1",
    '=HYPERLINK("http://example.org";"x")',
    "@SUM(A1)",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "-3.5",
    "\t=1",
    "\r=1",
    'a "quoted" cell',
    "comma, semicolon; tab\tend",
    "two\nlines",
    "two\r\nlines",
    "",
    "漢字 é ü 👩\u200d🔬",
    "'apostrophe",
    " spaces ",
    IMAGE,
    "</script><script>alert(2)</script>",
    "null",
)
"""Cells of text, one for each row."""
LEFT_OUT = {3: "empty feature", 5: "empty target", 7: "excluded by hand"}


@dataclass(frozen=True, eq=False)
class Fitted:
    """A table, its chosen columns, and the report on them."""

    table: Table
    prepared: Prepared
    report: Report

    def row_name(self, position: int) -> str:
        return str(self.table.row_number(int(self.prepared.rows[position])))


def awkward(decimal: str = ".") -> Fitted:
    """20 rows, of which 3 are left out and 4 are test rows."""
    n = len(CELLS)
    rng = np.random.default_rng(2)
    size = rng.normal(size=n)
    frame = pd.DataFrame(
        {
            "=size": size,
            "count": np.arange(n) - 7,
            IMAGE: pd.Series(list(CELLS)),
            "ok": pd.Series(rng.random(n) < 0.5, dtype="boolean"),
            "day": pd.date_range("2020-02-27", periods=n),
            "time": pd.date_range("2020-02-27 10:00:30", periods=n, freq="h"),
            "predicted": 3 * size + 0.1 * np.arange(n) + rng.normal(size=n),
        }
    )
    frame.loc[3, "=size"] = np.nan
    frame.loc[5, "predicted"] = np.nan
    frame.loc[9, "ok"] = pd.NA
    table = Table(
        frame,
        ("Dropped 1 blank row.",),
        "my <table>",
        "commas, UTF-8",
        ReadOptions(decimal=decimal),
        line_numbers=np.arange(n) + 3,
    )
    prepared = prepare(table, Selection("predicted", ("=size", "count"), excluded_rows=(7,)))
    problem = Problem.from_dataset(prepared.dataset, test_fraction=0.25, standardize=True)
    return Fitted(table, prepared, report(problem, Params([2.5, 0.1], 0.2)))
