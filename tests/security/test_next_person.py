"""A tab that was somebody else's: nothing of the person before reaches the one after.

A tab is known by its client token, which is no secret worth the name: it stays in the browser's
storage after signing out. Whoever brings it with another cookie, or none, gets an empty tab.
"""

from collections.abc import Callable

import pytest

from portal.shell.guard import FRAMEWORK, HYDRATE
from tests.security.browser import Answer, Browser
from tests.security.conftest import Open
from tests.security.doors import DOORS
from tests.security.world import MARKER, PHONE, World, changed, dump

SECRETS = (MARKER, PHONE)

Cookie = Callable[[World], str]


def _no_cookie(_world: World) -> str:
    return ""


def _garbage(_world: World) -> str:
    return "not-a-session"


def _somebody_else(world: World) -> str:
    return world.stranger_cookie


@pytest.fixture(params=[_no_cookie, _garbage, _somebody_else], ids=lambda one: one.__name__[1:])
def cookie(request: pytest.FixtureRequest, world: World) -> str:
    """Give what the next person's browser sends."""
    of: Cookie = request.param
    return of(world)


async def leave_all_behind(world: World, browsers: Open) -> Browser:
    """Let the victim open every page in one tab; return the tab."""
    tab = browsers(world.victim_cookie)
    await tab.hydrate()
    shown = [
        await tab.send(door.name, door.page(world, world.at_victim), _of_own(world, door.name))
        for door in DOORS
        if door.handler.startswith(("load", "edit", "ask"))
    ]
    assert any(answer.has(MARKER) for answer in shown)
    assert any(answer.has(PHONE) for answer in shown)
    assert (await tab.hydrate()).has(*SECRETS)
    return tab


def _of_own(world: World, name: str) -> dict[str, str]:
    return {"visit_id": world.at_victim.visit_id} if name.endswith("ask_cancel") else {}


async def test_the_next_person_gets_nothing_by_opening_a_page(
    cookie: str, world: World, browsers: Open
) -> None:
    left = await leave_all_behind(world, browsers)
    tab = browsers(cookie, left.token)
    assert_empty(await tab.hydrate(), "hydrate")
    await try_everything(tab, world)


async def test_the_next_person_gets_nothing_by_events_sent_before_the_page_opens(
    cookie: str, world: World, browsers: Open
) -> None:
    left = await leave_all_behind(world, browsers)
    before = dump()
    tab = browsers(cookie, left.token)
    for name in [*(FRAMEWORK - {HYDRATE}), *(door.name for door in DOORS)]:
        answer = await tab.send(name)
        assert_empty(answer, name)
        assert answer.sent_to_login, name
    assert changed(before) == []
    assert_empty(await tab.hydrate(), "hydrate")
    await try_everything(tab, world)


async def test_each_single_event_before_the_page_opens_leaves_nothing_to_find(
    world: World, browsers: Open
) -> None:
    """With Redis an event loads a part of the tree; what it did not load must not survive."""
    for name in [
        *(FRAMEWORK - {HYDRATE}),
        *{door.name.rsplit(".", 1)[0]: door.name for door in DOORS}.values(),
    ]:
        left = await leave_all_behind(world, browsers)
        tab = browsers(world.stranger_cookie, left.token)
        assert_empty(await tab.send(name), name)
        assert_empty(await tab.hydrate(), name)
        assert_empty(await tab.send(DOORS[0].name), name)


async def test_the_victim_who_comes_back_finds_an_own_tab_again(
    world: World, browsers: Open
) -> None:
    left = await leave_all_behind(world, browsers)
    await browsers(world.stranger_cookie, left.token).hydrate()
    answer = await left.send(DOORS[0].name)
    assert answer.sent_to_login, "the tab is bound to the other session now"
    assert not (await left.hydrate()).has("Sten", "Strand")


async def test_a_tab_that_lost_its_session_is_emptied(world: World, browsers: Open) -> None:
    left = await leave_all_behind(world, browsers)
    from tests.security.world import close_account

    close_account(world.victim)
    for name in (DOORS[0].name, HYDRATE):
        answer = await left.send(name)
        assert_empty(answer, name)


async def try_everything(tab: Browser, world: World) -> None:
    """Call every door and look for what the person before left."""
    for door in DOORS:
        if not door.handler.startswith("load") and door.own:
            continue  # it would change the next person's own things
        assert_empty(await tab.send(door.name, door.page(world, world.at_own)), door.name)
    assert_empty(await tab.hydrate(), "hydrate at the end")


def assert_empty(answer: Answer, what: str) -> None:
    """Check that nothing of the person before is in an answer."""
    told = [word for word in SECRETS if answer.has(word)]
    assert not told, f"{what} told {told}"
