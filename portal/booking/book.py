"""Book a visit; the database, not this code, decides which of two at once gets the time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from portal import audit, clock
from portal.booking.rules import (
    HORIZON_DAYS,
    NOTICE,
    STEP,
    UNIT_MINUTES,
    Span,
    instant_of,
    unit_of,
)
from portal.booking.times import list_places, working_spans
from portal.errors import Invalid, NotAllowed, NotFound, PortalError, SlotTaken
from portal.ids import is_id, new_id
from portal.models import Account, ClaimedUnit, Clinic, Offer, Practitioner, Service, Visit
from portal.outbox.kinds import Kind
from portal.outbox.queue import queue
from portal.permissions import Action, Actor, require
from portal.visits.rows import VisitRow
from portal.visits.service import get_visit, touch_readers
from portal.words import _

# What an account may hold before its address is confirmed (product.md, section 4).
MOST_UNVERIFIED = 3


@dataclass(frozen=True)
class Wanted:
    """A service as one practitioner offers it now, and when it was asked for."""

    service_id: str
    practitioner_id: str
    minutes: int
    price_cents: int
    currency: str
    starts_at: datetime

    @property
    def units(self) -> range:
        """Return the units that a visit takes."""
        first = unit_of(self.starts_at)
        return range(first, first + self.minutes // UNIT_MINUTES)


def book_visit(
    session: Session,
    actor: Actor,
    patient_id: str,
    service_id: str,
    practitioner_id: str,
    starts_at: datetime,
    request_key: str,
    *,
    shown_price_cents: int | None = None,
) -> VisitRow:
    """Book one visit for one patient and queue its mails.

    ``request_key`` is random and belongs to one confirm page: sent again, it answers with the visit
    that it made. ``shown_price_cents`` is the price that the person agreed to.

    Raises:
        NotFound, NotAllowed: the actor may not book for that patient, or holds as many visits as
            an account may before its address is confirmed.
        Invalid: that time is not offered, its price has changed, or the patient has another visit
            then.
        SlotTaken: somebody else has just booked it.
    """
    if not all(is_id(value) for value in (patient_id, service_id, practitioner_id, request_key)):
        raise NotFound
    patient_id = require(session, actor, Action.VISIT_BOOK, patient_id)
    asked = (patient_id, service_id, practitioner_id, starts_at)
    done = _same_request(session, actor.name, request_key)
    if done:
        return _answer_again(session, actor, done, asked)
    wanted = _wanted(session, service_id, practitioner_id, starts_at)
    span = _span(session, wanted)
    if shown_price_cents not in (None, wanted.price_cents):
        raise Invalid({"": _("The price has changed. Nothing was booked. Look again, please.")})
    _refuse_unverified(session, actor)
    visit = Visit(
        id=new_id(),
        patient_id=patient_id,
        practitioner_id=practitioner_id,
        service_id=service_id,
        location_id=span.location_id,
        starts_at=starts_at.astimezone(UTC),
        ends_at=instant_of(wanted.units.stop),
        price_cents=wanted.price_cents,
        currency=wanted.currency,
        booked_by=actor.name,
        booked_at=clock.now(),
        request_key=request_key,
    )
    made = save_visit(session, visit, wanted.units)
    if made is not visit:
        return _answer_again(session, actor, made, asked)
    audit.record(session, actor, Action.VISIT_BOOK, patient_id, visit=visit.id)
    queue(
        session,
        Kind.VISIT_BOOKED,
        dedup=f"{Kind.VISIT_BOOKED}:{visit.id}:{visit.sequence}",
        visit_id=visit.id,
        sequence=visit.sequence,
    )
    touch_readers(session, patient_id)
    return get_visit(session, actor, visit.id)


def _same_request(session: Session, booked_by: str, request_key: str) -> Visit | None:
    """Return the visit that this very request has made already."""
    return session.exec(
        select(Visit).where(Visit.booked_by == booked_by, Visit.request_key == request_key)
    ).first()


def _answer_again(
    session: Session, actor: Actor, done: Visit, asked: tuple[str, str, str, datetime]
) -> VisitRow:
    """Give the same answer to the same request."""
    if asked != (done.patient_id, done.service_id, done.practitioner_id, done.starts_at):
        raise Invalid({"": _("This page was used already. Please start again from the times.")})
    if done.cancelled_at:
        raise Invalid({"": _("This visit was cancelled. To book it again, choose a time again.")})
    return get_visit(session, actor, done.id)


def _wanted(session: Session, service_id: str, practitioner_id: str, starts_at: datetime) -> Wanted:
    """Return what is to be booked, if it is offered.

    The practitioner's row stays locked: on PostgreSQL two who insert overlapping visits at once
    would each wait for the other, and one would be thrown out as a deadlock.
    """
    row = session.exec(
        select(Service.minutes, Service.price_cents, Clinic.currency)
        .join(Offer, col(Offer.service_id) == col(Service.id))
        .join(Practitioner, col(Practitioner.id) == col(Offer.practitioner_id))
        .join(Clinic, col(Clinic.id) == "clinic")
        .where(
            Service.id == service_id,
            Practitioner.id == practitioner_id,
            col(Service.ended).is_(False),
            col(Practitioner.ended).is_(False),
        )
        .with_for_update(of=Practitioner, key_share=True)
    ).first()
    if row is None:
        raise NotFound
    return Wanted(service_id, practitioner_id, *row, starts_at)


def _span(session: Session, wanted: Wanted) -> Span:
    """Return the working time that the visit lies in.

    Raises:
        Invalid: it is not a time that `find_times` could have offered, were everything free.
    """
    starts_at, now = wanted.starts_at, clock.now()
    if starts_at.tzinfo is None or starts_at > now + timedelta(days=HORIZON_DAYS + 2):
        raise Invalid({"starts_at": _NOT_OFFERED})
    if starts_at < now + NOTICE:
        raise Invalid({"starts_at": _("This time is too soon to book here. Choose a later one.")})
    first, end = wanted.units.start, wanted.units.stop
    day, one_day = starts_at.astimezone(UTC).date(), timedelta(days=1)
    spans = working_spans(
        session,
        [wanted.practitioner_id],
        list_places(session),
        # The calendar of the place may be a day ahead of or behind UTC.
        day - one_day,
        day + one_day,
    )
    for span in spans:
        inside = span.start <= first and end <= span.end
        if inside and (first - span.start) % STEP == 0 and instant_of(first) == starts_at:
            return span
    raise Invalid({"starts_at": _NOT_OFFERED})


def _refuse_unverified(session: Session, actor: Actor) -> None:
    """Refuse a fourth upcoming visit to an account whose address is not confirmed.

    Its row is locked, so that bookings at the same time count each other.
    """
    if actor.kind != "patient":
        return
    unverified = session.exec(
        select(Account.id)
        .where(Account.patient_id == actor.me, col(Account.verified_at).is_(None))
        .with_for_update(key_share=True)
    ).first()
    if unverified is None:
        return
    upcoming = session.exec(
        select(func.count())
        .select_from(Visit)
        .where(
            Visit.booked_by == actor.name,
            col(Visit.cancelled_at).is_(None),
            col(Visit.starts_at) > clock.now(),
        )
    ).one()
    if upcoming >= MOST_UNVERIFIED:
        raise NotAllowed(
            _(
                "You can have three visits before you confirm your email. Open the link in the "
                "email we sent you, then book this one."
            )
        )


def save_visit(session: Session, visit: Visit, units: range) -> Visit:
    """Write the visit and return it, or the one that the same request has made meanwhile.

    What it collides with may be cancelled before it is looked at; then the time is free again, and
    another try gets it.

    Raises:
        SlotTaken: the practitioner's time is taken.
        Invalid: the patient's is.
    """
    for tries_left in (2, 1, 0):
        try:
            with session.begin_nested():
                _claim(session, visit, units)
        except IntegrityError:
            done = _same_request(session, visit.booked_by, visit.request_key)
            if done:
                return done
            refusal = _collision(session, visit, units)
            if refusal:
                raise refusal from None
            if not tries_left:
                raise
        else:
            break
    return visit


def _claim(session: Session, visit: Visit, units: range) -> None:
    """Write the visit and claim its units, of the practitioner and of the patient.

    All units in one statement and in one order for everybody, so that two never wait in a circle.
    """
    session.add(visit)
    session.flush()
    claims = [
        {"resource_id": resource_id, "unit": unit, "visit_id": visit.id}
        for resource_id in sorted((visit.practitioner_id, visit.patient_id))
        for unit in units
    ]
    # Only with RETURNING does SQLAlchemy write them as one statement that it can keep compiled.
    session.execute(insert(ClaimedUnit).returning(col(ClaimedUnit.unit)), claims).all()


def _collision(session: Session, visit: Visit, units: range) -> PortalError | None:
    """Say whose time is taken; ``None`` if nobody's."""
    taken = session.exec(
        select(ClaimedUnit.resource_id)
        .where(
            col(ClaimedUnit.resource_id).in_((visit.patient_id, visit.practitioner_id)),
            col(ClaimedUnit.unit) >= units.start,
            col(ClaimedUnit.unit) < units.stop,
        )
        .distinct()
    ).all()
    if visit.patient_id in taken:
        return Invalid({"patient_id": _("This person already has a visit at that time.")})
    return SlotTaken() if taken else None


_NOT_OFFERED = _("This time is not offered. Choose one of the times shown.")
