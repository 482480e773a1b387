"""What a page and the process that reads its file say to each other, pickled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linreg_core import DataError, LinregError
from table_reader import Found, ReadOptions, Table

if TYPE_CHECKING:  # who reads a file needs none of these
    from linreg_core import Dataset
    from linreg_core.scale import StreamedFit
    from linreg_core.tables import Prepared, Selection


@dataclass(frozen=True)
class Request:
    """What is to be read: `size` bytes follow."""

    name: str
    size: int
    options: ReadOptions


@dataclass(frozen=True)
class StoredRequest:
    """Which rows are to be sampled: what people call them, where they are stored, and the digest of
    those that are known.
    """

    name: str
    place: str = field(repr=False)
    n_rows: int
    known: str = ""


@dataclass(frozen=True, eq=False)
class StoredSample:
    """A fair sample of stored rows: of how many, and the digest of what is stored."""

    table: Table
    n_rows: int
    digest: str


@dataclass(frozen=True)
class AllRowsRequest:
    """Which columns all stored rows are to be learned by; `digest` is that of what was sampled.

    `errors` are the kind of standard errors, and `sample` are the rows that were drawn for the
    page: the digest tells which.
    """

    name: str
    place: str = field(repr=False)
    digest: str
    selection: Selection
    errors: str
    test_fraction: float
    seed: int
    sample: Table = field(repr=False, compare=False)


@dataclass(frozen=True, eq=False)
class AllRows:
    """All stored rows, as far as a page needs them.

    `fit` is least squares on the training rows. `dataset` are few rows that stand for all, those
    for the test last, and `n_test` counts these; they stand for `n_test_rows`. `sample` are the
    rows that were drawn for the page, made of their table as all rows were.
    """

    fit: StreamedFit
    dataset: Dataset
    n_test: int
    n_test_rows: int
    sample: Prepared


@dataclass(frozen=True)
class Refusal:
    """Why a file is no table, and what of it a person can say better: as a DataError has it.

    What `is_private` is for the server's log alone.
    """

    message: str
    options: ReadOptions | None = None
    found: Found | None = None
    is_private: bool = False

    @classmethod
    def of(cls, error: LinregError) -> Refusal:
        """Return what an error says, without the frames that it comes from: these hold the file."""
        if isinstance(error, DataError):
            return cls(str(error), error.options, error.found)
        return cls(str(error))

    def as_error(self) -> DataError:
        error = DataError(self.message)
        error.options, error.found = self.options, self.found
        return error


@dataclass(frozen=True, eq=False)
class Reply:
    """How far reading has come (0 to 1); the last one has the table, a refusal or neither.

    Of stored rows it has a sample or what all of them tell, or says that they are as they were.
    """

    progress: float = 0.0
    table: Table | None = None
    refusal: Refusal | None = None
    sample: StoredSample | None = None
    all_rows: AllRows | None = None
    is_as_known: bool = False
    is_last: bool = False
