"""The websocket of a served portal, spoken by hand."""

import asyncio
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from secrets import token_hex
from typing import Any

import httpx
import pytest
from sqlmodel import Session, col, func, select

from portal import routes
from portal.booking.hold import Wish, hold
from portal.db import reading, writing
from portal.ids import new_id
from portal.models import Grant, OutboxMessage, Patient, Visit
from portal.outbox.kinds import Kind
from tests.outbox import let_undo_pass
from tests.security.doors import CONFIRM, DOORS, FAMILY, NEW_MEMBER, SECURITY, SHELL, VISITS, Door
from tests.security.wire import Closed, connect, inside
from tests.security.world import MARKER, PHONE, World, changed, dump, make_world, sign_in
from tests.servers.mail import MailServer
from tests.servers.portal import Portal

TO_LOGIN = f'"{routes.LOGIN}'


def door(state: str, handler: str) -> Door:
    """Return one line of the table."""
    return next(one for one in DOORS if (one.state, one.handler) == (state, handler))


LOAD_SHELL, LOAD_FAMILY = door(SHELL, "load").name, door(FAMILY, "load").name
LOAD_VISITS = door(VISITS, "load").name
BOOK, CANCEL = door(CONFIRM, "book"), door(VISITS, "cancel")


@pytest.fixture(scope="module")
def portal(serve: Callable[..., Portal], _mail_server: MailServer) -> Iterator[Portal]:
    """Serve the portal with its worker and a real mail server."""
    served = serve(worker=True, SMTP_URL=_mail_server.url)
    with inside(served):
        yield served
    served.stop()


@pytest.fixture
def world(portal: Portal) -> World:
    """Give two new families."""
    return make_world()


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
    ],
    ids=lambda headers: next(iter(headers.values())),
)
async def test_another_site_cannot_open_the_socket(
    headers: dict[str, str], portal: Portal, world: World
) -> None:
    with pytest.raises(Closed):
        async with connect(portal, world.victim_cookie, headers=headers):
            pass


async def test_only_the_websocket_is_offered(portal: Portal, world: World) -> None:
    cookies = {"kindred": world.victim_cookie}
    for method in ("GET", "POST"):
        url = f"{portal.url}/_event/?EIO=4&transport=polling"
        answer = httpx.request(method, url, cookies=cookies, headers={"Origin": portal.url})
        assert answer.status_code == 400
        assert "set-cookie" not in answer.headers


async def test_a_cookie_is_all_that_says_who_it_is(portal: Portal, world: World) -> None:
    forged: dict[str, Any] = {
        "headers": {"cookie": f"kindred={world.victim_cookie}"},
        "cookie": f"kindred={world.victim_cookie}",
        "ip": "127.0.0.1",
        "sid": world.at_victim.session_id,
        "token": world.victim.account_id,
        "session": {"client_token": "x", "session_id": world.at_victim.session_id},
    }
    async with connect(portal) as wire:
        for name in (LOAD_FAMILY, LOAD_VISITS, door(SECURITY, "load").name):
            text = await wire.call(name, routes.ACCOUNT, **forged)
            assert TO_LOGIN in text
            assert MARKER not in text
    async with connect(portal, world.stranger_cookie) as wire:
        assert "Sten" in json.dumps(wire.seen)
        text = await wire.call(LOAD_SHELL, routes.ACCOUNT, **forged)
        text += await wire.call(LOAD_FAMILY, routes.ACCOUNT_FAMILY, **forged)
        assert MARKER not in text
        assert PHONE not in text


async def test_a_stolen_client_token_opens_an_empty_tab(portal: Portal, world: World) -> None:
    token = "a-token-that-somebody-saw"
    async with connect(portal, world.victim_cookie, token=token) as theirs:
        await theirs.send(LOAD_FAMILY, routes.ACCOUNT_FAMILY)
        await theirs.until(f"{MARKER}child")
        # At the same time, and after the tab was closed:
        async with connect(portal, world.stranger_cookie, token=token) as wire:
            assert MARKER not in json.dumps(wire.seen)
            assert MARKER not in await wire.call(LOAD_FAMILY)
    await asyncio.sleep(0.1)
    for cookie in ("", world.stranger_cookie):
        async with connect(portal, cookie, token=token, boot=False) as wire:
            text = await wire.call(LOAD_FAMILY) + await wire.call(LOAD_SHELL)
            assert MARKER not in text
            # The second time it is nobody's tab any more, and whoever is signed in gets an own one.
            assert (TO_LOGIN in text) is (cookie == "")
        async with connect(portal, cookie, token=token) as wire:
            assert MARKER not in json.dumps(wire.seen)
            assert MARKER not in await wire.call(LOAD_FAMILY)


