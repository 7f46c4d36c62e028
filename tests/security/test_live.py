"""What is pushed, and what a browser makes of it or pretends it was pushed."""

import asyncio
import json
from datetime import datetime, timedelta

import pytest
from reflex_base.registry import RegistrationContext
from sqlmodel import func, select

from portal import clock, routes
from portal.account.sessions import SEEN_EVERY
from portal.db import reading, writing
from portal.models import AuditEntry, LoginSession
from portal.permissions import Permission
from portal.portal import app
from portal.shell import guard, live
from portal.shell.live import REFRESH
from portal.shell.tabs import TABS
from tests.security.conftest import Open
from tests.security.doors import CONFIRM, DOORS, FAMILY, VISITS, WHO
from tests.security.world import MARKER, World, age_session, changed, dump, give_only, relate

WAKE = REFRESH.replace("refresh", "wake")
PAGES = (routes.HOME, routes.APPOINTMENTS, routes.ACCOUNT_FAMILY, "/nowhere", "//x", "")


def named(state: str, handler: str) -> str:
    """Return the name of a door."""
    return next(one.name for one in DOORS if (one.state, one.handler) == (state, handler))


def test_what_is_pushed_is_a_door_and_what_reflex_knows_of_its_tabs_is_there() -> None:
    assert REFRESH in RegistrationContext.get().event_handlers
    manager = app.event_namespace._token_manager  # pyright: ignore[reportOptionalMemberAccess]
    assert manager.instance_id
    assert manager.token_to_socket == {}


def test_every_page_that_refreshes_does_so_through_a_quiet_door_of_its_own_state() -> None:
    for path, handler in live._handlers.items():
        assert getattr(handler.fn, guard.MARK), path
        assert handler.fn.__name__.startswith("refresh"), path
        assert handler.state is not None, path


@pytest.mark.parametrize("name", [REFRESH, WAKE])
async def test_a_refresh_nobody_pushed_shows_ones_own_and_changes_nothing(
    name: str, world: World, browsers: Open
) -> None:
    before = dump()
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    shown = [await tab.send(name, page) for page in PAGES]
    assert any(answer.has("Sia") for answer in shown)
    assert not any(answer.has(MARKER) for answer in shown)
    visitor = browsers()
    await visitor.hydrate()
    for page in PAGES:
        answer = await visitor.send(name, page)
        assert not answer.has("Sia", MARKER)
    assert changed(before) == []


async def test_a_page_that_lost_its_permission_goes_quietly_and_without_a_trail(
    world: World, browsers: Open
) -> None:
    link = relate(world, Permission.BOOK)
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    await tab.send(named(VISITS, "load"), routes.APPOINTMENTS)
    only = {"patient_id": world.victim.me}
    assert (await tab.send(named(VISITS, "show_only"), routes.APPOINTMENTS, only)).has("talk")
    give_only(world, link, Permission.CALENDAR)
    trail = refusals()
    answer = await tab.send(REFRESH, routes.APPOINTMENTS)
    assert answer.vars["portal___visits___state____visits"]["only"] == ""
    assert not answer.has(f"{MARKER} talk", world.at_victim.visit_id)
    assert "portal___shell___guard____said" not in answer.vars
    assert refusals() == trail


async def test_a_refresh_leaves_what_a_press_was_answered(world: World, browsers: Open) -> None:
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    await tab.send(named(FAMILY, "load"), routes.ACCOUNT_FAMILY)
    wrong = {"data": {"member_id": world.at_own.patient_id, "label": "boss", "request_key": "k"}}
    refused = await tab.send(named(FAMILY, "save_label"), routes.ACCOUNT_FAMILY, wrong)
    assert refused.vars["portal___family___state____family"]["errors"]
    answer = await tab.send(REFRESH, routes.ACCOUNT_FAMILY)
    assert answer.vars.get("portal___family___state____family", {}) == {}
    assert answer.vars.get("portal___shell___state____shell", {}) == {}, "nothing has changed"


