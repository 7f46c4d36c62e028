"""Answer an offer: of several in a family who may, one does, and whoever is late is told so."""

from sqlmodel import Session

from portal import audit, clock
from portal.booking.move import refuse_moving
from portal.booking.order import book_order
from portal.errors import Invalid, NotFound, SlotTaken
from portal.ids import is_id
from portal.models import Gathering, Hold, WaitOffer, WaitRequest
from portal.permissions import Action, Actor, can
from portal.visits.rows import VisitRow
from portal.visits.service import get_visit
from portal.waitlist.find import visit_to_move
from portal.waitlist.offer import end_offer
from portal.waitlist.rows import Answer, Ended
from portal.waitlist.tell import touch_watchers
from portal.words import _

ACCEPTED = "wait.accept"
DECLINED = "wait.decline"


def accept(session: Session, actor: Actor, offer_id: str) -> VisitRow:
    """Book the time that is kept; a later visit is given up for it only now.

    A press that arrives twice gets the same answer.

    Raises:
        NotFound: there is no such offer, or the actor may not book for the patient.
        SlotTaken: it was kept until a time that has gone by.
        Invalid: somebody else has answered, or the patient cannot be booked then any more.
    """
    offer, request = _lock(session, actor, offer_id)
    if offer.answer == Answer.ACCEPTED and offer.answered_by == actor.name and offer.visit_id:
        return get_visit(session, actor, offer.visit_id)
    _refuse_answered(offer)
    kept = session.get(Hold, offer.hold_id or "", with_for_update=True)
    if kept is None or offer.expires_at <= clock.now():
        raise SlotTaken(OVER)
    kept.moves_id = _moves(session, actor, request, offer)
    # From here on it is booked like any time that the actor keeps: one way to book, one set of
    # rules.
    kept.held_by, kept.session_id = actor.name, None
    kept.people = [request.patient_id]  # the profile may have been joined to another meanwhile
    session.add(kept)
    session.flush()
    (visit,) = book_order(session, actor, kept.order_id, offer.id)
    now = clock.now()
    offer.answer, offer.answered_by, offer.answered_at = Answer.ACCEPTED, actor.name, now
    offer.visit_id = visit.id
    request.ended_at, request.ended_by, request.ended_why = now, actor.name, Ended.BOOKED
    session.add_all([offer, request])
    audit.record(session, actor, ACCEPTED, request.patient_id, request=request.id, visit=visit.id)
    touch_watchers(session, request.patient_id)
    return visit


def decline(session: Session, actor: Actor, offer_id: str) -> None:
    """Let the time go to the next in line; the request stays on the list. Twice is fine.

    Raises:
        NotFound: there is no such offer, or the actor may not book for the patient.
        Invalid: somebody else has answered.
    """
    offer, request = _lock(session, actor, offer_id)
    if offer.answer == Answer.DECLINED and offer.answered_by == actor.name:
        return
    _refuse_answered(offer)
    audit.record(session, actor, DECLINED, request.patient_id, request=request.id)
    end_offer(session, offer, Answer.DECLINED, actor)


def _lock(session: Session, actor: Actor, offer_id: str) -> tuple[WaitOffer, WaitRequest]:
    """Return an offer that the actor may answer, locked: of two at once the second waits."""
    offer = session.get(WaitOffer, offer_id, with_for_update=True) if is_id(offer_id) else None
    request = session.get(WaitRequest, offer.request_id) if offer else None
    if (
        offer is None
        or request is None
        or not can(session, actor, Action.VISIT_BOOK, request.patient_id)
    ):
        subject_id = request.patient_id if request else None
        raise NotFound(action=Action.VISIT_BOOK, subject_id=subject_id)
    return offer, request


def _refuse_answered(offer: WaitOffer) -> None:
    if offer.answer == Answer.EXPIRED:
        raise SlotTaken(OVER)
    if offer.answer == Answer.WITHDRAWN:
        raise Invalid({"": _("This was taken off the wait list, so the time has been let go.")})
    if offer.answered_at:
        raise Invalid({"": _("Somebody in the family has answered already. Nothing changed now.")})


def _moves(session: Session, actor: Actor, request: WaitRequest, offer: WaitOffer) -> str | None:
    """Return the visit to give up, if it still stands and may be moved."""
    visit = visit_to_move(session, request)
    if visit is None:
        return None
    if visit.starts_at <= offer.starts_at:
        raise Invalid({"": _("The visit is earlier than this by now. Nothing was changed.")})
    where_from = session.get(Gathering, visit.gathering_id) if visit.gathering_id else None
    refuse_moving(session, actor, visit, where_from)
    return visit.id


OVER = _(
    "This time was kept for you until a moment that has gone by. Nothing was booked. You are still "
    "on the wait list."
)