async def test_booking_and_cancelling_sent_again_happen_once(
    portal: Portal, world: World, _mail_server: MailServer
) -> None:
    with writing() as session:
        wish = Wish(world.service_id, world.practitioner_id, world.free_at, (world.stranger.me,))
        order = hold(session, world.stranger, [wish])
    payload = BOOK.payload(world, replace(world.at_own, order_id=order.id))
    async with (
        connect(portal, world.stranger_cookie) as one,
        connect(portal, world.stranger_cookie) as other,
    ):
        for wire in (one, other, one):
            await wire.send(BOOK.name, routes.BOOK_CONFIRM, payload)
        for wire in (one, other):
            await wire.until(routes.APPOINTMENTS)
        await one.rest()
        with reading() as session:
            visit_id = session.exec(
                select(Visit.id).where(Visit.patient_id == world.stranger.me)
            ).one()
        assert queued(Kind.VISITS_BOOKED, visit_id) == 1
        let_undo_pass()
        await until_delivered()
        for wire in (one, other, one):
            await wire.send(CANCEL.name, routes.APPOINTMENTS, {"visit_id": visit_id, "all_of": ""})
        for wire in (one, other):
            await wire.until("Cancelled for")
        await one.rest()
    assert queued(Kind.VISITS_CANCELLED, visit_id) == 1
    with reading() as session:
        assert session.get_one(Visit, visit_id).sequence == 1
    await until_delivered()
    assert len(_mail_server.to(world.stranger_email)) == 2


async def test_a_family_form_sent_again_adds_once(
    portal: Portal, world: World, _mail_server: MailServer
) -> None:
    email = f"noa-{token_hex(4)}@family.example"
    member = {**NEW_MEMBER, "first_name": "Noa", "email": email}
    payload = {"data": {"members": [member], "request_key": new_id()}}
    add = door(FAMILY, "add").name
    async with (
        connect(portal, world.stranger_cookie) as one,
        connect(portal, world.stranger_cookie) as other,
    ):
        for wire in (one, other, one):
            await wire.send(add, routes.ACCOUNT_FAMILY_ADD, payload)
        for wire in (one, other):
            await wire.until(routes.ACCOUNT_FAMILY)
        await one.rest()
    with reading() as session:
        added = session.exec(select(Patient.id).where(Patient.contact_email == email)).all()
        assert len(added) == 1
    await until_delivered()
    assert len(_mail_server.to(email)) == 1


async def test_a_removal_sent_again_removes_once(portal: Portal, world: World) -> None:
    remove = door(FAMILY, "remove")
    payload = remove.payload(world, world.at_own)
    async with connect(portal, world.stranger_cookie) as wire:
        for _time in range(3):
            await wire.send(remove.name, routes.ACCOUNT_FAMILY, payload)
        await wire.rest()
        again = remove.payload(world, world.at_own)
        await wire.call(remove.name, routes.ACCOUNT_FAMILY, again)
    with reading() as session:
        live = (
            select(func.count())
            .select_from(Grant)
            .where(Grant.holder_id == world.stranger.me, col(Grant.ended_at).is_(None))
        )
        assert session.exec(live).one() == 0
        ended = session.exec(
            select(OutboxMessage).where(OutboxMessage.kind == Kind.RELATIONSHIP_ENDED)
        ).all()
    told = [one for one in ended if one.payload["told_id"] == world.at_own.patient_id]
    assert len(told) == 1


async def test_names_that_no_handler_has_do_nothing(portal: Portal, world: World) -> None:
    before = dump()
    names = [
        "_redirect",
        "_call_function",
        "_call_script",
        "_download",
        "_set_value",
        "",
        "hydrate",
        "state.hydrate",
        f"{LOAD_FAMILY}.fn",
        LOAD_FAMILY.upper(),
        "reflex___state____state.__init__",
        f"{LOAD_FAMILY.rsplit('.', 1)[0]}._reload",
        f"{LOAD_FAMILY.rsplit('.', 1)[0]}.reset",
        f"{LOAD_FAMILY.rsplit('.', 1)[0]}.get_state",
        "x" * 10_000,
    ]
    async with connect(portal, world.stranger_cookie) as wire:
        for name in names:
            await wire.send(name, payload={"path": "https://evil.example"})
        assert await wire.rest() == ""
        # The connection still works.
        await wire.send(LOAD_SHELL, "/elsewhere")
        await wire.until("elsewhere")
    assert changed(before) == []


@pytest.mark.parametrize(
    "frame",
    [
        '42/_event,["event"]',
        '42/_event,["event",null]',
        '42/_event,["event",5]',
        '42/_event,["event","text"]',
        '42/_event,["event",[1,2]]',
        '42/_event,["event",{"name":null}]',
        '42/_event,["event",{"name":{"a":1},"payload":[],"router_data":[]}]',
        f'42/_event,["event",{{"name":"{LOAD_FAMILY}","payload":[1],"router_data":{{}}}}]',
        f'42/_event,["event",{{"name":"{LOAD_FAMILY}","payload":{{"self":1,"state":2}}}}]',
        f'42/_event,["event",{{"name":"{LOAD_FAMILY}","router_data":{{"asPath":{{}}}}}}]',
        '42/_event,["client_error",{"message":"x"}]',
        '42/_event,["connect"]',
        '42/_event,["disconnect"]',
        '42/_event,["link_token_to_sid","a","b"]',
        "42/_event,[",
        "42/other,[]",
        "451-/_event,[",
        "4",
        "9",
        "\x00",
    ],
)
async def test_a_frame_that_makes_no_sense_gets_nothing_and_harms_nobody(
    frame: str, portal: Portal, world: World
) -> None:
    before = dump()
    async with connect(portal, world.stranger_cookie) as wire:
        try:
            await wire.send_text(frame)
            text = await wire.rest()
        except Closed:
            text = ""
        assert MARKER not in text
        assert "Traceback" not in text
    async with connect(portal, world.stranger_cookie) as wire:
        await wire.send(LOAD_SHELL, "/elsewhere")
        await wire.until("elsewhere")
    assert changed(before) == []


