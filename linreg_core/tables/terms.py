"""What a model is made of: columns as they are or transformed, and interactions of two of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from linreg_core.checks import broken

IDENTITY: Final = "identity"
AS_CATEGORY: Final = "category"
TRANSFORMS: Final = (
    IDENTITY, "log", "sqrt", "poly2", "poly3", "raw2", "raw3", "center", "scale", AS_CATEGORY,
)  # fmt: skip
"""What may be done to a column; `poly` and `raw` are told up to `MAX_DEGREE`, as "raw5"."""
TARGET_TRANSFORMS: Final = (IDENTITY, "log")
MAX_DEGREE: Final = 10
MOST_FACTORS: Final = 2
_POLYNOMIAL: Final = re.compile(r"(poly|raw)([1-9]\d?)")
_BARE_NAME: Final = re.compile(r"[^\W\d_][\w.]*")
_RESERVED: Final = ("in",)


@dataclass(frozen=True)
class Factor:
    """A column and what is done to it.

    "poly2" and "poly3" are orthogonal polynomials of that degree, as R's `poly`; "raw2" and "raw3"
    the plain powers; "center" subtracts the mean, and "scale" also divides by the sample standard
    deviation. "category" takes every value as a level, compared with `baseline` (None: the most
    frequent one). A column of text is one without being told, so only its baseline has to be.

    Raises ConfigError when the transform is none, or has no baseline.

    >>> Factor("area", "poly2").label, Factor("city", baseline="Oslo").label
    ('poly(area, 2)', 'C(city, base="Oslo")')
    """

    column: str
    transform: str = IDENTITY
    baseline: str | None = None

    def __post_init__(self) -> None:
        if self.transform == IDENTITY and self.baseline is not None:
            object.__setattr__(self, "transform", AS_CATEGORY)
        if self.transform not in TRANSFORMS and not 2 <= self.degree <= MAX_DEGREE:
            known = ", ".join(map(repr, TRANSFORMS))
            raise broken("transform", f"must be one of {known}", self.transform)
        if self.baseline is not None and self.transform != AS_CATEGORY:
            rule = f"is for categories, not for {self.transform!r}"
            raise broken("baseline", rule, self.baseline)

    @property
    def degree(self) -> int:
        """The degree of a polynomial, 1 for all else."""
        found = _POLYNOMIAL.fullmatch(self.transform)
        return int(found[2]) if found else 1

    @property
    def is_orthogonal(self) -> bool:
        """Whether it stands for orthogonal polynomials."""
        return self.degree > 1 and self.transform.startswith("poly")

    @property
    def is_plain(self) -> bool:
        """Whether it is the column as it stands."""
        return self.transform == IDENTITY

    @property
    def label(self) -> str:
        """The factor as a formula spells it."""
        return self._spelled(quoted_name(self.column))

    @property
    def name(self) -> str:
        """The factor with its column's name as it is."""
        return self._spelled(self.column)

    def _spelled(self, column: str) -> str:
        if self.is_plain:
            return column
        if self.transform == AS_CATEGORY:
            base = "" if self.baseline is None else f", base={quoted_text(self.baseline)}"
            return f"C({column}{base})"
        if self.degree > 1:
            raw = "" if self.is_orthogonal else ", raw=True"
            return f"poly({column}, {self.degree}{raw})"
        return f"{self.transform}({column})"


@dataclass(frozen=True)
class Term:
    """One factor, or the interaction of two.

    Raises ConfigError for none, for more, and for twice the same.

    >>> Term((Factor("area", "log"), Factor("city"))).label
    'log(area):city'
    """

    factors: tuple[Factor, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "factors", tuple(self.factors))
        n_factors = len(self.factors)
        if not 1 <= n_factors <= MOST_FACTORS or len(set(self.factors)) != n_factors:
            labels = [factor.label for factor in self.factors]
            raise broken("factors", "must be 1 or 2 different ones", labels)

    @classmethod
    def of(cls, column: str) -> Term:
        """Return the term that is a column as it stands."""
        return cls((Factor(column),))

    @property
    def label(self) -> str:
        """The term as a formula spells it."""
        return ":".join(factor.label for factor in self.factors)

    @property
    def is_plain(self) -> bool:
        """Whether it is one column as it stands."""
        return len(self.factors) == 1 and self.factors[0].is_plain

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of its columns, each once."""
        return tuple(dict.fromkeys(factor.column for factor in self.factors))

    def is_same_as(self, other: Term) -> bool:
        """Whether both say the same, in whatever order of their factors."""
        return set(self.factors) == set(other.factors)


def columns_of(terms: Iterable[Term]) -> tuple[str, ...]:
    """Return the columns that terms use, each once, in the order of their first use."""
    return tuple(dict.fromkeys(column for term in terms for column in term.columns))


def without_repeats(terms: Iterable[Term]) -> Iterator[Term]:
    """Yield the terms, but not again what was there in another order of its factors."""
    seen: set[frozenset[Factor]] = set()
    for term in terms:
        factors = frozenset(term.factors)
        if factors not in seen:
            seen.add(factors)
            yield term


def baselines_of(terms: Iterable[Term]) -> dict[str, str]:
    """Return the levels that columns are compared with, where any of their uses tells one.

    >>> baselines_of([Term((Factor("city", baseline="Oslo"),)), Term.of("city"), Term.of("area")])
    {'city': 'Oslo'}
    """
    factors = (factor for term in terms for factor in term.factors)
    return {factor.column: factor.baseline for factor in factors if factor.baseline is not None}


def two_baselines(terms: Iterable[Term]) -> tuple[str, str, str] | None:
    """Return the first column with two different baselines, and these; None where there is none."""
    told: dict[str, str] = {}
    for factor in (each for term in terms for each in term.factors if each.baseline is not None):
        baseline = str(factor.baseline)
        before = told.setdefault(factor.column, baseline)
        if before != baseline:
            return factor.column, before, baseline
    return None


def quoted_name(name: str) -> str:
    """Return a column's name as a formula has it: in backticks where it is not one word.

    >>> quoted_name("area"), quoted_name("living area"), quoted_name("a`b")
    ('area', '`living area`', '`a``b`')
    """
    if _BARE_NAME.fullmatch(name) and name not in _RESERVED:
        return name
    return "`" + name.replace("`", "``") + "`"


def quoted_text(text: str) -> str:
    r"""Return a level as a formula has it.

    >>> print(quoted_text('the "old" town'))
    "the \"old\" town"
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def target_name(column: str, transform: str) -> str:
    """Return what the target is called on the scale of training.

    >>> target_name("price", "log"), target_name("price", "identity")
    ('log(price)', 'price')
    """
    return column if transform == IDENTITY else f"{transform}({column})"
