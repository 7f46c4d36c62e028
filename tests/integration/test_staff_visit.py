"""One visit at the desk: reading it, marking who came, moving it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from portal import clock
from portal.booking.units import instant_of, unit_of
from portal.db import reading, writing
from portal.errors import Invalid, NotFound, SlotTaken
from portal.ids import new_id
from portal.models import ClaimedUnit, OutboxMessage, Visit
from portal.permissions import Actor, StaffRole
from portal.staff.visit.move import move_visit
from portal.staff.visit.service import Mark, VisitFile, mark_visit, read_visit
from portal.visits.cancel import cancel_visit
from tests import builders
from tests.builders import in_days, local

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def clinic() -> "World":
    """Open a clinic with a visit in a week, at ten."""
    return World()


class World:
    """Two practitioners, somebody at the desk, and a visit."""

    def __init__(self) -> None:
        with writing() as session:
            builders.add_clinic(session)
            self.service = builders.add_service(session)
            self.ines = builders.add_practitioner(session, [self.service])
            self.noor = builders.add_practitioner(session, [self.service], name="Dr Noor Haddad")
            self.desk = builders.add_staff_account(session, builders.add_staff(session))
            self.seer = builders.add_staff(session, StaffRole.PRACTITIONER, self.noor)
            self.rosa = builders.add_patient(session)
            self.theo = builders.add_patient(session, "Theo")
            self.on = in_days(7)
            self.visit = builders.add_visit(
                session, self.rosa, self.ines, self.service, local(self.on, 10)
            )

    def mark(self, mark: Mark, visit: str | None = None, actor: Actor | None = None) -> None:
        """Mark a visit."""
        with writing() as session:
            mark_visit(session, actor or self.desk, visit or self.visit, mark)

    def move(self, hour: int, minute: int = 0, who: str | None = None) -> None:
        """Move the visit."""
        with writing() as session:
            at = local(self.on, hour, minute)
            move_visit(session, self.desk, self.visit, who or self.ines, at)

    def read(self, actor: Actor | None = None) -> VisitFile:
        """Open the visit's page."""
        with reading() as session:
            return read_visit(session, actor or self.desk, self.visit)


def units_of(visit: str) -> set[tuple[str, int]]:
    """Return what a visit has claimed."""
    with reading() as session:
        rows = session.exec(select(ClaimedUnit).where(ClaimedUnit.held_by == visit)).all()
        return {(row.resource_id, row.unit) for row in rows}


def test_a_visit_is_read_by_whoever_may(clinic: World) -> None:
    file = clinic.read()
    assert (file.patient_name, file.practitioner_name) == ("Rosa Marlow", "Dr Ines Calloway")
    assert file.may_cancel
    assert not file.can_arrive
    assert not file.can_miss
    with pytest.raises(NotFound):
        clinic.read(clinic.seer)


def test_a_relative_whom_a_practitioner_has_never_seen_is_not_named(clinic: World) -> None:
    with writing() as session:
        builders.relate(session, clinic.rosa, clinic.theo)
        builders.add_visit(session, clinic.rosa, clinic.noor, clinic.service, local(clinic.on, 14))
    assert clinic.read(clinic.seer).relatives == ()
    assert [one.name for one in clinic.read().relatives] == ["Theo Marlow"]


def test_arriving_is_marked_on_the_day_and_missing_after_the_start(clinic: World) -> None:
    for mark in ("arrived", "no_show"):
        with pytest.raises(Invalid):
            clinic.mark(mark)
    with writing() as session:
        begun = instant_of(unit_of(clock.now() - timedelta(minutes=10)))
        past = builders.add_visit(session, clinic.theo, clinic.ines, clinic.service, begun)
    clinic.mark("no_show", past)
    clinic.mark("arrived", past)
    with reading() as session:
        row = session.get_one(Visit, past)
        assert row.arrived_at
        assert row.no_show_at is None
    clinic.mark("", past)
    with reading() as session:
        assert session.get_one(Visit, past).arrived_at is None


def test_a_practitioner_marks_their_own_patients_only(clinic: World) -> None:
    with writing() as session:
        begun = instant_of(unit_of(clock.now() - timedelta(minutes=10)))
        own, other = (
            builders.add_visit(session, patient, who, clinic.service, begun)
            for patient, who in ((clinic.theo, clinic.noor), (clinic.rosa, clinic.ines))
        )
    clinic.mark("arrived", own, clinic.seer)
    with pytest.raises(NotFound):
        clinic.mark("arrived", other, clinic.seer)
    with writing() as session:
        rosa = builders.add_account(session, clinic.rosa)
    with pytest.raises(NotFound):
        clinic.mark("arrived", other, rosa)


def test_a_cancelled_visit_is_not_marked(clinic: World) -> None:
    with writing() as session:
        cancel_visit(session, clinic.desk, clinic.visit, reason="Away")
    with pytest.raises(Invalid, match="cancelled"):
        clinic.mark("arrived")


def test_moving_by_a_quarter_of_an_hour_overlaps_the_visit_itself(clinic: World) -> None:
    clinic.move(10, 15)
    first = unit_of(local(clinic.on, 10, 15))
    expected = {(who, first + n) for who in (clinic.ines, clinic.rosa) for n in range(6)}
    assert units_of(clinic.visit) == expected
    with reading() as session:
        row = session.get_one(Visit, clinic.visit)
        assert row.starts_at == local(clinic.on, 10, 15)
        assert row.first_starts_at is None
        assert len(session.exec(select(OutboxMessage)).all()) == 1


def test_moving_to_another_practitioner_frees_the_first(clinic: World) -> None:
    clinic.move(11, who=clinic.noor)
    assert {who for who, _unit in units_of(clinic.visit)} == {clinic.noor, clinic.rosa}
    assert clinic.read(clinic.seer).practitioner_name == "Dr Noor Haddad"


def test_a_taken_time_leaves_the_visit_where_it_was(clinic: World) -> None:
    with writing() as session:
        builders.add_visit(session, clinic.theo, clinic.ines, clinic.service, local(clinic.on, 11))
    before = units_of(clinic.visit)
    with pytest.raises(SlotTaken):
        clinic.move(11)
    with pytest.raises(Invalid):
        clinic.move(20)
    with writing() as session:
        builders.add_visit(session, clinic.rosa, clinic.noor, clinic.service, local(clinic.on, 13))
    with pytest.raises(Invalid, match="already has"):
        clinic.move(13)
    assert units_of(clinic.visit) == before
    assert clinic.read().starts_at == local(clinic.on, 10)


def test_moving_twice_to_one_time_tells_once(clinic: World) -> None:
    clinic.move(12)
    clinic.move(12)
    with reading() as session:
        assert session.get_one(Visit, clinic.visit).sequence == 1


def test_what_has_begun_or_was_cancelled_is_not_moved(clinic: World) -> None:
    with writing() as session:
        cancel_visit(session, clinic.desk, clinic.visit)
    with pytest.raises(Invalid, match="cannot be moved"):
        clinic.move(12)


def test_only_staff_move_straight_away(clinic: World) -> None:
    with writing() as session:
        rosa = builders.add_account(session, clinic.rosa)
        for actor in (rosa, clinic.seer):
            with pytest.raises(NotFound):
                move_visit(session, actor, clinic.visit, clinic.ines, local(clinic.on, 12))
        with pytest.raises(NotFound):
            move_visit(session, clinic.desk, new_id(), clinic.ines, local(clinic.on, 12))
