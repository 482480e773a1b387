"""From a slider's new value to the first bytes of its run, and where the time goes.

`python -m benchmarks.latency`. One visitor, so that nothing waits for anybody else.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from benchmarks.client import RATES, Move, visiting
from benchmarks.report import Row, milliseconds, percentile, print_table, spread
from benchmarks.server import Server, running_server
from dashboard.live.encoder import RunEncoder
from dashboard.presets import FIRST_PRESET
from linreg_core import Problem, TrainConfig, train_blocks

N_MOVES = 40
_PAUSE_SECONDS = 0.5  # the run before it is over, and so is Streamlit's clean-up
_N_REPEATS = 20


async def moves_of_one(server: Server) -> list[Move]:
    """One visitor's moves, each in peace."""
    moves = []
    async with visiting(server) as visitor:
        for turn in range(N_MOVES):
            await asyncio.sleep(_PAUSE_SECONDS)
            moves.append(await visitor.move("learning_rate", RATES[turn % len(RATES)]))
    return moves


def rows(moves: Sequence[Move]) -> list[Row]:
    def stage(what: str, delay: Callable[[Move], float]) -> Row:
        return Row(what, spread([delay(move) for move in moves]))

    first = [_chunk(move, "start") - move.sent_at for move in moves]
    return [
        Row("move → first bytes, median", milliseconds(percentile(first, 50)), "< 40 ms"),
        Row("the same", spread(first)),
        stage("request → headers", lambda m: (m.fetched.headers_at or 0) - m.fetched.asked_at),
        stage("headers → first bytes", lambda m: _chunk(m, "start") - (m.fetched.headers_at or 0)),
        stage("first bytes → first rows", lambda m: _chunk(m, "rows") - _chunk(m, "start")),
        stage("first rows → complete", lambda m: _chunk(m, "end") - _chunk(m, "rows")),
        stage("meanwhile: move → script has begun", lambda m: m.started_at - m.sent_at),
        stage("… until the run is known", lambda m: m.shown_at - m.started_at),
        stage("… until it has finished", lambda m: m.finished_at - m.shown_at),
    ]


def inside() -> list[Row]:
    """What the server computes for a first slice, measured in this process."""
    settings = FIRST_PRESET.settings
    problem, config = settings.problem_spec.build(), settings.config()
    next(train_blocks(problem, config))  # what only the first call pays
    return [
        Row("building the problem", _median(settings.problem_spec.build)),
        Row("making encoder and training", _median(lambda: _ready(problem, config))),
        Row("start chunk", _median(RunEncoder(problem, config).start)),
        Row("epoch 0", _median(lambda: next(train_blocks(problem, config)))),
        Row("reference chunk", _median(RunEncoder(problem, config).reference)),
    ]


def _ready(problem: Problem, config: TrainConfig) -> None:
    RunEncoder(problem, config)
    train_blocks(problem, config)


def _median(work: Callable[[], object]) -> str:
    times = []
    for _ in range(_N_REPEATS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return f"{percentile(times, 50) * 1e3:.2f} ms"


def _chunk(move: Move, kind: str) -> float:
    at = move.fetched.at(kind)
    if at is None:
        raise RuntimeError(f"A run came without its {kind!r} chunk: status {move.fetched.status}.")
    return at


def main() -> None:
    with running_server() as server:
        moves = asyncio.run(moves_of_one(server))
    print_table(f"Latency of one visitor, {N_MOVES} moves", rows(moves))
    print_table("What the server computes before the first rows", inside())


if __name__ == "__main__":
    main()
