"""The routes of runs: a stream, its refusals, and what a visitor may see."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest

from dashboard import run_spec
from dashboard.live import roles, trainer_client, trainers
from dashboard.live.addresses import KEY_VARIABLE, Addresses
from dashboard.live.problems import ProblemCache
from dashboard.live.server import LiveServer
from dashboard.live.service import APOLOGY
from dashboard.own_data.settings import TableSettings
from dashboard.problem_spec import DATA_IS_GONE
from dashboard.settings import Settings, make_settings
from linreg_core import ConfigError, make_dataset
from tests.conftest import ROOT
from tests.dashboard.serving import (
    ENDLESS,
    TINY,
    LocalServer,
    address_of,
    app_of,
    ask,
    asking,
    got,
    shown,
    until,
    within_patience,
)
from tests.dashboard.streams import received

NAMES = (
    "solver, loss, learning_rate, n_epochs, batch_size, sampling, updates_per_epoch, momentum, "
    "weight_decay, l1"
)
BATCH_TOO_LARGE = "`batch_size` must be <= the number of training rows, 20. Got 21."
BAD: tuple[tuple[str, str], ...] = (
    ("learning_rate=-1", "`learning_rate` must be > 0. Got -1.0."),
    ("learning_rate=0", "`learning_rate` must be > 0. Got 0.0."),
    ("learning_rate=nan", "`learning_rate` must be a finite number. Got nan."),
    ("learning_rate=1e999", "`learning_rate` must be a finite number. Got inf."),
    ("learning_rate=abc", "`learning_rate` must be a number. Got 'abc'."),
    ("learning_rate=", "`learning_rate` must be a number. Got ''."),
    ("learning_rate=0.1&learning_rate=-2", "`learning_rate` must be > 0. Got -2.0."),
    ("n_epochs=0", "`n_epochs` must be >= 1. Got 0."),
    ("n_epochs=2.5", "`n_epochs` must be a whole number. Got '2.5'."),
    ("n_epochs=1000000000", "`n_epochs` must be <= 1000000. Got 1000000000."),
    ("batch_size=0", "`batch_size` must be >= 1. Got 0."),
    ("batch_size=21", BATCH_TOO_LARGE),
    ("batch_size=1000000000", "`batch_size` must be <= 10000000. Got 1000000000."),
    (
        "n_epochs=1000000&updates_per_epoch=101",
        "`n_epochs` times the updates of an epoch must be <= 100,000,000. "
        "Got 101,000,000: use fewer epochs or larger batches.",
    ),
    ("momentum=1", "`momentum` must be < 1. Got 1.0."),
    ("weight_decay=-0.5", "`weight_decay` must be >= 0. Got -0.5."),
    ("seed=-1", "`seed` must be >= 0. Got -1."),
    ("noise=-1", "`noise` must be >= 0. Got -1.0."),
    ("noise=loud", "`noise` must be a number. Got 'loud'."),
    ("n_samples=1", "`n_samples` must be >= 2. Got 1."),
    ("n_samples=2.5", "`n_samples` must be a whole number. Got '2.5'."),
    ("dtype=float16", "`dtype` must be one of 'float32', 'float64'. Got 'float16'."),
    (
        "solver=closed_form&loss=l1",
        "`loss` must be one of 'mse', 'half_mse' with solver 'closed_form'. "
        "Got 'l1': choose another solver or loss.",
    ),
)
UNKNOWN = ("unknown=1", "init=x", "init=zeros", "dataset=condos", "knobs=1", "__class__=x", "🏠=1")


@pytest.mark.parametrize("base", ["", "/", "lab", "/lab/", "a/b"])
def test_a_token_gets_its_run(server: LocalServer, base: str) -> None:
    session = shown(server, TINY)
    prefix = f"/{base.strip('/')}".rstrip("/")
    answer = got(server, prefix + address_of(session), base=base)
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-store"
    assert "content-length" not in answer.headers
    result = received(answer.body)
    assert result.the("end").fields["epoch"] == 30
    if base.strip("/"):
        assert got(server, address_of(session), base=base).status == 404


@pytest.mark.parametrize("base", ["", "lab"])
@pytest.mark.parametrize("name", ["health", "host-config"])
def test_streamlit_is_sent_above_a_page_without_an_error(
    server: LocalServer, base: str, name: str
) -> None:
    """It takes a success (2xx) for its server's place, and a console shows what is 400 or more."""
    prefix = f"/{base}".rstrip("/")
    assert 300 <= got(server, f"{prefix}/data/_stcore/{name}", base=base).status < 400
    assert got(server, f"{prefix}/_stcore/{name}", base=base).status == 404  # Streamlit's to answer


