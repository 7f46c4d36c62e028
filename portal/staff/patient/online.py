"""Whether a patient can be booked online at all, by themselves or by relatives."""

from sqlmodel import Session

from portal import audit
from portal.errors import NotFound
from portal.live import touch
from portal.models import Patient
from portal.permissions import Action, Actor, require
from portal.staff.rights import require_at_clinic


def bar_online(session: Session, actor: Actor, patient_id: str, *, barred: bool) -> None:
    """Let nobody book online for a patient, or let them again; visits that are booked stay.

    It is the clinic's own note: the trail that the patient reads does not tell of it.

    Raises:
        NotFound, NotAllowed: they are not the actor's to change.
    """
    require_at_clinic(session, actor, Action.SCHEDULE_EDIT)  # patients edit their own profile too
    require(session, actor, Action.PROFILE_EDIT, patient_id)
    patient = session.get(Patient, patient_id, with_for_update=True)
    if patient is None:
        raise NotFound
    if patient.online_barred == barred:
        return
    patient.online_barred = barred
    session.add(patient)
    audit.record(session, actor, "patient.bar_online", None, patient=patient_id, barred=barred)
    touch(session, patient_id)
