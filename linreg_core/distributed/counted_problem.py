"""A problem of few rows that stand for many, which counts the many."""

from __future__ import annotations

from dataclasses import dataclass, fields

from linreg_core.problem import Problem


@dataclass(frozen=True, eq=False)
class CountedProblem(Problem):
    """A problem of stand-ins that counts the rows they stand for."""

    all_train: int = 0
    all_test: int = 0

    @classmethod
    def of(cls, problem: Problem, n_train: int, n_test: int) -> CountedProblem:
        """Return a problem with the numbers of rows that it has in truth."""
        values = {each.name: getattr(problem, each.name) for each in fields(Problem)}
        return cls(**values, all_train=n_train, all_test=n_test)

    @property
    def n_train(self) -> int:
        """The number of training rows."""
        return self.all_train

    @property
    def n_test(self) -> int:
        """The number of test rows."""
        return self.all_test