@pytest.mark.parametrize(
    ("query", "same_as"),
    [
        ("", TINY),
        ("learning_rate=0.05", replace(TINY, learning_rate=0.05)),
        ("n_epochs=7&solver=adam", replace(TINY, n_epochs=7, solver="adam")),
        ("batch_size=4&seed=9&sampling=replacement", None),
        ("batch_size=full&updates_per_epoch=all", TINY),
        ("noise=0.5", make_settings("line", {"n_samples": 20, "noise": 0.5}, n_epochs=30)),
        (
            "n_samples=30&slope=-2&n_epochs=7",
            make_settings("line", {"n_samples": 30, "slope": -2.0}, n_epochs=7),
        ),
    ],
)
def test_scalars_in_the_query_replace_the_runs_own(
    server: LocalServer, query: str, same_as: Settings | None
) -> None:
    session = shown(server, TINY)
    result = received(got(server, f"{address_of(session)}&{query}").body).the("end")
    if same_as is not None:
        other = shown(server, same_as)
        expected = received(got(server, address_of(other)).body).the("end")
        assert (result.fields["bias"], result.fields["epoch"]) == (
            expected.fields["bias"],
            expected.fields["epoch"],
        )


def test_a_session_has_the_result_of_the_run_that_it_shows(server: LocalServer) -> None:
    session = shown(server, TINY)
    assert session.result is None
    end = received(got(server, address_of(session)).body).the("end").fields
    assert session.result is not None and session.result.params.bias == end["bias"]
    assert session.result.train_loss[-1] == end["trainLoss"]
    got(server, address_of(session) + "&learning_rate=0.05")
    assert session.result is None, "a preview's result is nobody's"
    got(server, address_of(session))
    server.show(session, replace(TINY, residuals="squares"))
    assert session.result is not None, "another look is the same run"
    server.show(session, replace(TINY, seed=8))
    assert session.result is None


@pytest.mark.parametrize(("query", "sentence"), BAD, ids=[query for query, _ in BAD])
def test_a_bad_override_gets_the_cores_sentence(
    server: LocalServer, query: str, sentence: str
) -> None:
    session = shown(server, TINY)
    answer = got(server, f"{address_of(session)}&{query}")
    assert (answer.status, answer.message) == (400, sentence)
    assert server.service.n_runs == 0
    assert got(server, address_of(session)).status == 200  # the session goes on


@pytest.mark.parametrize("query", UNKNOWN)
def test_the_query_may_set_scalars_of_the_config_only(server: LocalServer, query: str) -> None:
    session = shown(server, TINY)
    answer = got(server, f"{address_of(session)}&{quote(query, safe='=')}")
    assert answer.status == 400
    assert answer.message.startswith(f"The query may set {NAMES}")


@pytest.mark.parametrize(
    "value", ["x" * 10_000, "9" * 5_000, "<script>alert(1)</script>", "../../etc/passwd"]
)
@pytest.mark.parametrize("name", ["learning_rate", "n_epochs", "solver", "unknown"])
def test_hostile_overrides_are_refused(server: LocalServer, name: str, value: str) -> None:
    session = shown(server, TINY)
    answer = got(server, f"{address_of(session)}&{name}={quote(value)}")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"


def test_a_problem_that_cannot_be_made_is_a_sentence(server: LocalServer) -> None:
    session = shown(server, replace(TINY, batch_size=21))
    answer = got(server, address_of(session))
    assert (answer.status, answer.message) == (400, BATCH_TOO_LARGE)
    with pytest.raises(ConfigError, match="`n_samples` must be >= 2. Got 1."):
        server.show(session, make_settings("line", {"n_samples": 1}))
    assert session.address == "", "the page is set to no run"


SIGNED = Addresses("another key").address(TINY.run_spec)


@pytest.mark.parametrize(
    "address",
    ["", "x", "A" * 24, "..", "%2e%2e%2fassets", "%00", "🏠", "None", "a.b", ".", SIGNED],
)
def test_a_forged_address_opens_nothing(server: LocalServer, address: str) -> None:
    shown(server, TINY)
    answer = got(server, f"/live/{quote(address, safe='%')}")
    assert answer.status in (403, 404)
    if answer.status == 403:
        assert answer.message.startswith("This address of a run was cut off, changed, or made by")
    assert server.service.n_runs == 0


