"""The live view of a table's columns: points can be clicked to leave their rows out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from dashboard.live.component import live_view, set_page_to, visitor
from dashboard.own_data.chosen import Chosen
from dashboard.own_data.controls import exclude_row, include_row
from dashboard.own_data.marks import marks_told
from dashboard.own_data.on_screen import OnScreen
from dashboard.own_data.pinned import find_pinned_data
from dashboard.own_data.verdict import take_way, verdict
from dashboard.race.dialog import race_started

_MOST_MISSING = 2_000  # rows that the view is told of; with more, points go without their row


def view(shown: OnScreen, is_current: bool) -> None:
    """Show the run, with the rows that were left out as crosses.

    `is_current` says whether its table is the one that the sidebar is about.
    """
    chosen, all_rows = shown.chosen, shown.chosen.all_rows
    set_page_to(shown.settings)  # a result that is there is this run's
    find_pinned_data(shown)
    live_view(
        shown.settings,
        on_go_on=take_way,
        verdict=verdict(shown) if is_current else None,
        on_picked=_pick(chosen) if is_current and all_rows is None else None,
        excluded=_excluded(chosen) if all_rows is None else None,
        tells_end=True,
        held=chosen.held,
        marked=list(marks_told(chosen)),
        dataName=shown.source.file_name,
        referenceName="least squares",
        race=race_started(),
        **_line_numbers(chosen),
    )


def _pick(chosen: Chosen) -> Callable[[dict[str, Any]], None]:
    return lambda picked: _take_pick(chosen, picked)


def _take_pick(chosen: Chosen, picked: dict[str, Any]) -> None:
    """A point was clicked: leave its row out, or take it back."""
    excluded, row = picked.get("excluded"), picked.get("row")
    if isinstance(excluded, int):
        include_row(excluded)
    elif isinstance(row, int) and visitor().shows(str(picked.get("run", ""))):
        rows = chosen.recipe.rows
        if 0 <= row < len(rows):
            exclude_row(int(rows[row]))


def _excluded(chosen: Chosen) -> dict[str, Any] | None:
    """Return the rows left out by hand, where one column gives them a place in the picture."""
    recipe, selection = chosen.recipe, chosen.recipe.selection
    if recipe.curve_column is not None:
        recipe = replace(recipe, terms=())  # along the column itself
    elif chosen.held.spec.n_features != 1:
        return None
    if not selection.excluded_rows:
        return None
    frame = chosen.table.frame.iloc[list(selection.excluded_rows)]
    encoded = recipe.encode(frame)
    if encoded.y is None:
        return None
    x, y = encoded.X[:, 0], encoded.y
    has_place = np.isfinite(x) & np.isfinite(y)
    return {
        "x": x[has_place].tolist(),
        "y": y[has_place].tolist(),
        "ids": np.array(selection.excluded_rows)[has_place].tolist(),
    }


def _line_numbers(chosen: Chosen) -> dict[str, Any]:
    """Return what turns a point's position into its row in the file, where that is simple."""
    table, missing = chosen.table, chosen.unused_rows
    n_rows = len(table.frame)
    first, last = table.row_number(0), table.row_number(n_rows - 1)
    if last - first != n_rows - 1 or len(missing) > _MOST_MISSING:
        return {}
    return {"lineOffset": first, "missingRows": missing.tolist()}
