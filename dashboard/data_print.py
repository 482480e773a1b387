"""What tells data from other data on any machine: their shape, their names and a few numbers.

`problem_spec.fingerprint` names data by their bytes, which differ where a processor rounds
otherwise. These numbers are compared to ten digits instead. Each column is divided by its
largest value, and each cell weighed by its place, so that a changed cell, two swapped rows or
two swapped columns show.
"""

from __future__ import annotations

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from linreg_core import Dataset
from table_reader.wording import counted

RELATIVE: Final = 1e-10
"""Within this part of each other, numbers are the same ones, rounded otherwise."""
_ABSOLUTE = 1e-12
_GOLDEN = (math.sqrt(5) - 1) / 2
_DIGITS = 12
_NAME_DIGITS = 8
N_NUMBERS: Final = 5


@dataclass(frozen=True)
class DataPrint:
    """A data set in a few words.

    `names` are eight hexadecimal digits of the columns' names. `numbers` are the columns' typical
    size, the mean of their cells weighed by place, the same mean of y, and y's least and largest.
    """

    n_samples: int
    n_features: int
    names: str
    numbers: tuple[float, ...]

    @classmethod
    def of(cls, dataset: Dataset) -> DataPrint:
        X, y = dataset.X, dataset.y
        by_row, by_column = _weights(len(y)), _weights(X.shape[1])
        sizes = _largest(X)
        # Rows first: nothing is as large as a second X.
        mean_of_X = np.mean(by_column * (by_row @ X) / sizes) / len(y)
        size = np.exp(np.mean(by_column * np.log(sizes)) / np.mean(by_column))
        mean_of_y = np.mean(by_row * y) / _largest(y[:, np.newaxis])[0]
        numbers = (size, mean_of_X, mean_of_y, y.min(), y.max())
        weights = [dataset.weights_name, dataset.weight_kind] * (dataset.weights is not None)
        names = json.dumps([*dataset.feature_names, dataset.target_name, *weights])
        digest = hashlib.blake2b(names.encode()).hexdigest()[:_NAME_DIGITS]
        n_samples, n_features = X.shape
        return cls(
            n_samples, n_features, digest, tuple(float(f"{value:.{_DIGITS}g}") for value in numbers)
        )

    @property
    def spread_of_y(self) -> float:
        """Half of y's range, in y's unit; a millionth of its size where it is constant."""
        low, high = self.numbers[-2:]
        return max((high - low) / 2, 1e-6 * max(abs(low), abs(high)))

    @property
    def size_of_x(self) -> float:
        """The columns' typical size."""
        return self.numbers[0]

    def difference(self, here: DataPrint) -> str:
        """Return in which way the data here are others, "" where they are the same."""
        if (self.n_samples, self.n_features) != (here.n_samples, here.n_features):
            return f"{_shape(self)} there, {_shape(here)} here"
        if not all(
            math.isclose(one, other, rel_tol=RELATIVE, abs_tol=_ABSOLUTE)
            for one, other in zip(self.numbers, here.numbers, strict=True)
        ):
            return "as many rows and columns, with other numbers"
        return "" if self.names == here.names else "the same numbers, under other names"

    def as_list(self) -> list[Any]:
        """Return it as JSON holds it; `from_list` reads it back."""
        return [self.n_samples, self.n_features, self.names, *self.numbers]

    @classmethod
    def from_list(cls, values: list[Any]) -> DataPrint:
        """Return what `as_list` made.

        Raises ValueError or TypeError when it is no such list.
        """
        n_samples, n_features, names, *numbers = values
        if not isinstance(names, str) or len(names) != _NAME_DIGITS or len(numbers) != N_NUMBERS:
            raise ValueError(values)
        size, *others = map(_finite, numbers)
        if size <= 0:
            raise ValueError(values)
        return cls(_whole(n_samples), _whole(n_features), names, (size, *others))


def _weights(n: int) -> NDArray[np.float64]:
    """Return a weight for each place, 0.5 to 1.5, all of them different."""
    places = np.arange(1, n + 1) * _GOLDEN
    weights: NDArray[np.float64] = np.modf(places)[0] + 0.5
    return weights


def _largest(X: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each column's largest absolute value: no sum, so exact; 1 where all are 0."""
    sizes: NDArray[np.float64] = np.maximum(X.max(axis=0), -X.min(axis=0))
    sizes[sizes == 0] = 1.0
    return sizes


def _shape(print_: DataPrint) -> str:
    return f"{counted(print_.n_samples, 'row')} of {counted(print_.n_features, 'feature')}"


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(value)
    return value


def _finite(value: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        raise TypeError(value)
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(value)
    return number
