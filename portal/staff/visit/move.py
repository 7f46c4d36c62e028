"""Move a visit at the desk: straight to its new time, which may overlap the old one."""

from datetime import UTC, datetime

from sqlmodel import Session

from portal.booking.claims import release
from portal.booking.move import move_visits, refuse_moving
from portal.booking.offered import lock_practitioners, offered
from portal.booking.rows import ServiceKind
from portal.booking.take import settle, take, take_seats
from portal.errors import Invalid, NotFound
from portal.ids import is_id, new_id
from portal.models import Gathering, Visit
from portal.permissions import Action, Actor, require_row
from portal.visits.rows import VisitRow
from portal.visits.service import get_visit, touch_readers
from portal.visits.tell import tell_moved
from portal.waitlist.offer import time_freed
from portal.words import _


def move_visit(
    session: Session, actor: Actor, visit_id: str, practitioner_id: str, starts_at: datetime
) -> VisitRow:
    """Give a visit, or a whole group visit, another time; once more changes nothing.

    Raises:
        NotFound, NotAllowed: there is no such visit, or it is not the actor's to move.
        Invalid: it is over, the time is not offered, or somebody has another visit then.
        SlotTaken: the time, a room or the seats are taken; the visit keeps the time it had.
    """
    if not is_id(visit_id) or not is_id(practitioner_id) or actor.kind != "staff":
        raise NotFound
    visit = require_row(session, actor, Action.VISIT_CANCEL, Visit, visit_id)
    lock_practitioners(session, {visit.practitioner_id, practitioner_id})
    session.refresh(visit, with_for_update=True)
    if (visit.practitioner_id, visit.starts_at) == (practitioner_id, starts_at.astimezone(UTC)):
        return get_visit(session, actor, visit.id)
    gathering = session.get(Gathering, visit.gathering_id) if visit.gathering_id else None
    refuse_moving(session, actor, visit, gathering)
    wanted = offered(session, actor, visit.service_id, practitioner_id, starts_at)
    if (gathering is None) != (wanted.service.kind == ServiceKind.INDIVIDUAL):
        raise Invalid({"": _("This service is booked in another way now. Book a new visit.")})
    # The new time is taken for a moment's holder, before the rows say so: PostgreSQL's second guard
    # would else be the first to refuse.
    moment = new_id()
    if wanted.gathering:
        take_seats(session, wanted.gathering.id, wanted.gathering.capacity, 1, moment)
        holder = visit.id
    else:
        holder = gathering.id if gathering else visit.id
        release(session, holder)
        take(session, wanted, moment)
    visits, was = move_visits(session, actor, visit.id, wanted)
    settle(session, moment, holder)
    session.flush()
    tell_moved(session, visits, by=actor, was={one.id: was[2] for one in visits})
    time_freed(session, *was)
    for patient_id in dict.fromkeys(one.patient_id for one in visits):
        touch_readers(session, patient_id)
    return get_visit(session, actor, visit.id)
