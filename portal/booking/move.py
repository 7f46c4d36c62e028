"""Give a visit another time: the old one is kept until the new one is certain."""

from datetime import datetime

from sqlmodel import Session, col, select

from portal import audit, clock
from portal.booking.claims import release
from portal.booking.limits import refuse_barred
from portal.booking.offered import Offered
from portal.booking.take import take_people
from portal.errors import Invalid, NotAllowed
from portal.models import Clinic, Gathering, Visit
from portal.permissions import Action, Actor, can, require, require_row
from portal.visits.may import may_now
from portal.visits.rules import How
from portal.words import _


def move_visits(
    session: Session, actor: Actor, visit_id: str, wanted: Offered
) -> tuple[list[Visit], tuple[str, str, datetime, datetime]]:
    """Move a visit, in a group visit all of it, to another time.

    Return the visits, and whose time from when to when has become free (practitioner, place).
    The caller takes the new time for the visit or gathering afterwards.
    """
    visit = require_row(session, actor, Action.VISIT_CANCEL, Visit, visit_id)
    require(session, actor, Action.VISIT_BOOK, visit.patient_id)
    freed = (visit.practitioner_id, visit.location_id, visit.starts_at, visit.ends_at)
    gathering = session.get(Gathering, visit.gathering_id) if visit.gathering_id else None
    # It may have been cancelled while its new time was kept, or the clinic changed its rules.
    refuse_moving(session, actor, visit, gathering)
    visits = [visit]
    if gathering is not None and gathering.primary_id:
        visits = _all_of(session, gathering)
        _move_gathering(session, gathering, wanted)
    release(session, *(one.id for one in visits))
    for one in visits:
        one.first_starts_at = min(one.first_starts_at or one.starts_at, one.starts_at)
        if actor.kind == "staff":
            one.first_starts_at = None  # the clinic's own change starts the clock anew
        one.practitioner_id, one.location_id = wanted.practitioner_id, wanted.location_id
        one.starts_at, one.ends_at = wanted.starts_at, wanted.ends_at
        one.moved_at = clock.now()
        one.sequence += 1
        if wanted.gathering:
            one.gathering_id = wanted.gathering.id
        session.add(one)
        audit.record(session, actor, MOVED, one.patient_id, visit=one.id)
    session.flush()
    take_people(session, wanted.units, {one.patient_id: one.id for one in visits})
    return visits, freed


def refuse_moving(
    session: Session, actor: Actor, visit: Visit, gathering: Gathering | None
) -> None:
    """Refuse to move a visit that may not be moved here, or not by this actor.

    Raises:
        NotAllowed: it is a group visit, and the actor does not act for whoever pays for it.
        Invalid: it is over, cancelled, too near, or the clinic moves visits itself, at least
            those of this patient.
    """
    if visit.cancelled_at or visit.starts_at <= clock.now():
        raise Invalid({"": _("This visit cannot be moved any more. Choose a new one instead.")})
    if actor.kind != "patient":
        return
    refuse_barred(session, [visit.patient_id])
    primary = gathering.primary_id if gathering else None
    if primary and not can(session, actor, Action.VISIT_BOOK, primary):
        raise NotAllowed(
            _("Only the person who pays for this group visit can move it. Ask them, please.")
        )
    if may_now(session, actor, visit).move is not How.HERE:
        phone = session.exec(select(Clinic.phone)).first()
        words = _("This visit can only be moved by the clinic. Call us on {phone}.")
        raise Invalid({"": words.format(phone=phone)})


def _all_of(session: Session, gathering: Gathering) -> list[Visit]:
    rows = select(Visit).where(
        Visit.gathering_id == gathering.id, col(Visit.cancelled_at).is_(None)
    )
    return list(session.exec(rows.order_by(col(Visit.id)).with_for_update()).all())


def _move_gathering(session: Session, gathering: Gathering, wanted: Offered) -> None:
    release(session, gathering.id)
    gathering.practitioner_id, gathering.location_id = wanted.practitioner_id, wanted.location_id
    gathering.starts_at, gathering.ends_at = wanted.starts_at, wanted.ends_at
    session.add(gathering)


MOVED = "visit.move"
