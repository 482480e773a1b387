"""What an update costs where ranks are a round trip apart: `python -m benchmarks.network`.

Each rank is in a network namespace of its own, and has a device there whose packets this program
hands on after half a round trip, in the place of netem, which few kernels have. That needs Linux,
root, `ip` and /dev/net/tun. The namespaces are made for it, with addresses that lead nowhere else,
and taken away at the end. Ranks and the handing on share the machine's cores.
"""

from __future__ import annotations

import argparse
import contextlib
import fcntl
import heapq
import os
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.distributed import make_rows

TUN = Path("/dev/net/tun")
_SET_INTERFACE, _TUN, _NO_PACKET_INFO = 0x400454CA, 0x0001, 0x1000
_PREFIX = "10.213.77."
_MTU = 9_000
_MOST_SECONDS = 400
_CONNECT = """
import socket, statistics, sys, time
def once():
    with socket.socket() as line:
        began = time.perf_counter()
        line.connect_ex((sys.argv[1], 9))
        return time.perf_counter() - began
print(statistics.median(once() for _ in range(50)) * 1e3)
"""
"""Asks at a closed port: the answer takes one round trip."""


@dataclass(frozen=True)
class Place:
    """Where a rank runs: a namespace with a device, whose packets are read at `packets`."""

    namespace: str
    device: str
    address: str
    packets: int

    def start(self, *command: str, **environment: str) -> subprocess.Popen[str]:
        """Start a program in it."""
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        within = ["ip", "netns", "exec", self.namespace, sys.executable, *command]
        return subprocess.Popen(within, env={**os.environ, **environment}, text=True, **pipes)  # type: ignore[call-overload,no-any-return]


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)


@contextmanager
def places(n: int) -> Iterator[list[Place]]:
    """Make n of them, and take them away at the end."""
    found: list[Place] = []
    try:
        for i in range(n):
            name = f"lr{os.getpid()}-{i}"
            packets = os.open(TUN, os.O_RDWR | os.O_NONBLOCK)
            flags = struct.pack("16sH", name.encode(), _TUN | _NO_PACKET_INFO)
            fcntl.ioctl(packets, _SET_INTERFACE, flags)
            found.append(Place(name, name, f"{_PREFIX}{i + 1}", packets))
            _ip("netns", "add", name)
            _ip("link", "set", name, "netns", name)
            _ip("-n", name, "addr", "add", f"{_PREFIX}{i + 1}/24", "dev", name)
            _ip("-n", name, "link", "set", name, "mtu", str(_MTU), "up")
            _ip("-n", name, "link", "set", "lo", "up")
        yield found
    finally:
        for place in found:
            os.close(place.packets)
            subprocess.run(["ip", "netns", "del", place.namespace], capture_output=True)


@contextmanager
def handing_on(there: list[Place], seconds: float) -> Iterator[None]:
    """Hand packets from place to place, each after so many seconds, in their order."""
    is_over = threading.Event()
    thread = threading.Thread(target=_hand_on, args=(there, seconds, is_over))
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _hand_on(there: list[Place], seconds: float, is_over: threading.Event) -> None:
    ends = {bytes(map(int, place.address.split("."))): place.packets for place in there}
    waiting: list[tuple[float, int, int, bytes]] = []
    number = 0
    while not is_over.is_set():
        now = time.perf_counter()
        while waiting and waiting[0][0] <= now:
            _, _, end, packet = heapq.heappop(waiting)
            _write(end, packet)
        patience = min(waiting[0][0] - now, 0.1) if waiting else 0.1
        for end in select.select(list(ends.values()), [], [], patience)[0]:
            packet = os.read(end, _MTU + 100)
            target = ends.get(packet[16:20]) if packet[0] >> 4 == 4 else None
            if target is not None:
                number += 1
                heapq.heappush(waiting, (time.perf_counter() + seconds, number, target, packet))


def _write(end: int, packet: bytes) -> None:
    with contextlib.suppress(OSError):  # as on any network: who sent it sends it again
        os.write(end, packet)


def seconds_of_an_epoch(there: list[Place], own: list[str]) -> float:
    """Train, a rank in each place; return how long the fastest epoch takes."""
    many = {"MASTER_ADDR": there[0].address, "MASTER_PORT": "29500", "OMP_NUM_THREADS": "1"}
    many["WORLD_SIZE"] = str(len(there))
    ranks = [
        place.start(*own, **many, RANK=str(i), LOCAL_RANK="0", GLOO_SOCKET_IFNAME=place.device)
        for i, place in enumerate(there)
    ]
    try:
        out, errors = ranks[0].communicate(timeout=_MOST_SECONDS)
    finally:
        for rank in ranks:
            rank.kill()
            rank.communicate()
    found = re.search(r"fastest ([\d.]+) s", out)
    if found is None:
        raise SystemExit(errors)
    return float(found[1])


def round_trip(there: list[Place]) -> float:
    """Return the milliseconds from the second place to the first and back."""
    return float(there[1].start("-c", _CONNECT, there[0].address).communicate(timeout=60)[0])


def refuse_what_can_not_be_done() -> None:
    """End with a sentence where this machine or this user can't have namespaces and devices."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        raise SystemExit("Namespaces need Linux and root. Start it there, as root.")
    if not TUN.exists() or shutil.which("ip") is None:
        raise SystemExit(f"Namespaces with devices need {TUN} and `ip` (iproute2).")


def main() -> None:
    """Print milliseconds of an update, by ranks, batches and round trips."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=262_144)
    parser.add_argument("--features", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--ranks", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--batch-sizes", type=int, nargs="+", default=[1_024, 65_536])
    parser.add_argument("--round-trips", type=float, nargs="+", default=[0.0, 1.0])
    options = parser.parse_args()
    refuse_what_can_not_be_done()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was made is taken away
    with tempfile.TemporaryDirectory() as folder, places(max(*options.ranks, 2)) as there:
        path = Path(folder) / "rows.parquet"
        make_rows(path, options.rows, options.features)
        for asked in options.round_trips:
            with handing_on(there, asked / 2e3):
                print(f"round trip {asked:g} ms asked, {round_trip(there):.2f} ms measured")
                for size in options.batch_sizes:
                    for n_ranks in options.ranks:
                        own = ["-m", "benchmarks.distributed", "rank", "--file", str(path)]
                        own += ["--batch-size", str(size), "--epochs", str(options.epochs)]
                        updates = -(-options.rows // size)
                        took = seconds_of_an_epoch(there[:n_ranks], own) / updates
                        told = f"{n_ranks} ranks, batches of {size:,}: {took * 1e3:.2f} ms"
                        print(f"  {told} an update", flush=True)


if __name__ == "__main__":
    main()
