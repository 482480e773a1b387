"""The project of the run on screen, and one that comes through an upload field."""

from __future__ import annotations

import io
import time
from dataclasses import replace

from streamlit.runtime.uploaded_file_manager import UploadedFile

from dashboard.library.on_screen_run import kept_from, own_file
from dashboard.live.result import RunResult
from dashboard.own_data.on_screen import OnScreen
from dashboard.project.archive import MOST_PROJECT_BYTES
from dashboard.project.opening import open_project
from dashboard.project.project import Project, is_project, project_bytes, read_project
from dashboard.share.shared import Shared
from dashboard.streamlit_private import detach
from linreg_core import ConfigError, LinregError

_START_BYTES = 64


def project_of(
    shared: Shared, result: RunResult | None, name: str, note: str, with_table: bool
) -> bytes:
    """Return the run on screen as a project file, with the person's own table if they say so.

    It is made in a thread that does not know the session, whose `result` is told.

    Raises ConfigError when it is too large, or a setting is out of bounds.
    """
    kept = replace(kept_from(shared, result, name, note), saved_at=time.time())
    is_wanted = with_table and own_file(shared) is not None and shared.on_screen is not None
    table = table_bytes(shared.on_screen) if is_wanted and shared.on_screen else None
    return project_bytes(Project(kept, table))


def table_bytes(on_screen: OnScreen) -> bytes:
    """Return a table as Parquet, as it was read. Raises ConfigError when that can't be done."""
    out = io.BytesIO()
    try:
        on_screen.source.table.frame.to_parquet(out, index=False, compression="zstd")
    except (ValueError, TypeError, OverflowError) as error:  # pyarrow's are some of these
        raise ConfigError(
            "This table has cells that Parquet can't hold: take the project without the table."
        ) from error
    if out.tell() > MOST_PROJECT_BYTES:
        raise ConfigError(
            f"A project's table must have at most {MOST_PROJECT_BYTES // 1_000_000} MB. This one "
            f"has {out.tell() / 1e6:,.0f}: take the project without it."
        )
    return out.getvalue()


def is_project_upload(upload: UploadedFile) -> bool:
    """Whether an upload is a project and no table."""
    start = upload.read(_START_BYTES)
    upload.seek(0)
    return is_project(upload.name, start)


def take_project(upload: UploadedFile, key: str) -> str:
    """Open an uploaded project, which ends this script, or return why it can't be opened.

    `key` is the field's.
    """
    try:
        project = read_project(detach(upload, key).getvalue())
    except LinregError as error:
        return str(error)
    open_project(project)
