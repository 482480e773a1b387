"""Many processes that make one run, as torchrun starts them."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.distributed.lifeline import Lifeline
from linreg_core.distributed.meeting import START_SECONDS, ended_when_late, met_ranks
from linreg_core.distributed.ranks import ONE_RANK, Ranks
from linreg_core.errors import ConfigError, DataError, LinregError
from table_reader.wording import shown

if TYPE_CHECKING:
    import torch

PATIENCE: Final = 3_600.0
"""How long a rank may wait for sums of others, which have their rows to read."""
_GRACE: Final = 5.0


def is_one_of_many() -> bool:
    """Whether torchrun, or what sets the same variables, has started this process among others."""
    return os.environ.get("WORLD_SIZE", "1") != "1"


class JoinedRanks:
    """This process among the others, by torch.distributed."""

    def __init__(self, rank: int, n_ranks: int, device: torch.device) -> None:
        self.rank, self.n_ranks = rank, n_ranks
        self._device = device

    def summed(self, values: FloatArray) -> FloatArray:
        """Return the sum over all ranks.

        Raises DataError when one of them is lost.
        """
        import torch
        from torch import distributed

        sums = torch.tensor(np.ascontiguousarray(values), dtype=torch.float64, device=self._device)
        with _told_as_lost():
            distributed.all_reduce(sums)
        return np.asarray(sums.cpu().numpy())


@contextmanager
def joined_ranks() -> Iterator[Ranks]:
    """Join the ranks that torchrun tells of in the environment; by oneself where it does not.

    A mistake in the input of one rank ends all of them with its sentence.
    """
    if not is_one_of_many():
        yield ONE_RANK
        return
    import torch
    from torch import distributed
    from torch.distributed import PrefixStore  # type: ignore[attr-defined]

    rank, n_ranks = _numbers()
    device, host = _device(), os.environ.get("MASTER_ADDR", "localhost")
    with ended_when_late(rank, n_ranks):
        store = _store(host, rank, n_ranks)
        lines, token = met_ranks(store, host, rank, n_ranks)
    lifeline = Lifeline(rank, n_ranks, lines)
    try:
        with _told_as_lost():
            distributed.init_process_group(
                "gloo" if device.type == "cpu" else "nccl",
                store=PrefixStore(f"linreg-{token.hex()}", store),
                rank=rank,
                world_size=n_ranks,
                timeout=timedelta(seconds=PATIENCE),
            )
        with torch.inference_mode(False):
            yield JoinedRanks(rank, n_ranks, device)
    except LinregError as mistake:
        lifeline.fail(str(mistake))
        raise
    except BaseException as bug:
        lifeline.fail(f"{type(bug).__name__}, which its own output tells more of")
        raise
    else:
        lifeline.close()
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()


@contextmanager
def _told_as_lost() -> Iterator[None]:
    """Raise DataError in the place of torch's errors; the lifeline mostly ends the process before.

    It knows whom it has lost, and is given the time to say so.
    """
    try:
        yield
    except RuntimeError:
        time.sleep(_GRACE)
        raise DataError(
            "All ranks must stay until the run has ended. A connection was lost: start again."
        ) from None


def _numbers() -> tuple[int, int]:
    """Return which rank this is of how many.

    Raises ConfigError when the environment tells none that can be.
    """
    told = os.environ.get("RANK", ""), os.environ["WORLD_SIZE"]
    if not all(map(str.isdecimal, told)) or not int(told[0]) < int(told[1]):
        raise ConfigError(
            f"`RANK` must be a number from 0 to below that of `WORLD_SIZE`. Got {shown(told[0])} "
            f"of {shown(told[1])}: start the ranks with torchrun, or set both of each."
        )
    return int(told[0]), int(told[1])


def _store(host: str, rank: int, n_ranks: int) -> Any:
    """Return what all ranks write to: that of torchrun's agent, or else one that rank 0 keeps.

    Raises ConfigError when it can't be reached.
    """
    from torch.distributed import TCPStore  # type: ignore[attr-defined]

    port, is_agents = os.environ.get("MASTER_PORT", ""), "TORCHELASTIC_USE_AGENT_STORE"
    is_kept_here = rank == 0 and os.environ.get(is_agents) != str(True)
    try:
        return TCPStore(
            host,
            int(port),
            n_ranks,
            is_kept_here,
            timedelta(seconds=START_SECONDS),
            wait_for_workers=False,
        )
    except (RuntimeError, ValueError) as error:
        told = str(error).splitlines()[0][:160]
        raise ConfigError(
            f"Rank 0 must be reached at `MASTER_ADDR` and `MASTER_PORT`. Got {shown(host)} and "
            f"{shown(port)} on rank {rank} ({told}): start all ranks at about the same time, with "
            f"an address and a free port that all machines reach."
        ) from None


def _device() -> torch.device:
    import torch

    local = int(os.environ.get("LOCAL_RANK", "0"))
    has_gpus = torch.cuda.is_available() and torch.cuda.device_count() >= int(
        os.environ.get("LOCAL_WORLD_SIZE", "1")
    )
    if not has_gpus:
        return torch.device("cpu")
    torch.cuda.set_device(local)
    return torch.device("cuda", local)
