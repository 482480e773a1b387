"""The routes: a run's stream, its refusals, and the assets."""

from __future__ import annotations

import gc
import gzip
import os
import re
import signal
from dataclasses import replace
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest
from starlette.applications import Starlette

from dashboard.live import roles, trainer_client, trainers
from dashboard.live.assets import STATIC_FOLDER
from dashboard.live.problems import ProblemCache
from dashboard.live.routes import REPLACED, live_routes
from dashboard.live.server import LiveServer
from dashboard.live.service import APOLOGY
from dashboard.settings import Settings, make_settings
from tests.conftest import ROOT
from tests.dashboard.serving import (
    ENDLESS,
    TINY,
    Answer,
    LocalServer,
    ask,
    asking,
    shown,
    until,
    within_patience,
)
from tests.dashboard.streams import received

NAMES = (
    "solver, loss, learning_rate, n_epochs, batch_size, sampling, updates_per_epoch, momentum, "
    "weight_decay"
)
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
    ("batch_size=21", "`batch_size` must be <= the number of training rows, 20. Got 21."),
    ("batch_size=1000000000", "`batch_size` must be <= 10000000. Got 1000000000."),
    (
        "n_epochs=1000000&updates_per_epoch=101",
        "`n_epochs` times the updates of an epoch must be <= 100,000,000. "
        "Got 101,000,000: use fewer epochs or larger batches.",
    ),
    ("momentum=1", "`momentum` must be < 1. Got 1.0."),
    ("weight_decay=-0.5", "`weight_decay` must be >= 0. Got -0.5."),
    ("seed=-1", "`seed` must be >= 0. Got -1."),
    ("dtype=float16", "`dtype` must be one of 'float32', 'float64'. Got 'float16'."),
    (
        "solver=closed_form&loss=l1",
        "`loss` must be one of 'mse', 'half_mse' with solver 'closed_form'. "
        "Got 'l1': choose another solver or loss.",
    ),
)
UNKNOWN = ("unknown=1", "init=x", "init=zeros", "dataset=condos", "knobs=1", "__class__=x", "🏠=1")
SECRETS = (str(ROOT), "site-packages", "Traceback", ".py", "0x")


def app_of(server: LocalServer, base: str = "") -> Starlette:
    return Starlette(routes=live_routes(server, base))


def got(server: LocalServer, address: str, method: str = "GET", base: str = "") -> Answer:
    """What one request gets, checked for what no answer may hold."""
    answer: Answer = within_patience(ask(app_of(server, base), address, method))
    if answer.status >= 400:
        assert not [secret for secret in SECRETS if secret in answer.body.decode()]
        assert len(answer.body) < 1_000
    return answer


# --- The stream --------------------------------------------------------------------------------


@pytest.mark.parametrize("base", ["", "/", "lab", "/lab/", "a/b"])
def test_a_token_gets_its_run(server: LocalServer, base: str) -> None:
    session = shown(server, TINY)
    prefix = f"/{base.strip('/')}".rstrip("/")
    answer = got(server, f"{prefix}/live/{session.token}", base=base)
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["cache-control"] == "no-store"
    assert "content-length" not in answer.headers
    result = received(answer.body)
    assert result.the("end").fields["epoch"] == 30
    if base.strip("/"):
        assert got(server, f"/live/{session.token}", base=base).status == 404


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
    ],
)
def test_scalars_in_the_query_replace_the_runs_own(
    server: LocalServer, query: str, same_as: Settings | None
) -> None:
    session = shown(server, TINY)
    result = received(got(server, f"/live/{session.token}?{query}").body).the("end")
    if same_as is not None:
        other = shown(server, same_as)
        expected = received(got(server, f"/live/{other.token}").body).the("end")
        assert (result.fields["bias"], result.fields["epoch"]) == (
            expected.fields["bias"],
            expected.fields["epoch"],
        )


def test_a_session_has_the_result_of_the_run_that_it_shows(server: LocalServer) -> None:
    session = shown(server, TINY)
    assert session.result is None
    end = received(got(server, f"/live/{session.token}").body).the("end").fields
    assert session.result is not None and session.result.params.bias == end["bias"]
    assert session.result.train_loss[-1] == end["trainLoss"]
    got(server, f"/live/{session.token}?learning_rate=0.05")
    assert session.result is None, "a preview's result is nobody's"
    got(server, f"/live/{session.token}")
    session.show(replace(TINY, residuals="squares"))
    assert session.result is not None, "another look is the same run"
    session.show(replace(TINY, seed=8))
    assert session.result is None


@pytest.mark.parametrize(("query", "sentence"), BAD, ids=[query for query, _ in BAD])
def test_a_bad_override_gets_the_cores_sentence(
    server: LocalServer, query: str, sentence: str
) -> None:
    session = shown(server, TINY)
    answer = got(server, f"/live/{session.token}?{query}")
    assert (answer.status, answer.message) == (400, sentence)
    assert server.service.n_runs == 0
    assert got(server, f"/live/{session.token}").status == 200  # the session goes on


