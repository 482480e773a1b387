"""Tokens: unguessable, one a run, void with what they stood for."""

from __future__ import annotations

import gc

from dashboard.live.roles import SMALL
from dashboard.live.sessions import SessionRuns
from dashboard.live.trainer_client import RemoteRun, TrainerProcess
from tests.dashboard.serving import ENDLESS, TINY, LocalServer


def test_a_token_dies_with_its_session(server: LocalServer) -> None:
    session = server.new_session()
    token = session.show(TINY)
    assert server.sessions.find(token) is session
    assert len(server.sessions) == 1
    del session
    gc.collect()
    assert server.sessions.find(token) is None
    assert len(server.sessions) == 0


def test_tokens_are_unguessable_and_one_a_run(server: LocalServer) -> None:
    sessions = [server.new_session() for _ in range(50)]
    tokens = {session.show(TINY) for session in sessions}
    assert len(tokens) == 50
    assert min(map(len, tokens)) >= 22  # 128 bits and more
    old = sessions[0].token
    new = sessions[0].show(ENDLESS)
    assert server.sessions.find(old) is None
    assert server.sessions.find(new) is sessions[0]


def test_what_is_stopped_for_a_new_run_is_superseded_by_then(server: LocalServer) -> None:
    """Its request is answered at once, from another thread: it must not look like a fault."""
    seen = []
    session = SessionRuns(server.sessions, lambda _: seen.append(server.sessions.find(first)))
    first = session.show(TINY)
    run = RemoteRun(TrainerProcess(SMALL, 10**8), 1, TINY.problem_spec)
    session.attach(run, session.next_order())
    session.show(ENDLESS)
    assert seen == [None]
    assert server.sessions.is_superseded(first)
