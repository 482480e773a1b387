"""Small problems that every test of the core may use."""

from __future__ import annotations

import numpy as np
import pytest

from linreg_core import Dataset, Problem
from linreg_core.engines.compiled.compiler import COMPILER
from linreg_core.engines.compiled.kernels import make_kernels


@pytest.fixture
def dataset() -> Dataset:
    """37 rows and 3 features of different sizes, with noise."""
    generator = np.random.default_rng(5)
    X = generator.standard_normal((37, 3)) * [1.0, 0.5, 2.0] + [0.0, 1.0, -1.0]
    y = X @ [1.0, -2.0, 0.5] + 3.0 + 0.3 * generator.standard_normal(37)
    return Dataset("three features", X, y)


@pytest.fixture
def problem(dataset: Dataset) -> Problem:
    """All rows of it train, in original units."""
    return Problem.from_dataset(dataset)


@pytest.fixture
def split_problem(dataset: Dataset) -> Problem:
    """A quarter of it tests, and training is standardised."""
    return Problem.from_dataset(dataset, test_fraction=0.25, standardize=True, seed=1)


@pytest.fixture(scope="session")
def compiled_engine() -> None:
    """The compiled engine works here: else torch would be compared with itself."""
    if COMPILER._kernels is None:  # all that runs may need would take longer than these tests
        COMPILER._kernels = make_kernels(on_disk=True)
