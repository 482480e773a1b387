"""The solvers: update rules that agree with torch.optim, defaults included, and the closed form."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from linreg_core.solvers.adagrad import ADAGRAD
from linreg_core.solvers.adam import ADAM
from linreg_core.solvers.adamw import ADAMW
from linreg_core.solvers.base import Solver, SolverKnobs
from linreg_core.solvers.closed_form import CLOSED_FORM
from linreg_core.solvers.lbfgs import LBFGS
from linreg_core.solvers.momentum import SGD_WITH_MOMENTUM
from linreg_core.solvers.nesterov import NESTEROV
from linreg_core.solvers.rmsprop import RMSPROP
from linreg_core.solvers.sgd import SGD

__all__ = ["SOLVERS", "Solver", "SolverKnobs"]

_ALL = (SGD, SGD_WITH_MOMENTUM, NESTEROV, ADAGRAD, RMSPROP, ADAM, ADAMW, LBFGS, CLOSED_FORM)

SOLVERS: Final[Mapping[str, Solver]] = MappingProxyType({solver.name: solver for solver in _ALL})
"""Every solver by its name, in the order that menus show."""
