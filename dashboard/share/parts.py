"""What the Share dialog offers, in this order: each part is drawn when it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from dashboard.share.code_part import draw_code
from dashboard.share.history_part import draw_history
from dashboard.share.link_part import draw_link
from dashboard.share.pictures_part import draw_run_pictures
from dashboard.share.project_part import draw_project
from dashboard.share.shared import Shared


@dataclass(frozen=True)
class SharePart:
    """One part of the dialog: what it is called, and what draws it."""

    label: str
    draw: Callable[[Shared], None]


PARTS: Final = (
    SharePart("Link", draw_link),
    SharePart("Code", draw_code),
    SharePart("Pictures", draw_run_pictures),
    SharePart("History", draw_history),
    SharePart("Project", draw_project),
)
