"""Book what is kept: every time of an order in one transaction, or none of them."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from portal import clock
from portal.booking.held import read_items, shortest
from portal.booking.hold import HoldLost
from portal.booking.limits import refuse_limits
from portal.booking.move import move_visits
from portal.booking.offered import Offered, lock_practitioners, offered
from portal.booking.rows import OrderRow, ServiceKind
from portal.booking.take import settle
from portal.booking.write import needed, write_visits
from portal.errors import Invalid, NotFound, SlotTaken
from portal.ids import is_id
from portal.models import Hold, Visit
from portal.permissions import Action, Actor, require
from portal.visits.rows import VisitRow
from portal.visits.service import get_visit, touch_readers
from portal.visits.tell import tell_booked, tell_moved
from portal.waitlist.offer import time_freed
from portal.words import _

MOST_NOTE = 500  # characters


def book_order(
    session: Session,
    actor: Actor,
    order_id: str,
    request_key: str,
    *,
    note: str = "",
    shown_cents: int | None = None,
) -> tuple[VisitRow, ...]:
    """Book everything that is kept under ``order_id`` and queue one mail for it.

    A press that arrives twice gets the same answer. ``shown_cents`` is the sum agreed to.

    Raises:
        NotFound, NotAllowed: not the actor's order, or they may not book for one of the people.
        Invalid: somebody has another visit then or may not come, or the time is not offered now.
        HoldLost: it was kept too long; nothing was booked.
    """
    if not is_id(order_id) or not is_id(request_key):
        raise NotFound
    holds = _lock(session, actor, order_id)
    if all(one.used_at for one in holds):
        return _answer_again(session, actor, holds)
    _refuse_lost(session, actor, holds)
    new = [one for one in holds if not one.moves_id]
    for person in dict.fromkeys(person for one in new for person in one.people):
        require(session, actor, Action.VISIT_BOOK, person)
    if not all(one.people for one in holds):
        raise Invalid({"people": _("Choose for whom each visit is.")})
    if shown_cents not in (None, sum(one.price_cents for one in holds)):
        raise Invalid({"": _("The price has changed. Nothing was booked. Look again, please.")})
    refuse_limits(session, actor, [person for one in new for person in one.people])
    note = note.strip()[:MOST_NOTE]
    booked: list[Visit] = []
    for number, one in enumerate(holds):
        wanted = _still_offered(session, actor, one)
        if one.moves_id:
            booked += _move(session, actor, one, wanted)
        else:
            keys = [f"{request_key}.{number}.{each}" for each in range(len(one.people))]
            how = {"kept": one, "order_id": order_id, "note": note}
            booked += write_visits(session, actor, wanted, one.people, keys, **how)
        one.used_at = clock.now()
        session.add(one)
    session.flush()
    tell_booked(session, [visit for visit in booked if visit.moved_at is None])
    for person in dict.fromkeys(visit.patient_id for visit in booked):
        touch_readers(session, person)
    return _rows(session, actor, booked)


def _lock(session: Session, actor: Actor, order_id: str) -> list[Hold]:
    """Return all holds of the order, in the order of time, theirs and their practitioners' locked.

    Of two presses at once the second waits for the first.
    """
    query = select(Hold).where(Hold.order_id == order_id).order_by(col(Hold.id))
    holds = list(session.exec(query.with_for_update()).all())
    if not holds or any(one.held_by != actor.name for one in holds):
        raise NotFound
    # And those whose time becomes free: to lock them later would be in another order.
    moved = [one.moves_id for one in holds if one.moves_id]
    left = session.exec(select(Visit.practitioner_id).where(col(Visit.id).in_(moved))).all()
    lock_practitioners(session, {*left, *(one.practitioner_id for one in holds)})
    return sorted(holds, key=lambda one: (one.starts_at, one.position, one.id))


def _answer_again(session: Session, actor: Actor, holds: Sequence[Hold]) -> tuple[VisitRow, ...]:
    """Give the same answer to the same press."""
    moved = [one.moves_id for one in holds if one.moves_id]
    query = select(Visit).where(
        (col(Visit.order_id) == holds[0].order_id) | col(Visit.id).in_(moved)
    )
    visits = session.exec(query.order_by(col(Visit.starts_at), col(Visit.id))).all()
    if visits and all(visit.cancelled_at for visit in visits):
        raise Invalid({"": _("This visit was cancelled. To book it again, choose a time again.")})
    return _rows(session, actor, [visit for visit in visits if visit.cancelled_at is None])


def _refuse_lost(session: Session, actor: Actor, holds: Sequence[Hold]) -> None:
    until = shortest(holds)
    if until <= clock.now():
        items = read_items(session, actor, holds)
        raise HoldLost(OrderRow(holds[0].order_id, items, until, can_extend=False))


def _still_offered(session: Session, actor: Actor, one: Hold) -> Offered:
    """Return what a kept time needs; the clinic may have changed its hours meanwhile.

    Raises:
        SlotTaken: it is at another place now, takes another time, or is not offered at all.
        Invalid: it does not lie in a working time any more.
    """
    try:
        wanted = offered(
            session,
            actor,
            one.service_id,
            one.practitioner_id,
            one.starts_at,
            gathering_id=one.gathering_id,
            kept=True,
        )
    except NotFound:
        raise SlotTaken(_CHANGED) from None
    if wanted.location_id != one.location_id or wanted.ends_at != one.ends_at:
        raise SlotTaken(_CHANGED)
    return wanted


def _move(session: Session, actor: Actor, kept: Hold, wanted: Offered) -> list[Visit]:
    visits, was = move_visits(session, actor, kept.moves_id or "", wanted)
    in_group = wanted.service.kind == ServiceKind.GROUP
    holder = (visits[0].gathering_id or visits[0].id) if in_group else visits[0].id
    if settle(session, kept.id, holder) < needed(wanted):
        raise SlotTaken
    tell_moved(session, visits, by=actor, was={visit.id: was[2] for visit in visits})
    time_freed(session, *was)
    return visits


def _rows(session: Session, actor: Actor, visits: Sequence[Visit]) -> tuple[VisitRow, ...]:
    return tuple(get_visit(session, actor, visit.id) for visit in visits)


_CHANGED = _("The clinic has changed this time. Nothing was booked. Choose another, please.")