def test_a_changed_address_opens_nothing(server: LocalServer) -> None:
    address = shown(server, TINY).address
    assert got(server, f"/live/{address}").status == 200
    for changed in (address[:-1], address[1:], address[:9] + "." + address[9:], address + "A"):
        assert got(server, f"/live/{changed}").status == 403


def test_an_endless_address_is_refused_unread(server: LocalServer) -> None:
    answer = got(server, f"/live/{'A' * 4_001}")
    assert (answer.status, answer.message) == (
        414,
        "A run's address has at most 4,000 characters. Got 4,001.",
    )


def test_a_spec_out_of_bounds_gets_the_cores_sentence(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that was signed by another version, with other bounds."""
    address = shown(server, TINY).address
    monkeypatch.setattr(run_spec, "VERSION", 2)
    answer = got(server, f"/live/{address}")
    assert (answer.status, answer.message) == (
        400,
        "`v` must be 2, the version of a run's text. Got 1.",
    )


def test_any_server_with_the_key_trains_a_run_that_it_has_never_seen(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a session, and as often as one likes: also for one who is nobody."""
    monkeypatch.setenv(KEY_VARIABLE, "one key for all of us")
    servers = [LocalServer(), LocalServer()]
    visitor = shown(servers[0], TINY)
    try:
        for address in (address_of(visitor), f"/live/{visitor.address}"):
            answers = [received(got(each, address).body).the("end") for each in servers]
            assert answers[0].fields["bias"] == answers[1].fields["bias"]
        assert len(servers[1].visitors) == 0, "nobody is left"
    finally:
        for each in servers:
            each.stop()


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("slot=10", "`slot` must be <= 9. Got 10."),
        ("slot=-1", "`slot` must be a whole number. Got '-1'."),
        ("slot=", "`slot` must be a whole number. Got ''."),
        ("slot=1e3", "`slot` must be a whole number. Got '1e3'."),
        ("visitor=x", "`visitor` must be 16 to 64 letters, digits, - and _. Got 'x'."),
        ("visitor=", "`visitor` must be 16 to 64 letters, digits, - and _. Got ''."),
    ],
)
def test_a_bad_visitor_or_slot_is_a_sentence(
    server: LocalServer, query: str, sentence: str
) -> None:
    address = f"/live/{shown(server, TINY).address}?{query}"
    answer = got(server, address)
    assert (answer.status, answer.message) == (400, sentence)
    assert server.service.n_runs == 0


def test_a_superseded_run_is_no_error_while_the_next_is_on_its_way(server: LocalServer) -> None:
    session = shown(server, TINY)
    addresses = [address_of(session)]
    for seed in range(1, 4):
        server.show(session, replace(TINY, seed=seed))
        addresses.append(address_of(session))
    for address in addresses[:-1]:
        for method in ("GET", "HEAD"):
            answer = got(server, address, method)
            assert (answer.status, answer.body) == (204, b"")
    assert server.service.n_runs == 0
    assert got(server, addresses[-1]).status == 200
    server.show(session, TINY)
    assert address_of(session) == addresses[0]
    assert got(server, addresses[0]).status == 200, "one may come back to a run"
    beside = addresses[1].replace("slot=0", "slot=1")
    assert got(server, beside).status == 200, "and look at a former one beside it"


def test_own_data_need_their_visitor(server: LocalServer) -> None:
    """An address alone, which may have been passed on, does not open somebody's file."""
    own = make_dataset("line", n_samples=20)
    held = server.trainers.hold(own, lambda: own)
    server.problems.hold(held.spec.fingerprint, own)
    settings = TableSettings(sent=held.spec, n_epochs=3)
    owner, stranger = shown(server, settings), shown(server, TINY)
    assert got(server, address_of(owner)).status == 200
    for other in (f"?visitor={stranger.id}", "?visitor=" + "A" * 24, ""):
        answer = got(server, f"/live/{owner.address}{other}")
        assert (answer.status, answer.message) == (410, DATA_IS_GONE)


@pytest.mark.parametrize("base", ["", "lab"])
def test_those_who_wait_can_ask_for_their_trainer(server: LocalServer, base: str) -> None:
    session = shown(server, TINY)
    address = f"{'/lab' if base else ''}{address_of(session)}"
    trainers = address.replace("?", "/trainer?")
    assert got(server, trainers, base=base).message == ""
    assert got(server, address, base=base).status == 200
    server.process.message = "The trainer does not answer."
    answer = got(server, trainers, base=base)
    assert (answer.status, answer.message) == (200, "The trainer does not answer.")
    assert answer.headers["cache-control"] == "no-store"
    for stranger in ("", "?visitor=forged", "?slot=99"):
        assert got(server, f"/live/forged/trainer{stranger}").message == ""


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_only_reading_is_allowed(server: LocalServer, method: str) -> None:
    session = shown(server, TINY)
    for path in (session.address, f"assets/{server.assets.view_path}"):
        assert got(server, f"/live/{path}", method).status == 405
    assert server.service.n_runs == 0


