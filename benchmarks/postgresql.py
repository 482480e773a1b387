"""A PostgreSQL server of our own: the system's, run as an ordinary user, ended by its id."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

_DEBIAN = "usr/lib/postgresql/*/bin/postgres"
_USER = "linreg"
_START_SECONDS = 120
_STOP_SECONDS = 60
_HASTY = ("-F", "-c", "synchronous_commit=off", "-c", "full_page_writes=off")


def find_postgresql() -> Path | None:
    """Return the folder of the server's programs: Debian keeps the newest off the PATH."""
    packaged = sorted(Path("/").glob(_DEBIAN), key=lambda path: float(path.parts[4]))
    on_path = shutil.which("postgres")
    found = packaged[-1] if packaged else on_path and Path(on_path)
    return Path(found).resolve().parent if found else None


@contextmanager
def running_postgresql(*, is_durable: bool = True) -> Iterator[str]:
    """A new, empty server for the length of a `with` block: the URL of its database.

    Without `is_durable` it never waits for the disk, which tests need not.
    Raises RuntimeError when it is not installed or does not start, with what it said.
    """
    programs = find_postgresql()
    if programs is None:
        raise RuntimeError("PostgreSQL is not installed: install your system's `postgresql`.")
    folder = Path(tempfile.mkdtemp(prefix="linreg-pg-"))
    try:
        _hand_over(folder)
        log = folder / "server.log"
        _make_cluster(programs, folder)
        server = _start(programs, folder, log, () if is_durable else _HASTY)
        try:
            _wait_until_ready(server, folder, log)
            yield f"postgresql+psycopg://{_USER}@/postgres?host={folder}"
        finally:
            _stop(server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ordinary_user() -> pwd.struct_passwd | None:
    """Return as whom to start programs, None for ourselves: PostgreSQL refuses to run as root."""
    if os.getuid() != 0:
        return None
    user = _entry("postgres") or _entry("nobody")
    if user is None:
        raise RuntimeError("PostgreSQL needs an ordinary user: this system has no `nobody`.")
    return user


def _as_user() -> dict[str, Any]:
    user = _ordinary_user()
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _hand_over(folder: Path) -> None:
    if (user := _ordinary_user()) is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)


def _make_cluster(programs: Path, folder: Path) -> None:
    command = [programs / "initdb", "-D", folder / "data", "-U", _USER, "-A", "trust"]
    command += ["-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, **_as_user())
    if made.returncode:
        raise RuntimeError(f"PostgreSQL made no cluster:\n{made.stdout}{made.stderr}")


def _start(
    programs: Path, folder: Path, log: Path, options: tuple[str, ...]
) -> subprocess.Popen[bytes]:
    """Start the server on a socket in its folder, where nobody else can reach it."""
    command = [programs / "postgres", "-D", folder / "data", "-k", folder]
    command += ["-c", "listen_addresses=", "-c", "max_connections=200", *options]
    with log.open("wb") as output:
        return subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, **_as_user())


def _wait_until_ready(server: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            psycopg.connect(host=str(folder), user=_USER, dbname="postgres").close()
            return
        except psycopg.OperationalError:
            time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


def _stop(server: subprocess.Popen[bytes]) -> None:
    """End it at once for all who are connected; kill it if it won't."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait()
