"""What is offered can be booked, and what can be booked is offered: in a clinic full of rules.

Each round makes another clinic by chance, from a fixed seed: buffers, rooms, other hours, holidays,
time off, kept times, a night on which the clocks change. Then it asks both questions.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlmodel import Session, select

from portal.booking.book import book_visit
from portal.booking.hold import Wish, hold
from portal.booking.rows import Slot
from portal.booking.times import find_times
from portal.db import reading, writing
from portal.errors import Invalid, NotFound, SlotTaken
from portal.ids import new_id
from portal.models import (
    DayHours,
    Holiday,
    Offer,
    Practitioner,
    Room,
    TimeOff,
    Visit,
)
from portal.permissions import Actor
from tests import builders

# A Friday in Vancouver; the clocks change on the night to Sunday.
NOW = datetime(2030, 3, 8, 17, 3, 20, tzinfo=UTC)
FIRST, DAYS = date(2030, 3, 8), 6
SUNDAY = date(2030, 3, 10)
TRIES = 15  # of times that are offered, and of times that are not
PRAIRIE = "prairie"


class Undo(Exception):
    """Thrown so that a trial booking leaves nothing behind."""


@dataclass(frozen=True)
class Clinic:
    """A clinic made by chance."""

    services: list[str]
    practitioners: list[str]
    rosa: Actor
    desk: Actor


@pytest.fixture(autouse=True)
def travel() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def add_clinic(session: Session, chance: random.Random) -> Clinic:
    """Add places, rooms, services, practitioners and the people of the test."""
    builders.add_clinic(session)
    builders.add_place(session, PRAIRIE, zone="America/Edmonton")
    builders.set_policy(
        session,
        step_minutes=chance.choice([5, 10, 20]),
        lead_minutes=chance.choice([0, 60, 600]),
        horizon_days=chance.choice([3, 56]),
        same_day=chance.random() < 0.7,
    )
    for place_id in (builders.HERE, builders.HERE, PRAIRIE):
        builders.add_room(session, "lab", place_id=place_id)
    builders.add_room(session, "scanner")
    services = [
        builders.add_service(session, minutes=minutes, buffers=buffers, needs=needs, kind=kind)
        for minutes, buffers, needs, kind in (
            (30, (0, 0), (), "individual"),
            (20, (10, 5), ("lab",), "individual"),
            (45, (0, 15), ("lab", "scanner"), "individual"),
            (30, (5, 0), ("nowhere",), "individual"),
            (30, (0, 0), (), "individual"),
        )
    ]
    session.flush()
    practitioners = [
        builders.add_practitioner(session, services, weekdays=chance.sample(range(7), 5)),
        builders.add_practitioner(session, services[:3], starts=time(8, 40), ends=time(12, 25)),
        # Works through the night on which the clocks change.
        builders.add_practitioner(
            session, services[:2], weekdays=[6], starts=time(0, 30), ends=time(5)
        ),
        builders.add_practitioner(session, services[:1], place_id=PRAIRIE),
        builders.add_practitioner(session, services[:1]),
    ]
    session.get_one(Practitioner, practitioners[1]).step_minutes = 15
    session.get_one(Practitioner, practitioners[4]).online = chance.random() < 0.5
    # At the other place in the afternoon, but gives one of the services only here.
    for weekday in range(7):
        builders.add_shift(session, practitioners[1], weekday, time(14), time(17), place_id=PRAIRIE)
    offer = session.get_one(Offer, (practitioners[1], services[1]))
    offer.location_id = builders.HERE
    rosa = builders.add_person(session)
    return Clinic(services, practitioners, rosa, builders.add_staff(session))


def add_exceptions(session: Session, clinic: Clinic, chance: random.Random) -> None:
    """Add other hours of single days, holidays, time off and an ended room."""
    for who in clinic.practitioners[:2]:
        on = FIRST + timedelta(days=chance.randrange(DAYS))
        if chance.random() < 0.3:
            session.add(DayHours(id=new_id(), practitioner_id=who, on_date=on))
            continue
        place_id = chance.choice([builders.HERE, PRAIRIE])
        for starts, ends in ((time(7, 5), time(9)), (time(10), time(11, 30))):
            session.add(
                DayHours(
                    id=new_id(),
                    practitioner_id=who,
                    on_date=on,
                    location_id=place_id,
                    starts=starts,
                    ends=ends,
                )
            )
    for who in clinic.practitioners:
        starts_at = builders.local(FIRST, 0) + timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        ends_at = starts_at + timedelta(minutes=chance.randrange(7, 400))
        session.add(TimeOff(id=new_id(), practitioner_id=who, starts_at=starts_at, ends_at=ends_at))
    for place_id in (None, PRAIRIE):
        on = FIRST + timedelta(days=chance.randrange(DAYS))
        session.add(Holiday(id=new_id(), on_date=on, name="Closed", location_id=place_id))
    if chance.random() < 0.5:
        session.exec(select(Room)).first().ended = True  # pyright: ignore[reportOptionalMemberAccess]
    session.flush()


def fill(clinic: Clinic, chance: random.Random, travel: time_machine.Traveller) -> None:
    """Book some times, keep some, and leave some that were kept too long."""
    travel.move_to(NOW - timedelta(minutes=11))
    keep_some(clinic, chance)
    travel.move_to(NOW)
    keep_some(clinic, chance)
    for _number in range(15):
        taken = chance.choice(offered(clinic, clinic.desk, chance.choice(clinic.services[:3])))
        with writing() as session:
            patient_id = builders.add_patient(session)
            book(session, clinic.desk, patient_id, *taken)


def keep_some(clinic: Clinic, chance: random.Random) -> None:
    for _number in range(4):
        times = offered(clinic, clinic.rosa, chance.choice(clinic.services[:3]))
        if not times:
            continue
        service_id, slot = chance.choice(times)
        with writing() as session:
            stranger = builders.add_person(session, "Stranger")
            hold(session, stranger, [Wish(service_id, slot.practitioner_id, slot.starts_at)])


def offered(clinic: Clinic, actor: Actor, service_id: str) -> list[tuple[str, Slot]]:
    """Return every start of a service with each of its practitioners."""
    found: list[tuple[str, Slot]] = []
    for practitioner_id in clinic.practitioners:
        try:
            with reading() as session:
                days = find_times(
                    session, actor, service_id, practitioner_id, FIRST, DAYS, every_start=True
                )
        except NotFound:
            continue
        found += [(service_id, slot) for day in days for slot in day.slots]
    return found


def book(session: Session, actor: Actor, patient_id: str, service_id: str, slot: Slot) -> str:
    visit = book_visit(
        session, actor, patient_id, service_id, slot.practitioner_id, slot.starts_at, new_id()
    )
    return session.get_one(Visit, visit.id).location_id


def could_book(
    actor: Actor, patient_id: str, service_id: str, practitioner_id: str, starts_at: datetime
) -> str | None:
    """Try a booking and take it back; return its place, or nothing if it was refused."""
    slot = Slot(starts_at, practitioner_id, "", "", "", "", "UTC")
    place_id: str | None = None
    try:
        with writing() as session:
            place_id = book(session, actor, patient_id, service_id, slot)
            raise Undo
    except Undo:
        return place_id
    except (Invalid, SlotTaken, NotFound):
        return None


def others(times: set[datetime], chance: random.Random) -> list[datetime]:
    """Return times that are not offered: beside those that are, and any others."""
    beside = [
        at + timedelta(minutes=5 * step) for at in sorted(times) for step in (-2, -1, 1, 2, 6)
    ]
    anywhen = [
        builders.local(FIRST, 0) + timedelta(minutes=5 * number) for number in range(DAYS * 288)
    ]
    first = builders.local(FIRST, 0)
    within = (first, first + timedelta(days=DAYS - 1, hours=20))
    every = [at for at in beside + chance.sample(anywhen, 50) if within[0] <= at <= within[1]]
    return chance.sample([at for at in every if at not in times], min(TRIES, len(every)))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("who", ["patient", "staff"])
def test_what_is_offered_can_be_booked_and_nothing_else(
    database: str, seed: int, who: str, travel: time_machine.Traveller
) -> None:
    chance = random.Random(seed)
    with writing() as session:
        clinic = add_clinic(session, chance)
        add_exceptions(session, clinic, chance)
    fill(clinic, chance, travel)
    actor = clinic.rosa if who == "patient" else clinic.desk
    patient_id = clinic.rosa.me
    assert offered(clinic, actor, clinic.services[0])
    assert not offered(clinic, actor, clinic.services[3])  # there is no such room
    for service_id in clinic.services:
        slots = [slot for _service, slot in offered(clinic, actor, service_id)]
        for slot in chance.sample(slots, min(TRIES, len(slots))):
            place_id = could_book(
                actor, patient_id, service_id, slot.practitioner_id, slot.starts_at
            )
            assert place_id == slot.location_id, slot
        for practitioner_id in chance.sample(clinic.practitioners, 2):
            times = {one.starts_at for one in slots if one.practitioner_id == practitioner_id}
            for at in others(times, chance):
                if who == "staff" and at < NOW:
                    continue  # staff may write down what has been; nobody is offered it
                assert could_book(actor, patient_id, service_id, practitioner_id, at) is None, at


def test_a_night_on_which_the_clocks_change_is_offered_as_the_clock_shows_it(
    database: str,
) -> None:
    with writing() as session:
        builders.add_clinic(session)
        service_id = builders.add_service(session)
        night = builders.add_practitioner(
            session, [service_id], weekdays=[6], starts=time(1), ends=time(4)
        )
        rosa = builders.add_person(session)
    with reading() as session:
        (sunday,) = find_times(session, rosa, service_id, night, SUNDAY, 1, every_start=True)
        (other,) = find_times(
            session, rosa, service_id, night, SUNDAY + timedelta(7), 1, every_start=True
        )
    shown = [f"{slot.starts_local:%H:%M}" for slot in sunday.slots]
    # 1:40 to 3:10: the hour between does not exist.
    assert shown[:8] == ["01:00", "01:10", "01:20", "01:30", "01:40", "01:50", "03:00", "03:10"]
    assert len(other.slots) - len(sunday.slots) == 6
