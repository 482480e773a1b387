"""The engines: ways of computing the same updates, of which a config names one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from linreg_core.engines.base import Engine, Training
from linreg_core.engines.compiled import COMPILED
from linreg_core.engines.torch_engine import TORCH

__all__ = ["ENGINES", "Engine", "Training", "engine_for_now"]

_ALL = (COMPILED, TORCH)

ENGINES: Final[Mapping[str, Engine]] = MappingProxyType({engine.name: engine for engine in _ALL})
"""Every engine by its name, in the order that menus show."""


def engine_for_now(name: str) -> tuple[str, str | None]:
    """Return which engine can train without a wait, and why it is not `name` where it is not.

    The reason is one sentence. PyTorch makes the same updates, so it stands in.
    """
    hindrance = ENGINES[name].hindrance()
    return (name, None) if hindrance is None else (TORCH.name, hindrance)
