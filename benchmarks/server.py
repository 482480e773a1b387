"""A dashboard server of our own: started on a free port, warmed, measured and ended by its id."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import cpu_seconds
from dashboard.live.shared_runs import KEPT_VARIABLE
from dashboard.store.database import DATABASE_VARIABLE

HOST = "127.0.0.1"
_REPOSITORY = Path(__file__).parent.parent
_START_SECONDS = 180
_STOP_SECONDS = 15
_IDLE_SHARE = 0.05
_N_IDLE = 2
_LAST_LINES = 5
_LASTING = (20_011, 20_500)  # below what systems give to clients


@dataclass(frozen=True)
class Server:
    """A running server. `started_at` is the clock (`time.time`) when its process was made."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path
    started_at: float

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def address(self) -> str:
        return f"{HOST}:{self.port}"

    def faults(self) -> list[str]:
        """The log's lines that begin a traceback or name an error."""
        lines = self.log.read_text(errors="replace").splitlines()
        return [line for line in lines if "Traceback" in line or "ERROR" in line]

    def stop(self) -> float:
        """Asks the server to end and returns how many seconds it took; kills it if it won't."""
        began = time.perf_counter()
        self.process.terminate()
        try:
            self.process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return time.perf_counter() - began


@contextmanager
def running_server(environment: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server for the length of a `with` block, healthy and warmed up.

    It trains every run that it is asked for, and keeps none for the next one who asks.
    """
    with cold_server(environment) as server:
        wait_until_healthy(server)
        wait_until_idle(server)
        yield server


@contextmanager
def cold_server(
    environment: Mapping[str, str] | None = None, port: int | None = None
) -> Iterator[Server]:
    """A server whose process has just been made; its rooms go with it, unless told elsewhere."""
    with tempfile.TemporaryDirectory() as folder:
        rooms = {DATABASE_VARIABLE: f"sqlite:///{folder}/rooms.sqlite"}
        server = _start(
            Path(folder) / "server.log", rooms | dict(environment or {}), port or free_port()
        )
        try:
            yield server
        finally:
            server.stop()
            for line in server.faults()[:_LAST_LINES]:
                print(f"The server's log: {line}", file=sys.stderr)


def wait_until_healthy(server: Server) -> None:
    """Returns as soon as the server answers.

    Raises:
        RuntimeError: it ended, or did not answer in time.
    """
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.process.poll() is None:
        if _answers(server.port):
            return
        time.sleep(0.02)
    raise RuntimeError(f"The server did not start:\n{server.log.read_text(errors='replace')}")


def wait_until_idle(server: Server, seconds: float = 0.5, most: float = 60) -> None:
    """Returns once the server has done next to nothing twice for `seconds`: it has warmed up."""
    deadline = time.monotonic() + most
    n_idle, before = 0, cpu_seconds(server.pid)
    while n_idle < _N_IDLE and time.monotonic() < deadline:
        time.sleep(seconds)
        now = cpu_seconds(server.pid)
        n_idle = n_idle + 1 if now - before <= _IDLE_SHARE * seconds else 0
        before = now


def _start(log: Path, environment: Mapping[str, str], port: int) -> Server:
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    command += ["--server.port", str(port), "--server.address", HOST]
    with log.open("wb") as output:
        started_at = time.time()
        process = subprocess.Popen(
            command,
            cwd=_REPOSITORY,
            env={**os.environ, KEPT_VARIABLE: "0", **environment},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Server(process, port, log, started_at)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def lasting_port() -> int:
    """A free port that no client is given as its own end, so that a server finds it free again."""
    for port in range(*_LASTING):
        with socket.socket() as probe, suppress(OSError):
            probe.bind((HOST, port))
            return port
    raise RuntimeError("All ports of this range are taken.")


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/_stcore/health")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
