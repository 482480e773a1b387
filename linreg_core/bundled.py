"""The data sets that come as files: where they are, and which column is the target."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from linreg_core.tables import to_dataset
from linreg_core.types import Dataset
from table_reader import read_table

_BESIDE = Path(__file__).resolve().parent / "data"
DATA_FOLDER: Final = _BESIDE if _BESIDE.is_dir() else _BESIDE.parent.parent / "data"
"""A wheel carries the files beside this one; in a checkout they are at the top level."""


def condos(generator: np.random.Generator) -> Dataset:
    """Return prices of (synthetic) condos by floor area."""
    table = read_table(DATA_FOLDER / "condos.csv")
    return to_dataset(table, "sale_price", ("sq_footage",), name="condos")


def anscombe(number: int) -> Dataset:
    """Return one of the four sets that share a line and look nothing alike; number is 1 to 4.

    Source: Anscombe (1973), Graphs in statistical analysis.
    """
    table = read_table(DATA_FOLDER / "anscombe.csv")
    data = to_dataset(table, f"y{number}", (f"x{number}",))
    return Dataset(f"anscombe_{number}", data.X, data.y, ("x",), "y")


def norris(generator: np.random.Generator) -> Dataset:
    """Return the calibration of an ozone monitor. Source: NIST StRD, Norris."""
    return to_dataset(read_table(DATA_FOLDER / "norris.csv"), "y", ("x",), name="norris")


def longley(generator: np.random.Generator) -> Dataset:
    """Return employment by six features that rise together. Source: NIST StRD, Longley."""
    return to_dataset(read_table(DATA_FOLDER / "longley.csv"), "employed", name="longley")
