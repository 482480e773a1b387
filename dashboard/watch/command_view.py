"""The command that sends a run here: to be copied, its address hidden until it is asked for."""

from __future__ import annotations

from dashboard.live.component import address_of
from dashboard.live.served_component import served_component
from dashboard.live.server import live_server

_mount = served_component(
    "linreg_watch_command",
    '<div class="watch-command" style="min-height: 6.5rem"></div>',
    ".watch-command",
    "createCommand",
)


def command_view(command: str, address: str) -> None:
    """Draw a command with buttons to copy it, and to show the address that is in it once."""
    path_of = live_server().assets.path_of
    served = {
        "module": address_of(path_of("watch/static/command.js")),
        "style": address_of(path_of("watch/static/command.css")),
    }
    _mount(key="watch_command", data={**served, "command": command, "address": address})
