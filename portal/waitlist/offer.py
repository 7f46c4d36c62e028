"""A time that became free is kept for whoever has waited longest for one like it.

Everything happens in the transaction that frees the time, so that nobody else can book it in
between. Whoever calls this has released the time already.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from portal import audit, clock
from portal.booking.claims import release
from portal.booking.limits import refuse_limits
from portal.booking.move import refuse_moving
from portal.booking.offered import Offered, lock_practitioners, offered
from portal.booking.policy import read_policy
from portal.booking.rows import ServiceKind, Slot
from portal.booking.take import take, take_seats
from portal.booking.times import find_times
from portal.errors import Invalid, NotAllowed, NotFound, SlotTaken
from portal.ids import PatientId, new_id
from portal.models import (
    BookingPolicy,
    Gathering,
    Hold,
    Location,
    Service,
    Visit,
    WaitOffer,
    WaitRequest,
)
from portal.permissions import SYSTEM, Actor
from portal.waitlist.find import (
    given_up,
    is_busy,
    lock_request,
    open_requests,
    visit_to_move,
    was_offered,
    window_of,
)
from portal.waitlist.rows import Answer
from portal.waitlist.rules import Keeping, Night, keep_until, suits
from portal.waitlist.tell import tell_offered, touch_watchers
from portal.words import _

# The worker offers a time that nobody took to the next in line; until then nobody else gets it.
PASSED_ON_WITHIN = timedelta(minutes=1)
# A practitioner's time off that is taken back frees whole days; so many offers at most are made.
MOST_AT_ONCE = 20
MOST_TRIES = 5  # times tried for one request
MOST_DAYS = 31
OFFERED = "wait.offer"


@dataclass(frozen=True)
class _Freed:
    """What became free, and the clinic's rules for offering it."""

    practitioner_id: str
    place: Location
    starts_at: datetime
    ends_at: datetime
    policy: BookingPolicy

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.place.zone)


def time_freed(
    session: Session,
    practitioner_id: str,
    location_id: str,
    starts_at: datetime,
    ends_at: datetime,
) -> int:
    """Offer a practitioner's time that has just become free; return how many offers were made.

    Whoever asked first and can come is served first. A shorter visit gets the beginning of the
    time, and the next one in line what is left.
    """
    policy = read_policy(session)
    place = session.get(Location, location_id)
    starts_at = max(starts_at, clock.now())
    if not policy.wait_list or place is None or ends_at <= starts_at:
        return 0
    freed = _Freed(practitioner_id, place, starts_at, ends_at, policy)
    first, last = (at.astimezone(freed.zone).date() for at in (starts_at, ends_at))
    session.flush()
    waiting = open_requests(session, practitioner_id, first, last)
    if not waiting:
        return 0
    lock_practitioners(session, {practitioner_id})
    days = min((last - first).days + 1, MOST_DAYS)
    free: dict[str, list[Slot]] = {}
    made = 0
    for request in waiting:
        if request.service_id not in free:
            free[request.service_id] = _free_starts(session, freed, request.service_id, days)
        if _offer_one(session, freed, request.id, free[request.service_id]):
            made += 1
            free.clear()  # some of it is taken now
        if made == MOST_AT_ONCE:
            break
    return made


def keep_for(
    session: Session, by: Actor, request: WaitRequest, wanted: Offered, policy: BookingPolicy
) -> WaitOffer:
    """Keep a time for a request and tell whoever waits; the caller has locked the request.

    Raises:
        SlotTaken: it is not free any more.
        Invalid: it is too near, was offered before, or the patient cannot come or be booked then.
    """
    moves = visit_to_move(session, request)
    kept = keeping(session, policy, wanted.location_id, wanted.starts_at)
    if kept is None:
        raise Invalid({"": _("This time is too near to keep it for somebody. Call them instead.")})
    if was_offered(session, request, wanted):
        raise Invalid({"": _("This time was offered to them before. Choose another one.")})
    if is_busy(session, request, wanted):
        raise Invalid({"": _("This person has another visit then. Choose another time.")})
    # Limits are those of the patient, whoever accepts; a visit that moves adds none.
    if moves:
        where_from = session.get(Gathering, moves.gathering_id) if moves.gathering_id else None
        refuse_moving(session, as_patient(request), moves, where_from)
    refuse_limits(session, as_patient(request), [] if moves else [request.patient_id])
    hold = _hold(request, wanted, moves, kept)
    if wanted.gathering:
        where = wanted.gathering
        take_seats(session, where.id, where.capacity, 1, hold.id, hold.expires_at)
    else:
        take(session, wanted, hold.id, hold.expires_at)
    offer = _offer(request, wanted, hold, kept)
    session.add_all([hold, offer])
    session.flush()
    audit.record(session, by, OFFERED, request.patient_id, request=request.id, offer=offer.id)
    tell_offered(session, request, offer)
    return offer


