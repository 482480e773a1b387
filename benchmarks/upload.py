"""A file of a million rows at a real page: how soon it is seen, and how much memory it takes.

`python -m benchmarks.upload`. `CHROMIUM` names the browser, if it is not `chromium`.
"""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path
from types import TracebackType

import numpy as np
import pandas as pd
from playwright.sync_api import Page

from benchmarks.pages import browsing
from benchmarks.processes import memory_megabytes
from benchmarks.report import Row, print_table
from benchmarks.server import Server, running_server, wait_until_idle

_N_ROWS, _N_COLUMNS = 1_000_000, 10
_FIELD = "[data-testid=stFileUploaderDropzoneInput]"
_LIVE = ".linreg-live"
_SESSION_SECONDS = 2  # that a closed page's session is kept
_SWEEP_SECONDS = 8  # until the server has looked for expired sessions, and has given back
_SLIDER = ".st-key-learning_rate input[type=range]"


class PeakMemory:
    """The most memory that a server and its children had, watched from a thread."""

    def __init__(self, server: Server) -> None:
        self._pid = server.pid
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self.start = self.most = memory_megabytes(self._pid)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._is_over.wait(0.05):
            self.most = max(self.most, memory_megabytes(self._pid))


def write_table(path: Path, n_rows: int) -> float:
    """A table of noisy numbers; returns its size in MB."""
    generator = np.random.default_rng(0)
    X = generator.normal(size=(n_rows, _N_COLUMNS - 1)).round(5)
    y = (X @ np.arange(1.0, _N_COLUMNS) + 3 + generator.normal(size=n_rows)).round(5)
    columns = {f"x{j + 1}": X[:, j] for j in range(_N_COLUMNS - 1)}
    pd.DataFrame({**columns, "y": y}).to_csv(path, index=False)
    return path.stat().st_size / 1e6


def upload(page: Page, path: Path) -> tuple[float, float]:
    """Drops a file; returns when it had arrived and when its first picture was there."""
    former = page.evaluate(f"document.querySelector('{_LIVE}')?.dataset.runs ?? '0'")
    with page.expect_response(lambda response: "upload_file" in response.url) as arrived:
        page.locator(_FIELD).first.set_input_files(path)
    arrived.value.finished()
    arrived_at = time.perf_counter()
    page.wait_for_function(
        f"(former) => Number(document.querySelector('{_LIVE}')?.dataset.runs ?? 0) > former",
        arg=int(former),
    )
    return arrived_at, time.perf_counter()


def move_slider(page: Page) -> float:
    """Seconds from a key at the learning rate to the next run on screen."""
    former = int(page.eval_on_selector(_LIVE, "(root) => root.dataset.runs"))
    page.focus(_SLIDER)
    began = time.perf_counter()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(
        f"(former) => Number(document.querySelector('{_LIVE}').dataset.runs) > former", arg=former
    )
    return time.perf_counter() - began


def measure(server: Server, folder: Path) -> list[Row]:
    """Both uploads at one page, and what is left when it has gone."""
    small, large = folder / "small.csv", folder / "large.csv"
    write_table(small, 100)
    size = write_table(large, _N_ROWS)
    with browsing() as context:
        page = context.new_page()
        page.goto(f"http://{server.address}/data")
        page.wait_for_selector(_FIELD, state="attached")
        arrived, seen = upload(page, small)
        small_seconds = seen - arrived
        wait_until_idle(server)
        small_slider = move_slider(page)
        wait_until_idle(server)
        page.click("[data-testid=stPopover] button:has-text('Other data')")
        page.wait_for_selector(_FIELD, state="attached")
        with PeakMemory(server) as memory:
            arrived, seen = upload(page, large)
            wait_until_idle(server)
        settled = memory_megabytes(server.pid)
        slider = move_slider(page)
        wait_until_idle(server)
    time.sleep(_SESSION_SECONDS + _SWEEP_SECONDS)
    wait_until_idle(server)
    left = memory_megabytes(server.pid) - memory.start
    return [
        Row("100 rows: uploaded → first picture", f"{small_seconds:.2f} s"),
        Row(
            f"{_N_ROWS:,} x {_N_COLUMNS}, {size:.0f} MB: uploaded → first picture",
            f"{seen - arrived:.2f} s",
            "< 5 s",
        ),
        Row("most memory over that before", _share(memory.most - memory.start, size), "< 4 x file"),
        Row("memory when all is shown", _share(settled - memory.start, size)),
        Row("100 rows: slider → next run on screen", f"{small_slider:.2f} s"),
        Row(f"{_N_ROWS:,} rows: slider → next run on screen", f"{slider:.2f} s", "as with 100"),
        Row("left when the page has gone", _share(left, size)),
    ]


def _share(megabytes: float, size: float) -> str:
    return f"{megabytes:.0f} MB ({megabytes / size:.1f} x file)"


def main() -> None:
    """Prints the table."""
    environment = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": str(_SESSION_SECONDS)}
    with tempfile.TemporaryDirectory() as folder, running_server(environment) as server:
        print_table("A large upload", measure(server, Path(folder)))


if __name__ == "__main__":
    main()
