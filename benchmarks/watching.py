"""A hundred follow a run from elsewhere, in a room or on its page. `python -m benchmarks.watching`.

Server and clients share the processors. The run has 2,000 rows of 8 features; four times a second
five of its epochs come, as a sender's do. What the class costs is the server's processor with all
of them, less that with none: what it takes in, a presenter's page and the room are in both.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.client import Visitor, visiting
from benchmarks.participant import Database, Participant, all_in, hang_up, new_database, until
from benchmarks.processes import cpu_seconds, family, quick_megabytes
from benchmarks.report import Row, milliseconds, print_table, spread
from benchmarks.server import Server, running_server
from benchmarks.stream import Fetched, fetch_run
from linreg_core import Dataset, Problem, Status, TrainConfig, train_blocks
from linreg_core.block import COLUMNS, Block
from linreg_core.watching import RunHead, RunRows
from linreg_core.watching.run_head import name_of_run
from linreg_core.watching.run_rows import taken_epochs
from linreg_core.watching.watch_address import WatchAddress

N_PEOPLE = 100
N_MESSAGES, EPOCHS_EACH = 120, 5
APART_SECONDS = 0.25
BEAT_SECONDS = 1.0
N_ASKED = 500
LOOK_SECONDS = 2.0
N_TOGETHER = 10
CONFIG = TrainConfig(n_epochs=3 * N_MESSAGES * EPOCHS_EACH, learning_rate=0.01)


@dataclass
class Sender:
    """Sends a run as `--watch` does, and notes when what was sent."""

    address: WatchAddress
    sent_at: dict[int, float] = field(default_factory=dict)
    n_rows: int = 0

    def __post_init__(self) -> None:
        rng = np.random.default_rng(0)
        X = rng.normal(size=(2_000, 8))
        dataset = Dataset("rows", X, X @ np.arange(8.0) + rng.normal(size=2_000))
        problem = Problem.from_dataset(dataset, 0.2)
        self._head = RunHead.of(problem, CONFIG, "a run from elsewhere").to_message()
        blocks = [block for block in train_blocks(problem, CONFIG, max_seconds=60.0) if len(block)]
        columns = {n: np.concatenate([getattr(b, n) for b in blocks]) for n in COLUMNS}
        self._all = Block(**columns, status=blocks[-1].status)

    async def begin(self) -> None:
        await self._post(self._head)

    async def go_on(self, n_messages: int) -> None:
        """Send so many messages, at a sender's pace."""
        for _ in range(n_messages):
            await self.send(self.n_rows + EPOCHS_EACH)
            await asyncio.sleep(APART_SECONDS)

    async def end(self) -> None:
        await self.send(len(self._all))

    async def send(self, until_row: int) -> None:
        rows = taken_epochs(self._all, slice(self.n_rows, until_row))
        if until_row < len(self._all):
            rows = replace(rows, status=Status.RUNNING)
        message = RunRows(name_of_run(self._head), self.n_rows, rows, 0.0).to_message()
        self.n_rows = until_row
        self.sent_at[until_row] = time.perf_counter()
        await self._post(message)

    async def _post(self, message: bytes) -> None:
        answer = await asyncio.to_thread(self.address.post, message)
        assert answer.status == 200, answer


@asynccontextmanager
async def looking(server: Server, path: str, n: int) -> AsyncIterator[list[Fetched]]:
    """So many participants' looks at a run, under way for the length of a block."""
    looks = [Fetched(time.perf_counter()) for _ in range(n)]
    tasks = [
        asyncio.create_task(fetch_run(server.port, f"/{path}?visitor={number:0>24}&slot=1", look))
        for number, look in enumerate(looks)
    ]
    yield looks
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _run_on(page: Visitor) -> tuple[Sender, str]:
    """Begin a run for a page; return its sender, and where the page looks at it."""
    sender = Sender(WatchAddress.from_text(page.command.split("'")[-2]))
    await sender.begin()
    await page.rerun()
    shown = await page.next_event("run")
    return sender, shown.value.partition("?")[0].removeprefix("/")


async def watch_on_pages(server: Server) -> list[Row]:
    """A hundred open the link of a watch page, each in a browser of their own."""
    async with AsyncExitStack() as pages:
        first = await pages.enter_async_context(visiting(server, page="watch"))
        sender, path = await _run_on(first)
        memory = quick_megabytes(family(server.pid))
        link = f"?view={path.split('/')[1]}"
        guests: list[Visitor] = []
        for _ in range(0, N_PEOPLE, N_TOGETHER):
            coming = (visiting(server, link, "watch") for _ in range(N_TOGETHER))
            guests += await asyncio.gather(*map(pages.enter_async_context, coming))
        assert all(path in guest.run_path for guest in guests)
        grown = quick_megabytes(family(server.pid)) - memory
        async with looking(server, path, N_PEOPLE) as looks:
            await until(lambda: all(look.at("start") for look in looks))
            looking_on = [asyncio.create_task(_look_on(guest)) for guest in (first, *guests)]
            before = len(sender.sent_at)
            share = await _share(server, sender.go_on(N_MESSAGES))
            for task in looking_on:
                task.cancel()
        lags = _lags(looks, list(sender.sent_at.values())[before:-1])
    return [
        Row("server's processor", f"{share:.1%} of a core"),
        Row("an epoch is sent → each sees it", spread(lags), "p95 ≤ 300 ms"),
        Row("memory for each page", f"{grown / N_PEOPLE:.2f} MB"),
    ]


