"""People who lost what they had, or never had it, and what is sent by hand in their name."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import httpx
import pytest
from sqlmodel import select

from portal import routes
from portal.db import reading, writing
from portal.models import Ask, Clinic, Patient
from portal.permissions import SIX
from portal.shell.live import REFRESH
from tests import builders
from tests.claiming import answers, claim, join, link_to
from tests.security.conftest import Open
from tests.security.doors import ANY, DOORS, FAMILY, SHARING
from tests.security.test_forged_events import refuse_all
from tests.security.test_pushes import door, is_push
from tests.security.wire import Wire, connect, inside
from tests.security.world import MARKER, World, changed, dump, make_world, relate, sign_in
from tests.servers.portal import Portal

PASSWORD = "wary otter lantern 9"


@pytest.fixture(scope="module")
def portal(serve: Callable[..., Portal]) -> Iterator[Portal]:
    """Serve the portal."""
    served = serve()
    with inside(served):
        yield served
    served.stop()


async def pushes(wire: Wire) -> int:
    """Count the pushes that come until nothing more does."""
    wire.seen.clear()
    await wire.rest()
    return sum(map(is_push, wire.seen))


def uncounted(text: str) -> str:
    """Return an answer without the number of the try that it answers."""
    return re.sub(r":\d+(?=\")", "", text)


def name_the_child(world: World) -> World:
    """Give the stranger's child a name to look for, and aim at it in the place of the victim."""
    child = world.at_own.patient_id
    with writing() as session:
        session.get_one(Patient, child).last_name = f"{MARKER}own"
    target = replace(world.at_victim, patient_id=child, visit_id=world.at_own.visit_id)
    return replace(world, at_victim=target)


