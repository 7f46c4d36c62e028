"""A visit that was booked for the wrong person goes to the right one, and the trail stays whole."""

from sqlmodel import Session, select

from portal import audit, clock
from portal.booking.take import pass_on, take_people
from portal.booking.units import unit_of
from portal.booking.write import save_visits
from portal.errors import Invalid, NotFound
from portal.forms import Form
from portal.ids import Id, is_id, new_id
from portal.models import Gathering, Practitioner, Visit
from portal.permissions import Action, Actor, require, require_row
from portal.visits.service import VisitRow, get_visit, touch_readers
from portal.visits.tell import tell_booked, tell_cancelled
from portal.words import _


class HandOverForm(Form):
    """Whose the visit is, and whose it should have been."""

    visit_id: Id
    to_id: Id


def hand_over(session: Session, actor: Actor, form: HandOverForm) -> VisitRow:
    """Give the time of a visit to another patient, with the same practitioner and at its price.

    The first visit stays, as cancelled, in the list of whom it was booked for; both get the mail
    that fits. All of it or nothing: the time is never free in between. Sent again it changes
    nothing.

    Raises:
        NotFound, NotAllowed: the actor may not cancel for the one or not book for the other.
        Invalid: it was cancelled already, it is theirs already, or they have another visit then.
    """
    if not is_id(form.visit_id) or actor.kind != "staff":
        raise NotFound
    visit = require_row(session, actor, Action.VISIT_CANCEL, Visit, form.visit_id)
    to_id = require(session, actor, Action.VISIT_BOOK, form.to_id)
    if visit.patient_id == to_id:
        raise Invalid({"to_id": _("The visit is theirs already. Choose somebody else.")})
    if visit.cancelled_at:
        raise Invalid({"": _("This visit was cancelled or moved already. Reload the page.")})
    # As booking does: whoever books with this practitioner just now waits, or this does.
    whose = select(Practitioner.id).where(Practitioner.id == visit.practitioner_id)
    session.exec(whose.with_for_update(key_share=True)).one()
    now = clock.now()
    visit.cancelled_at, visit.cancelled_by = now, actor.name
    visit.sequence += 1
    session.add(visit)
    right = Visit(
        id=new_id(),
        patient_id=to_id,
        practitioner_id=visit.practitioner_id,
        service_id=visit.service_id,
        location_id=visit.location_id,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        price_cents=visit.price_cents,
        currency=visit.currency,
        booked_by=actor.name,
        booked_at=now,
        request_key=f"from {visit.id}",
        order_id=visit.order_id,
        gathering_id=visit.gathering_id,
        first_starts_at=visit.first_starts_at,
    )
    session.flush()
    save_visits(session, [right], None)
    together = session.get(Gathering, visit.gathering_id) if visit.gathering_id else None
    if together and together.primary_id == visit.patient_id:
        together.primary_id = to_id
        session.add(together)
    # What is claimed for it, a room or a seat among it, is never free in between.
    pass_on(session, visit.id, right.id, besides=visit.patient_id)
    units = range(unit_of(visit.starts_at), unit_of(visit.ends_at))
    take_people(session, units, {to_id: right.id})
    audit.record(session, actor, Action.VISIT_CANCEL, visit.patient_id, visit=visit.id, moved=True)
    audit.record(session, actor, Action.VISIT_BOOK, to_id, visit=right.id, instead_of=visit.id)
    if visit.starts_at > now:  # nobody needs a mail about a visit that has been
        tell_cancelled(session, [visit])
        tell_booked(session, [right])
    touch_readers(session, visit.patient_id)
    touch_readers(session, to_id)
    return get_visit(session, actor, right.id)