async def test_pushes_keep_nobody_signed_in_and_looking_at_the_page_does(
    world: World, browsers: Open
) -> None:
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    long_ago = clock.now() - SEEN_EVERY - timedelta(minutes=1)
    age_session(world.at_own.session_id, last_seen_at=long_ago)
    await tab.send(REFRESH, routes.ACCOUNT_FAMILY)
    assert last_seen(world) == long_ago
    await tab.send(WAKE, routes.ACCOUNT_FAMILY)
    assert last_seen(world) > long_ago


async def test_a_tab_that_outlived_its_state_is_built_anew_when_somebody_is_there(
    world: World, browsers: Open
) -> None:
    tab = browsers(world.stranger_cookie)
    assert (await tab.send(REFRESH, routes.ACCOUNT_FAMILY)).text == ""
    answer = await tab.send(WAKE, routes.ACCOUNT_FAMILY)
    assert not answer.goes_to
    assert answer.vars["reflex___state____state"]["is_hydrated"] is True
    assert (await tab.send(REFRESH, routes.ACCOUNT_FAMILY)).goes_to == []


async def test_a_tab_of_somebody_else_is_sent_to_the_log_in_page(
    world: World, browsers: Open
) -> None:
    left = browsers(world.victim_cookie)
    await left.hydrate()
    for cookie in ("", world.stranger_cookie):
        for name in (REFRESH, WAKE):
            answer = await browsers(cookie, left.token).send(name, routes.ACCOUNT_FAMILY)
            assert answer.sent_to_login
            assert not answer.has(MARKER)


async def test_the_process_knows_whose_tabs_these_are(world: World, browsers: Open) -> None:
    tab, other, visitor = browsers(world.victim_cookie), browsers(world.stranger_cookie), browsers()
    for one in (tab, other, visitor):
        await one.hydrate()
    assert {one.token for one in TABS.of([world.victim.me])} == {tab.token}
    assert {one.token for one in TABS.of([world.at_own.session_id])} == {other.token}
    assert len(TABS) == 2


async def test_what_a_tab_watches_ends_with_the_page(world: World, browsers: Open) -> None:
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    TABS.watch(tab.token, [world.at_own.patient_id])
    assert TABS.of([world.at_own.patient_id])
    await tab.send(named(FAMILY, "load"), routes.ACCOUNT_FAMILY)
    assert not TABS.of([world.at_own.patient_id])
    assert TABS.of([world.stranger.me])


@pytest.mark.parametrize("state", [FAMILY, VISITS, WHO, CONFIRM])
async def test_a_refresh_of_a_page_that_was_never_opened_breaks_nothing(
    state: str, world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    for page in PAGES:
        await tab.send(named(state, "refresh"), page)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


async def test_many_changes_at_once_push_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a burst costs: the loop's own clock decides, so that nothing has to be waited for."""
    push = live.Push(app)
    sent: list[str] = []
    monkeypatch.setattr(push, "_is_here", lambda _token: True)
    monkeypatch.setattr(push, "_send", lambda _token, event: sent.append(json.dumps(event.name)))
    TABS.remember("tab", "session", "rosa")
    for _time in range(50):
        push.hear(live.News(frozenset({"rosa"})))
    push.hear(live.News(frozenset({"rosa"}), besides="tab"))
    assert sent == []
    await asyncio.sleep(live.TOGETHER * 2)
    assert len(sent) == 1
    push.hear(live.News(frozenset({"rosa"})))
    await asyncio.sleep(live.TOGETHER * 2)
    assert len(sent) == 1, "not so soon again"
    push.stop()
    TABS.clear()


def refusals() -> int:
    """Count the refusals in the trail."""
    with reading() as session:
        query = select(func.count()).select_from(AuditEntry).where(~AuditEntry.allowed)  # pyright: ignore[reportArgumentType]
        return session.exec(query).one()


def last_seen(world: World) -> datetime:
    """Return when the stranger's session was used last."""
    with writing() as session:
        return session.get_one(LoginSession, world.at_own.session_id).last_seen_at
