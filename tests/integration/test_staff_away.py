"""Time off with visits in it: cancelled a few at a time, everyone told once, the rest untouched."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal import clock
from portal.db import reading, writing
from portal.errors import NotAllowed, NotFound
from portal.ids import new_id
from portal.models import ClaimedUnit, Gathering, OutboxMessage, Service, TimeOff, Visit
from portal.outbox.kinds import Kind
from portal.permissions import StaffRole
from portal.staff.away import service
from portal.staff.away.service import TellForm, cancel_some, read_time_off
from portal.staff.book.service import BookForm, book_for
from tests import builders
from tests.builders import HERE, in_days, local

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> "World":
    """Open a clinic in which somebody is away in a week, from nine to one."""
    return World()


class World:
    """A practitioner, their time off, and people."""

    def __init__(self) -> None:
        self.on = in_days(7)
        with writing() as session:
            builders.add_clinic(session)
            self.service = builders.add_service(session)
            self.group = builders.add_service(session, "Family talk")
            row = session.get_one(Service, self.group)
            row.kind, row.capacity = "group", 4
            self.ines = builders.add_practitioner(session, [self.service, self.group])
            self.desk = builders.add_staff_account(session, builders.add_staff(session))
            self.people = [builders.add_patient(session, n) for n in ("Rosa", "Theo", "Tara")]
            off = TimeOff(
                id=new_id(),
                practitioner_id=self.ines,
                starts_at=local(self.on, 9),
                ends_at=local(self.on, 13),
                reason="Dentist",
            )
            session.add(off)
            self.off = off.id

    def visit(self, person: int, hour: int, minute: int = 0) -> str:
        """Add a visit of half an hour."""
        with writing() as session:
            at = local(self.on, hour, minute)
            return builders.add_visit(session, self.people[person], self.ines, self.service, at)

    def go(self) -> int:
        """Cancel the next ones."""
        with writing() as session:
            form = TellForm(time_off_id=self.off, reason="The doctor is away.")
            return cancel_some(session, self.desk, form)


def standing() -> set[str]:
    """Return the visits that are not cancelled."""
    with reading() as session:
        rows = session.exec(select(Visit)).all()
        return {one.id for one in rows if one.cancelled_at is None}


def letters() -> list[OutboxMessage]:
    """Return what was queued about cancelled visits."""
    with reading() as session:
        kind = OutboxMessage.kind == Kind.VISITS_CANCELLED
        return list(session.exec(select(OutboxMessage).where(kind)).all())


def test_only_the_visits_in_that_time_are_cancelled_with_one_letter_each(clinic: World) -> None:
    inside = [clinic.visit(0, 9), clinic.visit(1, 12, 45)]
    outside = {clinic.visit(2, 14), clinic.visit(0, 16)}
    assert clinic.go() == 0
    assert standing() == outside
    assert len(letters()) == 2
    assert all(one.payload["offer"] for one in letters())
    with reading() as session:
        for id_ in inside:
            visit = session.get_one(Visit, id_)
            assert visit.cancel_reason == "The doctor is away."
            assert visit.cancelled_by == clinic.desk.name
        left = session.exec(select(ClaimedUnit.held_by).distinct()).all()
        assert set(left) == outside


def test_it_goes_on_where_it_stopped(clinic: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "AT_ONCE", 2)
    for number in range(5):
        clinic.visit(number % 3, 9 + number // 2, 30 * (number % 2))
    assert [clinic.go() for _n in range(4)] == [3, 1, 0, 0]
    assert standing() == set()
    assert len(letters()) == 5


def test_a_group_visit_goes_as_a_whole_and_an_empty_class_too(clinic: World) -> None:
    with writing() as session:
        off = session.get_one(TimeOff, clinic.off)
        session.delete(off)
        session.flush()
        form = BookForm(
            request_key=new_id(),
            people=[str(one) for one in clinic.people],
            service_id=clinic.group,
            practitioner_id=clinic.ines,
            at=int(local(clinic.on, 10).timestamp()),
            price_cents=8500,
        )
        book_for(session, clinic.desk, form)
        session.add(
            TimeOff(
                id=clinic.off,
                practitioner_id=clinic.ines,
                starts_at=off.starts_at,
                ends_at=off.ends_at,
            )
        )
        session.add(
            Gathering(
                id=new_id(),
                kind="class",
                service_id=clinic.service,
                practitioner_id=clinic.ines,
                location_id=HERE,
                starts_at=local(clinic.on, 12),
                ends_at=local(clinic.on, 12, 30),
                capacity=5,
                made_by="system",
                made_at=clock.now(),
            )
        )
    assert clinic.go() == 0
    assert standing() == set()
    with reading() as session:
        assert all(one.cancelled_at for one in session.exec(select(Gathering)).all())
        assert session.exec(select(ClaimedUnit)).all() == []


def test_what_has_begun_stays(clinic: World) -> None:
    with writing() as session:
        off = session.get_one(TimeOff, clinic.off)
        off.starts_at = clock.now() - timedelta(hours=2)
        begun = builders.add_visit(
            session,
            clinic.people[0],
            clinic.ines,
            clinic.service,
            clock.now().replace(minute=0, second=0, microsecond=0),
        )
    assert clinic.go() == 0
    assert standing() == {begun}


def test_only_the_desk_sees_and_does_it(clinic: World) -> None:
    with writing() as session:
        seer = builders.add_staff(session, StaffRole.PRACTITIONER, clinic.ines)
        rosa = builders.add_account(session, clinic.people[0])
        for actor in (seer, rosa):
            with pytest.raises(NotAllowed):
                read_time_off(session, actor, clinic.off)
            with pytest.raises(NotAllowed):
                cancel_some(session, actor, TellForm(time_off_id=clinic.off))
        with pytest.raises(NotFound):
            read_time_off(session, clinic.desk, new_id())
