"""Many sessions and long runs: memory, threads, fairness, a full room, and the end of the server.

`python -m benchmarks.sessions`. About four minutes.
"""

from __future__ import annotations

import asyncio

from benchmarks.crowds import many_requests_of_one_run, runs_of_many_sessions, stopping
from benchmarks.fairness import beside_long_runs, superseded_run
from benchmarks.growth import coming_and_going, memory_a_session, threads_after_quick_moves
from benchmarks.heartbeat import held_up
from benchmarks.report import print_table
from benchmarks.server import running_server

# Sessions whose page was closed are freed within the benchmark, not after five minutes.
_SHORT_LIVED = {"STREAMLIT_SERVER_DISCONNECTED_SESSION_TTL": "2"}


def main() -> None:
    with running_server() as server:
        print_table("A session's memory", asyncio.run(memory_a_session(server)))
    with running_server(_SHORT_LIVED) as server:
        print_table("Sessions that come and go", asyncio.run(coming_and_going(server)))
    with running_server() as server:
        print_table("The event loop", asyncio.run(held_up(server)))
        print_table("Quick moves", asyncio.run(threads_after_quick_moves(server)))
        print_table("A superseded run", asyncio.run(superseded_run(server)))
        print_table("Beside long runs", asyncio.run(beside_long_runs(server)))
        print_table("One run, many requests", asyncio.run(many_requests_of_one_run(server)))
        print_table("A full room", asyncio.run(runs_of_many_sessions(server)))
        print_table("SIGTERM during live runs", asyncio.run(stopping(server)))


if __name__ == "__main__":
    main()
