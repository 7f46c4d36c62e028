"""The clinic's schedule: what each member of staff may see of it, and what fills a day."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal import clock
from portal.db import reading, writing
from portal.errors import NotFound
from portal.ids import new_id
from portal.models import DayHours, Gathering, Hold, Holiday, TimeOff, Visit
from portal.permissions import Actor, StaffRole
from portal.staff.schedule.rows import Block, Column, Kind, Schedule
from portal.staff.schedule.service import Asked, read_schedule
from tests import builders
from tests.builders import HERE, VANCOUVER, in_days, local

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> "World":
    """Open a clinic with two practitioners and somebody at the desk."""
    return World()


class World:
    """Two practitioners who work from 9 to 17, and a day next week."""

    def __init__(self) -> None:
        with writing() as session:
            builders.add_clinic(session)
            self.service = builders.add_service(session)
            self.ines = builders.add_practitioner(session, [self.service])
            self.noor = builders.add_practitioner(
                session, [self.service], name="Dr Noor Haddad", position=1
            )
            self.desk = builders.add_staff(session)
            self.seer = builders.add_staff(session, StaffRole.PRACTITIONER, self.ines)
            self.rosa = builders.add_patient(session)
            self.theo = builders.add_patient(session, "Theo")
        self.on = in_days(7)

    def visit(self, patient: str, practitioner: str, hour: int, *, cancelled: bool = False) -> str:
        """Book a check-up of half an hour."""
        with writing() as session:
            return builders.add_visit(
                session,
                patient,
                practitioner,
                self.service,
                local(self.on, hour),
                cancelled=cancelled,
            )

    def add(self, *rows: object) -> None:
        """Write rows as they are."""
        with writing() as session:
            session.add_all(rows)


def read(actor: Actor, asked: Asked) -> Schedule:
    """Read a schedule."""
    with reading() as session:
        return read_schedule(session, actor, asked)


def lane_of(schedule: Schedule, practitioner: str) -> Column:
    """Return one practitioner's first day."""
    return next(one for one in schedule.columns if one.practitioner_id == practitioner)


def kinds(column: Column, *kind: Kind) -> list[Block]:
    """Return the blocks of some kinds."""
    return [one for one in column.blocks if one.kind in kind]


def test_a_day_shows_everybody_with_visits_and_free_time(clinic: World) -> None:
    visit = clinic.visit(clinic.rosa, clinic.ines, 10)
    schedule = read(clinic.desk, Asked(clinic.on))
    ines, noor = schedule.columns
    assert (ines.name, noor.name) == ("Dr Ines Calloway", "Dr Noor Haddad")
    [booked] = kinds(ines, Kind.VISIT)
    assert [(one.visit_id, one.name) for one in booked.people] == [(visit, "Rosa Marlow")]
    assert booked.service == "Check-up"
    assert len(kinds(ines, Kind.FREE)) == 15
    assert len(kinds(noor, Kind.FREE)) == 16
    assert booked.starts_at not in {one.starts_at for one in kinds(ines, Kind.FREE)}


def test_a_practitioner_sees_names_of_their_own_patients_only(clinic: World) -> None:
    clinic.visit(clinic.rosa, clinic.ines, 10)
    clinic.visit(clinic.theo, clinic.noor, 11)
    clinic.visit(clinic.rosa, clinic.noor, 12)
    schedule = read(clinic.seer, Asked(clinic.on))
    [own] = kinds(lane_of(schedule, clinic.ines), Kind.VISIT)
    assert own.people[0].name == "Rosa Marlow"
    busy, known = kinds(lane_of(schedule, clinic.noor), Kind.VISIT)
    assert (busy.people, busy.service, busy.others) == ((), "", 1)
    assert "Theo" not in repr(schedule)
    assert known.people[0].name == "Rosa Marlow"


def test_the_week_of_a_practitioner_is_their_own_first(clinic: World) -> None:
    clinic.visit(clinic.theo, clinic.noor, 11)
    schedule = read(clinic.seer, Asked(clinic.on, week=True))
    assert schedule.practitioner_id == clinic.ines
    assert {one.practitioner_id for one in schedule.columns} == {clinic.ines}
    assert len(schedule.columns) == 7
    assert schedule.first_on.weekday() == 0
    other = read(clinic.seer, Asked(clinic.on, week=True, practitioner_id=clinic.noor))
    day = next(one for one in other.columns if one.on == clinic.on)
    assert kinds(day, Kind.VISIT)[0].people == ()


def test_cancelled_visits_leave_their_time_free_and_marks_are_shown(clinic: World) -> None:
    came = clinic.visit(clinic.rosa, clinic.ines, 9)
    clinic.visit(clinic.rosa, clinic.ines, 10, cancelled=True)
    with writing() as session:
        session.get_one(Visit, came).arrived_at = clock.now()
        session.get_one(Visit, came).flag = "look"
    day = lane_of(read(clinic.desk, Asked(clinic.on)), clinic.ines)
    [one] = kinds(day, Kind.VISIT)
    assert one.people[0].arrived
    assert one.people[0].flag == "look"
    assert local(clinic.on, 10) in {one.starts_at for one in kinds(day, Kind.FREE)}


def test_an_address_nobody_confirmed_is_said(clinic: World) -> None:
    with writing() as session:
        mira = builders.add_person(session, "Mira", verified=False)
    clinic.visit(mira.me, clinic.ines, 9)
    [one] = kinds(lane_of(read(clinic.desk, Asked(clinic.on)), clinic.ines), Kind.VISIT)
    assert one.people[0].unconfirmed


