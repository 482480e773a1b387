"""The engine of a run that takes no time but its engine's start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from linreg_core.config import TrainConfig
from linreg_core.engines import ENGINES
from linreg_core.engines.compiled.compiler import COMPILER
from linreg_core.engines.compiled.few_updates import is_of_few_updates
from linreg_core.scale.stand_ins import most_stand_ins
from linreg_core.scale.summing_loop import SUMMING_LOOP


@contextmanager
def engine_meanwhile(n_features: int, config: TrainConfig) -> Iterator[Callable[[], str]]:
    """Load the engine that starts fastest while rows are read; what it yields waits for its name.

    It is to train `config` on the rows that stand for all.

    That is the compiled one, a second sooner than PyTorch, where its code is kept on disk: to
    compile it takes longer than most runs.
    """
    with ThreadPoolExecutor(1, "engine") as thread:
        few = is_of_few_updates(most_stand_ins(n_features + 1), config)
        yield thread.submit(_loaded, few).result


def _loaded(few: bool) -> str:
    from linreg_core.engines.compiled.ahead import is_kept

    if ENGINES["compiled"].hindrance() is None:
        return "compiled"
    SUMMING_LOOP.kernels()  # which may compile: nothing else may while `is_kept` looks
    if not is_kept(few):
        return "torch"
    if few:
        COMPILER.kernels_for_few()
    else:
        ENGINES["compiled"].prepare()
    return "compiled"