@pytest.mark.parametrize("query", UNKNOWN)
def test_the_query_may_set_scalars_of_the_config_only(server: LocalServer, query: str) -> None:
    session = shown(server, TINY)
    answer = got(server, f"/live/{session.token}?{quote(query, safe='=')}")
    assert answer.status == 400
    assert answer.message.startswith(f"The query may set {NAMES}")


@pytest.mark.parametrize(
    "value", ["x" * 10_000, "9" * 5_000, "<script>alert(1)</script>", "../../etc/passwd"]
)
@pytest.mark.parametrize("name", ["learning_rate", "n_epochs", "solver", "unknown"])
def test_hostile_overrides_are_refused(server: LocalServer, name: str, value: str) -> None:
    session = shown(server, TINY)
    answer = got(server, f"/live/{session.token}?{name}={quote(value)}")
    assert answer.status == 400
    assert answer.headers["content-type"] == "application/json"


def test_a_problem_that_cannot_be_made_is_a_sentence(server: LocalServer) -> None:
    session = shown(server, make_settings("line", {"n_samples": 1}))
    answer = got(server, f"/live/{session.token}")
    assert (answer.status, answer.message) == (400, "`n_samples` must be >= 2. Got 1.")


@pytest.mark.parametrize(
    "token", ["", "x", "A" * 24, "A" * 10_000, "..", "%2e%2e%2fassets", "%00", "🏠", "None"]
)
def test_a_forged_token_opens_nothing(server: LocalServer, token: str) -> None:
    session = shown(server, TINY)
    answer = got(server, f"/live/{quote(token, safe='%')}")
    assert answer.status in (404, 410)
    if answer.status == 410:
        assert answer.message == REPLACED
    assert server.service.n_runs == 0 and session.token not in answer.body.decode()


def test_a_superseded_run_is_no_error_while_the_next_is_on_its_way(server: LocalServer) -> None:
    session = shown(server, TINY)
    tokens = [session.token, *(session.show(replace(TINY, seed=seed)) for seed in range(1, 4))]
    for token in tokens[:-1]:
        for method in ("GET", "HEAD"):
            answer = got(server, f"/live/{token}", method)
            assert (answer.status, answer.body) == (204, b"")
    assert server.service.n_runs == 0
    assert got(server, f"/live/{tokens[-1]}").status == 200


def test_a_stale_token_is_gone(server: LocalServer) -> None:
    session = shown(server, TINY)
    old = session.token
    recent = [session.show(replace(TINY, seed=seed)) for seed in range(1, 20)]
    answer = got(server, f"/live/{old}")
    assert (answer.status, answer.message) == (410, REPLACED)
    del session
    gc.collect()
    for closed in recent[-2:]:
        answer = got(server, f"/live/{closed}")
        assert (answer.status, answer.message) == (410, REPLACED)


@pytest.mark.parametrize("base", ["", "lab"])
def test_those_who_wait_can_ask_for_their_trainer(server: LocalServer, base: str) -> None:
    session = shown(server, TINY)
    address = f"{'/lab' if base else ''}/live/{session.token}"
    assert got(server, f"{address}/trainer", base=base).message == ""
    assert got(server, address, base=base).status == 200
    session._run.message = "The trainer does not answer."  # type: ignore[union-attr, misc]
    answer = got(server, f"{address}/trainer", base=base)
    assert (answer.status, answer.message) == (200, "The trainer does not answer.")
    assert answer.headers["cache-control"] == "no-store"
    assert got(server, "/live/forged/trainer").message == ""


def test_a_session_that_has_shown_nothing_has_no_run(server: LocalServer) -> None:
    session = server.new_session()
    assert session.token == ""
    assert got(server, "/live/").status == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_only_reading_is_allowed(server: LocalServer, method: str) -> None:
    session = shown(server, TINY)
    for path in (session.token, f"assets/{server.assets.view_path}"):
        assert got(server, f"/live/{path}", method).status == 405
    assert server.service.n_runs == 0


def test_head_starts_no_run(server: LocalServer) -> None:
    session = shown(server, TINY)
    answer = got(server, f"/live/{session.token}", "HEAD")
    assert (answer.status, answer.body, server.service.n_runs) == (200, b"", 0)
    assert got(server, "/live/forged", "HEAD").status == 410


def test_a_full_room_is_told_politely(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    session = shown(server, TINY)
    monkeypatch.setattr(trainers, "MAX_RUNS", 0)
    answer = got(server, f"/live/{session.token}")
    assert answer.status == 429
    assert answer.message.startswith("The room is full")
    assert int(answer.headers["retry-after"]) >= 1
    monkeypatch.undo()
    assert got(server, f"/live/{session.token}").status == 200


def test_a_fault_of_ours_gets_an_apology(
    server: LocalServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: ProblemCache, *asked: Any) -> Any:
        raise RuntimeError(f"{ROOT}/secret.py")

    monkeypatch.setattr(ProblemCache, "lease", broken)
    session = shown(server, TINY)
    answer = got(server, f"/live/{session.token}")
    assert (answer.status, answer.message) == (500, APOLOGY)
    assert "secret.py" in caplog.text


def test_a_client_that_hangs_up_ends_its_run(server: LocalServer) -> None:
    async def scenario() -> None:
        session = shown(server, ENDLESS)
        async with asking(app_of(server), f"/live/{session.token}") as hang_up:
            assert server.service.n_runs == 1
            hang_up()
            await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())


