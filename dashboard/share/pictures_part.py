"""The run on screen as pictures: a replay, a video, a GIF, and PNG files for paper.

The browser makes them of the run that it holds (`replay/static/take_pictures.js`): it draws, and
our routes make one file of it where that takes a server.
"""

from __future__ import annotations

from typing import Final

from dashboard.escaping import one_line
from dashboard.live.component import served_files
from dashboard.live.served_component import served_component
from dashboard.share.shared import Shared
from linreg_core import SOLVERS

_FOLDER: Final = "replay/static"
_MOST_NAME: Final = 60
_mount = served_component(
    "linreg_pictures",
    '<div class="lp" style="min-height: 30rem"></div>',
    ".lp",
    "createTakePictures",
)


def draw_run_pictures(shared: Shared) -> None:
    """Draw what the run's pictures can be taken away as."""
    name = one_line(shared.name, _MOST_NAME)
    _mount(
        key="share_pictures",
        data={
            **served_files(f"{_FOLDER}/take_pictures.js", f"{_FOLDER}/take_pictures.css"),
            "title": f"{name}: {SOLVERS[shared.settings.solver].label}",
            "dataName": name,
        },
    )
