"""What an actor may do with visits now, by the clinic's rules of today."""

from datetime import timedelta

from sqlmodel import Session, select

from portal import clock
from portal.booking.policy import UNDO_FOR, read_policy
from portal.models import Clinic, Visit
from portal.permissions import Actor
from portal.visits.rules import Customs, How, May, Times, what_may
from portal.words import _


def customs(session: Session) -> Customs:
    """Return the clinic's rules, read now."""
    policy = read_policy(session)
    return Customs(
        late_cancel=timedelta(hours=policy.late_cancel_hours),
        patients_cancel=policy.patients_cancel,
        patients_reschedule=policy.patients_reschedule,
        undo_for=UNDO_FOR,
    )


def times_of(visit: Visit) -> Times:
    """Return what the rules ask of a visit."""
    return Times(
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        booked_at=visit.booked_at,
        first_starts_at=visit.first_starts_at,
        is_cancelled=visit.cancelled_at is not None,
    )


def may_now(session: Session, actor: Actor, visit: Visit) -> May:
    """Return what the actor, who may cancel for the patient, can do with the visit."""
    is_staff = actor.kind != "patient"
    return what_may(clock.now(), times_of(visit), customs(session), is_staff=is_staff)


def refusal(session: Session, how: How) -> str:
    """Say why a visit cannot be cancelled here, and what to do instead."""
    if how is How.NOT:
        return _("This visit has begun, so it cannot be cancelled here. Call the clinic.")
    phone = session.exec(select(Clinic.phone)).first() or ""
    return _("This visit can only be cancelled by the clinic. Call us on {phone}.").format(
        phone=phone
    )
