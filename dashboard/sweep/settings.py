"""What the sweep page can be set to: the play page's settings, and which of them make the grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final, Self

from dashboard.links import QueryReader, read_query
from dashboard.problem_spec import ProblemSpec
from dashboard.settings import Settings
from dashboard.sweep.axes import AXES, Reach, axes_of, axis_values, filled, usual_reach
from dashboard.sweep.limits import MAX_STEPS, SEEDS_PER_CELL
from dashboard.sweep.spec import SweepAxis, SweepSpec
from linreg_core import SOLVERS, LinregError, TrainConfig, stable_learning_rate
from linreg_core.checks import choice, finite_number, whole_number

COLOURS: Final[Mapping[str, str]] = {
    "final_loss": "Final loss",
    "epochs": "Epochs to 1 %",
    "spread": "Spread over seeds",
}
"""What a cell's colour can say, by what a link calls it."""
_QUICK_CELLS: Final = 20_000  # of data that a script may make


@dataclass(frozen=True)
class SweepSettings(Settings):
    """Every control of the sweep page. What is None goes as it suits the data and the solver."""

    sweep_x: str = "learning_rate"
    sweep_x_from: float | None = None
    sweep_x_to: float | None = None
    sweep_x_steps: int | None = None
    sweep_y: str = "batch_size"
    sweep_y_from: float | None = None
    sweep_y_to: float | None = None
    sweep_y_steps: int | None = None
    sweep_seeds: int = SEEDS_PER_CELL[0]
    sweep_colour: str = "final_loss"

    def controls(self) -> dict[str, Any]:
        return {**super().controls(), **self.of_sweep}

    def link_values(self) -> dict[str, Any]:
        always = ("sweep_x", "sweep_y")
        moved = {
            name: value
            for name, value in self.of_sweep.items()
            if name in always or value != getattr(SweepSettings, name)
        }
        return {**super().link_values(), **moved}

    @property
    def of_sweep(self) -> dict[str, Any]:
        """What the play page does not have."""
        return {name: getattr(self, name) for name in SWEEP_FIELDS}

    def reach(self, side: str) -> Reach:
        """Return what was said of an axis's values; `side` is "x" or "y"."""
        return Reach(*(getattr(self, f"sweep_{side}_{part}") for part in ("from", "to", "steps")))

    def sweep_spec(self) -> SweepSpec:
        """Return the name of the map.

        Raises ConfigError when a setting is out of bounds.
        """
        x, y = _axis(self, "x", self.sweep_x), _axis(self, "y", self.sweep_y)
        has_seeds = "seed" not in (self.sweep_x, self.sweep_y)
        return SweepSpec(self.run_spec, x, y, self.sweep_seeds if has_seeds else 1)

    def suited(self) -> Self:
        """Return the settings with axes that mean something here, two different ones."""
        x, y = self.sweep_x, self.sweep_y
        if x not in axes_of(self, y):
            x = next(name for name in axes_of(self) if name != y)
        if y == x or y not in axes_of(self, x):
            y = next(name for name in axes_of(self, x))
        return replace(self, sweep_x=x, sweep_y=y)


SWEEP_FIELDS: Final = tuple(
    each.name for each in fields(SweepSettings) if each.name.startswith("sweep_")
)


def sweep_settings(settings: Settings, **values: Any) -> SweepSettings:
    """Return the play page's settings with those of a grid."""
    shared = {each.name: getattr(settings, each.name) for each in fields(Settings)}
    return SweepSettings(**shared, **values)


def usual_reach_of(settings: SweepSettings, side: str) -> Reach:
    """Return from where to where an axis goes where nobody has said so."""
    name = getattr(settings, f"sweep_{side}")
    return usual_reach(name, settings, _limit(settings) if name == "learning_rate" else None)


def read_sweep_query(query: Mapping[str, str]) -> tuple[SweepSettings, list[str]]:
    """Return the sweep page's settings that a link names, and a sentence for each bad value."""
    settings, notices = read_query(query)
    reader = QueryReader(query)
    values = {
        name: reader.read(name, getattr(SweepSettings, name), _PARSERS[name])
        for name in SWEEP_FIELDS
    }
    read = sweep_settings(settings, **values)
    suited = read.suited()
    if suited != read:
        named = f"{AXES[suited.sweep_x].label} and {AXES[suited.sweep_y].label}"
        notices.append(f"The link's axes do not go with its data and solver: {named} do.")
    return suited, notices + [each for each in reader.notices if each not in notices]


def _axis(settings: SweepSettings, side: str, name: str) -> SweepAxis:
    reach = filled(settings.reach(side), usual_reach_of(settings, side))
    return SweepAxis(name, axis_values(name, settings, reach))


def _limit(settings: Settings) -> float | None:
    """Return the largest rate at which full batches converge, where that is quickly known."""
    spec = settings.problem_spec
    if spec.n_cells > _QUICK_CELLS or not SOLVERS[settings.solver].is_iterative:
        return None
    try:
        config = replace(settings.config(), batch_size=None, changes=())
        return _stable_rate(spec, config)
    except LinregError:
        return None


def _stable_rate(spec: ProblemSpec, config: TrainConfig) -> float | None:
    return stable_learning_rate(spec.build(), config)


def _parse_axis(text: str) -> str:
    return choice("axis", text, AXES)


def _parse_number(text: str) -> float:
    return finite_number("A grid's end", float(text), minimum=0)


def _parse_steps(text: str) -> int:
    return whole_number("steps", int(text), minimum=1, maximum=MAX_STEPS)


def _parse_seeds(text: str) -> int:
    return int(choice("sweep_seeds", text, map(str, SEEDS_PER_CELL)))


def _parse_colour(text: str) -> str:
    return choice("sweep_colour", text, COLOURS)


_OF_SIDE: Final = {"from": _parse_number, "to": _parse_number, "steps": _parse_steps}
_PARSERS: Final[Mapping[str, Any]] = {
    "sweep_seeds": _parse_seeds,
    "sweep_colour": _parse_colour,
    **{
        f"sweep_{side}{f'_{part}' if part else ''}": parse
        for side in ("x", "y")
        for part, parse in {"": _parse_axis, **_OF_SIDE}.items()
    },
}
