"""What time does to the wait list: offers that nobody answered, requests whose days are over."""

from datetime import timedelta

from sqlmodel import Session, col, select

from portal import audit, clock
from portal.booking.offered import lock_practitioners
from portal.models import WaitOffer, WaitRequest
from portal.permissions import SYSTEM
from portal.waitlist.offer import end_offer
from portal.waitlist.rows import Answer, Ended
from portal.waitlist.tell import touch_watchers

BATCH = 50
EXPIRED = "wait.expire"
A_DAY = timedelta(days=1)


def offers_due(session: Session) -> bool:
    """Tell whether an offer has run out; it takes no lock, so an idle worker costs little."""
    return session.exec(_run_out().limit(1)).first() is not None


def pass_on_offers(session: Session) -> int:
    """Offer the times that nobody took in time to the next in line; return how many there were."""
    ids = session.exec(_run_out().order_by(col(WaitOffer.expires_at)).limit(BATCH)).all()
    # Their practitioners first, in one order, as whoever books does: several offers in one
    # transaction would otherwise lock them in the order of the offers.
    of_them = select(WaitOffer.practitioner_id).where(col(WaitOffer.id).in_(ids))
    lock_practitioners(session, set(session.exec(of_them).all()))
    for id_ in ids:
        lock = {"skip_locked": True}
        offer = session.get(WaitOffer, id_, with_for_update=lock, populate_existing=True)
        if offer is None or offer.answered_at:
            continue  # somebody answers it just now
        request = session.get_one(WaitRequest, offer.request_id)
        audit.record(session, SYSTEM, EXPIRED, request.patient_id, request=request.id)
        end_offer(session, offer, Answer.EXPIRED, SYSTEM)
    return len(ids)


def end_requests(session: Session) -> int:
    """End the requests whose last day has gone by everywhere; return how many there were.

    A day is over everywhere a day after it is over by UTC.
    """
    today = clock.now().date()
    rows = session.exec(
        select(WaitRequest)
        .where(col(WaitRequest.ended_at).is_(None), col(WaitRequest.until_on) < today - A_DAY)
        .order_by(col(WaitRequest.until_on))
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for request in rows:
        request.ended_at, request.ended_by = clock.now(), SYSTEM.name
        request.ended_why = Ended.OVER
        session.add(request)
        touch_watchers(session, request.patient_id)
    return len(rows)


def _run_out():
    return select(WaitOffer.id).where(
        col(WaitOffer.answered_at).is_(None), col(WaitOffer.expires_at) <= clock.now()
    )
