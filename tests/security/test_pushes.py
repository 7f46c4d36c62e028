"""What a served portal pushes to open tabs, read off their websockets: to whom, what, how soon."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack

import httpx
import pytest

from portal import routes
from portal.db import writing
from portal.shell.live import REFRESH
from tests.builders import set_policy
from tests.security.doors import DOORS, FAMILY, SHELL, VISITS, Door
from tests.security.wire import Wire, connect, inside
from tests.security.world import MARKER, World, make_world, sign_in
from tests.servers.portal import Portal

SOON = 2.0
WAKE = REFRESH.replace("refresh", "wake")


def door(state: str, handler: str) -> Door:
    """Return one line of the table."""
    return next(one for one in DOORS if (one.state, one.handler) == (state, handler))


@pytest.fixture(scope="module", params=["one process", "two processes"])
def portal(request: pytest.FixtureRequest, serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal."""
    many = {}
    if request.param == "two processes":
        many = {"PORTAL_WORKERS": "2", "REDIS_URL": request.getfixturevalue("redis_url")}
    served = serve(**many)
    with inside(served):
        yield served
    served.stop()


@pytest.fixture
def world(portal: Portal) -> World:
    """Give two new families."""
    return make_world()


def is_push(update: dict) -> bool:
    """Tell whether an update is a push, and nothing besides."""
    events = update.get("events") or []
    return not update.get("delta") and [one["name"] for one in events] == [REFRESH]


async def next_push(wire: Wire) -> float:
    """Wait for a push; return how many seconds it took."""
    began = time.monotonic()
    while (left := began + SOON - time.monotonic()) > 0:
        update = await wire.receive(left)
        if update is not None and is_push(update):
            return time.monotonic() - began
    raise AssertionError("no push came")


async def test_a_change_reaches_every_tab_of_its_people_and_no_other(
    portal: Portal, world: World
) -> None:
    with writing() as session:  # or whoever waits for that time would hear of it, rightly
        set_policy(session, wait_list=False)
    async with AsyncExitStack() as stack:
        page = routes.APPOINTMENTS
        # So many that with two processes each has some.
        tabs = [
            await stack.enter_async_context(connect(portal, world.stranger_cookie, page=page))
            for _ in range(6)
        ]
        others = [
            await stack.enter_async_context(connect(portal, cookie, page=page))
            for cookie in (world.victim_cookie, "")
        ]
        for wire in (*tabs, *others):
            await wire.rest()
            wire.seen.clear()
        acting, *tabs = tabs
        cancel = door(VISITS, "cancel")
        await acting.send(cancel.name, page, cancel.payload(world, world.at_own))
        took = [await next_push(wire) for wire in tabs]
        assert max(took) < SOON
        text = await acting.rest()
        assert "Cancelled for" in text
        assert REFRESH not in text, "it shows the answer already"
        for wire in others:
            assert await wire.rest() == ""
        for wire in tabs:
            await wire.send(REFRESH, page)
            text = await wire.rest()
            assert "Cancelled for" not in text
            assert world.at_own.visit_id not in text


async def test_a_burst_of_changes_is_a_few_pushes(portal: Portal, world: World) -> None:
    label = door(FAMILY, "save_label")
    async with (
        connect(portal, world.stranger_cookie) as acting,
        connect(portal, world.stranger_cookie) as tab,
    ):
        await tab.rest()
        tab.seen.clear()
        began = time.monotonic()
        for _time in range(20):
            payload = label.payload(world, world.at_own)
            await acting.send(label.name, routes.ACCOUNT_FAMILY, payload)
        await acting.rest()
        await tab.rest()
        lasted = time.monotonic() - began
        pushes = [update for update in tab.seen if is_push(update)]
        assert 1 <= len(pushes) <= 2 + lasted / 0.5


async def test_signing_out_reaches_the_tabs_in_every_process(portal: Portal, world: World) -> None:
    with writing() as session:
        cookie, _id = sign_in(session, world.victim)
    async with AsyncExitStack() as stack:
        tabs = [await stack.enter_async_context(connect(portal, cookie)) for _ in range(6)]
        elsewhere = await stack.enter_async_context(connect(portal, world.victim_cookie))
        await asyncio.gather(*(wire.rest() for wire in (*tabs, elsewhere)))
        async with httpx.AsyncClient() as client:
            headers = {"Origin": portal.url, "Cookie": f"kindred={cookie}"}
            await client.post(portal.url + routes.AUTH_LOGOUT, headers=headers)
        for wire in tabs:
            await wire.until("_redirect", SOON)
        assert "_redirect" not in await elsewhere.rest()


async def test_a_tab_that_outlived_its_state_gets_its_page_again(
    portal: Portal, world: World
) -> None:
    async with connect(portal, world.victim_cookie, boot=False) as wire:
        assert await wire.call(REFRESH, routes.ACCOUNT_FAMILY) == ""
        await wire.send(WAKE, routes.ACCOUNT_FAMILY)
        await wire.until(f"{MARKER}child")
        text = await wire.call(door(SHELL, "refresh").name, routes.ACCOUNT_FAMILY)
        assert "_redirect" not in text


async def test_a_push_carries_no_data(portal: Portal, world: World) -> None:
    save = door(FAMILY, "save_label")
    async with (
        connect(portal, world.stranger_cookie) as acting,
        connect(portal, world.stranger_cookie) as tab,
    ):
        await tab.rest()
        tab.seen.clear()
        payload = save.payload(world, world.at_own)
        await acting.send(save.name, routes.ACCOUNT_FAMILY, payload)
        await next_push(tab)
        [push] = tab.seen
        event = {"name": REFRESH, "payload": {}, "router_data": {}}
        assert json.loads(json.dumps(push))["events"][0].items() <= event.items()