def end_offer(session: Session, offer: WaitOffer, answer: Answer, by: Actor) -> None:
    """Note what became of an offer that was not accepted, and offer its time to the next in line.

    The caller has locked it.
    """
    offer.answer, offer.answered_by, offer.answered_at = answer, by.name, clock.now()
    session.add(offer)
    if kept := session.get(Hold, offer.hold_id or ""):
        session.delete(kept)
    release(session, offer.hold_id or "")
    session.flush()
    request = session.get_one(WaitRequest, offer.request_id)
    touch_watchers(session, request.patient_id)
    time_freed(session, offer.practitioner_id, offer.location_id, offer.starts_at, offer.ends_at)


def as_patient(request: WaitRequest) -> Actor:
    """Return who is bound by what patients may book: an offer is for them to accept."""
    return Actor(patient_id=PatientId(request.patient_id))


def _free_starts(session: Session, freed: _Freed, service_id: str, days: int) -> list[Slot]:
    """Return free starts of a service that need some of the time that was freed.

    Its beginning comes first, then what is later, then longer visits that begin before it.
    """
    service = session.get_one(Service, service_id)
    if service.kind == ServiceKind.GROUP:
        return []
    first = freed.starts_at.astimezone(freed.zone).date()
    try:
        found = find_times(
            session, None, service_id, freed.practitioner_id, first, days, every_start=True
        )
    except (NotFound, Invalid):  # not for patients, or not a day that can be booked yet
        return []
    length = timedelta(minutes=service.minutes)
    slots = [
        slot
        for day in found
        for slot in day.slots
        if slot.location_id == freed.place.id
        and slot.starts_at < freed.ends_at
        and slot.starts_at + length > freed.starts_at
    ]
    return sorted(slots, key=lambda slot: (slot.starts_at < freed.starts_at, slot.starts_at))


def _offer_one(session: Session, freed: _Freed, request_id: str, slots: list[Slot]) -> bool:
    """Offer a request the first time that suits it, if there is one."""
    request = lock_request(session, request_id) if slots else None
    if request is None:
        return False
    window = window_of(request, visit_to_move(session, request))
    length = timedelta(minutes=session.get_one(Service, request.service_id).minutes)
    left = given_up(session, request, freed.practitioner_id)
    fitting = (
        slot
        for slot in slots
        if suits(window, slot.starts_at, slot.starts_at + length, freed.zone)
        and not any(slot.starts_at < end and start < slot.starts_at + length for start, end in left)
    )
    for _try, slot in zip(range(MOST_TRIES), fitting, strict=False):
        try:
            wanted = offered(
                session,
                as_patient(request),
                request.service_id,
                slot.practitioner_id,
                slot.starts_at,
                gathering_id=slot.gathering_id,
            )
            keep_for(session, SYSTEM, request, wanted, freed.policy)
        except (Invalid, NotAllowed, NotFound, SlotTaken):
            continue  # not this time, or not this person; nothing was kept
        return True
    return False


def keeping(
    session: Session, policy: BookingPolicy, location_id: str, starts_at: datetime
) -> Keeping | None:
    """Return how long a time would be kept by the clinic's rules; ``None`` where it is too near."""
    place = session.get_one(Location, location_id)
    return keep_until(
        clock.now(),
        starts_at,
        lead=timedelta(minutes=policy.lead_minutes),
        usual=timedelta(minutes=policy.wait_offer_minutes),
        night=Night(policy.night_from, policy.night_until),
        zone=ZoneInfo(place.zone),
    )


def _hold(request: WaitRequest, wanted: Offered, moves: Visit | None, kept: Keeping) -> Hold:
    return Hold(
        id=new_id(),
        order_id=new_id(),
        held_by=SYSTEM.name,
        people=[request.patient_id],
        service_id=request.service_id,
        practitioner_id=wanted.practitioner_id,
        location_id=wanted.location_id,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        gathering_id=wanted.gathering.id if wanted.gathering else None,
        moves_id=moves.id if moves else None,
        price_cents=moves.price_cents if moves else wanted.service.price_cents,
        made_at=clock.now(),
        expires_at=kept.expires_at + PASSED_ON_WITHIN,
    )


def _offer(request: WaitRequest, wanted: Offered, hold: Hold, kept: Keeping) -> WaitOffer:
    return WaitOffer(
        id=new_id(),
        request_id=request.id,
        hold_id=hold.id,
        practitioner_id=wanted.practitioner_id,
        location_id=wanted.location_id,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        offered_at=clock.now(),
        tell_at=kept.tell_at,
        expires_at=kept.expires_at,
    )
