"""The wait list at the desk: who waits for what, what was offered, and offering by hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlmodel import Session, col

from portal.booking.offered import lock_practitioners, offered
from portal.booking.policy import read_policy
from portal.booking.rows import PractitionerRow, ServiceRow, Slot
from portal.booking.times import booking_window, find_times
from portal.errors import Invalid, NotFound
from portal.ids import is_id
from portal.models import Location, Patient, Practitioner, Service, WaitOffer, WaitRequest
from portal.permissions import Action, Actor, require, require_row, visible
from portal.staff.rights import require_staff
from portal.visits.people import people
from portal.visits.rows import PersonRow
from portal.waitlist.find import open_offer, visit_to_move, was_offered, window_of
from portal.waitlist.offer import as_patient, keep_for, keeping
from portal.waitlist.rows import OfferRow, RequestPage, RequestRow
from portal.waitlist.rules import suits
from portal.waitlist.service import asking_for, offer_row, read_requests, services_to_wait_for
from portal.words import _

PAGE = 25
MOST_PAGES = 400
MOST_OFFERS = 25
MOST_FREE = 30  # times shown to choose one from
AHEAD = 28  # days looked through for them


@dataclass(frozen=True)
class Outcome:
    """An offer with whom it was for and what became of it."""

    offer: OfferRow
    name: str
    patient_id: str
    service_name: str
    is_open: bool


@dataclass(frozen=True)
class FreeTimes:
    """Free times that suit a request, to offer one of them by hand."""

    request: RequestRow
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class ForPatient:
    """What the form shows that puts somebody on the list who has called."""

    person: PersonRow
    service: ServiceRow | None
    practitioners: tuple[PractitionerRow, ...]
    zone: str


def list_waiting(
    session: Session,
    actor: Actor,
    service_id: str = "",
    practitioner_id: str = "",
    page: int = 1,
) -> RequestPage:
    """List the open requests of patients whom the actor may see, first asked first; 25 a page.

    ``practitioner_id`` narrows it to those who wait for that one by name, or for anyone.
    """
    require_staff(actor)
    page = min(max(page, 1), MOST_PAGES)
    which = col(WaitRequest.ended_at).is_(None) & _reached(actor)
    if service_id:
        which &= col(WaitRequest.service_id) == service_id
    if practitioner_id:
        named = col(WaitRequest.practitioner_id)
        which &= named.is_(None) | (named == practitioner_id)
    rows = read_requests(session, actor, which, PAGE + 1, (page - 1) * PAGE)
    return RequestPage(tuple(rows[:PAGE]), page, has_more=len(rows) > PAGE)


def list_offers(session: Session, actor: Actor) -> tuple[Outcome, ...]:
    """List the latest offers to patients whom the actor may see, the last one first."""
    require_staff(actor)
    rows = session.execute(
        select(WaitOffer, Patient, Service, Practitioner, Location)
        .join(WaitRequest, col(WaitRequest.id) == col(WaitOffer.request_id))
        .join(Patient, col(Patient.id) == col(WaitRequest.patient_id))
        .join(Service, col(Service.id) == col(WaitRequest.service_id))
        .join(Practitioner, col(Practitioner.id) == col(WaitOffer.practitioner_id))
        .join(Location, col(Location.id) == col(WaitOffer.location_id))
        .where(_reached(actor))
        .order_by(col(WaitOffer.offered_at).desc(), col(WaitOffer.id))
        .limit(MOST_OFFERS)
    ).all()
    return tuple(
        Outcome(
            offer=offer_row(offer, practitioner, place),
            name=f"{patient.called} {patient.last_name}",
            patient_id=patient.id,
            service_name=service.name,
            is_open=offer.answered_at is None,
        )
        for offer, patient, service, practitioner, place in rows
    )


def choices(session: Session, actor: Actor) -> tuple[list[ServiceRow], list[tuple[str, str]]]:
    """Return the services and the practitioners that the list can be narrowed to."""
    services = [one for group in services_to_wait_for(session, actor) for one in group.services]
    rows = session.execute(
        select(col(Practitioner.id), col(Practitioner.name))
        .where(col(Practitioner.ended).is_(False))
        .order_by(col(Practitioner.position), col(Practitioner.id))
        .limit(200)
    ).all()
    return services, [(id_, name) for id_, name in rows]


def for_patient(
    session: Session, actor: Actor, patient_id: str, service_id: str = ""
) -> ForPatient:
    """Return what the form shows for one patient.

    Raises:
        NotFound, NotAllowed: it is nobody whom the actor may book for, or no such service.
    """
    require_staff(actor)
    require(session, actor, Action.VISIT_BOOK, patient_id)
    (person,) = people(session, actor, Action.VISIT_BOOK, among=[patient_id])
    if not service_id:
        return ForPatient(person, None, (), "")
    asking = asking_for(session, actor, service_id)
    return ForPatient(person, asking.service, asking.practitioners, asking.zone)


def free_times(session: Session, actor: Actor, request_id: str) -> FreeTimes:
    """Return free times that suit a request, the soonest first.

    Raises:
        NotFound: there is no such request, or the actor may not book for its patient.
        Invalid: it has ended, or something is offered to them already.
    """
    request = _open_request(session, actor, request_id)
    rows = read_requests(session, actor, col(WaitRequest.id) == request.id, 1)
    return FreeTimes(rows[0], tuple(_suiting(session, request)[:MOST_FREE]))


def offer_by_hand(
    session: Session, actor: Actor, request_id: str, practitioner_id: str, starts_at: datetime
) -> None:
    """Keep a free time for a request, as if it had just become free.

    Raises:
        NotFound: there is no such request, or the actor may not book for its patient.
        Invalid: it has ended, something is offered already, or the time does not suit it.
        SlotTaken: the time is not free any more.
    """
    if not is_id(practitioner_id):
        raise NotFound
    request = _open_request(session, actor, request_id)
    if request.practitioner_id not in (None, practitioner_id):
        raise NotFound
    lock_practitioners(session, {practitioner_id})
    wanted = offered(session, as_patient(request), request.service_id, practitioner_id, starts_at)
    if was_offered(session, request, wanted):
        raise Invalid({"": _("This time was offered to them before. Choose another one.")})
    keep_for(session, actor, request, wanted, read_policy(session))


def _reached(actor: Actor):
    return col(WaitRequest.patient_id).in_(visible(actor, Action.VISIT_READ))


def _open_request(session: Session, actor: Actor, request_id: str) -> WaitRequest:
    """Return an open request of somebody whom the actor may book for, locked."""
    require_staff(actor)
    if not is_id(request_id):
        raise NotFound
    request = require_row(session, actor, Action.VISIT_BOOK, WaitRequest, request_id)
    if request.ended_at:
        raise Invalid({"": _("This was taken off the wait list. Reload the page.")})
    if open_offer(session, request.id):
        raise Invalid({"": _("Something is offered to them already. Wait for the answer.")})
    return request


def _suiting(session: Session, request: WaitRequest) -> Sequence[Slot]:
    """Return the free times within four weeks that suit a request and were not offered yet."""
    window = window_of(request, visit_to_move(session, request))
    length = timedelta(minutes=session.get_one(Service, request.service_id).minutes)
    policy = read_policy(session)
    first = max(request.from_on, booking_window(session, None).first_on)
    try:
        days = find_times(session, None, request.service_id, request.practitioner_id, first, AHEAD)
    except (Invalid, NotFound):  # nothing that patients can book in these days
        return []
    return [
        slot
        for day in days
        for slot in day.slots
        if suits(window, slot.starts_at, slot.starts_at + length, ZoneInfo(slot.zone))
        and keeping(session, policy, slot.location_id, slot.starts_at)
    ]
