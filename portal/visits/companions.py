"""Who else comes to a group visit, as far as somebody may know."""

from collections.abc import Collection

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from portal.booking.rows import ServiceKind
from portal.ids import PatientId
from portal.models import Gathering, Patient, Visit
from portal.permissions import Action, Actor, can

# Those who come to a class do not know each other.
_OTHERS = (
    select(Visit, Patient, Gathering.primary_id)
    .join(Patient, col(Patient.id) == col(Visit.patient_id))
    .join(Gathering, col(Gathering.id) == col(Visit.gathering_id))
    .where(
        Visit.gathering_id == bindparam("gathering_id"),
        Visit.id != bindparam("visit_id"),
        Gathering.kind == ServiceKind.GROUP,
        col(Visit.cancelled_at).is_(None),
    )
    .order_by(col(Visit.booked_at), col(Visit.id))
)


def companions(
    session: Session, visit: Visit, readers: Collection[str], *, besides: Collection[str] = ()
) -> tuple[list[Patient], int]:
    """Return whom one of the readers (patients) knows, and how many more come along.

    Whoever pays for all knows whom they have booked. Visits in ``besides`` are left out.
    """
    if visit.gathering_id is None:
        return [], 0
    named: list[Patient] = []
    unnamed = 0
    whose = {"gathering_id": visit.gathering_id, "visit_id": visit.id}
    for other, patient, primary_id in session.exec(_OTHERS, params=whose):
        if other.id in besides:
            continue
        if any(_knows(session, reader, other, primary_id) for reader in readers):
            named.append(patient)
        else:
            unnamed += 1
    return named, unnamed


def _knows(session: Session, reader_id: str, visit: Visit, primary_id: str | None) -> bool:
    reader = Actor(patient_id=PatientId(reader_id))
    if reader_id == visit.patient_id or (
        reader_id == primary_id and visit.booked_by == reader.name
    ):
        return True
    return can(session, reader, Action.RELATIONSHIP_READ, visit.patient_id)
