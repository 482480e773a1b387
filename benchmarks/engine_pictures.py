"""What a training costs by rows, features, batch size and epochs, as pictures for docs/pictures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from benchmarks.engine_tables import duration, print_columns
from benchmarks.engine_works import Contestant, Work, alternate, fresh, line, many_weights
from benchmarks.pages import browsing
from benchmarks.plain_loop import PlainTraining
from dashboard.theme import LIGHT, template
from linreg_core import ENGINES, Problem, TrainConfig

FOLDER: Final = Path(__file__).resolve().parents[1] / "docs" / "pictures"
ROUNDS = 3
WIDTH, HEIGHT = 480, 320
N_EPOCHS = 50
PLAIN = "plain loop"
LINES = {PLAIN: (LIGHT.data, "circle"), "torch": (LIGHT.test, "square")}
OURS = (LIGHT.learned, "diamond")

_DRAW = """async ({figure, width, height}) => {
  const place = document.body.appendChild(document.createElement("div"));
  await Plotly.newPlot(place, figure.data, {...figure.layout, width, height});
  return Plotly.toImage(place, {format: "svg", width, height, imageDataOnly: true});
}"""


@dataclass(frozen=True)
class Cost:
    """One picture: how long a work takes at each of `values`."""

    name: str
    title: str
    x_title: str
    values: tuple[int, ...]
    work: Callable[[int], Work]


def _full_batch(n_samples: int, n_features: int) -> Work:
    config = TrainConfig(learning_rate=1e-4, n_epochs=N_EPOCHS)
    return Work(many_weights, n_samples, n_features, config)


def _pass(batch_size: int) -> Work:
    config = TrainConfig(learning_rate=1e-4, n_epochs=1, batch_size=batch_size)
    return Work(many_weights, 10_000, 8, config)


def _epochs(n_epochs: int) -> Work:
    return Work(line, 100, 1, TrainConfig(n_epochs=n_epochs))


COSTS: Final = (
    Cost(
        "samples",
        f"{N_EPOCHS} epochs, full batch, 8 features",
        "rows",
        (100, 1_000, 10_000, 100_000, 1_000_000),
        partial(_full_batch, n_features=8),
    ),
    Cost(
        "features",
        f"{N_EPOCHS} epochs, full batch, 1,000 rows",
        "features",
        (1, 4, 16, 64, 256, 1_024),
        partial(_full_batch, 1_000),
    ),
    Cost("batch", "One epoch, 10,000 x 8", "batch size", (1, 10, 100, 1_000, 10_000), _pass),
    Cost("epochs", "Full batch, 100 x 1", "epochs", (1, 10, 100, 1_000, 10_000), _epochs),
)


def draw_costs() -> None:
    """Measure every picture's lines, print them and write docs/pictures/engines-*.svg."""
    measured = {cost: cost_lines(cost) for cost in COSTS}
    for cost, lines in measured.items():
        print_columns(cost.title, (cost.x_title, *lines), _rows(cost, lines))
    with browsing() as context:
        page = context.new_page()
        page.add_script_tag(content=get_plotlyjs())
        for cost, lines in measured.items():
            figure = json.loads(cost_picture(cost, lines).to_json())
            svg = page.evaluate(_DRAW, {"figure": figure, "width": WIDTH, "height": HEIGHT})
            (FOLDER / f"engines-{cost.name}.svg").write_text(svg + "\n")


def cost_lines(cost: Cost) -> dict[str, list[float]]:
    """Seconds at each value on a fresh problem, plain loop and engines in turns."""
    lines: dict[str, list[float]] = {one: [] for one in (PLAIN, *ENGINES)}
    for value in cost.values:
        work = cost.work(value)
        dataset = work.dataset()
        plain = PlainTraining(Problem.from_dataset(dataset), work.config)
        contestants = {PLAIN: Contestant(plain.start)}
        contestants |= {one: fresh(dataset, work.recording(one)) for one in ENGINES}
        alternate(contestants, ROUNDS)
        for name, contestant in contestants.items():
            lines[name].append(contestant.typical)
    return lines


def cost_picture(cost: Cost, lines: dict[str, list[float]]) -> go.Figure:
    """Both axes logarithmic, in words and units that people read."""
    figure = go.Figure()
    for name, seconds in lines.items():
        color, symbol = LINES.get(name, OURS)
        figure.add_scatter(
            x=list(cost.values),
            y=seconds,
            name=f"engine: {name}" if name in ENGINES else name,
            mode="lines+markers",
            line={"color": color, "width": 2},
            marker={"symbol": symbol, "size": 7},
        )
    figure.update_layout(
        template=template(LIGHT),
        title={"text": cost.title, "x": 0.02, "font": {"size": 14}},
        margin={"l": 64, "r": 16, "t": 64, "b": 48},
        legend={"y": 1.02},
        xaxis=_log_axis(cost.x_title, cost.values, [f"{value:,}" for value in cost.values]),
        yaxis=_time_axis([value for seconds in lines.values() for value in seconds]),
    )
    return figure


def _time_axis(seconds: Sequence[float]) -> dict[str, Any]:
    every = [10.0**exponent for exponent in range(-9, 3)]
    ticks = [tick for tick in every if min(seconds) / 10 <= tick <= max(seconds) * 10]
    return _log_axis("", ticks, [_tick(tick) for tick in ticks])


def _log_axis(title: str, ticks: Sequence[float], texts: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "log",
        "title": {"text": title},
        "tickmode": "array",
        "tickvals": list(ticks),
        "ticktext": list(texts),
    }


def _tick(seconds: float) -> str:
    for size, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns")):
        if seconds >= size * 0.999:
            return f"{seconds / size:.0f} {unit}"
    raise ValueError(f"{seconds} s is shorter than any picture shows.")


def _rows(cost: Cost, lines: dict[str, list[float]]) -> Iterator[list[str]]:
    for value, *seconds in zip(cost.values, *lines.values(), strict=True):
        yield [f"{value:,}", *map(duration, seconds)]
