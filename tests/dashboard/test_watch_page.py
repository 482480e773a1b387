"""The watch page: a command to copy, then the run; a link shows it without the right to send."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from dashboard.live.server import live_server
from dashboard.watch.watched_run import WatchedRun
from dashboard.watch.watches import Watch, watch_server
from linreg_core.watching import RunRows
from tests.core.watching.watched import CONFIG, blocks_of, small_head, small_problem
from tests.dashboard.pages import components_of, data_of, opened, quiet

PATH = "pages/watch.py"


def commands_of(page: AppTest) -> list[str]:
    """The commands that a page gives."""
    return [str(told["command"]) for told in components_of(page) if "command" in told]


def test_the_page_goes_from_a_command_to_a_run_and_a_link_shows_it_to_others() -> None:
    page = opened(path=PATH)
    watch: Watch = page.session_state["_watch"]
    (command,) = commands_of(page)
    token = command.split("/watch/")[1].strip("'")
    assert not any(token in each.value for each in (*page.markdown, *page.caption, *page.code))
    assert watch_server().watches.of_token(token) is watch
    assert any("Waiting for the run." in each.value for each in page.markdown)
    assert not page.expander

    watch.title, watch.is_coming = "a *table*.csv", True
    quiet(page.run())
    assert any("a \\*table\\*\\.csv" in each.value for each in page.markdown)
    assert [each.label for each in page.expander] == ["The command"], "it is not for a class to see"

    head = small_head()
    watch.begin(WatchedRun.of(head, "name", "id", live_server().trainers))
    quiet(page.run())
    first = data_of(page)["runs"][0]
    assert first["url"].startswith(f"/watched/{watch.view_id}/1?visitor=")
    assert not commands_of(page)
    assert data_of(page)["knobs"] == [] and "states" not in page.session_state

    assert watch.run is not None
    watch.run.add(RunRows("name", 0, blocks_of(small_problem(), CONFIG, size=41)[0], 0.1))
    quiet(page.run())
    (button,) = page.get("download_button")
    assert button.proto.label == "States as CSV"

    other = opened({"view": watch.view_id}, PATH)
    assert data_of(other)["runs"][0]["url"].startswith(f"/watched/{watch.view_id}/1?visitor=")
    assert data_of(other)["runs"] != data_of(page)["runs"]
    assert other.session_state["_watch"] is watch and "_watch_token" not in other.session_state

    page.button(key="another").click()
    quiet(page.run())
    assert page.session_state["_watch"] is not watch and len(commands_of(page)) == 1


def test_a_link_of_a_page_that_is_gone_gets_an_address_of_its_own() -> None:
    page = opened({"view": "gone"}, PATH)
    assert len(commands_of(page)) == 1