async def test_who_managed_a_profile_gets_nothing_of_it_once_it_is_claimed(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    aimed = name_the_child(world)
    claim(world.at_own.patient_id)
    shut = [one for one in DOORS if one.opened_by is not ANY]
    hidden = (MARKER, world.at_own.visit_id)
    await refuse_all(shut, aimed, browsers, caplog, hidden)


async def test_a_joined_profile_is_out_of_reach_by_its_id(
    world: World, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    aimed = name_the_child(world)
    with writing() as session:
        person = builders.add_person(session, "Noor", f"{MARKER}noor")
    join(world.at_own.patient_id, person)
    await refuse_all(DOORS, aimed, browsers, caplog, (MARKER, world.at_own.visit_id))


async def test_with_the_setting_off_no_door_gives_takes_asks_or_blocks(
    world: World, browsers: Open
) -> None:
    """Sent by the one who decides for the profile, who may do all of it otherwise."""
    with writing() as session:
        session.get_one(Clinic, "clinic").patients_manage_sharing = False
    tab = browsers(world.stranger_cookie)
    await tab.hydrate()
    give_up = door(FAMILY, "give_up")
    await tab.send(give_up.name, routes.ACCOUNT_FAMILY, give_up.payload(world, world.at_own))
    before = dump()
    managed = ["switch", "all_off", "answer", "block", "unblock"]
    for one in [*(door(SHARING, name) for name in managed), door(FAMILY, "take_back")]:
        answer = await tab.send(
            one.name, one.page(world, world.at_own), one.payload(world, world.at_own)
        )
        assert answer.has("front desk"), one.name
    ask = door(FAMILY, "ask")
    answer = await tab.send(ask.name, routes.ACCOUNT_FAMILY, ask.payload(world, world.at_own))
    assert answer.has("front desk")
    assert changed(before) == []


async def test_a_tab_that_never_asks_hears_nothing_of_whom_it_lost(portal: Portal) -> None:
    """It had the profile's page open; the profile is somebody's own now, and goes on living."""
    world = make_world()
    child = world.at_own.patient_id
    page = f"{routes.ACCOUNT_SHARING}?for={child}"
    form = {
        "token": link_to(child),
        "password": PASSWORD,
        "answers": answers(child),
    }
    load = door(SHARING, "load")
    async with connect(portal, world.stranger_cookie, page=page) as wire:
        assert "Sia" in await wire.call(load.name, page)
        async with httpx.AsyncClient() as client:
            headers = {"Origin": portal.url}
            done = await client.post(portal.url + routes.AUTH_CLAIM, json=form, headers=headers)
        assert done.status_code == 200, done.text
        assert await pushes(wire) == 1, "that the profile is somebody's own concerns its manager"
        async with connect(portal, done.cookies["kindred"]) as own:
            label = door(FAMILY, "save_label")
            data = {"member_id": world.stranger.me, "label": "other", "label_text": "Nobody"}
            await own.call(label.name, routes.ACCOUNT_FAMILY, {"data": data})
            assert await pushes(wire) == 0
            await wire.send(REFRESH, page)
            await wire.rest()
            await own.call(label.name, routes.ACCOUNT_FAMILY, {"data": {**data, "label": "friend"}})
            assert await pushes(wire) == 0


async def test_somebody_blocked_sees_the_very_same_page_and_hears_nothing(portal: Portal) -> None:
    """With an ask that waits; on another page nobody was blocked."""
    world = make_world()
    relate(world)
    load, ask = door(FAMILY, "load"), door(FAMILY, "ask")
    page = routes.ACCOUNT_FAMILY
    wish = {"member_id": world.victim.me, "book": True}
    async with (
        connect(portal, world.stranger_cookie, page=page) as blocked,
        connect(portal, world.victim_cookie, page=routes.ACCOUNT_SHARING) as owner,
    ):
        await blocked.call(ask.name, page, {"data": wish})
        await blocked.call(load.name, page)
        before = uncounted(await blocked.call(load.name, page))
        block = door(SHARING, "block")
        await owner.call(block.name, routes.ACCOUNT_SHARING, {"member_id": world.stranger.me})
        assert await pushes(blocked) == 0
        assert uncounted(await blocked.call(load.name, page)) == before
        # Another wish answers in the same words as the first did, and is nobody's to hear.
        more = {"member_id": world.victim.me, "intake": True}
        text = await blocked.call(ask.name, page, {"data": more})
        assert "We asked" in text
        assert await pushes(owner) == 0
        again = await blocked.call(ask.name, page, {"data": more})
        assert "You have asked for this already" in again
        take_back = door(FAMILY, "take_back_ask")
        with reading() as session:
            query = select(Ask.id).where(Ask.holder_id == world.stranger.me)
            ids = session.exec(query.where(Ask.owner_id == world.victim.me)).all()
        for id_ in ids:
            text = await blocked.call(take_back.name, page, {"ask_id": id_})
            assert "You do not ask for that any more" in text
        assert await pushes(owner) == 0


async def test_a_link_that_joined_two_profiles_does_nothing_more(portal: Portal) -> None:
    """A link that was used up opens nothing, also not for the one who used it."""
    world = make_world()
    child = world.at_own.patient_id
    token = link_to(child)
    with writing() as session:
        person = builders.add_person(session, "Noor")
        cookie, _id = sign_in(session, person)
    claim_door = next(one for one in DOORS if one.handler == "join")
    form = {"token": token, "answers": answers(child, *SIX)}
    async with connect(portal, cookie, page=routes.CLAIM) as wire:
        await wire.call(claim_door.name, routes.CLAIM, {"data": form})
        with reading() as session:
            assert session.get_one(Patient, child).joined_into_id == person.me
        before = dump()
        await wire.call(claim_door.name, routes.CLAIM, {"data": form})
        async with httpx.AsyncClient() as client:
            headers = {"Origin": portal.url}
            claimed = {**form, "password": "wary otter lantern 9"}
            for path, data in (
                (routes.AUTH_CLAIM, claimed),
                (routes.AUTH_NOT_ME, {"token": token}),
            ):
                answer = await client.post(portal.url + path, json=data, headers=headers)
                assert answer.status_code == 422, answer.text
        assert changed(before) == []