def test_a_time_that_is_kept_is_being_booked_until_it_runs_out(clinic: World) -> None:
    now = clock.now()
    for hour, expires in ((9, now + timedelta(minutes=5)), (11, now - timedelta(minutes=5))):
        clinic.add(
            Hold(
                id=new_id(),
                order_id=new_id(),
                held_by="patient:x",
                people=[clinic.rosa],
                service_id=clinic.service,
                practitioner_id=clinic.ines,
                location_id=HERE,
                starts_at=local(clinic.on, hour),
                ends_at=local(clinic.on, hour, 30),
                price_cents=0,
                made_at=now,
                expires_at=expires,
            )
        )
    [held] = kinds(lane_of(read(clinic.desk, Asked(clinic.on)), clinic.ines), Kind.HELD)
    assert held.starts_at == local(clinic.on, 9)
    assert held.people == ()


def test_time_off_other_hours_and_holidays_take_the_free_time_away(clinic: World) -> None:
    clinic.add(
        TimeOff(
            id=new_id(),
            practitioner_id=clinic.ines,
            starts_at=local(clinic.on, 9),
            ends_at=local(clinic.on, 12),
            reason="Dentist",
        ),
        DayHours(
            id=new_id(),
            practitioner_id=clinic.noor,
            on_date=clinic.on,
            location_id=HERE,
            starts=time(13),
            ends=time(14),
        ),
    )
    schedule = read(clinic.desk, Asked(clinic.on))
    ines, noor = lane_of(schedule, clinic.ines), lane_of(schedule, clinic.noor)
    assert [one.note for one in kinds(ines, Kind.AWAY)] == ["Dentist"]
    assert len(kinds(ines, Kind.FREE)) == 10
    assert len(kinds(noor, Kind.FREE)) == 2
    clinic.add(Holiday(id=new_id(), on_date=clinic.on, name="Founders’ Day"))
    schedule = read(clinic.desk, Asked(clinic.on))
    assert schedule.closed == {clinic.on: "Founders’ Day"}
    assert not kinds(lane_of(schedule, clinic.ines), Kind.FREE)
    assert schedule.idle == ("Dr Noor Haddad",)


def test_a_gathering_is_one_block_with_everybody_in_it(clinic: World) -> None:
    gathering = new_id()
    clinic.add(
        Gathering(
            id=gathering,
            kind="class",
            service_id=clinic.service,
            practitioner_id=clinic.noor,
            location_id=HERE,
            starts_at=local(clinic.on, 9),
            ends_at=local(clinic.on, 9, 30),
            capacity=8,
            made_by="system",
            made_at=clock.now(),
        )
    )
    clinic.visit(clinic.rosa, clinic.ines, 9)
    with writing() as session:
        for number, patient in enumerate((clinic.rosa, clinic.theo)):
            visit = builders.add_visit(
                session, patient, clinic.noor, clinic.service, local(clinic.on, 14 + number)
            )
            row = session.get_one(Visit, visit)
            row.gathering_id = gathering
            row.starts_at, row.ends_at = local(clinic.on, 9), local(clinic.on, 9, 30)
    [one] = kinds(lane_of(read(clinic.desk, Asked(clinic.on)), clinic.noor), Kind.CLASS)
    assert [person.name for person in one.people] == ["Rosa Marlow", "Theo Marlow"]
    [seen] = kinds(lane_of(read(clinic.seer, Asked(clinic.on)), clinic.noor), Kind.CLASS)
    assert ([person.name for person in seen.people], seen.others) == (["Rosa Marlow"], 1)


def test_one_place_shows_what_is_there(clinic: World) -> None:
    with writing() as session:
        builders.add_place(session, "prairie", zone="America/Edmonton")
        far = builders.add_practitioner(session, [clinic.service], place_id="prairie")
    schedule = read(clinic.desk, Asked(clinic.on, place_id="prairie"))
    assert [one.practitioner_id for one in schedule.columns] == [far]
    assert {one.zone for one in schedule.columns[0].blocks} == {"America/Edmonton"}


def test_past_days_have_visits_and_no_free_time(clinic: World) -> None:
    with writing() as session:
        before = in_days(-3)
        builders.add_visit(session, clinic.rosa, clinic.ines, clinic.service, local(before, 9))
    day = lane_of(read(clinic.desk, Asked(before)), clinic.ines)
    assert [one.kind for one in day.blocks] == [Kind.VISIT]
    assert day.work


def test_only_staff_read_it_and_unknown_ids_are_refused(clinic: World) -> None:
    with writing() as session:
        rosa = builders.add_account(session, clinic.rosa)
    for actor, asked in (
        (rosa, Asked()),
        (clinic.desk, Asked(week=True, practitioner_id="nobody")),
        (clinic.desk, Asked(place_id="nowhere")),
    ):
        with pytest.raises(NotFound):
            read(actor, asked)


def test_a_day_with_a_change_of_clocks_reads_as_on_the_wall(clinic: World) -> None:
    on = _next_change()
    day = lane_of(read(clinic.desk, Asked(on)), clinic.ines)
    assert day.work[0].starts_at == local(on, 9)
    assert day.work[-1].ends_at == local(on, 17)


def _next_change() -> date:
    """Return the next day on which the clocks of the clinic change."""
    day = in_days(1)
    while _offset(day) == _offset(day + timedelta(days=1)):
        day += timedelta(days=1)
    return day


def _offset(on: date) -> timedelta | None:
    return datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(VANCOUVER)).utcoffset()