def test_head_starts_no_run(server: LocalServer) -> None:
    session = shown(server, TINY)
    answer = got(server, address_of(session), "HEAD")
    assert (answer.status, answer.body, server.service.n_runs) == (200, b"", 0)
    assert got(server, "/live/forged", "HEAD").status == 403


def test_a_full_room_is_told_politely(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    session = shown(server, TINY)
    monkeypatch.setattr(trainers, "MAX_RUNS", 0)
    answer = got(server, address_of(session))
    assert answer.status == 429
    assert answer.message.startswith("The room is full")
    assert int(answer.headers["retry-after"]) >= 1
    monkeypatch.undo()
    assert got(server, address_of(session)).status == 200


def test_a_fault_of_ours_gets_an_apology(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: ProblemCache, *asked: Any) -> Any:
        raise RuntimeError(f"{ROOT}/secret.py")

    monkeypatch.setattr(ProblemCache, "lease", broken)
    session = shown(server, TINY)
    answer = got(server, address_of(session))
    assert (answer.status, answer.message) == (500, APOLOGY)
    assert "secret.py" in caplog.text


def test_a_client_that_hangs_up_ends_its_run(server: LocalServer) -> None:
    async def scenario() -> None:
        session = shown(server, ENDLESS)
        async with asking(app_of(server), address_of(session)) as hang_up:
            assert server.service.n_runs == 1
            hang_up()
            await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())


def test_the_next_request_of_a_session_ends_the_one_before(server: LocalServer) -> None:
    async def scenario() -> None:
        session, app = shown(server, ENDLESS), app_of(server)
        async with asking(app, address_of(session)):
            answer = await ask(app, address_of(session) + "&n_epochs=5")
            assert received(answer.body).the("end").fields["epoch"] == 5
        await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())


def test_one_session_does_not_end_anothers_run(server: LocalServer) -> None:
    async def scenario() -> None:
        long, short, app = shown(server, ENDLESS), shown(server, TINY), app_of(server)
        async with asking(app, address_of(long)) as hang_up:
            await ask(app, address_of(short))
            await until(lambda: server.service.n_runs == 1)
            long_run = long.slot(0).view
            assert long_run is not None and not long_run.is_closed
            hang_up()

    within_patience(scenario())


def test_sessions_share_a_problem(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    problems = []
    submit = server.service.submit

    def watched(problem: Any, *others: Any) -> Any:
        problems.append(problem)
        return submit(problem, *others)

    monkeypatch.setattr(server.service, "submit", watched)
    one, other = shown(server, TINY), shown(server, replace(TINY, learning_rate=0.5))
    for session in (one, other):
        assert got(server, address_of(session)).status == 200
    assert problems[0] is problems[1]


def test_a_large_run_that_ended_the_trainer_is_not_started_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As when the system kills the trainer for want of memory; its log says when and why."""
    monkeypatch.setattr(roles, "LARGE_CELLS", 50)
    monkeypatch.setattr(trainer_client, "_RESTART_SECONDS", 0.01)
    large = replace(ENDLESS, knobs=(("n_samples", 60),))

    async def scenario() -> None:
        server = LiveServer()
        server.trainers.start()
        try:
            session, neighbour, app = shown(server, large), shown(server, ENDLESS), app_of(server)
            address = address_of(session)
            async with asking(app, address), asking(app, address_of(neighbour)):
                child = server.trainers.of(large.problem_spec)._process
                assert child is not None
                os.kill(child.pid, signal.SIGKILL)
                await until(lambda: session.not_again)
                assert server.trainers.n_runs == 1  # the neighbour's goes on
                server.show(neighbour, replace(ENDLESS, n_epochs=5))
            answer = await ask(app, address)
            assert answer.status == HTTPStatus.CONFLICT
            assert re.match("The trainer was ended by the system.*60 rows x 1 feat", answer.message)
            assert (await ask(app, address_of(neighbour))).status == HTTPStatus.OK
            server.show(session, replace(large, n_epochs=5))
            assert (await ask(app, address_of(session))).status == HTTPStatus.OK
        finally:
            await server.trainers.stop()

    within_patience(scenario())
    assert re.search("ended at 2.* signal SIGKILL; it had .* MB.*60 rows x 1", caplog.text)
