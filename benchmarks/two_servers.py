"""Two servers behind nginx, with PostgreSQL: a class plays, and goes on when one is killed.

`python -m benchmarks.two_servers [seconds]`. nginx gets the file that `docs/deployment.md` shows.
"""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.classroom import PLAY_SECONDS, playing
from benchmarks.participant import Database, Listener, Participant, all_in, new_database, until
from benchmarks.postgresql import running_postgresql
from benchmarks.report import Row, print_table, spread
from benchmarks.server import (
    HOST,
    Server,
    cold_server,
    lasting_port,
    wait_until_healthy,
    wait_until_idle,
)
from dashboard.live.addresses import KEY_VARIABLE

CONFIGURATION = Path(__file__).parent.parent / "docs/nginx.conf"
_KEY = "a key that both servers share"
_N_PEOPLE = 20


@contextmanager
def running_nginx(first: int, second: int) -> Iterator[int]:
    """nginx with the documented configuration before servers at these ports; gives its own port."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if program is None:
        raise RuntimeError("nginx is not installed: install your system's `nginx`.")
    port, text = lasting_port(), CONFIGURATION.read_text()
    text = text.replace(":8501", f":{first}").replace(":8502", f":{second}")
    text = text.replace("listen 8080", f"listen {HOST}:{port}")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "temp").mkdir(mode=0o777)
        file = Path(folder) / "nginx.conf"
        file.write_text(text)
        Path(folder).chmod(0o755)
        log = Path(folder) / "error.log"
        command = [program, "-p", folder, "-c", file, "-e", log, "-g", "daemon off;"]
        process = subprocess.Popen(command)
        try:
            yield port
        finally:
            process.terminate()
            process.wait()


async def with_one_killed(port: int, second: Server, database: Database) -> list[Row]:
    """The second server is killed while a class listens and sets rates: nobody loses anything."""
    room = database.open_room()
    people = [Participant(port, room.code) for _ in range(_N_PEOPLE)]
    presenter = Listener(port, room.code, room.key)
    await all_in(people)
    presenter.listen()
    await until(lambda: all(person.heard.states for person in people))
    second.process.kill()
    began = time.perf_counter()
    runs = []
    for turn in range(5):
        rates = [round(0.05 + 0.01 * turn + 1e-5 * i, 6) for i in range(_N_PEOPLE)]
        runs += await asyncio.gather(
            *(p.set_rate(rate) for p, rate in zip(people, rates, strict=True))
        )
    n_runs = sum(run.is_complete for run in runs)
    await until(lambda: len(presenter.heard.dots) >= n_runs, may_fail=True)
    took = [(run.at("end") or began) - run.asked_at for run in runs if run.is_complete]
    return [
        Row("runs after the kill", f"{n_runs} of {len(runs)}", "all"),
        Row("change → complete run", spread(took)),
        Row("their dots", str(len(presenter.heard.dots)), str(len(runs))),
    ]


def main() -> None:
    seconds = float(sys.argv[1]) if sys.argv[1:] else PLAY_SECONDS
    with ExitStack() as stack:
        url = stack.enter_context(running_postgresql())
        database = stack.enter_context(new_database(url))
        environment = database.environment | {KEY_VARIABLE: _KEY}
        servers = [stack.enter_context(cold_server(environment)) for _ in range(2)]
        for server in servers:
            wait_until_healthy(server)
            wait_until_idle(server)
        port = stack.enter_context(running_nginx(*(server.port for server in servers)))
        rows = asyncio.run(playing(servers, database, seconds=seconds, port=port))
        print_table("A class of 100 on two servers behind nginx, with PostgreSQL", rows)
        rows = asyncio.run(with_one_killed(port, servers[1], database))
        print_table("One of the two is killed", rows)


if __name__ == "__main__":
    main()
