"""Runs to be watched, and a watcher that takes in what it is told as a server does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import numpy as np

from linreg_core import Dataset, Problem, TrainConfig, train_blocks
from linreg_core.block import COLUMNS, Block
from linreg_core.types import Curve
from linreg_core.watching import RunHead, RunRows, unpack_message
from linreg_core.watching.run_head import HEAD_KIND, name_of_run
from linreg_core.watching.run_rows import ROWS_KIND
from linreg_core.watching.watch_address import WatchAnswer

CONFIG = TrainConfig(n_epochs=40, learning_rate=0.05)


def small_problem(n_rows: int = 30, n_features: int = 2, test_fraction: float = 0.2) -> Problem:
    """A problem with training and test rows."""
    rng = np.random.default_rng(3)
    X = rng.normal(size=(n_rows, n_features))
    y = X @ np.arange(1.0, n_features + 1) + 0.1 * rng.normal(size=n_rows)
    names = tuple(f"<b>{i}</b>" for i in range(n_features))
    dataset = Dataset("small", X, y, names, "price, €")
    return Problem.from_dataset(dataset, test_fraction, seed=1)


def curved_problem(n_rows: int = 30, test_fraction: float = 0.2) -> Problem:
    """A problem of a column and its square, with the curve that is drawn over it."""
    rng = np.random.default_rng(3)
    x, at = rng.uniform(1.0, 5.0, n_rows), np.linspace(1.0, 5.0, 50)
    curve = Curve("hours", x, at, np.column_stack([at, at**2]))
    y = x - 0.2 * x**2 + 0.1 * rng.normal(size=n_rows)
    dataset = Dataset("c", np.column_stack([x, x**2]), y, ("hours", "hours²"), "y", curve=curve)
    return Problem.from_dataset(dataset, test_fraction, standardize=True, seed=1)


def small_head(config: TrainConfig = CONFIG) -> RunHead:
    """The head of a run on it."""
    return RunHead.of(small_problem(), config, "small.csv")


def blocks_of(problem: Problem, config: TrainConfig, size: int = 7) -> list[Block]:
    """A run in blocks of so many epochs."""
    every = [block for block in train_blocks(problem, config, max_seconds=60.0) if len(block)]
    columns = {name: np.concatenate([getattr(b, name) for b in every]) for name in COLUMNS}
    n = len(columns["epoch"])
    return [
        Block(
            **{name: column[start : start + size] for name, column in columns.items()},
            **({"status": every[-1].status} if start + size >= n else {}),
        )
        for start in range(0, n, size)
    ]


class Listener:
    """A place in memory: `trouble` may raise or answer in its stead, given how many have come."""

    place = "here"

    def __init__(self, trouble: Callable[[int], WatchAnswer | None] = lambda n: None) -> None:
        self._trouble = trouble
        self.n_posts = 0
        self.kinds: list[str] = []
        self.heads: list[RunHead] = []
        self.forget()

    def forget(self) -> None:
        """As a server that was started anew."""
        self.run = ""
        self.rows: list[RunRows] = []
        self.n_rows = 0

    def post(self, body: bytes) -> WatchAnswer:
        self.n_posts += 1
        if (answer := self._trouble(self.n_posts)) is not None:
            return answer
        message = unpack_message(body)
        self.kinds.append(message.kind)
        if message.kind == HEAD_KIND:
            if self.run != name_of_run(body):
                self.forget()
                self.run = name_of_run(body)
            self.heads.append(RunHead.from_message(message))
        elif message.kind == ROWS_KIND:
            if message.fields["run"] != self.run:
                return WatchAnswer(HTTPStatus.PRECONDITION_REQUIRED)
            told = RunRows.from_message(message, self.heads[-1].dataset.n_features)
            if told.first <= self.n_rows and (new := told.after(self.n_rows)) is not None:
                self.rows.append(new)
                self.n_rows += len(new.block)
        return WatchAnswer(HTTPStatus.OK, self.n_rows)

    def column(self, name: str) -> np.ndarray:
        """All that has come of a column."""
        return np.concatenate([getattr(told.block, name) for told in self.rows])


@contextmanager
def http_server(answer: Callable[[bytes], tuple[int, bytes]]) -> Iterator[str]:
    """The address of a server that answers what is posted to it with a status and a body."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/watch/0123456789abcdef"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
