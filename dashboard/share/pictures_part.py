"""The run on screen as pictures: a replay, a video, a GIF, and PNG files for paper.

The browser makes them of the run that it holds (`replay/static/take_pictures.js`): it draws, and
our routes make one file of it where that takes a server.
"""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard.escaping import one_line
from dashboard.live.component import address_of
from dashboard.live.server import live_server
from dashboard.share.shared import Shared
from linreg_core import SOLVERS

_FOLDER: Final = "replay/static"
_MOST_NAME: Final = 60
# The first line break matters: Streamlit takes a script of one line with a slash for a path.
_LOADER: Final = """
export default function ({ parentElement, data }) {
  const root = parentElement.querySelector(".lp");
  root.taking ??= (async () => {
    const address = (path) => new URL(path, document.baseURI).href;
    const style = document.createElement("link");
    root.before(Object.assign(style, { rel: "stylesheet", href: address(data.style) }));
    const module = await import(address(data.module));
    return module.createTakePictures(root, data);
  })();
  root.taking.then((part) => part.update(data));
  return () => {
    root.taking?.then((part) => part.destroy());
    root.taking = undefined;
  };
}
"""

_mount = st.components.v2.component(
    "linreg_pictures",
    html='<div class="lp" style="min-height: 30rem"></div>',
    js=_LOADER,
    isolate_styles=False,
)


def draw_run_pictures(shared: Shared) -> None:
    """Draw what the run's pictures can be taken away as."""
    assets = live_server().assets
    name = one_line(shared.name, _MOST_NAME)
    _mount(
        key="share_pictures",
        data={
            "module": address_of(assets.path_of(f"{_FOLDER}/take_pictures.js")),
            "style": address_of(assets.path_of(f"{_FOLDER}/take_pictures.css")),
            "title": f"{name}: {SOLVERS[shared.settings.solver].label}",
            "dataName": name,
        },
    )
