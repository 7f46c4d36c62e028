"""The wrong sibling was booked: the visit goes to the right one, and the trail stays whole."""

from dataclasses import dataclass

import pytest
from sqlmodel import Session, select

from portal.db import reading, writing
from portal.errors import Invalid, NotFound
from portal.models import AuditEntry, ClaimedUnit, OutboxMessage, Visit
from portal.outbox.kinds import Kind
from portal.permissions import Actor, Permission, StaffRole
from portal.visits.hand_over import HandOverForm, hand_over
from tests import builders

BOOK = Permission.BOOK


@dataclass(frozen=True)
class Twins:
    """Theo has a visit that was meant for Tara; Rosa books for both."""

    rosa: Actor
    stranger: Actor
    desk: Actor
    theo: str
    tara: str
    visit: str
    practitioner: str
    service: str


@pytest.fixture
def twins(database: str) -> Twins:
    with writing() as session:
        builders.add_clinic(session)
        service = builders.add_service(session)
        practitioner = builders.add_practitioner(session, [service])
        rosa = builders.add_person(session)
        theo = builders.add_family_member(session, rosa, "Theo", BOOK)
        tara = builders.add_family_member(session, rosa, "Tara", BOOK, colour=3)
        at = builders.local(builders.in_days(3), 9)
        visit = builders.add_visit(session, theo, practitioner, service, at, booked_by=rosa.name)
        stranger, desk = builders.add_person(session), builders.add_staff(session)
    return Twins(rosa, stranger, desk, theo, tara, visit, practitioner, service)


def move(twins: Twins, actor: Actor, to_id: str | None = None) -> str:
    with writing() as session:
        form = HandOverForm(visit_id=twins.visit, to_id=to_id or twins.tara)
        return hand_over(session, actor, form).id


def units(session: Session, resource_id: str) -> set[str]:
    query = select(ClaimedUnit.held_by).where(ClaimedUnit.resource_id == resource_id)
    return set(session.exec(query))


def test_the_time_goes_to_the_other_and_both_are_told(twins: Twins) -> None:
    new = move(twins, twins.desk)
    with reading() as session:
        old, right = session.get_one(Visit, twins.visit), session.get_one(Visit, new)
        assert old.cancelled_at
        assert right.cancelled_at is None
        same = ("practitioner_id", "service_id", "starts_at", "ends_at", "price_cents")
        assert [getattr(old, n) for n in same] == [getattr(right, n) for n in same]
        assert units(session, twins.theo) == set()
        assert units(session, twins.tara) == units(session, twins.practitioner) == {new}
        queued = session.exec(select(OutboxMessage.kind, OutboxMessage.payload)).all()
        assert {(k, p["visits"][0][0]) for k, p in queued} == {
            (Kind.VISITS_CANCELLED, twins.visit),
            (Kind.VISITS_BOOKED, new),
        }
        trail = session.exec(select(AuditEntry).where(AuditEntry.action == "visit.book")).all()
        kept = {(entry.subject_id, entry.detail["instead_of"]) for entry in trail}
        assert kept == {(twins.tara, twins.visit)}


def test_moving_it_twice_moves_it_once(twins: Twins) -> None:
    move(twins, twins.desk)
    with pytest.raises(Invalid):
        move(twins, twins.desk)
    with reading() as session:
        assert len(session.exec(select(Visit)).all()) == 2


def test_to_somebody_who_is_busy_then_it_is_refused_and_nothing_changes(twins: Twins) -> None:
    with writing() as session:
        other = builders.add_practitioner(session, [twins.service], name="Dr Noor Haddad")
        at = session.get_one(Visit, twins.visit).starts_at
        builders.add_visit(session, twins.tara, other, twins.service, at)
    with pytest.raises(Invalid, match="already has a visit"):
        move(twins, twins.desk)
    with reading() as session:
        assert session.get_one(Visit, twins.visit).cancelled_at is None
        assert units(session, twins.theo) == {twins.visit}


def test_nobody_moves_what_is_not_theirs_or_to_whom_is_not(twins: Twins) -> None:
    with writing() as session:
        seer = builders.add_staff(session, StaffRole.PRACTITIONER, twins.practitioner)
        other = builders.add_practitioner(session, [twins.service], name="Dr Noor Haddad")
        other_seer = builders.add_staff(session, StaffRole.PRACTITIONER, other)
    # Patients book and cancel by their own rules; only the clinic gives a visit to somebody else.
    for actor in (twins.stranger, twins.rosa, other_seer):
        with pytest.raises(NotFound):
            move(twins, actor)
    with pytest.raises(NotFound):
        move(twins, seer)  # has never seen the other one
    with pytest.raises(Invalid):
        move(twins, twins.desk, twins.theo)
