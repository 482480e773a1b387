"""Runs to be saved."""

from __future__ import annotations

from typing import Any

from dashboard.library.kept import KeptRun

RESULT: dict[str, Any] = {
    "status": "finished",
    "epoch": 100,
    "train_loss": 0.0125,
    "test_loss": None,
    "distance": 1e-9,
    "epochs_to_1_percent": 12,
    "bias": 0.5,
    "weights": [1.0, None],
    "n_weights": 2,
    "engine": "compiled",
    "seconds": 0.001,
}


def a_run(name: str = "A run", **values: Any) -> KeptRun:
    """A run of the play page that was saved under a name."""
    usual: dict[str, Any] = {
        "page": "play",
        "settings": {"v": "1", "dataset": "line", "noise": "0.3"},
        "run": "0123456789abcdef0123",
        "about": "Noisy line, 100 rows",
        "result": RESULT,
        "version": "1.0",
    }
    return KeptRun(name, **(usual | values))
