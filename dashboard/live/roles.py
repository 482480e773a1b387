"""The two trainers: one for what is small, and one that has all that takes long to itself.

In one process they shared an interpreter's lock, and whenever a large product was done, the small
run beside it had to stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from dashboard.problem_spec import ProblemSpec
from dashboard.sweep.cost import is_large
from dashboard.sweep.spec import SweepSpec, Trainable
from linreg_core.memory import problem_bytes, reference_bytes

LARGE_CELLS = 1_000_000  # from here a pass over the rows takes milliseconds
_LARGE_BYTES = 32_000_000  # of a problem whose rows a random test split has copied


@dataclass(frozen=True)
class Role:
    """What a trainer's process is for.

    Attributes:
        own_bytes: what the process takes by itself, measured, without the libraries' pages where
            another trainer has them, too.
        fit_bytes: for the largest least-squares fit that comes often; one is computed at a time.
        late_engines: those that are loaded when somebody asks for them, unless there is plenty of
            memory, each with its bytes.
        niceness: how much it stands back when others want the processor, once it has started.
        rests_after: seconds without anybody's run, after which the process ends until the next.
    """

    name: str
    own_bytes: int
    fit_bytes: int
    late_engines: tuple[tuple[str, int], ...] = ()
    niceness: int = 0
    rests_after: float = float("inf")


SMALL: Final = Role("small", 400_000_000, reference_bytes(1_000, LARGE_CELLS // 1_000))
LARGE: Final = Role(
    "large",
    120_000_000,
    reference_bytes(10_000, 2_000),
    late_engines=(("torch", 210_000_000),),
    niceness=10,
    rests_after=600.0,
)
ROLES: Final[Mapping[str, Role]] = MappingProxyType({role.name: role for role in (SMALL, LARGE)})


def role_for(spec: ProblemSpec) -> Role:
    """Return whose a run is. All problems made of one table have the same trainer."""
    shape = spec.data.shape
    is_large = spec.n_cells > LARGE_CELLS or problem_bytes(*shape, is_copied=True) > _LARGE_BYTES
    return LARGE if is_large else SMALL


def role_of(spec: Trainable) -> Role:
    """Return whose a run is, or a sweep: one that takes long would share small runs' turns."""
    return LARGE if isinstance(spec, SweepSpec) and is_large(spec) else role_for(spec.problem)
