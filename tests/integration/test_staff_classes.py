"""Classes that the clinic sets: all of a series or none, who sees who comes, calling one off."""

from datetime import time, timedelta

import pytest
from sqlmodel import select

from portal.booking.book import book_visit
from portal.db import reading, writing
from portal.errors import Invalid, NotAllowed, NotFound, SlotTaken
from portal.ids import new_id
from portal.models import ClaimedUnit, Gathering, OutboxMessage, Service, Visit
from portal.outbox.kinds import Kind
from portal.permissions import Actor, StaffRole
from portal.staff.classes.make import ClassForm, make_classes
from portal.staff.classes.service import CallOffForm, Classes, call_off, list_classes
from tests import builders
from tests.builders import HERE, in_days, local

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> "World":
    """Open a clinic that gives a class."""
    return World()


class World:
    """A class, who gives it, and people who come."""

    def __init__(self) -> None:
        with writing() as session:
            builders.add_clinic(session)
            self.yoga = builders.add_service(session, "Yoga", minutes=60)
            row = session.get_one(Service, self.yoga)
            row.kind, row.capacity = "class", 2
            self.talk = builders.add_service(session, "Talk")
            self.ines = builders.add_practitioner(session, [self.yoga, self.talk])
            self.desk = builders.add_staff_account(session, builders.add_staff(session))
            self.seer = builders.add_staff_account(
                session, builders.add_staff(session, StaffRole.PRACTITIONER, self.ines)
            )
            self.people = [builders.add_patient(session, n) for n in ("Rosa", "Theo", "Tara")]
        self.on = in_days(7)

    def form(self, *, weeks: int = 1, hour: int = 10, seats: int | None = None) -> ClassForm:
        """Fill the form in."""
        return ClassForm.model_construct(
            request_key=new_id(),
            service_id=self.yoga,
            practitioner_id=self.ines,
            place_id=HERE,
            on=self.on,
            at=time(hour),
            weeks=weeks,
            seats=seats,
        )

    def make(self, form: ClassForm, actor: Actor | None = None) -> int:
        """Make classes."""
        with writing() as session:
            return make_classes(session, actor or self.desk, form)

    def book(self, person: str) -> None:
        """Book a seat in the first class."""
        with writing() as session:
            when = (self.yoga, self.ines, local(self.on, 10))
            book_visit(session, self.desk, person, *when, new_id())


def classes(actor: Actor) -> Classes:
    """List them."""
    with reading() as session:
        return list_classes(session, actor)


def test_a_series_is_at_one_time_on_the_wall_each_week(clinic: World) -> None:
    assert clinic.make(clinic.form(weeks=40, seats=8)) == 40
    found = classes(clinic.desk).classes
    assert [one.starts_at for one in found] == [
        local(clinic.on + timedelta(weeks=n), 10) for n in range(40)
    ]
    assert {(one.capacity, one.taken) for one in found} == {(8, 0)}


def test_none_of_a_series_is_made_where_one_time_is_taken(clinic: World) -> None:
    with writing() as session:
        builders.add_visit(
            session,
            clinic.people[0],
            clinic.ines,
            clinic.talk,
            local(clinic.on + timedelta(weeks=1), 10, 30),
        )
    with pytest.raises(Invalid, match="Nothing was made") as refused:
        clinic.make(clinic.form(weeks=3))
    assert "is taken then" in str(refused.value)
    with reading() as session:
        assert session.exec(select(Gathering)).all() == []
        left = session.exec(select(ClaimedUnit.held_by).distinct()).all()
        assert len(left) == 1


def test_two_classes_of_one_practitioner_do_not_overlap(clinic: World) -> None:
    clinic.make(clinic.form())
    with pytest.raises(Invalid, match="is taken then"):
        clinic.make(clinic.form())
    assert len(classes(clinic.desk).classes) == 1


def test_all_that_is_in_the_way_is_said_at_once(clinic: World) -> None:
    with pytest.raises(Invalid) as refused:
        clinic.make(clinic.form(weeks=2, hour=20))
    assert str(refused.value).count("does not work then") == 2


def test_a_form_sent_twice_makes_them_once(clinic: World) -> None:
    form = clinic.form(weeks=2)
    assert (clinic.make(form), clinic.make(form)) == (2, 0)
    assert len(classes(clinic.desk).classes) == 2


def test_seats_are_booked_until_there_are_none(clinic: World) -> None:
    clinic.make(clinic.form())
    for person in clinic.people[:2]:
        clinic.book(person)
    with pytest.raises((SlotTaken, Invalid)):
        clinic.book(clinic.people[2])
    [one] = classes(clinic.desk).classes
    assert (one.taken, [guest.name for guest in one.guests]) == (2, ["Rosa Marlow", "Theo Marlow"])


def test_another_practitioner_learns_how_many_come_and_not_who(clinic: World) -> None:
    clinic.make(clinic.form())
    clinic.book(clinic.people[0])
    with writing() as session:
        other = builders.add_practitioner(session, name="Dr Noor Haddad")
        noor = builders.add_staff(session, StaffRole.PRACTITIONER, other)
    [seen] = classes(noor).classes
    assert (seen.taken, seen.guests) == (1, ())
    assert not classes(noor).may_edit
    assert classes(clinic.seer).classes[0].guests[0].name == "Rosa Marlow"


def test_calling_off_frees_everything_and_tells_each_mailbox_once(clinic: World) -> None:
    clinic.make(clinic.form())
    for person in clinic.people[:2]:
        clinic.book(person)
    with writing() as session:
        for message in session.exec(select(OutboxMessage)).all():
            session.delete(message)
    gathering = classes(clinic.desk).classes[0].id
    form = CallOffForm(gathering_id=gathering, reason="The heating is broken.")
    with writing() as session:
        assert call_off(session, clinic.desk, form) == 2
        assert call_off(session, clinic.desk, form) == 0
    assert classes(clinic.desk).classes == ()
    with reading() as session:
        assert session.exec(select(ClaimedUnit)).all() == []
        visits = session.exec(select(Visit)).all()
        assert {one.cancel_reason for one in visits} == {"The heating is broken."}
        [message] = session.exec(select(OutboxMessage)).all()
        assert message.kind == Kind.VISITS_CANCELLED


def test_only_the_desk_makes_classes_and_calls_them_off(clinic: World) -> None:
    clinic.make(clinic.form())
    gathering = classes(clinic.desk).classes[0].id
    with pytest.raises(NotAllowed):
        clinic.make(clinic.form(hour=14), clinic.seer)
    with writing() as session, pytest.raises(NotAllowed):
        call_off(session, clinic.seer, CallOffForm(gathering_id=gathering))
    with writing() as session:
        rosa = builders.add_account(session, clinic.people[0])
    with pytest.raises(NotFound):
        classes(rosa)
    with pytest.raises(NotAllowed):
        clinic.make(clinic.form(hour=14), rosa)
