"""A component of the page whose script is a module that our own routes serve."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import streamlit as st

# Streamlit calls the default export at every change of data and its return value at unmount only,
# so what the module makes lives on the element. The first line break matters: Streamlit takes a
# script of one line with a slash in it for the path of a file. Whoever has left for another page,
# by a link (`linregLeftAt` of dashboard/page.py) or by the browser's buttons, hears no more from
# this one: what it tells would run its script again, and take them back to it.
_SCRIPT: Final = """
export default function ({ parentElement, data, setStateValue, setTriggerValue }) {
  const root = parentElement.querySelector("ROOT");
  root.view ??= import(new URL(data.module, document.baseURI).href).then((module) =>
    module.MAKE(root, data)
  );
  const { pathname } = location, since = performance.now();
  const unlessLeft = (tell) => (...told) => {
    if (location.pathname === pathname && !(window.linregLeftAt > since)) tell(...told);
  };
  root.view.then((view) =>
    view.update(data, unlessLeft(setStateValue), unlessLeft(setTriggerValue))
  );
  return () => {
    root.view?.then((view) => view.destroy?.());
    root.view = undefined;
  };
}
"""


def served_component(name: str, html: str, root: str, make: str) -> Callable[..., Any]:
    """Return what mounts a component of this name, with `html` in its place.

    The data that it is mounted with name the module. Of that, `make(root, data)` is called once,
    with the element that the selector `root` finds, and then, at every change of the data,
    `update(data, setStateValue, setTriggerValue)` of what it has returned; `destroy()` at the end,
    where there is one. What it tells once the visitor has left for another page is dropped.
    """
    script = _SCRIPT.replace("ROOT", root).replace("MAKE", make)
    return st.components.v2.component(name, html=html, js=script, isolate_styles=False)
