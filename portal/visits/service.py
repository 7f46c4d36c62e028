"""My visits and my family's: in one list, and one at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Literal

from sqlalchemy import Select, String, bindparam, or_, select
from sqlmodel import Session, col

from portal import clock
from portal.errors import NotFound
from portal.ids import is_id
from portal.live import touch
from portal.models import Location, Patient, Practitioner, RelationshipSide, Service, Visit
from portal.permissions import Action, Actor, can, require, visible, who_can
from portal.visits.may import customs, times_of
from portal.visits.people import people, person_row, side_seen_by
from portal.visits.rows import PersonRow as PersonRow
from portal.visits.rows import Together
from portal.visits.rows import VisitPage as VisitPage
from portal.visits.rows import VisitRow as VisitRow
from portal.visits.rules import NOTHING, Customs, How, May, can_join, what_may
from portal.visits.together import Company, company_of

PAGE = 50
# Nobody turns this many pages; a number without an end is a query that counts to it.
MOST_PAGES = 200

When = Literal["upcoming", "past"]


@dataclass(frozen=True)
class _Viewer:
    """Who looks at visits, when, and by which rules."""

    actor: Actor
    now: datetime
    customs: Customs
    zone: str | None
    company: Mapping[str, Company]


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
    viewer = _viewer(session, actor, now, [row[0] for row in rows[:PAGE]])
    visits = tuple(_show(viewer, *tuple(row)) for row in rows[:PAGE])
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
    viewer = _viewer(session, actor, clock.now(), [row[0]])
    return _show(viewer, *row, may_cancel=may_cancel)


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


def _viewer(session: Session, actor: Actor, now: datetime, visits: list[Visit]) -> _Viewer:
    mine = session.get(Patient, actor.patient_id) if actor.patient_id else None
    return _Viewer(
        actor=actor,
        now=now,
        customs=customs(session),
        zone=mine.zone if mine else None,
        company=company_of(session, actor, [one for one in visits if one.starts_at > now]),
    )


def _show(
    viewer: _Viewer,
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
    may, together = _may(viewer, visit) if may_cancel else (NOTHING, Together())
    by_clinic = (visit.cancelled_by or "").startswith(("staff:", "system"))
    return VisitRow(
        id=visit.id,
        person=person_row(viewer.actor, patient, side),
        service_id=visit.service_id,
        service_name=service_name,
        practitioner_id=visit.practitioner_id,
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
        booked_by_me=visit.booked_by == viewer.actor.name,
        by_clinic=visit.cancelled_at is not None and by_clinic,
        reason=visit.cancel_reason or "",
        may=may,
        together=together,
        join_url=(place.join_url or "") if can_join(viewer.now, times_of(visit)) else "",
        shown_zone=viewer.zone,
    )


def _may(viewer: _Viewer, visit: Visit) -> tuple[May, Together]:
    """Return what somebody who may cancel the visit can do with it, and with what it belongs to."""
    is_staff = viewer.actor.kind != "patient"
    may = what_may(viewer.now, times_of(visit), viewer.customs, is_staff=is_staff)
    company = viewer.company.get(visit.id)
    if company is None:
        return may, Together()
    if company.in_group and not company.speaks_for_all:
        # A group visit is moved as a whole, by whoever acts for the one who pays.
        may = May(may.cancel, How.NOT, may.undo_until, may.until)
    return may, company.together(
        lambda one: (
            what_may(viewer.now, times_of(one), viewer.customs, is_staff=is_staff).cancel
            is How.HERE
        )
    )
