"""Every handler, called as a browser can call it by everybody who should get nothing from it."""

from collections.abc import Container, Iterable, Mapping
from datetime import timedelta

import pytest

from portal import clock
from portal.account.sessions import ABSOLUTE, IDLE
from portal.errors import NotAllowed, NotFound
from portal.permissions import SIX, Permission
from portal.shell.guard import FRAMEWORK
from tests.security.browser import Answer, Browser, assert_calm
from tests.security.conftest import Open
from tests.security.doors import ANY, DOORS, ROOT, Door
from tests.security.world import (
    MARKER,
    PHONE,
    World,
    age_session,
    changed,
    close_account,
    dump,
    give_only,
    relate,
)

SECRETS = (MARKER, PHONE)
# In this order none takes away what the next one needs.
WRITES = {
    "cancel": 1,
    "undo": 1,
    "go_on": 0,
    "accept": 2,
    "decline": 2,
    "withdraw": 2,
    "save_label": 3,
    "ask": 3,
    "give_up": 4,
    "block": 4,
    "remove": 5,
}
# Another page's way to what was done a moment before: it is done once.
DONE_BEFORE = {"sharing.state.Sharing.remove", "visits.state.Visits.undo"}
OWN_WRITES = {
    "join",
    "book",
    "extend",
    "keep",
    "save",
    "add",
    "end",
    "change_email",
    "remove_passkey",
    *("switch", "answer", "take_back_ask", "send_link", "all_off"),
}
# What no permission opens; of a relative one always sees the first name and the label.
NEVER_A_RELATIVES = (f"{MARKER}child", f"{MARKER}-", PHONE, f"{MARKER}they", f"on {MARKER}")


def make_nobody(_world: World) -> str:
    return ""


def make_garbage(_world: World) -> str:
    return "../../etc/passwd"


def make_expired(world: World) -> str:
    past = clock.now() - ABSOLUTE
    age_session(world.at_victim.session_id, created_at=past, expires_at=clock.now())
    return world.victim_cookie


def make_idle(world: World) -> str:
    age_session(world.at_victim.session_id, last_seen_at=clock.now() - IDLE - timedelta(seconds=1))
    return world.victim_cookie


def make_ended(world: World) -> str:
    age_session(world.at_victim.session_id, ended_at=clock.now())
    return world.victim_cookie


def make_closed(world: World) -> str:
    close_account(world.victim)
    return world.victim_cookie


WITHOUT_SESSION = (
    make_nobody,
    make_garbage,
    make_expired,
    make_idle,
    make_ended,
    make_closed,
)