def test_the_next_request_of_a_session_ends_the_one_before(server: LocalServer) -> None:
    async def scenario() -> None:
        session, app = shown(server, ENDLESS), app_of(server)
        async with asking(app, f"/live/{session.token}"):
            answer = await ask(app, f"/live/{session.token}?n_epochs=5")
            assert received(answer.body).the("end").fields["epoch"] == 5
        assert server.service.n_runs == 0

    within_patience(scenario())


def test_one_session_does_not_end_anothers_run(server: LocalServer) -> None:
    async def scenario() -> None:
        long, short, app = shown(server, ENDLESS), shown(server, TINY), app_of(server)
        async with asking(app, f"/live/{long.token}") as hang_up:
            await ask(app, f"/live/{short.token}")
            assert server.service.n_runs == 1
            hang_up()

    within_patience(scenario())


def test_sessions_share_a_problem(server: LocalServer, monkeypatch: pytest.MonkeyPatch) -> None:
    problems = []
    submit = server.service.submit

    def watched(problem: Any, config: Any) -> Any:
        problems.append(problem)
        return submit(problem, config)

    monkeypatch.setattr(server.service, "submit", watched)
    one, other = shown(server, TINY), shown(server, replace(TINY, learning_rate=0.5))
    for session in (one, other):
        assert got(server, f"/live/{session.token}").status == 200
    assert problems[0] is problems[1]


# --- Assets ------------------------------------------------------------------------------------

FILES = sorted(path.name for path in STATIC_FOLDER.iterdir() if path.suffix in (".js", ".css"))


def folder(server: LocalServer) -> str:
    return server.assets.view_path.split("/")[0]


@pytest.mark.parametrize("name", FILES)
def test_an_asset_is_compressed_and_kept_for_good(server: LocalServer, name: str) -> None:
    answer = got(server, f"/live/assets/{folder(server)}/{name}")
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    expected = "text/javascript" if name.endswith(".js") else "text/css"
    assert answer.headers["content-type"].startswith(expected)
    assert gzip.decompress(answer.body) == (STATIC_FOLDER / name).read_bytes()


def test_plotly_is_served_out_of_its_package(server: LocalServer) -> None:
    answer = got(server, f"/live/assets/{server.assets.plotly_path}")
    assert b"plotly.js v" in gzip.decompress(answer.body)[:200]
    assert len(answer.body) < 1_500_000


def test_a_first_visit_is_within_its_budget(server: LocalServer) -> None:
    paths = [f"{folder(server)}/{name}" for name in FILES] + [server.assets.plotly_path]
    sizes = [len(got(server, f"/live/assets/{path}").body) for path in paths]
    assert sum(sizes) < 1_600_000


def test_names_are_by_content(server: LocalServer) -> None:
    other = LocalServer()
    assert other.assets.view_path == server.assets.view_path
    assert server.assets.style_path.split("/")[0] == folder(server)
    other.stop()


@pytest.mark.parametrize(
    "path",
    [
        "",
        "view.js",
        "0000000000000000/view.js",
        "{folder}",
        "{folder}/",
        "{folder}/nothing.js",
        "{folder}/VIEW.JS",
        "{folder}/../assets.py",
        "{folder}/..%2fassets.py",
        "{folder}/%2e%2e/%2e%2e/assets.py",
        "{folder}/..\\assets.py",
        "../../../etc/passwd",
        "%2e%2e/%2e%2e/app.py",
        "..%252f..%252fapp.py",
        "//etc/passwd",
        "/etc/passwd",
        "{folder}/view.js%00.css",
        "{folder}/view.js/",
        "{folder}//view.js",
    ],
)
def test_there_is_nothing_else(server: LocalServer, path: str) -> None:
    answer = got(server, f"/live/assets/{path.format(folder=folder(server))}")
    assert (answer.status, answer.body) == (404, b"Not found")


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
            address = f"/live/{session.token}"
            async with asking(app, address), asking(app, f"/live/{neighbour.token}"):
                child = server.trainers.of(large.problem_spec)._process
                assert child is not None
                os.kill(child.pid, signal.SIGKILL)
                await until(lambda: session.not_again)
                assert server.trainers.n_runs == 1  # the neighbour's goes on
                neighbour.show(replace(ENDLESS, n_epochs=5))
            answer = await ask(app, address)
            assert answer.status == HTTPStatus.CONFLICT
            assert re.match("The trainer was ended by the system.*60 rows x 1 feat", answer.message)
            assert (await ask(app, f"/live/{neighbour.token}")).status == HTTPStatus.OK
            session.show(replace(large, n_epochs=5))
            assert (await ask(app, f"/live/{session.token}")).status == HTTPStatus.OK
        finally:
            await server.trainers.stop()

    within_patience(scenario())
    assert re.search("ended at 2.* signal SIGKILL; it had .* MB.*60 rows x 1", caplog.text)
