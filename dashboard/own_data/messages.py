"""What a page and the process that reads its file say to each other, pickled."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from linreg_core import DataError, LinregError
from table_reader import Found, ReadOptions, Table

if TYPE_CHECKING:  # who reads a file needs none of these
    from linreg_core.inference import Coefficient
    from linreg_core.tables import Selection


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
    """Which columns all stored rows are to be fitted by; `digest` is that of what was sampled.

    `errors` are the kind of standard errors.
    """

    name: str
    place: str = field(repr=False)
    digest: str
    selection: Selection
    errors: str


@dataclass(frozen=True, eq=False)
class AllRowsFit:
    """Least squares on all stored rows, as far as it is told without them.

    `used` says which rows took part and what became of columns, `notes` how it was solved, how many
    digits that leaves, and what is to be known of its numbers.
    """

    coefficients: tuple[Coefficient, ...]
    n_samples: int
    df_residual: int
    r_squared: float | None
    adjusted_r_squared: float | None
    residual_standard_error: float | None
    rmse: float | None
    f: float | None
    f_p: float | None
    aic: float | None
    bic: float | None
    errors_in_words: str
    notes: tuple[str, ...]
    used: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Refusal:
    """Why a file is no table, and what of it a person can say better: as a DataError has it."""

    message: str
    options: ReadOptions | None = None
    found: Found | None = None

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

    Of stored rows it has a sample, or says that they are as they were.
    """

    progress: float = 0.0
    table: Table | None = None
    refusal: Refusal | None = None
    sample: StoredSample | None = None
    fit: AllRowsFit | None = None
    is_as_known: bool = False
    is_last: bool = False
