"""A line's parameters as the state_dict of a `torch.nn.Linear`, in original units."""

from __future__ import annotations

import io

from linreg_core import Params


def state_dict_bytes(params: Params, fit_intercept: bool = True) -> bytes:
    """Return the file that `torch.load` reads back, for y = X @ weights + bias.

    "weight" (1, n_features) and, unless the line goes through the origin, "bias" (1,), both
    float64. It loads strictly:

        model = torch.nn.Linear(n_features, 1, bias=fit_intercept, dtype=torch.float64)
        model.load_state_dict(torch.load(file, weights_only=True))

    This imports torch, so it is the trainer's process that calls it.
    """
    import torch

    state = {"weight": torch.tensor(params.weights.tolist(), dtype=torch.float64).reshape(1, -1)}
    if fit_intercept:
        state["bias"] = torch.tensor([params.bias], dtype=torch.float64)
    file = io.BytesIO()
    torch.save(state, file)
    return file.getvalue()
