"""The wait list as its readers may see it: what is waited for, and what is kept for whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, literal, select
from sqlmodel import Session, col

from portal import clock
from portal.booking.catalogue import list_practitioners, list_services
from portal.booking.policy import read_policy
from portal.booking.rows import PractitionerRow, ServiceGroup, ServiceKind, ServiceRow
from portal.booking.zones import viewer_zone
from portal.clinic import clinic_info
from portal.errors import NotFound
from portal.ids import is_id
from portal.models import (
    Location,
    Patient,
    Practitioner,
    RelationshipSide,
    Service,
    Visit,
    WaitOffer,
    WaitRequest,
)
from portal.permissions import Action, Actor, can, visible
from portal.visits.people import people, person_row, side_seen_by
from portal.visits.rows import PersonRow, VisitRow
from portal.visits.service import get_visit
from portal.waitlist.rows import Answer, Ended, OfferRow, RequestRow
from portal.waitlist.rules import mask_to_days

# A family of forty with ten requests each would be that long.
MOST_SHOWN = 400


@dataclass(frozen=True)
class Asking:
    """What somebody needs to see who asks: the service, with whom, for whom."""

    service: ServiceRow
    practitioners: tuple[PractitionerRow, ...]
    people: tuple[PersonRow, ...]  # one, where a visit is to be earlier
    zone: str  # the clinic's own
    visit: VisitRow | None = None


def is_open(session: Session) -> bool:
    """Tell whether the clinic keeps a wait list for patients at the moment."""
    return read_policy(session).wait_list


def list_requests(session: Session, actor: Actor) -> tuple[RequestRow, ...]:
    """List what everyone waits for whose visits the actor may see: what is offered comes first."""
    mine = col(WaitRequest.patient_id).in_(visible(actor, Action.VISIT_READ))
    rows = read_requests(session, actor, mine & col(WaitRequest.ended_at).is_(None), MOST_SHOWN)
    far = datetime.max.replace(tzinfo=clock.now().tzinfo)
    return tuple(sorted(rows, key=lambda row: row.offer.expires_at if row.offer else far))


def read_requests(
    session: Session,
    actor: Actor,
    which: ColumnElement[bool],
    limit: int,
    offset: int = 0,
) -> list[RequestRow]:
    """Return requests with what is kept for them, first asked first; the caller has asked who may.

    At night nobody is told, so an offer shows from the morning on; staff see it at once.
    """
    rows = session.execute(
        select(WaitRequest, Patient, RelationshipSide, Service, Practitioner, Visit, Location)
        .join(Patient, col(Patient.id) == col(WaitRequest.patient_id))
        .join(RelationshipSide, side_seen_by(literal(actor.id, String)), isouter=True)
        .join(Service, col(Service.id) == col(WaitRequest.service_id))
        .join(Practitioner, col(Practitioner.id) == col(WaitRequest.practitioner_id), isouter=True)
        .join(Visit, _still_to_move(), isouter=True)
        .join(Location, col(Location.id) == col(Visit.location_id), isouter=True)
        .where(which)
        .order_by(col(WaitRequest.asked_at), col(WaitRequest.id))
        .offset(offset)
        .limit(limit)
    ).all()
    offers = _open_offers(session, actor, [row[0].id for row in rows])
    found: list[RequestRow] = []
    for request, patient, side, service, practitioner, visit, place in rows:
        person = person_row(actor, patient, side)
        offer = offers.get(request.id)
        found.append(_row(actor, request, person, service, practitioner, visit, place, offer))
    return found


def asking_for(session: Session, actor: Actor, service_id: str, visit_id: str = "") -> Asking:
    """Return what the form shows for a service; with a visit, for that one's patient only.

    Raises:
        NotFound: no such service, nobody waits for it alone, or the visit is not the actor's.
    """
    visit = get_visit(session, actor, visit_id) if visit_id else None
    groups = services_to_wait_for(session, actor)
    found = next((one for group in groups for one in group.services if one.id == service_id), None)
    if found is None:
        raise NotFound
    who = people(session, actor, Action.VISIT_BOOK)
    if visit:
        who = tuple(one for one in who if one.id == visit.person.id)
    zone = clinic_info(session).zone
    return Asking(found, list_practitioners(session, actor, service_id), who, zone, visit)


def services_to_wait_for(session: Session, actor: Actor | None) -> tuple[ServiceGroup, ...]:
    """List the services that one person can wait for: a group visit takes several to agree."""
    groups = (
        ServiceGroup(
            group.category,
            tuple(one for one in group.services if one.kind != ServiceKind.GROUP),
        )
        for group in list_services(session, actor)
    )
    return tuple(group for group in groups if group.services)


def service_of_visit(session: Session, actor: Actor, visit_id: str) -> str:
    """Return what a visit is for, to ask for an earlier one.

    Raises:
        NotFound: there is no such visit, or the actor may not book for its patient.
    """
    visit = session.get(Visit, visit_id) if is_id(visit_id) else None
    if visit is None or not can(session, actor, Action.VISIT_BOOK, visit.patient_id):
        raise NotFound
    return visit.service_id


def _still_to_move() -> ColumnElement[bool]:
    """Join a request to the visit that is given up for an earlier one, as long as it stands."""
    return (
        (col(Visit.id) == col(WaitRequest.visit_id))
        & col(Visit.cancelled_at).is_(None)
        & (col(Visit.starts_at) > clock.now())
    )


def _open_offers(session: Session, actor: Actor, request_ids: Sequence[str]) -> dict[str, OfferRow]:
    query = (
        select(WaitOffer, Practitioner, Location)
        .join(Practitioner, col(Practitioner.id) == col(WaitOffer.practitioner_id))
        .join(Location, col(Location.id) == col(WaitOffer.location_id))
        .where(
            col(WaitOffer.request_id).in_(request_ids),
            col(WaitOffer.answered_at).is_(None),
            col(WaitOffer.expires_at) > clock.now(),
        )
    )
    if actor.kind == "patient":
        query = query.where(col(WaitOffer.tell_at) <= clock.now())
    zone = viewer_zone(session, actor)
    return {
        offer.request_id: offer_row(offer, practitioner, place, zone)
        for offer, practitioner, place in session.execute(query).all()
    }


def offer_row(
    offer: WaitOffer, practitioner: Practitioner, place: Location, zone: str | None = None
) -> OfferRow:
    """Show an offer; ``zone`` is the viewer's preferred one."""
    return OfferRow(
        id=offer.id,
        practitioner_name=practitioner.name,
        location_name=place.name,
        zone=place.zone,
        starts_at=offer.starts_at,
        ends_at=offer.ends_at,
        expires_at=offer.expires_at,
        told_at=offer.tell_at,
        shown_zone=zone,
        answer=Answer(offer.answer) if offer.answer else None,
    )


def _row(
    actor: Actor,
    request: WaitRequest,
    person: PersonRow,
    service: Service,
    practitioner: Practitioner | None,
    visit: Visit | None,
    place: Location | None,
    offer: OfferRow | None,
) -> RequestRow:
    is_theirs = person.is_me or request.asked_by == actor.name
    return RequestRow(
        id=request.id,
        person=person,
        service_id=service.id,
        service_name=service.name,
        practitioner_id=request.practitioner_id,
        practitioner_name=practitioner.name if practitioner else "",
        weekdays=mask_to_days(request.weekdays),
        from_time=request.from_time,
        until_time=request.until_time,
        from_on=request.from_on,
        until_on=request.until_on,
        # It was said to the clinic, not to everybody who may book.
        note=request.note if is_theirs or actor.kind != "patient" else "",
        asked_at=request.asked_at,
        asked_by_me=request.asked_by == actor.name,
        moves_at=visit.starts_at if visit else None,
        moves_zone=place.zone if place else "",
        offer=offer,
        ended=Ended(request.ended_why) if request.ended_why else None,
    )