async def _look_on(page: Visitor) -> None:
    """Look whether the run stands otherwise, as the page in a browser does."""
    await asyncio.sleep(random.uniform(0, LOOK_SECONDS))
    while True:
        await page.look()
        await asyncio.sleep(LOOK_SECONDS)


async def watch_together(server: Server, database: Database) -> list[Row]:
    """The room, the run, and what the server works for them."""
    async with visiting(server, page="watch") as page:
        sender, path = await _run_on(page)
        room = database.open_room()
        people = [Participant(server.port, room.code) for _ in range(N_PEOPLE)]
        await all_in(people)
        await until(lambda: all(person.heard.states for person in people))
        database.rooms.follow(room.code, True)
        telling = asyncio.create_task(_tell(database, room.code, path, sender))
        rows = await _measured(server, path, sender)
        telling.cancel()
        hang_up(people)
    return rows


async def _tell(database: Database, code: str, path: str, sender: Sender) -> None:
    """Tell the room where the presenter's picture is, as their page does."""
    while True:
        body = {"address": path, "row": sender.n_rows, "isPlaying": True, "speed": 1}
        told = body | {"at": time.time()}
        await asyncio.to_thread(database.rooms.set_playhead, code, told)
        await asyncio.sleep(BEAT_SECONDS)


async def _measured(server: Server, path: str, sender: Sender) -> list[Row]:
    async with looking(server, path, 1):
        alone = await _share(server, sender.go_on(N_MESSAGES))
        memory = quick_megabytes(family(server.pid))
    async with looking(server, path, N_PEOPLE) as class_:
        before, began = cpu_seconds(server.pid), time.perf_counter()
        await until(lambda: all(look.at("rows") for look in class_))
        came, coming = time.perf_counter() - began, cpu_seconds(server.pid) - before
        n_before = len(sender.sent_at)
        together = await _share(server, sender.go_on(N_MESSAGES))
        grown = quick_megabytes(family(server.pid)) - memory
        asked = await _asked(server, path)
        before = cpu_seconds(server.pid)
        await sender.end()
        await until(lambda: all(look.is_complete for look in class_))
        ending = cpu_seconds(server.pid) - before
    lags = _lags(class_, list(sender.sent_at.values())[n_before:-1])
    before = cpu_seconds(server.pid)
    async with looking(server, path, N_PEOPLE) as late:
        await until(lambda: all(look.is_complete for look in late))
    after_end = cpu_seconds(server.pid) - before
    took = [(look.at("end") or np.nan) - look.asked_at for look in late]
    sizes = [look.n_wire_bytes / 1e3 for look in class_]
    return [
        Row("all come at once, the run half on its way → all see it", milliseconds(came)),
        Row("the server's work for that", f"{coming * 1e3:.0f} ms"),
        Row("an epoch is sent → each sees it", spread(lags), "p95 ≤ 300 ms"),
        Row("server's processor, one looks", f"{alone:.1%} of a core"),
        Row(f"server's processor, {N_PEOPLE} look", f"{together:.1%} of a core"),
        Row("memory", f"{grown:+.1f} MB", "flat"),
        Row("a look's bytes, all 1,800 epochs", f"{max(sizes):.0f} KB"),
        Row("the run ends with 1,200 epochs at once: work for all", f"{ending * 1e3:.0f} ms"),
        Row(f"{N_PEOPLE} come after its end → complete", spread(took)),
        Row("the server's work for that", f"{after_end * 1e3:.0f} ms"),
        Row("one who asks why nothing comes", f"{asked * 1e3:.2f} ms of the processor"),
    ]


async def _share(server: Server, work: object) -> float:
    before, began = cpu_seconds(server.pid), time.perf_counter()
    await work  # type: ignore[misc]
    return (cpu_seconds(server.pid) - before) / (time.perf_counter() - began)


async def _asked(server: Server, path: str) -> float:
    """Processor time for one who asks, as a page does while a run is silent."""
    before = cpu_seconds(server.pid)
    for _ in range(N_ASKED):
        await fetch_run(server.port, f"/{path}/trainer?visitor={0:0>24}&slot=1")
    return (cpu_seconds(server.pid) - before) / N_ASKED


def _lags(looks: list[Fetched], sent_at: list[float]) -> list[float]:
    """From each message to its rows at each one who looks, where every message had its chunk."""
    lags = []
    for look in looks:
        arrived = [chunk.arrived_at for chunk in look.chunks if chunk.kind == "rows"]
        for sent in sent_at:
            lags.append(min(at for at in arrived if at >= sent) - sent)
    return lags


def main() -> None:
    with new_database() as database, running_server(database.environment) as server:
        rows = asyncio.run(watch_together(server, database))
    print_table(f"{N_PEOPLE} in a room watch a run from elsewhere", rows)
    with running_server() as server:
        pages = asyncio.run(watch_on_pages(server))
    print_table(f"{N_PEOPLE} have its page open", pages)


if __name__ == "__main__":
    main()
