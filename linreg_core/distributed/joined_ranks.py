"""Many processes that make one run, as torchrun starts them."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from linreg_core.arrays import FloatArray
from linreg_core.distributed.lifeline import (
    Lifeline,
    accepted_peers,
    connected_hub,
    open_hub,
)
from linreg_core.distributed.ranks import ONE_RANK, Ranks
from linreg_core.errors import DataError, LinregError

if TYPE_CHECKING:
    import torch

PATIENCE: Final = 3_600.0
"""How long a rank may wait for sums of others, which have their rows to read."""
_TOKEN: Final = 16
_GRACE: Final = 5.0


def is_one_of_many() -> bool:
    """Whether torchrun, or what sets the same variables, has started this process among others."""
    return int(os.environ.get("WORLD_SIZE", "1")) > 1


class JoinedRanks:
    """This process among the others, by torch.distributed."""

    def __init__(self, device: torch.device) -> None:
        from torch import distributed

        self.rank, self.n_ranks = distributed.get_rank(), distributed.get_world_size()
        self._device = device

    def summed(self, values: FloatArray) -> FloatArray:
        """Return the sum over all ranks.

        Raises DataError when one of them is lost; the lifeline mostly ends the process before.
        """
        import torch
        from torch import distributed

        sums = torch.tensor(np.ascontiguousarray(values), dtype=torch.float64, device=self._device)
        try:
            distributed.all_reduce(sums)
        except RuntimeError:
            time.sleep(_GRACE)  # the lifeline knows whom
            raise DataError(
                "All ranks must stay until the run has ended. A connection was lost: start again."
            ) from None
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

    device = _device()
    backend = "gloo" if device.type == "cpu" else "nccl"
    distributed.init_process_group(backend, timeout=timedelta(seconds=PATIENCE))
    ranks = JoinedRanks(device)
    lifeline = _lifeline(ranks, os.environ["MASTER_ADDR"])
    try:
        with torch.inference_mode(False):
            yield ranks
    except LinregError as mistake:
        lifeline.fail(str(mistake))
        raise
    except BaseException as bug:
        lifeline.fail(f"{type(bug).__name__}, which its own output tells more of")
        raise
    else:
        lifeline.close()
    finally:
        distributed.destroy_process_group()


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


def _lifeline(ranks: JoinedRanks, host: str) -> Lifeline:
    """Open the line; its port and a token go by the collectives that are there already."""
    told = np.zeros(_TOKEN + 1)
    if ranks.rank == 0:
        hub = open_hub(host)
        token = secrets.token_bytes(_TOKEN)
        told[:] = [hub.getsockname()[1], *token]
    told = ranks.summed(told)
    token, port = bytes(told[1:].astype(np.uint8).tolist()), int(told[0])
    if ranks.rank == 0:
        peers = accepted_peers(hub, ranks.n_ranks, token)
    else:
        peers = connected_hub(host, port, ranks.rank, token)
    return Lifeline(ranks.rank, ranks.n_ranks, peers)