@pytest.mark.parametrize("make", WITHOUT_SESSION, ids=lambda make: make.__name__[5:])
async def test_without_a_live_session_no_door_opens(
    make: object, world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    assert callable(make)
    cookie = make(world)
    before = dump()
    for hydrated in (True, False):
        tab = browsers(cookie)
        if hydrated:
            assert not (await tab.hydrate()).has(*SECRETS)
        for door in DOORS:
            answer = await call(tab, door, world)
            assert not answer.has(*SECRETS), f"{door.name} told something"
            if door.mark == "session":
                assert answer.sent_to_login, f"{door.name} sent nobody to log in"
            assert_calm(answer, caplog, door.name)
    assert changed(before) == []


async def test_a_stranger_gets_nothing_of_somebody_else_and_changes_nothing(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    await refuse_all(DOORS, world, browsers, caplog, SECRETS)


async def test_an_ex_relative_is_a_stranger(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    relate(world, *SIX, ended=True)
    await refuse_all(DOORS, world, browsers, caplog, SECRETS)


async def test_a_relative_gets_what_each_permission_opens_and_no_more(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    relationship_id = relate(world)
    for held in (None, *Permission):
        if held:
            give_only(world, relationship_id, held)
        opened = {ANY, held}
        shut = [door for door in DOORS if door.opened_by is None or door.opened_by not in opened]
        hidden = NEVER_A_RELATIVES
        if held is not Permission.BOOK:
            hidden += (f"{MARKER} talk", world.at_victim.visit_id)
        if held is None:
            hidden += (f"{MARKER}last",)
        await refuse_all(shut, world, browsers, caplog, hidden)


async def test_what_a_permission_opens_is_open_and_shows_in_the_dump(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    """Without this, the tests above could pass because nothing ever works."""
    relate(world, Permission.BOOK)
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    opened = [door for door in DOORS if door.opened_by in {ANY, Permission.BOOK}]
    assert {door.handler for door in opened} >= set(WRITES)
    for door in sorted(opened, key=lambda one: in_turn(one, WRITES)):
        before = dump()
        answer = await call(tab, door, world)
        assert not said_no(answer), f"{door.name} refused: {answer.text}"
        assert not answer.has(*NEVER_A_RELATIVES), f"{door.name} told too much"
        assert bool(changed(before)) is writes(door, WRITES), door.name
        assert_calm(answer, caplog, door.name)


async def test_what_pages_send_about_ones_own_family_works(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    """So that what is forged in other tests is wrong only in what was forged."""
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    late = {**WRITES, "turn": 0.5, "book": 2.5, "all_off": 4.5, "end": 9}
    for door in sorted(DOORS, key=lambda one: in_turn(one, late)):
        before = dump()
        payload = door.payload(world, world.at_own)
        answer = await tab.send(door.name, door.page(world, world.at_own), payload)
        assert not said_no(answer), f"{door.name} refused: {answer.text}"
        assert bool(changed(before)) is writes(door, {*WRITES, *OWN_WRITES}), door.name
        assert_calm(answer, caplog, door.name)


async def test_what_is_no_door_is_refused_to_everybody(world: World, browsers: Open) -> None:
    before = dump()
    names = [f"{ROOT}.{name}" for name in ("hydrate", "set_is_hydrated", "setvar")]
    names += [f"{door.name.rsplit('.', 1)[0]}.setvar" for door in DOORS]
    for cookie in ("", world.stranger_cookie):
        tab = browsers(cookie)
        await tab.hydrate()
        for name in names:
            answer = await tab.send(name, payload={"var_name": "signed_in", "value": True})
            assert answer.text == "", name
            answer = await tab.send(name, payload={"what": {"kind": "error", "words": "Call me"}})
            assert answer.text == "", name
    assert changed(before) == []


async def test_browser_storage_sets_no_var(world: World, browsers: Open) -> None:
    tab = browsers()
    await tab.hydrate()
    shell = f"{ROOT}.portal___shell___state____shell"
    binding = f"{ROOT}.portal___shell___guard____binding"
    forged = {
        f"{shell}.signed_in": True,
        f"{shell}.signed_in_rx_state_": True,
        f"{shell}.my_name": "Mallory",
        f"{binding}._session_id": world.at_victim.session_id,
        f"{ROOT}.rx_router_session": {},
    }
    update = next(name for name in FRAMEWORK if name.endswith("update_vars_internal"))
    for name in (update, f"{ROOT}.hydrate_and_load"):
        answer = await tab.send(name, payload={"vars": forged})
        assert not answer.has("Mallory")
    seen = (await tab.hydrate()).vars["portal___shell___state____shell"]
    assert seen["signed_in"] is False
    assert seen["my_name"] == ""


async def call(tab: Browser, door: Door, world: World) -> Answer:
    """Call a door, aimed at the victim."""
    return await tab.send(
        door.name, door.page(world, world.at_victim), door.aimed(world, world.at_victim)
    )


async def refuse_all(
    doors: Iterable[Door],
    world: World,
    browsers: Open,
    caplog: pytest.LogCaptureFixture,
    hidden: tuple[str, ...],
) -> None:
    """Check that the stranger changes nothing and sees none of what is hidden."""
    tab = browsers(world.stranger_cookie)
    before = dump()
    assert not (await tab.hydrate()).has(*hidden)
    sent: set[str] = set()
    for door in doors:
        answer = await call(tab, door, world)
        # A page keeps its own address: whoever wrote it there learns nothing.
        sent |= {word for word in hidden if word in door.page(world, world.at_victim)}
        told = [word for word in hidden if answer.has(word) and word not in sent]
        assert not told, f"{door.name} told {told}"
        assert_calm(answer, caplog, door.name)
    assert changed(before) == []
    assert not (await tab.hydrate()).has(*(word for word in hidden if word not in sent))


def in_turn(door: Door, order: Mapping[str, float]) -> tuple[float, bool]:
    """Return when a door comes, so that none takes away what the next one needs."""
    return order.get(door.handler, 0), f"{door.state}.{door.handler}" in DONE_BEFORE


def writes(door: Door, handlers: Container[str]) -> bool:
    """Tell whether a door changes anything when its turn has come."""
    return door.handler in handlers and f"{door.state}.{door.handler}" not in DONE_BEFORE


def said_no(answer: Answer) -> bool:
    """Tell whether the answer is a refusal."""
    return answer.has(str(NotFound()), str(NotAllowed()), "Something was wrong with this page")
