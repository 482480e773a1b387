"""The command that sends a run here: to be copied, its address hidden until it is asked for."""

from __future__ import annotations

from typing import Final

import streamlit as st

_HTML: Final = """
<div class="watch-command">
  <pre><code><span></span><span class="watch-address"></span><span></span></code></pre>
  <div class="watch-buttons">
    <button type="button" class="watch-copy">Copy the command</button>
    <button type="button" class="watch-show"></button>
    <p role="status"></p>
  </div>
</div>
"""
_CSS: Final = """
.watch-command { display: grid; gap: 0.6rem; font-family: var(--st-font);
  color: var(--st-text-color); }
.watch-command pre { margin: 0; padding: 0.8rem 1rem; white-space: pre-wrap;
  overflow-wrap: anywhere; background: var(--st-code-background-color);
  border-radius: var(--st-base-radius); }
.watch-command code { padding: 0; font: 0.875rem / 1.5 var(--st-code-font); color: inherit;
  background: none; }
.watch-address[data-hidden] { user-select: none; letter-spacing: 0.1em; }
.watch-buttons { display: flex; flex-wrap: wrap; align-items: center; gap: 0.5rem; }
.watch-buttons button { min-height: 2.5rem; padding: 0.25rem 0.9rem; font: inherit; color: inherit;
  cursor: pointer; background: none; border: 1px solid var(--st-border-color);
  border-radius: var(--st-button-radius); }
.watch-buttons .watch-copy { color: var(--st-background-color);
  background: var(--st-primary-color); border-color: var(--st-primary-color); }
.watch-buttons .watch-copy:hover { filter: brightness(1.08); }
.watch-buttons .watch-show:hover { color: var(--st-primary-color);
  border-color: var(--st-primary-color); }
.watch-buttons :focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.watch-command p { margin: 0; font-size: 0.875rem; }
"""
# The first line break matters: Streamlit takes a script of one line with a slash for a path.
_JS: Final = """
export default function ({ parentElement, data }) {
  const find = (selector) => parentElement.querySelector(selector);
  const { command, address } = data, root = find(".watch-command");
  const [before, place, after] = root.querySelectorAll("code span");
  const [copy, show, note] = [".watch-copy", ".watch-show", "p"].map(find);
  const draw = (isShown) => {
    [before.textContent, after.textContent] = command.split(address);
    place.textContent = isShown ? address : "\u2022".repeat(12);
    place.toggleAttribute("data-hidden", !isShown);
    show.textContent = isShown ? "Hide the address" : "Show the address";
    show.onclick = () => draw(!isShown);
  };
  const copiedAsOfOld = () => { // outside of https there is no other clipboard
    let isDone = false;
    const give = (event) => {
      event.clipboardData?.setData("text/plain", command);
      event.preventDefault();
      isDone = true;
    };
    document.addEventListener("copy", give, { once: true });
    document.execCommand("copy");
    document.removeEventListener("copy", give);
    return isDone;
  };
  copy.onclick = async () => {
    const write = navigator.clipboard?.writeText(command);
    const isDone = (await write?.then(() => true, () => false)) || copiedAsOfOld();
    note.textContent = isDone
      ? "Copied. Paste it into a terminal, with your own files and target."
      : "This browser keeps its clipboard closed: show the address, and copy the command by hand.";
  };
  if (root.dataset.of === address) return;
  root.dataset.of = address;
  note.textContent = "";
  draw(false);
}
"""
_mount = st.components.v2.component(
    "linreg_watch_command", html=_HTML, css=_CSS, js=_JS, isolate_styles=False
)


def command_view(command: str, address: str) -> None:
    """Draw a command with buttons to copy it, and to show the address that is in it once."""
    _mount(key="watch_command", data={"command": command, "address": address})
