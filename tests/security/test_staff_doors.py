"""The clinic's side, called as a browser can call it: by nobody, patients, the wrong staff."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from pyotp import random_base32
from sqlmodel import Session

from portal import clock, routes
from portal.account.sealing import seal
from portal.db import writing
from portal.errors import NotAllowed, NotFound
from portal.family.labels import Label
from portal.ids import new_id
from portal.models import (
    Account,
    Authenticator,
    OutboxMessage,
    Patient,
    ProfileJoin,
    Staff,
    Visit,
)
from portal.outbox.kinds import Kind
from portal.permissions import Actor, StaffRole
from tests import builders
from tests.security.browser import Answer, Browser, assert_calm
from tests.security.catalogue_doors import add_catalogue
from tests.security.conftest import Open
from tests.security.doors import DOORS
from tests.security.schedule_doors import add_schedule
from tests.security.staff_door import At, StaffDoor
from tests.security.staff_doors import STAFF_DOORS
from tests.security.test_hostile_arguments import HOSTILE, TELLING, shapes
from tests.security.world import MARKER, PHONE, World, changed, dump, sign_in

SECRETS = (MARKER, PHONE)


@dataclass(frozen=True)
class Clinic:
    """Who works here, signed in, and what their events are aimed at."""

    cookies: dict[str, str]
    actors: dict[str, Actor]
    at: At


@pytest.fixture
def clinic(world: World) -> Clinic:
    """Give staff of each kind beside the two families; the practitioner has seen neither."""
    with writing() as session:
        nobody = builders.add_practitioner(session, [])
        actors: dict[str, Actor] = {
            role: builders.add_staff_account(
                session,
                builders.add_staff(
                    session, role, nobody if role is StaffRole.PRACTITIONER else None
                ),
            )
            for role in StaffRole
        }
        actors["left"] = builders.add_staff_account(session, builders.add_staff(session))
        cookies = {name: sign_in(session, actor)[0] for name, actor in actors.items()}
        session.get_one(Staff, actors["left"].staff_id).ended_at = clock.now()
        colleague = builders.add_staff_account(session, builders.add_staff(session))
        session.add(
            Authenticator(
                account_id=colleague.account_id or "",
                secret=seal(random_base32()),
                created_at=clock.now(),
                confirmed_at=clock.now(),
            )
        )
        invited = builders.add_staff_account(session, builders.add_staff(session))
        session.get_one(Account, invited.account_id).verified_at = None
        at = _target(session, world, colleague, invited)
    return Clinic(cookies, actors, at)


def _target(session: Session, world: World, colleague: Actor, invited: Actor) -> At:
    """Add a child of the victim with everything that staff could do something about."""
    child = builders.add_family_member(session, world.victim, f"{MARKER}kid")
    friend = builders.add_person(session, f"{MARKER}friend")
    builders.relate(session, child, friend.me, Label.GUARDIAN)
    profile = session.get_one(Patient, child)
    profile.flag, profile.contact_email = "not me", f"{MARKER}@kid.example"
    service = builders.add_service(session)
    practitioner = builders.add_practitioner(session, [service])
    at = world.free_at + timedelta(days=1)
    visit_id = builders.add_visit(session, child, practitioner, service, at)
    session.get_one(Visit, visit_id).flag = f"{MARKER} flag"
    source = builders.add_patient(session, f"{MARKER}old")
    session.get_one(Patient, source).joined_into_id = friend.me
    join = ProfileJoin(
        id=new_id(),
        from_id=source,
        into_id=friend.me,
        by="system",
        at=clock.now(),
        moved={
            "manager_id": None,
            "contact_email": None,
            "manages": [],
            "visits": [],
            "bonds": [],
        },
    )
    now = clock.now()
    parked = OutboxMessage(
        id=new_id(),
        kind=Kind.WELCOME,
        payload={},
        dedup=new_id(),
        created_at=now,
        run_at=now,
        dead_at=now,
    )
    session.add_all([join, parked])
    return At(
        patient_id=child,
        member_id=world.victim.me,
        guardian_id=friend.me,
        visit_id=visit_id,
        join_id=join.id,
        message_id=parked.id,
        staff_id=colleague.staff_id or "",
        invited_id=invited.staff_id or "",
        request_id=builders.add_request(session, child, service, note=f"{MARKER} note"),
        offer_id=builders.add_offer(
            session,
            builders.add_request(session, child, service),
            practitioner,
            at + timedelta(hours=1),
        ),
        service_id=service,
        practitioner_id=practitioner,
        free_at=int((at + timedelta(hours=3)).timestamp()),
        catalogue={
            **add_catalogue(session),
            **add_schedule(session, child, friend.me, f"{MARKER} diary"),
        },
    )


async def call(tab: Browser, door: StaffDoor, at: At) -> Answer:
    """Call a door."""
    return await tab.send(door.name, door.page(at), door.payload(at))


def said_no(answer: Answer) -> bool:
    """Tell whether the answer is a refusal."""
    words = ("Something was wrong with this page", "Only ", "full access.")
    return answer.has(str(NotFound()), str(NotAllowed()), *words)


@pytest.mark.parametrize("who", ["nobody", "left", "patient"])
async def test_only_who_works_here_gets_in(
    who: str, world: World, clinic: Clinic, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = {"nobody": "", "left": clinic.cookies["left"], "patient": world.stranger_cookie}[who]
    where = routes.HOME if who == "patient" else routes.STAFF_LOGIN
    tab = browsers(cookie)
    await tab.hydrate()
    before = dump()
    for door in STAFF_DOORS:
        answer = await call(tab, door, clinic.at)
        assert {to.split("?")[0] for to in answer.goes_to} == {where}, door.name
        assert not answer.has(*SECRETS), door.name
        assert_calm(answer, caplog, door.name)
    assert changed(before) == []


async def test_staff_do_not_get_into_patients_doors(
    world: World, clinic: Clinic, browsers: Open
) -> None:
    tab = browsers(clinic.cookies[StaffRole.FULL_ACCESS])
    await tab.hydrate()
    before = dump()
    for door in DOORS:
        if door.mark == "session":
            payload = door.payload(world, world.at_victim)
            answer = await tab.send(door.name, door.page(world, world.at_victim), payload)
            assert answer.goes_to == [routes.STAFF], door.name
            assert not answer.has(*SECRETS), door.name
    assert changed(before) == []


async def test_a_practitioner_gets_nothing_of_somebody_they_have_never_seen(
    world: World, clinic: Clinic, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    tab = browsers(clinic.cookies[StaffRole.PRACTITIONER])
    await tab.hydrate()
    before = dump()
    for door in STAFF_DOORS:
        answer = await call(tab, door, clinic.at)
        assert not answer.has(*SECRETS), door.name
        assert_calm(answer, caplog, door.name)
    assert changed(before) == []


async def test_the_front_desk_does_nothing_that_takes_full_access(
    world: World, clinic: Clinic, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    tab = browsers(clinic.cookies[StaffRole.FRONT_DESK])
    await tab.hydrate()
    before = dump()
    for door in (door for door in STAFF_DOORS if door.needs == "full"):
        answer = await call(tab, door, clinic.at)
        quiet = door.handler == "refresh"
        assert quiet or said_no(answer), door.name
        assert not answer.has("noor@clinic", "kindred.example"), door.name
        assert_calm(answer, caplog, door.name)
    assert changed(before) == []


async def test_what_the_pages_send_works_for_full_access(
    world: World, clinic: Clinic, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    """So that what is refused in other tests is refused for who asks."""
    tab = browsers(clinic.cookies[StaffRole.FULL_ACCESS])
    await tab.hydrate()
    for door in STAFF_DOORS:
        before = dump()
        answer = await call(tab, door, clinic.at)
        assert not said_no(answer), f"{door.name}: {answer.text}"
        assert bool(changed(before)) is door.writes, f"{door.name}: {changed(before)}"
        assert_calm(answer, caplog, door.name)


async def test_nothing_that_a_browser_can_send_breaks_a_handler(
    way: str, world: World, clinic: Clinic, browsers: Open, caplog: pytest.LogCaptureFixture
) -> None:
    values = HOSTILE if way == "embedded" else TELLING
    for door in STAFF_DOORS:
        tab = browsers(clinic.cookies[StaffRole.FULL_ACCESS])
        await tab.hydrate()
        for what, payload in shapes(door.payload(clinic.at), values, 2):
            answer = await tab.send(door.name, door.page(clinic.at), payload)
            assert_calm(answer, caplog, f"{door.name}: {what}")


async def test_a_role_taken_away_counts_on_the_next_click(
    world: World, clinic: Clinic, browsers: Open
) -> None:
    tab = browsers(clinic.cookies[StaffRole.FULL_ACCESS])
    await tab.hydrate()
    save = next(d for d in STAFF_DOORS if d.name.endswith("settings.save"))
    assert not said_no(await call(tab, save, clinic.at))
    with writing() as session:
        row = session.get_one(Staff, clinic.actors[StaffRole.FULL_ACCESS].staff_id)
        row.role = StaffRole.FRONT_DESK
    before = dump()
    assert said_no(await call(tab, save, clinic.at))
    assert changed(before) == []
