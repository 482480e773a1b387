"""What all pictures share: colours and the plotly template.

The colours are those of the live view (`live/static/theme.js`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go


@dataclass(frozen=True)
class Theme:
    """The colours of a page, a picture or a report (Okabe and Ito's, which all can tell apart)."""

    is_dark: bool
    data: str
    learned: str
    reference: str
    truth: str
    test: str
    residual: str
    mark: str
    text: str
    background: str
    grid: str
    font: str = '"Source Sans", "Source Sans 3", system-ui, sans-serif'

    def faded(self, color: str, opacity: float) -> str:
        """Return one of our colours (#rrggbb) as a translucent one."""
        red, green, blue = (int(color[at : at + 2], 16) for at in (1, 3, 5))
        return f"rgba({red}, {green}, {blue}, {opacity})"


LIGHT: Final = Theme(
    is_dark=False,
    data="#5a7794",
    learned="#d97600",
    reference="#00755a",
    truth="#a64d85",
    test="#0072b2",
    residual="rgba(90, 119, 148, 0.8)",
    mark="#b03a00",
    text="#31333f",
    background="#ffffff",
    grid="rgba(20, 40, 60, 0.1)",
)
DARK: Final = Theme(
    is_dark=True,
    data="#9fb6cc",
    learned="#f59322",
    reference="#2bbf98",
    truth="#e39ac5",
    test="#56b4e9",
    residual="rgba(159, 182, 204, 0.5)",
    mark="#ff8a5c",
    text="#edebe8",
    background="#171614",
    grid="rgba(255, 255, 255, 0.11)",
)
PICTURE_HEIGHT: Final = 340
MARGIN: Final = {"l": 70, "r": 16, "t": 36, "b": 50}
PLOTLY_CONFIG: Final[dict[str, Any]] = {
    "displaylogo": False,
    "responsive": True,
    "modeBarButtons": [["zoom2d", "pan2d", "resetScale2d", "toImage"]],
}
"""How plotly behaves, for `st.plotly_chart(config=...)` and for reports."""


def template(theme: Theme) -> go.layout.Template:
    """Return the plotly template of our pictures; axis titles and ranges are each picture's own."""
    axis = {
        "gridcolor": theme.grid,
        "linecolor": theme.grid,
        "zeroline": False,
        "title": {"standoff": 6, "font": {"size": 12}},
        "exponentformat": "e",
        "minexponent": 4,
    }
    layout = {
        "font": {"color": theme.text, "family": theme.font, "size": 12},
        "paper_bgcolor": theme.background,
        "plot_bgcolor": theme.background,
        "margin": MARGIN,
        "height": PICTURE_HEIGHT,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": theme.background,
            "bordercolor": theme.data,
            "font": {"color": theme.text, "family": theme.font},
            "align": "left",
        },
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1,
            "yanchor": "bottom",
            "font": {"size": 11},
            "bgcolor": "rgba(0,0,0,0)",
        },
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": theme.text, "orientation": "v"},
        "uirevision": "constant",
        "xaxis": axis | {"nticks": 6, "tickangle": 0},
        "yaxis": axis | {"nticks": 7},
    }
    return go.layout.Template(layout=layout)
