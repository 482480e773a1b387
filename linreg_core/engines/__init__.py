"""The engines: ways of computing the same updates, of which a config names one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from linreg_core.engines.base import Engine, Training
from linreg_core.engines.torch_engine import TORCH

__all__ = ["ENGINES", "Engine", "Training", "warm_up"]

_ALL = (TORCH,)

ENGINES: Final[Mapping[str, Engine]] = MappingProxyType({engine.name: engine for engine in _ALL})
"""Every engine by its name, in the order that menus show."""


def warm_up() -> None:
    """Import what the engines import late and run every solver with every loss once.

    The first torch.optim step imports torch._dynamo, which takes about a second: a server does
    this before its first visitor.
    """
    from linreg_core.engines.warming import train_everything_once

    train_everything_once()
