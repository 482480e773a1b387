"""The command that sends a run here: to be copied, its address hidden until it is asked for."""

from __future__ import annotations

from dashboard.live.component import served_files
from dashboard.live.served_component import served_component

_mount = served_component(
    "linreg_watch_command",
    '<div class="watch-command" style="min-height: 6.5rem"></div>',
    ".watch-command",
    "createCommand",
)


def command_view(command: str, address: str) -> None:
    """Draw a command with buttons to copy it, and to show the address that is in it once."""
    served = served_files("watch/static/command.js", "watch/static/command.css")
    _mount(key="watch_command", data={**served, "command": command, "address": address})
