"""What the demo clinic offers can be read on a phone."""

from datetime import timedelta
from itertools import pairwise

from sqlmodel import Session, col, select

from portal import clock, db
from portal.booking.service import find_times
from portal.demo.seed import fill_once
from portal.ids import PatientId
from portal.models import Account
from portal.permissions import Actor


def _anyone(session: Session) -> Actor:
    patients = select(Account.patient_id).where(col(Account.patient_id).is_not(None))
    return Actor(patient_id=PatientId(session.exec(patients).first() or ""))


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
