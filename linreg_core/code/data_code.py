"""Where a script has its data from: drawn, written into it, or read from a file beside it."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Final

import numpy as np

from linreg_core.code.generated import generating_lines
from linreg_core.code.writing import assigned, literal, named
from linreg_core.datasets import make_dataset
from linreg_core.types import Dataset

MOST_WRITTEN: Final = 2_000
"""Numbers of X and y up to which they are written into the script: some 40 KB."""
PREPARED_FILE: Final = "prepared.csv"
_NAMED_COLUMNS: Final = 6


@dataclass(frozen=True)
class DataCode:
    """Lines that leave float64 numpy arrays X (n, n_features) and y (n,), and what they use.

    Where rows have weights they leave these, too, as w (n,).

    `about` says in a sentence where the data come from; `file` is the file that has to lie beside
    the script, if there is one.
    """

    lines: tuple[str, ...]
    about: str
    needs_pandas: bool = False
    file: str | None = None


def data_code(dataset: Dataset) -> DataCode:
    """Return the shortest code for a data set that gives exactly its numbers.

    It is drawn as `make_dataset` did, written out where it is small, else read from
    `prepared_csv`.
    """
    drawn = _drawn(dataset)
    if drawn is not None:
        return drawn
    if dataset.X.size + dataset.y.size <= MOST_WRITTEN:
        return _written(dataset)
    return prepared_file_code(dataset)


def prepared_file_code(dataset: Dataset, file: str = PREPARED_FILE) -> DataCode:
    """Return code that reads the file that `prepared_csv` makes."""
    parts = "X, y = table[:, :-1], table[:, -1]"
    if dataset.weights is not None:
        parts = "X, y, w = table[:, :-2], table[:, -2], table[:, -1]"
    lines = (
        *_columns_comment(dataset),
        f'table = np.loadtxt({literal(file)}, delimiter=",", skiprows=1, comments=None, ndmin=2)',
        parts,
    )
    about = f"{dataset.n_samples:,} rows from a file that was saved with this code"
    return DataCode(lines, about, file=file)


def prepared_csv(dataset: Dataset) -> bytes:
    """Return the data set as CSV, features, the target and weights, if any, to the last digit.

    Its first line has the names, without line breaks.

    >>> prepared_csv(Dataset("two", [[0.1], [1.0]], [1.0, 3.0]))
    b'x,y\\n0.1,1.0\\n1.0,3.0\\n'
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names, columns = [*dataset.feature_names, dataset.target_name], [dataset.y]
    if dataset.weights is not None:
        names.append(dataset.weights_name or "weights")
        columns.append(dataset.weights)
    writer.writerow([" ".join(str(name).split()) for name in names])
    for features, *others in zip(dataset.X, *(each.tolist() for each in columns), strict=True):
        writer.writerow([*map(repr, features.tolist()), *map(repr, others)])
    return text.getvalue().encode(errors="replace")


def _drawn(dataset: Dataset) -> DataCode | None:
    origin = dataset.origin
    if origin is None or dataset.weights is not None:
        return None
    lines = generating_lines(origin.name, origin.seed, dict(origin.knobs))
    # Whoever has changed the points has not changed where they come from.
    if lines is None or not _is_made_alike(dataset):
        return None
    about = f"{dataset.n_samples:,} rows, drawn by numpy with seed {origin.seed}"
    return DataCode(tuple(lines), about)


def _is_made_alike(dataset: Dataset) -> bool:
    assert dataset.origin is not None
    made = make_dataset(dataset.origin.name, dataset.origin.seed, **dict(dataset.origin.knobs))
    return np.array_equal(made.X, dataset.X) and np.array_equal(made.y, dataset.y)


def _written(dataset: Dataset) -> DataCode:
    if dataset.n_features == 1:
        X = [*assigned("x", dataset.X[:, 0]), "X = x[:, np.newaxis]"]
    else:
        X = assigned("X", dataset.X)
    w = [] if dataset.weights is None else assigned("w", dataset.weights)
    lines = (*_columns_comment(dataset), *X, *assigned("y", dataset.y), *w)
    return DataCode(lines, f"{dataset.n_samples:,} rows")


def _columns_comment(dataset: Dataset) -> list[str]:
    """Return which column is which, unless they have no names of their own."""
    weights = []
    if dataset.weights is not None:
        weights = [f"# w: {named(dataset.weights_name or 'weights')}, how much each row counts"]
    if dataset.target_name == "y" and set(dataset.feature_names) <= {"x", "x1", "x2"}:
        return weights
    names = [named(name) for name in dataset.feature_names[:_NAMED_COLUMNS]]
    more = dataset.n_features - len(names)
    features = ", ".join(names) + (f" and {more:,} more" if more else "")
    return [f"# X: {features}", f"# y: {named(dataset.target_name)}", *weights]
