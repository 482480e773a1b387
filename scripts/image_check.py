"""Build the image, start it read-only, ask its health and train a run in it with compiled code.

`make image-check`. Takes docker, podman or buildah (or what BUILDER names); ends with 2 where there
is none. BASE, PIP_INDEX_URL and PIP_EXTRA_INDEX_URL are handed to the build where they are set.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.client import visiting
from benchmarks.server import HOST, Server, free_port
from benchmarks.stream import fetch_run

ROOT = Path(__file__).parents[1]
BUILDERS = ("docker", "podman", "buildah")
ARGUMENTS = ("BASE", "PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL")
IMAGE = "linreg-live-check"
NO_BUILDER = 2
PATIENCE_SECONDS = 60


def main() -> int:
    """Check the image; return the exit code."""
    builder = os.environ.get("BUILDER") or next(filter(shutil.which, BUILDERS), None)
    if builder is None:
        print("The image was not checked: there is no docker, podman or buildah here.")
        return NO_BUILDER
    print(f"Building with {builder}.", flush=True)
    subprocess.run([builder, "build", *build_arguments(), "-t", IMAGE, str(ROOT)], check=True)
    with started(builder) as server:
        seconds = wait_for_health(server)
        print(f"Started read-only: healthy after {seconds:.1f} s.", flush=True)
        engine = asyncio.run(engine_of_first_run(server))
    print(f"The first run was trained by: {engine}.")
    return 0 if engine == "Compiled" else 1


def build_arguments() -> list[str]:
    """Return the build's arguments that the environment names."""
    named = [f"{name}={os.environ[name]}" for name in ARGUMENTS if os.environ.get(name)]
    return [word for argument in named for word in ("--build-arg", argument)]


@contextmanager
def started(builder: str) -> Iterator[Server]:
    """A container of the image with nothing to write to but /tmp, its log on our own output."""
    port = free_port()
    with container(builder, port) as command:
        process = subprocess.Popen(command)
        try:
            yield Server(process, port, Path(os.devnull), time.time())
        finally:
            process.terminate()
            process.wait()


@contextmanager
def container(builder: str, port: int) -> Iterator[Sequence[str]]:
    """What starts the container, and what is to be cleared away behind it."""
    if Path(builder).name != "buildah":
        limits = ("--read-only", "--tmpfs", "/tmp", "--publish", f"{HOST}:{port}:8501")
        yield (builder, "run", "--rm", "--init", *limits, IMAGE)
        return
    # buildah runs a container's commands on this machine's network, and knows no read-only one:
    # what the image's user may write to is taken from it.
    made = subprocess.run([builder, "from", IMAGE], check=True, capture_output=True, text=True)
    name = made.stdout.strip()
    try:
        taking = ("chmod", "-R", "a-w", "/app", "/home")
        subprocess.run([builder, "run", "--user", "root", name, "--", *taking], check=True)
        serving = ("streamlit", "run", "app.py", "--server.address", HOST)
        yield (builder, "run", name, "--", *serving, "--server.port", str(port))
    finally:
        subprocess.run([builder, "rm", name], check=True, capture_output=True)


def wait_for_health(server: Server) -> float:
    """Return after how many seconds the server says that it is well."""
    address = f"http://{server.address}/_stcore/health"
    while (seconds := time.time() - server.started_at) < PATIENCE_SECONDS:
        if server.process.poll() is not None:
            raise SystemExit(f"The container ended with {server.process.returncode}.")
        try:
            with urllib.request.urlopen(address, timeout=2):
                return seconds
        except OSError:
            time.sleep(0.1)
    raise SystemExit(f"No health within {PATIENCE_SECONDS} s.")


async def engine_of_first_run(server: Server) -> str:
    """Open the page as a visitor and return what trained the run that it shows."""
    async with visiting(server) as visitor:
        run = await fetch_run(server.port, visitor.run_path)
    ends = [chunk.header for chunk in run.chunks if chunk.kind == "end"]
    if not ends:
        raise SystemExit(f"The first run did not end: HTTP {run.status}.")
    return str(ends[0]["engine"])


if __name__ == "__main__":
    sys.exit(main())
