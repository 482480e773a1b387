"""In what the settings of several runs differ, as people read it and as a link spells it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.controls.control import Choice, Control, Number, Place, Switch, Use, number_of
from dashboard.controls.declared import CONTROLS, DATASET, UNTIL
from dashboard.numbers import count, plain_number
from dashboard.own_data.declared import (
    LEARN_ALL_ROWS,
    MISSING_CELLS,
    TARGET_TRANSFORM,
    WEIGHT_KIND,
)
from dashboard.own_data.settings import TableSettings
from dashboard.own_data.stored_names import source_of_table
from dashboard.settings import ModelSettings, Settings, spelled
from linreg_core import DATASETS, SOLVERS
from table_reader.wording import counted

_DATA: Final = "data"
_WHICH_DATA: Final = frozenset(
    {
        *("table", "all_rows", "target", "features", "formula", "target_transform", "missing"),
        *("excluded_rows", "weights", "weight_kind"),
    }
)


@dataclass(frozen=True)
class SetTo:
    """A setting's label, its value as people read it, and as a link spells it."""

    label: str
    text: str
    spelled: str


def values_of(settings: ModelSettings) -> dict[str, SetTo]:
    """Return what a run depends on by the settings' names, without what its solver ignores."""
    return {name: value for name, value in _values(settings)}


def differences(columns: Sequence[ModelSettings]) -> dict[str, list[SetTo | None]]:
    """Return, by name, the settings that differ among those that use them; None: no use there."""
    every = [values_of(settings) for settings in columns]
    names = dict.fromkeys(name for values in every for name in values)
    rows = {name: [values.get(name) for values in every] for name in names}
    found = {name: row for name, row in rows.items() if len({*row} - {None}) > 1}
    if not _WHICH_DATA.isdisjoint(found):
        found.pop(_DATA, None)  # other columns are other data
    return found


def _values(settings: ModelSettings) -> Iterator[tuple[str, SetTo]]:
    yield from _data_values(settings)
    solver = SOLVERS[settings.solver]
    for name, control in CONTROLS.items():
        is_of_run = control.place is not Place.PICTURES and control.use is not Use.VIEW
        if is_of_run and settings.uses(control):
            yield name, _set_to(control, getattr(settings, name))
    if settings.until and solver.is_iterative:
        yield UNTIL.name, _set_to(UNTIL, settings.until)


def _data_values(settings: ModelSettings) -> Iterator[tuple[str, SetTo]]:
    if isinstance(settings, Settings):
        yield DATASET.name, _set_to(DATASET, settings.dataset)
        source = DATASETS[settings.dataset]
        for name, value in settings.knobs:
            yield name, _set_to(number_of(source.knob(name)), value)
    if isinstance(settings, TableSettings):
        rows = settings.excluded_rows
        yield "table", SetTo("Table", settings.table or "own file", settings.table)
        if source_of_table(settings.table) is not None:
            yield LEARN_ALL_ROWS.name, _set_to(LEARN_ALL_ROWS, settings.all_rows)
        yield "target", SetTo("Target", settings.target, settings.target)
        features = spelled("features", settings.features)
        yield "features", SetTo("Features", ", ".join(settings.features), features)
        yield (
            "formula",
            SetTo("Formula", settings.formula or "features as they are", settings.formula),
        )
        yield TARGET_TRANSFORM.name, _set_to(TARGET_TRANSFORM, settings.target_transform)
        yield MISSING_CELLS.name, _set_to(MISSING_CELLS, settings.missing)
        yield "excluded_rows", SetTo("Rows left out", count(len(rows)), spelled("", rows))
        if settings.weights:
            yield "weights", SetTo("Weights", settings.weights, settings.weights)
            yield WEIGHT_KIND.name, _set_to(WEIGHT_KIND, settings.weight_kind)
        if settings.sent is not None:
            yield (
                "data",
                SetTo("Data", f"{count(settings.sent.n_samples)} rows", settings.sent.fingerprint),
            )


def _set_to(control: Control, value: Any) -> SetTo:
    return SetTo(control.label, _text(control, value), spelled(control.name, value))


def _text(control: Control, value: Any) -> str:
    match control:
        case Switch():
            return "on" if value else "off"
        case Choice():
            return control.options[value]
        case Number() if value is None:
            return control.word_for_none
        case Number():
            return count(value) if control.is_whole else plain_number(value)
    return counted(len(value), "change")
