"""A run as it is kept, in the library or in a project file: how to open it, and what came of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from dashboard.escaping import one_line
from dashboard.links import LINK_NAMES
from dashboard.live.result import RunResult
from linreg_core import ConfigError, Status
from table_reader.wording import shown

PLAY, DATA = "play", "data"
PAGES: Final = {PLAY: "pages/play.py", DATA: "pages/data.py"}
"""The pages that can be opened again, by the names under which they are kept."""
MOST_NAME, MOST_NOTE, MOST_FILE_NAME = 120, 10_000, 200
MOST_SETTINGS: Final = 60_000
"""Characters of all of an address's parameters: 500 rows left out, many columns, eight pins."""
MOST_WEIGHTS: Final = 100
_TABLE = "table"


@dataclass(frozen=True)
class KeptRun:
    """A run's name, the page and the parameters that open it, its result, and a note.

    `run` is the id of its `RunSpec`, "" where nobody knows. `file_name` and `fingerprint` are of
    the person's own table, None where everybody has the data. `result` is what `result_numbers`
    makes, None of a run that was still under way. `saved_at` is in seconds, as `time.time()`.
    """

    name: str
    page: str
    settings: Mapping[str, str]
    run: str = ""
    about: str = ""
    file_name: str | None = None
    fingerprint: str | None = None
    result: Mapping[str, Any] | None = None
    note: str = ""
    version: str = ""
    saved_at: float = 0.0

    @property
    def final_loss(self) -> float | None:
        return None if self.result is None else self.result.get("train_loss")

    def renamed(self, name: str) -> KeptRun:
        return replace(self, name=checked_run_name(name))


def checked_run_name(name: object) -> str:
    """Return what a run is to be called, on one line. Raises ConfigError when it is too long."""
    text = one_line(name).strip() if isinstance(name, str) else ""
    if not 1 <= len(text) <= MOST_NAME:
        raise ConfigError(
            f"The name of a run must have 1 to {MOST_NAME} characters. Got {len(text):,}."
        )
    return text


def checked_note(note: object) -> str:
    """Return a note. Raises ConfigError when it is too long."""
    text = note.replace("\0", "") if isinstance(note, str) else ""
    text = text.encode("utf-8", "replace").decode()  # a browser may send half a sign
    if len(text) > MOST_NOTE:
        raise ConfigError(
            f"A note must have at most {MOST_NOTE:,} characters. Got {len(text):,}: shorten it."
        )
    return text


def kept_settings(query: Mapping[str, Any]) -> dict[str, str]:
    """Return an address's parameters that are settings: no data, no claims, nothing of others'.

    Raises ConfigError when one is no text, or all are longer than what our pages make.
    """
    names = {*LINK_NAMES, "v"}
    settings = {name: value for name, value in query.items() if name in names}
    if not all(isinstance(value, str) for value in settings.values()):
        wrong = next(value for value in settings.values() if not isinstance(value, str))
        raise ConfigError(f"A setting of a kept run must be text. Got {shown(wrong)}.")
    size = sum(map(len, settings.values()))
    if size > MOST_SETTINGS:
        raise ConfigError(
            f"The settings of a kept run must have at most {MOST_SETTINGS:,} characters. "
            f"Got {size:,}: unpin some runs, or take rows back that were left out."
        )
    return settings


def needs_file(kept: KeptRun) -> bool:
    """Whether a run is on a table of the person's own."""
    return kept.page == DATA and not kept.settings.get(_TABLE)


def result_numbers(result: RunResult) -> dict[str, Any]:
    """Return what came of a run as JSON can hold it: what is not finite is None."""
    weights = result.params.weights
    tested = result.test_loss[-1] if len(result.test_loss) else math.nan
    return {
        "status": result.status.value,
        "epoch": result.epoch,
        "train_loss": _finite(result.final_loss),
        "test_loss": _finite(tested),
        "distance": _finite(result.distance),
        "epochs_to_1_percent": result.epochs_to_1_percent,
        "bias": _finite(result.params.bias),
        "weights": [_finite(weight) for weight in weights[:MOST_WEIGHTS].tolist()],
        "n_weights": len(weights),
        "engine": result.engine,
        "seconds": _finite(result.seconds),
    }


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and math.isfinite(value) else None


_NUMBERS: Final = ("train_loss", "test_loss", "distance", "bias", "seconds")
_COUNTS: Final = ("epoch", "epochs_to_1_percent", "n_weights")


def checked_result(tree: Any) -> dict[str, Any]:
    """Return a result that was read somewhere. Raises ConfigError when it is none of ours."""
    is_whole = isinstance(tree, dict) and all(
        (
            tree.get("status") in {status.value for status in Status},
            all(_is_number(tree.get(name)) for name in _NUMBERS),
            all(_is_count(tree.get(name)) for name in _COUNTS),
            isinstance(tree.get("engine"), str),
            isinstance(tree.get("weights"), list) and len(tree["weights"]) <= MOST_WEIGHTS,
        )
    )
    if not is_whole or not all(map(_is_number, tree["weights"])):
        raise ConfigError("A kept result must hold a run's last numbers. Got something else.")
    names = (*_NUMBERS, *_COUNTS, "status", "weights")
    return {name: tree.get(name) for name in names} | {"engine": one_line(tree["engine"], 20)}


def _is_number(value: Any) -> bool:
    return value is None or (type(value) in (int, float) and math.isfinite(value))


def _is_count(value: Any) -> bool:
    return value is None or (type(value) is int and 0 <= value < 2**53)
