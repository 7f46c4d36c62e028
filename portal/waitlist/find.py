"""Whom a time that became free could be offered to, and what speaks against it."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlmodel import Session, col, exists, or_, select

from portal import clock
from portal.booking.offered import Offered
from portal.models import ClaimedUnit, Offer, Visit, WaitOffer, WaitRequest
from portal.waitlist.rules import Window

MOST_WAITING = 500
"""Requests looked at for one time; whoever comes later in the line waits for the next one."""


def open_requests(
    session: Session, practitioner_id: str, first: date, last: date
) -> Sequence[WaitRequest]:
    """Return requests that a time of this practitioner could be for, first asked first."""
    gives = exists().where(
        col(Offer.practitioner_id) == practitioner_id,
        col(Offer.service_id) == col(WaitRequest.service_id),
    )
    return session.exec(
        select(WaitRequest)
        .where(
            col(WaitRequest.ended_at).is_(None),
            or_(
                col(WaitRequest.practitioner_id).is_(None),
                col(WaitRequest.practitioner_id) == practitioner_id,
            ),
            gives,
            col(WaitRequest.from_on) <= last,
            col(WaitRequest.until_on) >= first,
            ~_has_open_offer(),
        )
        .order_by(col(WaitRequest.asked_at), col(WaitRequest.id))
        .limit(MOST_WAITING)
    ).all()


def lock_request(session: Session, request_id: str) -> WaitRequest | None:
    """Return a request that may still be offered something, locked; ``None`` where it may not.

    One that somebody changes just now is passed over: waiting for it could be in a circle.
    """
    lock = {"skip_locked": True}
    request = session.get(WaitRequest, request_id, with_for_update=lock, populate_existing=True)
    if request is None or request.ended_at or open_offer(session, request.id):
        return None
    return request


def open_offer(session: Session, request_id: str) -> WaitOffer | None:
    """Return the offer that waits for an answer; there is one at a time."""
    return session.exec(
        select(WaitOffer).where(
            WaitOffer.request_id == request_id, col(WaitOffer.answered_at).is_(None)
        )
    ).first()


def was_offered(session: Session, request: WaitRequest, wanted: Offered) -> bool:
    """Tell whether some of this time was offered to them before: nobody is asked twice.

    Whoever did not want nine o'clock is not asked about ten past nine in its place.
    """
    overlapping = (
        col(WaitOffer.request_id) == request.id,
        col(WaitOffer.practitioner_id) == wanted.practitioner_id,
        col(WaitOffer.starts_at) < wanted.ends_at,
        col(WaitOffer.ends_at) > wanted.starts_at,
    )
    return session.exec(select(exists().where(*overlapping))).one()


def given_up(
    session: Session, request: WaitRequest, practitioner_id: str
) -> Sequence[tuple[datetime, datetime]]:
    """Return the times to come that they, or their family, cancelled with this practitioner."""
    return session.exec(
        select(Visit.starts_at, Visit.ends_at).where(
            Visit.patient_id == request.patient_id,
            Visit.practitioner_id == practitioner_id,
            col(Visit.starts_at) > clock.now(),
            col(Visit.cancelled_by).startswith("patient:"),
        )
    ).all()


def visit_to_move(session: Session, request: WaitRequest) -> Visit | None:
    """Return the coming visit that is given up for an earlier one, if it still stands."""
    visit = session.get(Visit, request.visit_id) if request.visit_id else None
    # It may be somebody else's by now: profiles are joined and parted, visits handed over.
    if visit is None or visit.patient_id != request.patient_id:
        return None
    return visit if visit.cancelled_at is None and visit.starts_at > clock.now() else None


def is_busy(session: Session, request: WaitRequest, wanted: Offered) -> bool:
    """Tell whether the patient has something else then than the visit they would give up."""
    taken = select(ClaimedUnit.unit).where(
        ClaimedUnit.resource_id == request.patient_id,
        col(ClaimedUnit.unit) >= wanted.units.start,
        col(ClaimedUnit.unit) < wanted.units.stop,
        col(ClaimedUnit.held_by) != (request.visit_id or ""),
    )
    return session.exec(taken.limit(1)).first() is not None


def window_of(request: WaitRequest, moves: Visit | None) -> Window:
    """Return when the patient can come; with a visit to move, before that one only."""
    before: datetime | None = moves.starts_at if moves else None
    return Window(
        request.weekdays,
        request.from_time,
        request.until_time,
        request.from_on,
        request.until_on,
        before,
    )


def _has_open_offer():
    return exists().where(
        col(WaitOffer.request_id) == col(WaitRequest.id), col(WaitOffer.answered_at).is_(None)
    )
