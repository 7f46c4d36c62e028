"""Every time that a page offers can be gone on with, whoever would take it."""

from datetime import timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from portal import clock, db
from portal.booking.choice import look_up_choice
from portal.booking.service import find_times
from portal.demo.seed import fill_once
from portal.ids import PatientId
from portal.models import Account
from portal.permissions import Actor


def _anyone(session: Session) -> Actor:
    patients = select(Account.patient_id).where(col(Account.patient_id).is_not(None))
    return Actor(patient_id=PatientId(session.exec(patients).first() or ""))


def test_each_time_offered_with_anyone_is_found_again_with_its_practitioner(database):
    fill_once()
    with db.reading() as session:
        actor = _anyone(session)
        first_day = clock.now().date() + timedelta(days=1)
        for service_id in ("check-up", "new-worry", "physio-follow-up"):
            days = find_times(session, actor, service_id, None, first_day, 3)
            offered = [slot for one in days for slot in one.slots]
            for slot in offered:
                choice = look_up_choice(
                    session, actor, service_id, slot.practitioner_id, slot.starts_at
                )
                assert choice.slot == slot


def test_times_offered_beside_each_other_are_not_ten_minutes_apart(database):
    fill_once()
    with db.reading() as session:
        actor = _anyone(session)
        days = find_times(
            session, actor, "check-up", None, clock.now().date() + timedelta(days=1), 7
        )
    for one in days:
        for place in {slot.location_id for slot in one.slots}:
            starts = [slot.starts_at for slot in one.slots if slot.location_id == place]
            apart = [later - start for start, later in pairwise(starts)]
            assert all(gap >= timedelta(minutes=30) for gap in apart)
