"""The optimisers of torch.optim, without what makes them ready for torch.compile.

torch.optim guards their methods so that torch.compile steps over them, and the first guarded call
loads that compiler: 1.7 s of processor time and 70 MB in each process that trains, for runs that
are never compiled. The methods behind the guards make the same updates.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from torch.optim import Optimizer

_GUARDED: Final = ("add_param_group", "state_dict", "load_state_dict")


@functools.cache
def eager(kind: type[Optimizer]) -> Callable[..., Optimizer]:
    """Return a class of torch.optim that does the same, but can't be compiled.

    Where a version of torch guards no longer, nothing is taken off, and nothing is missed.
    """
    import torch

    methods: dict[str, Any] = {name: inspect.unwrap(getattr(kind, name)) for name in _GUARDED}
    methods["step"] = torch.no_grad()(inspect.unwrap(kind.step))  # its guard turned gradients off
    return type(kind.__name__, (kind,), methods)
