"""Booking at the desk: the member of staff is the actor, all of the people come or nobody."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from portal import clock
from portal.db import reading, writing
from portal.errors import Invalid, NotFound, SlotTaken
from portal.ids import new_id
from portal.models import (
    BookingPolicy,
    ClaimedUnit,
    Gathering,
    OutboxMessage,
    Patient,
    Service,
    Visit,
)
from portal.permissions import StaffRole
from portal.staff.book.service import BookForm, Times, Wanted, book_for, find_starts, read_people
from tests import builders
from tests.builders import in_days, local

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> "World":
    """Open a clinic."""
    return World()


class World:
    """Two practitioners, three services and a family at the desk."""

    def __init__(self) -> None:
        with writing() as session:
            builders.add_clinic(session)
            self.check_up = builders.add_service(session)
            self.together = builders.add_service(session, "Family talk")
            row = session.get_one(Service, self.together)
            row.kind, row.capacity = "group", 4
            services = [self.check_up, self.together]
            self.ines = builders.add_practitioner(session, services)
            self.desk = builders.add_staff_account(session, builders.add_staff(session))
            self.seer = builders.add_staff(session, StaffRole.PRACTITIONER, self.ines)
            names = ("Rosa", "Theo", "Tara")
            self.people = [builders.add_patient(session, name) for name in names]
        self.on = in_days(7)

    def form(
        self, people: list[str], service: str | None = None, hour: int = 10, on: date | None = None
    ) -> BookForm:
        """Fill the form in."""
        return BookForm(
            request_key=new_id(),
            people=people,
            service_id=service or self.check_up,
            practitioner_id=self.ines,
            at=int(local(on or self.on, hour).timestamp()),
            price_cents=8500,
        )

    def book(self, form: BookForm) -> list[str]:
        """Book."""
        with writing() as session:
            return [one.id for one in book_for(session, self.desk, form)]

    def starts(self, *people: str, service: str | None = None) -> Times:
        """Look for times."""
        with reading() as session:
            wanted = Wanted(service or self.check_up, self.ines, self.on, people, every=True)
            return find_starts(session, self.desk, wanted)


def visits() -> list[Visit]:
    """Return all visits that stand, in the order of time."""
    with reading() as session:
        rows = session.exec(select(Visit).order_by(Visit.starts_at, Visit.patient_id)).all()  # pyright: ignore[reportArgumentType]
        return [one for one in rows if one.cancelled_at is None]


def test_the_member_of_staff_is_the_actor(clinic: World) -> None:
    form = clinic.form([clinic.people[0]])
    assert clinic.book(form) == clinic.book(form)
    [visit] = visits()
    assert (visit.booked_by, visit.patient_id) == (clinic.desk.name, clinic.people[0])


def test_staff_are_bound_by_shifts_only(clinic: World) -> None:
    with writing() as session:
        session.add(BookingPolicy(lead_minutes=3000, horizon_days=2, most_upcoming=1))
        session.get_one(Service, clinic.check_up).online = False
        session.get_one(Patient, clinic.people[0]).online_barred = True
    for number in range(2):
        clinic.book(clinic.form([clinic.people[0]], on=clinic.on + timedelta(days=90 + number)))
    assert len(visits()) == 2
    with pytest.raises(Invalid):
        clinic.book(clinic.form([clinic.people[0]], hour=20))


def test_several_people_come_one_after_the_other(clinic: World) -> None:
    form = clinic.form(list(clinic.people))
    done = clinic.book(form)
    assert clinic.book(form) == done
    found = visits()
    assert [one.patient_id for one in found] == clinic.people
    assert [one.starts_at for one in found] == [
        local(clinic.on, 10) + timedelta(minutes=30 * n) for n in range(3)
    ]
    assert len({one.order_id for one in found}) == 1
    with reading() as session:
        assert len(session.exec(select(OutboxMessage)).all()) == 1


def test_a_group_visit_is_one_time_and_the_first_pays(clinic: World) -> None:
    tara, rosa = clinic.people[2], clinic.people[0]
    clinic.book(clinic.form([tara, rosa], clinic.together))
    found = visits()
    assert {one.starts_at for one in found} == {local(clinic.on, 10)}
    assert {one.patient_id: one.price_cents for one in found} == {tara: 8500, rosa: 0}
    with reading() as session:
        assert session.exec(select(Gathering)).one().primary_id == tara


def test_all_of_them_or_nobody(clinic: World) -> None:
    with writing() as session:
        other = builders.add_practitioner(session, [clinic.check_up])
        builders.add_visit(session, clinic.people[2], other, clinic.check_up, local(clinic.on, 11))
    for service in (clinic.check_up, clinic.together):
        hour = 10 if service == clinic.check_up else 11
        with pytest.raises(Invalid, match="already ha"):
            clinic.book(clinic.form(list(clinic.people), service, hour))
    assert [one.patient_id for one in visits()] == [clinic.people[2]]
    with reading() as session:
        assert len({unit.held_by for unit in session.exec(select(ClaimedUnit)).all()}) == 1


def test_a_taken_time_is_refused(clinic: World) -> None:
    clinic.book(clinic.form([clinic.people[0]]))
    with pytest.raises(SlotTaken):
        clinic.book(clinic.form([clinic.people[1]]))


def test_times_for_several_have_room_for_all(clinic: World) -> None:
    clinic.book(clinic.form([clinic.people[0]], hour=12))
    alone = {one.starts_at for one in clinic.starts(clinic.people[1]).slots}
    three = {one.starts_at for one in clinic.starts(*clinic.people).slots}
    assert three < alone
    assert local(clinic.on, 10, 30) in three
    assert local(clinic.on, 11) not in three
    assert local(clinic.on, 15, 30) in three
    assert local(clinic.on, 16) not in three


def test_a_price_that_changed_is_said(clinic: World) -> None:
    form = clinic.form([clinic.people[0]])
    with writing() as session:
        session.get_one(Service, clinic.check_up).price_cents = 9000
    with pytest.raises(Invalid, match="price has changed"):
        clinic.book(form)


def test_thirteen_people_are_too_many() -> None:
    with pytest.raises(ValueError, match="people"):
        BookForm(
            people=[new_id() for _n in range(13)],
            service_id="a",
            practitioner_id="b",
            at=0,
            price_cents=0,
        )


def test_who_may_book_whom(clinic: World) -> None:
    with reading() as session:
        found = read_people(session, clinic.desk, clinic.people)
        assert [one.id for one in found] == clinic.people
        with pytest.raises(NotFound):
            read_people(session, clinic.seer, clinic.people[:1])
    with writing() as session:
        rosa = builders.add_account(session, clinic.people[0])
        for actor in (rosa, clinic.seer):
            with pytest.raises(NotFound):
                book_for(session, actor, clinic.form([clinic.people[0]]))
    assert clock.now() < local(clinic.on, 10)
