"""Visitors: unguessable ids, a few runs each, and gone with those who refer to them."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import pytest

from dashboard.live.remote_run import RunView
from dashboard.live.visitors import N_SLOTS
from linreg_core import ConfigError
from tests.dashboard.serving import (
    ENDLESS,
    TINY,
    LocalServer,
    address_of,
    app_of,
    ask,
    asking,
    shown,
    until,
    within_patience,
)


def test_a_visitor_goes_with_the_session(server: LocalServer) -> None:
    visitor = shown(server, TINY)
    assert server.visitors.of(visitor.id) is visitor
    gone = weakref.ref(visitor)
    del visitor
    gc.collect()
    assert gone() is None
    assert len(server.visitors) == 0


def test_ids_are_unguessable(server: LocalServer) -> None:
    visitors = [server.visitors.new() for _ in range(50)]
    assert len({visitor.id for visitor in visitors}) == 50
    assert min(len(visitor.id) for visitor in visitors) >= 22  # 128 bits and more


def test_equal_settings_have_one_address_whoever_is_set_to_them(server: LocalServer) -> None:
    one, other = shown(server, TINY), shown(server, replace(TINY, residuals="squares"))
    assert one.address == other.address != shown(server, replace(TINY, seed=1)).address
    assert one.spec == other.spec == TINY.run_spec


def test_a_page_without_a_run_shows_none(server: LocalServer) -> None:
    """What is clicked in a picture that has stayed is not taken for the page's."""
    visitor = shown(server, TINY)
    path = address_of(visitor)
    assert visitor.shows(path) and not shown(server, ENDLESS).shows(path)
    visitor.show(None, "")
    assert not visitor.shows(path)


def test_what_is_stopped_for_a_new_run_is_superseded_by_then(server: LocalServer) -> None:
    """Its request is answered at once, from another thread: it must not look like a fault."""
    visitor, seen = shown(server, TINY), list[bool]()
    first = visitor.address

    def stop(_: RunView) -> None:
        seen.append(first in visitor.superseded)

    async def scenario() -> None:
        slot = visitor.slot(0)
        slot._stop = stop
        slot.attach(RunView(server.process.begin(TINY.run_spec, None, print)), slot.next_order())
        server.show(visitor, ENDLESS)

    within_patience(scenario())
    assert seen == [True]


def test_the_next_run_in_a_slot_ends_the_one_before(server: LocalServer) -> None:
    async def scenario() -> None:
        slot = shown(server, ENDLESS).slot(0)
        first, second = (
            RunView(server.process.begin(replace(ENDLESS, seed=seed).run_spec, None, print))
            for seed in range(2)
        )
        slot._stop = RunView.close
        orders = [slot.next_order(), slot.next_order()]
        assert slot.attach(first, orders[0]) and slot.attach(second, orders[1])
        assert first.is_closed and not second.is_closed
        assert not slot.attach(first, orders[0]), "a slow start does not replace a newer run"
        assert slot.is_past(orders[0]) and not slot.is_past(orders[1])
        slot.clear()
        assert second.is_closed and slot.is_past(orders[1])

    within_patience(scenario())


def test_another_look_at_a_run_does_not_end_it(server: LocalServer) -> None:
    async def scenario() -> None:
        visitor, app = shown(server, ENDLESS), app_of(server)
        async with asking(app, address_of(visitor)):
            view = visitor.slot(0).view
            server.show(visitor, replace(ENDLESS, residuals="squares"))
            assert visitor.slot(0).view is view is not None
            server.show(visitor, TINY)
            await until(lambda: view.is_closed)
            await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())


def test_a_page_that_is_set_to_the_run_under_way_leaves_it(server: LocalServer) -> None:
    """A slider's run comes by an override, before the script has set the page to it."""

    async def scenario() -> None:
        visitor, app = shown(server, ENDLESS), app_of(server)
        async with asking(app, address_of(visitor) + "&learning_rate=0.02") as hang_up:
            view = visitor.slot(0).view
            server.show(visitor, replace(ENDLESS, learning_rate=0.02))
            assert visitor.slot(0).view is view is not None and not view.is_closed
            hang_up()
            await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())


def test_a_run_is_told_by_its_name(server: LocalServer) -> None:
    """So that the page knows what it has been set to when it has that already."""

    async def scenario() -> None:
        visitor = shown(server, TINY)
        expected = replace(TINY, learning_rate=0.02)
        answer = await ask(app_of(server), address_of(visitor) + "&learning_rate=0.02")
        server.show(visitor, expected)
        (front,) = visitor.runs("/lab")
        assert front == {"url": "/lab" + address_of(visitor), "id": expected.run_spec.id}
        assert answer.headers["linreg-run"] == expected.run_spec.id != TINY.run_spec.id
        visitor.show(None, "")
        assert visitor.runs("/lab") == [None]

    within_patience(scenario())


def test_each_slot_has_a_run_of_its_own(server: LocalServer) -> None:
    async def scenario() -> None:
        visitor, app = shown(server, ENDLESS), app_of(server)
        others = [
            server.addresses.address(replace(ENDLESS, seed=seed).run_spec)
            for seed in range(1, N_SLOTS)
        ]
        async with asking(app, address_of(visitor)) as hang_up:
            for slot, address in enumerate(others, 1):
                query = f"visitor={visitor.id}&slot={slot}&n_epochs=5"
                assert (await ask(app, f"/live/{address}?{query}")).status == 200
            assert server.service.n_runs == 1, "the one in front goes on"
            hang_up()
            await until(lambda: server.service.n_runs == 0)

    within_patience(scenario())


@pytest.mark.parametrize("id", ["", "x" * 15, "x" * 65, "x" * 20 + "/", "ä" * 20, "x" * 20 + "\n"])
def test_what_cannot_be_an_id_is_refused(server: LocalServer, id: str) -> None:
    with pytest.raises(ConfigError, match="`visitor` must be"):
        server.visitors.of(id)