async def test_a_frame_that_is_too_large_ends_the_connection(portal: Portal, world: World) -> None:
    async with connect(portal, world.stranger_cookie) as wire:
        await wire.send(LOAD_SHELL, payload={"x": "x" * 1_100_000})
        assert await wire.closed()
    async with connect(portal, world.stranger_cookie) as wire:
        await wire.send(LOAD_SHELL, "/elsewhere")
        await wire.until("elsewhere")


async def test_signing_out_empties_every_tab_of_that_session_and_no_other(
    portal: Portal, world: World
) -> None:
    with writing() as session:
        other_cookie, _id = sign_in(session, world.victim)
    async with (
        connect(portal, world.victim_cookie) as one,
        connect(portal, world.victim_cookie) as two,
        connect(portal, other_cookie) as elsewhere,
    ):
        for wire in (one, two, elsewhere):
            await wire.send(LOAD_SHELL, routes.ACCOUNT)
            await wire.until(routes.ACCOUNT)
            await wire.rest()
        async with httpx.AsyncClient() as client:
            answer = await client.post(
                portal.url + routes.AUTH_LOGOUT,
                headers={"Origin": portal.url, "Cookie": f"kindred={world.victim_cookie}"},
            )
        assert answer.status_code == 303
        for wire in (one, two):
            await wire.until("_redirect")
            text = await wire.call(LOAD_FAMILY, routes.ACCOUNT_FAMILY)
            assert TO_LOGIN in text
            assert MARKER not in text
        await elsewhere.send(LOAD_FAMILY, routes.ACCOUNT_FAMILY)
        await elsewhere.until(f"{MARKER}child")


async def test_ending_a_session_on_the_security_page_reaches_its_tabs(
    portal: Portal, world: World
) -> None:
    with writing() as session:
        other_cookie, other_id = sign_in(session, world.victim)
    async with (
        connect(portal, world.victim_cookie) as here,
        connect(portal, other_cookie) as there,
    ):
        await here.send(door(SECURITY, "end").name, payload={"session_id": other_id})
        await there.until("_redirect")
        assert TO_LOGIN in await there.call(LOAD_FAMILY)
        await here.send(LOAD_FAMILY, routes.ACCOUNT_FAMILY)
        await here.until(f"{MARKER}child")


async def test_a_flood_of_events_is_answered_up_to_the_limit(
    serve: Callable[..., Portal],
) -> None:
    strict = serve(PORTAL_RATE_FACTOR="1")
    with inside(strict):
        world = make_world()
        async with connect(strict, world.stranger_cookie) as wire:
            for number in range(300):
                await wire.send(LOAD_SHELL, f"/flood/{number}")
            await wire.rest()
            answered = sum("/flood/" in json.dumps(update) for update in wire.seen)
            assert 60 <= answered <= 120
        # Somebody else is served meanwhile.
        async with connect(strict, world.victim_cookie) as wire:
            await wire.send(LOAD_SHELL, "/elsewhere")
            await wire.until("elsewhere")
        assert "too many events" in strict.log()
    strict.stop()


async def test_connections_from_one_address_are_limited(
    serve: Callable[..., Portal],
) -> None:
    strict = serve(PORTAL_RATE_FACTOR="1")
    opened = 0
    for _time in range(70):
        try:
            async with connect(strict, boot=False):
                opened += 1
        except Closed:
            break
    assert 30 <= opened <= 60
    assert httpx.get(strict.url + routes.HEALTH).status_code == 200
    strict.stop()


def queued(kind: Kind, visit_id: str) -> int:
    """Count the messages of a kind about a visit."""
    with reading() as session:
        rows = session.exec(select(OutboxMessage).where(OutboxMessage.kind == kind)).all()
    return sum(visit_id in dict(row.payload["visits"]) for row in rows)


async def until_delivered() -> None:
    """Wait until the worker has sent all there is."""
    for _time in range(200):
        with reading() as session:
            if not waiting(session):
                return
        await asyncio.sleep(0.05)
    raise AssertionError("the worker did not send everything")


def waiting(session: Session) -> int:
    """Count what the worker still has to do."""
    return session.exec(
        select(func.count())
        .select_from(OutboxMessage)
        .where(col(OutboxMessage.done_at).is_(None), col(OutboxMessage.dead_at).is_(None))
    ).one()
