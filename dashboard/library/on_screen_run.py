"""The run on screen, as it is kept."""

from __future__ import annotations

from dashboard.controls.declared import SOLVER
from dashboard.escaping import one_line
from dashboard.library.kept import (
    DATA,
    MOST_FILE_NAME,
    PLAY,
    KeptRun,
    kept_settings,
    result_numbers,
)
from dashboard.live.result import RunResult
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.source import OWN
from dashboard.room.spec_settings import about
from dashboard.share.shared import Shared
from dashboard.versions import app_version

_MOST_PROPOSED = 80


def kept_from(shared: Shared, result: RunResult | None, name: str = "", note: str = "") -> KeptRun:
    """Return the run on screen under a name, or the one that is proposed, with its result.

    Raises ConfigError when a setting is out of bounds.
    """
    spec = shared.spec
    return KeptRun(
        name=name.strip() or proposed_name(shared),
        page=DATA if shared.on_screen else PLAY,
        settings=kept_settings(shared.settings.query()),
        run=spec.id,
        about=_about(shared),
        file_name=own_file(shared),
        fingerprint=_fingerprint(shared),
        result=None if result is None else result_numbers(result),
        note=note,
        version=app_version(),
    )


def proposed_name(shared: Shared) -> str:
    """Return what a run may be called: its data and its solver."""
    name = one_line(shared.name, most=_MOST_PROPOSED).strip() or "Table"
    return f"{name}, {SOLVER.options[shared.settings.solver]}"


def own_file(shared: Shared) -> str | None:
    """Return the name of the person's own file; None where everybody has the data."""
    on_screen = shared.on_screen
    if on_screen is None or on_screen.settings.table != OWN:
        return None
    return one_line(on_screen.source.file_name, most=MOST_FILE_NAME)


def _fingerprint(shared: Shared) -> str | None:
    settings = shared.settings
    is_own = isinstance(settings, TableSettings) and own_file(shared) is not None
    return settings.data.fingerprint if is_own else None  # type: ignore[union-attr]


def _about(shared: Shared) -> str:
    line = about(shared.spec)
    if shared.on_screen is None:
        return line
    what = "Own table" if own_file(shared) else one_line(shared.name, most=_MOST_PROPOSED)
    return line.replace("A table", what, 1)
