"""Training to the end, with a progress bar on stderr."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from linreg_core.block import Block
from linreg_core.config import TrainConfig
from linreg_core.problem import Problem
from linreg_core.run import Run, RunRecorder

PROGRESS_SECONDS: Final = 0.1
"""So often progress is shown."""


def record_to_end(
    problem: Problem, config: TrainConfig, blocks: Iterable[Block], is_hidden: bool = False
) -> Run:
    """Return the run that these blocks are; a bar shows its epochs, where it is not hidden."""
    from tqdm import tqdm

    recorder = RunRecorder(problem, config)
    with tqdm(total=config.n_epochs, unit="epoch", disable=is_hidden) as bar:
        for block in blocks:
            recorder.add(block)
            latest = recorder.latest
            if len(block) and latest is not None:
                bar.update(latest.epoch - bar.n)
                if latest.train_loss is not None:
                    bar.set_postfix_str(f"loss {latest.train_loss:.6g}")
    return recorder.run()
