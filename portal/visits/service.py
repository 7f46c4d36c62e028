"""My visits and my family's: in one list, one at a time, and cancelling."""

from datetime import datetime
from functools import cache
from typing import Literal

from sqlalchemy import Select, String, bindparam, delete, or_, select
from sqlmodel import Session, col

from portal import audit, clock
from portal.errors import Invalid, NotFound
from portal.ids import is_id
from portal.live import touch
from portal.models import (
    ClaimedUnit,
    Location,
    Patient,
    Practitioner,
    RelationshipSide,
    Service,
    Visit,
)
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, can, require, require_row, visible, who_can
from portal.visits.people import people, person_row, side_seen_by
from portal.visits.rows import PersonRow as PersonRow
from portal.visits.rows import VisitPage as VisitPage
from portal.visits.rows import VisitRow as VisitRow
from portal.words import _

PAGE = 50
# Nobody turns this many pages; a number without an end is a query that counts to it.
MOST_PAGES = 200

When = Literal["upcoming", "past"]


def list_people(session: Session, actor: Actor) -> tuple[PersonRow, ...]:
    """List whose visits the actor may see: themselves first, then the family as added."""
    return people(session, actor, Action.VISIT_READ)


def list_visits(
    session: Session,
    actor: Actor,
    when: When = "upcoming",
    who: str | None = None,
    page: int = 1,
) -> VisitPage:
    """List the visits of everyone whose visits the actor may see, or of one of them; 50 a page.

    Upcoming ones come soonest first, up to the end of each visit. A cancelled visit leaves them at
    once: nobody should turn up for it. It stays to be found among the past ones, marked as
    cancelled and latest first, because "did I cancel it, or was it never booked?" is what people
    ask their clinic.

    Raises:
        NotFound, NotAllowed: ``who`` is somebody whose visits the actor may not see.
    """
    if who is not None:
        if not is_id(who):
            raise NotFound
        require(session, actor, Action.VISIT_READ, who)
    page = min(max(page, 1), MOST_PAGES)
    now = clock.now()
    cancellable = col(Visit.patient_id).in_(visible(actor, Action.VISIT_CANCEL))
    query = (
        _rows()
        .add_columns(cancellable)
        .where(col(Visit.patient_id).in_(visible(actor, Action.VISIT_READ)))
    )
    if who is not None:
        query = query.where(col(Visit.patient_id) == who)
    if when == "upcoming":
        query = query.where(col(Visit.ends_at) > now, col(Visit.cancelled_at).is_(None))
        query = query.order_by(col(Visit.starts_at), col(Visit.id))
    else:
        query = query.where(or_(col(Visit.ends_at) <= now, col(Visit.cancelled_at).is_not(None)))
        query = query.order_by(col(Visit.starts_at).desc(), col(Visit.id))
    # One more than is shown tells whether there is another page.
    query = query.offset((page - 1) * PAGE).limit(PAGE + 1)
    rows = session.execute(query, {"seen_by": actor.id}).all()
    visits = tuple(_show(actor, now, *tuple(row)) for row in rows[:PAGE])
    return VisitPage(visits, page, has_more=len(rows) > PAGE)


def get_visit(session: Session, actor: Actor, visit_id: str) -> VisitRow:
    """Return one visit.

    Raises:
        NotFound: there is none, or the actor may not see it.
    """
    if not is_id(visit_id):
        raise NotFound
    row = session.execute(_one_row(), {"visit_id": visit_id, "seen_by": actor.id}).first()
    if row is None or not can(session, actor, Action.VISIT_READ, row[0].patient_id):
        raise NotFound
    may_cancel = can(session, actor, Action.VISIT_CANCEL, row[0].patient_id)
    return _show(actor, clock.now(), *row, may_cancel=may_cancel)


def cancel_visit(session: Session, actor: Actor, visit_id: str) -> VisitRow:
    """Cancel a visit, free its time and queue the mails; once more changes nothing.

    Raises:
        NotFound: there is no such visit, or the actor may not cancel it.
        Invalid: it has begun.
    """
    if not is_id(visit_id):
        raise NotFound
    visit = require_row(session, actor, Action.VISIT_CANCEL, Visit, visit_id)
    if visit.cancelled_at is None:
        now = clock.now()
        if visit.starts_at <= now:
            raise Invalid(
                {"": _("This visit has begun, so it cannot be cancelled here. Call the clinic.")}
            )
        visit.cancelled_at = now
        visit.cancelled_by = actor.name
        visit.sequence += 1
        session.add(visit)
        session.exec(delete(ClaimedUnit).where(col(ClaimedUnit.visit_id) == visit.id))
        audit.record(session, actor, Action.VISIT_CANCEL, visit.patient_id, visit=visit.id)
        queue(
            session,
            Kind.VISIT_CANCELLED,
            dedup=f"{Kind.VISIT_CANCELLED}:{visit.id}:{visit.sequence}",
            visit_id=visit.id,
            sequence=visit.sequence,
        )
        session.flush()
        touch_readers(session, visit.patient_id)
    return get_visit(session, actor, visit_id)


def touch_readers(session: Session, patient_id: str) -> None:
    """Let the open pages of everyone who may see somebody's visits hear of a change to them."""
    touch(session, patient_id, *who_can(session, Action.VISIT_READ, patient_id))


@cache
def _rows() -> Select[Visit, Patient, RelationshipSide, str, str, str, Location]:
    """Select visits with all that a screen of the actor ``seen_by`` shows of them.

    Whose visits these may be is up to the caller.
    """
    return (
        select(
            Visit,
            Patient,
            RelationshipSide,
            col(Service.name),
            col(Practitioner.name),
            col(Practitioner.short_name),
            Location,
        )
        .join(Patient, col(Patient.id) == col(Visit.patient_id))
        .join(RelationshipSide, side_seen_by(bindparam("seen_by", type_=String)), isouter=True)
        .join(Service, col(Service.id) == col(Visit.service_id))
        .join(Practitioner, col(Practitioner.id) == col(Visit.practitioner_id))
        .join(Location, col(Location.id) == col(Visit.location_id))
    )


@cache
def _one_row() -> Select[Visit, Patient, RelationshipSide, str, str, str, Location]:
    return _rows().where(col(Visit.id) == bindparam("visit_id", type_=String))


def _show(
    actor: Actor,
    now: datetime,
    visit: Visit,
    patient: Patient,
    side: RelationshipSide | None,
    service_name: str,
    practitioner_name: str,
    practitioner_short_name: str,
    place: Location,
    may_cancel: bool,
) -> VisitRow:
    """Turn one row of `_rows` into what a screen gets."""
    return VisitRow(
        id=visit.id,
        person=person_row(actor, patient, side),
        service_name=service_name,
        practitioner_name=practitioner_name,
        practitioner_short_name=practitioner_short_name,
        location_name=place.name,
        location_address=place.address,
        zone=place.zone,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        price_cents=visit.price_cents,
        currency=visit.currency,
        is_cancelled=visit.cancelled_at is not None,
        can_cancel=may_cancel and visit.cancelled_at is None and visit.starts_at > now,
        booked_by_me=visit.booked_by == actor.name,
    )
