"""Keep a time for somebody who is choosing: ten minutes, and once more on request."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.held import read_items, shortest
from portal.booking.limits import refuse_limits
from portal.booking.move import refuse_moving
from portal.booking.offered import Offered, lock_practitioners, offered
from portal.booking.policy import HOLD_FOR, MOST_IN_GROUP
from portal.booking.release import drop
from portal.booking.rows import OrderRow, ServiceKind
from portal.booking.take import take, take_seats
from portal.errors import Invalid, NotFound, SlotTaken
from portal.ids import is_id, new_id
from portal.models import ClaimedUnit, Gathering, Hold, Visit
from portal.permissions import Action, Actor, require, require_row
from portal.words import _

MOST_HELD = 12  # by one person at a time


class HoldLost(SlotTaken):
    """A time was kept too long; it may be gone. ``order`` says what it was."""

    def __init__(self, order: OrderRow | None = None) -> None:
        """Say what to do next."""
        super().__init__(
            _("We could not keep this time any longer. Nothing was booked. Choose a time again.")
        )
        self.order = order


@dataclass(frozen=True)
class Wish:
    """One time that is to be kept, and for whom, as far as that is known."""

    service_id: str
    practitioner_id: str
    starts_at: datetime
    people: tuple[str, ...] = ()  # in a group visit the first one pays
    gathering_id: str | None = None  # a class
    moves_id: str | None = None  # the visit that is to be moved here
    shown_price_cents: int | None = None


def hold(
    session: Session,
    actor: Actor,
    wishes: Sequence[Wish],
    *,
    order_id: str | None = None,
    instead_of: str | None = None,
) -> OrderRow:
    """Keep all these times, or none; ``instead_of`` is a hold of the order that makes room.

    Raises:
        NotFound, NotAllowed: the actor may not book for one of the people, or it is not offered.
        Invalid: not a time that is offered, too many times kept, or the price has changed.
        SlotTaken: somebody else has one of the times.
        HoldLost: the order that this is added to has run out.
    """
    if not wishes:
        raise NotFound
    there = _own(session, actor, order_id) or _nothing() if order_id is not None else []
    order_id = order_id or new_id()
    if there:
        _refuse_over(session, actor, there)
    lock_practitioners(
        session, {one.practitioner_id for one in wishes if is_id(one.practitioner_id)}
    )
    with session.begin_nested():  # whoever catches a refusal keeps what was there before
        if instead_of:
            drop(session, [one for one in there if one.id == instead_of] or _nothing())
        _refuse_many(session, actor, len(wishes))
        for position, wish in enumerate(wishes, len(there)):
            _keep(session, actor, order_id, wish, position)
    return read_order(session, actor, order_id)


def read_order(session: Session, actor: Actor, order_id: str) -> OrderRow:
    """Return what is kept for the actor.

    Raises:
        NotFound: no such order, it is not theirs, or it was booked already.
        HoldLost: it has run out.
    """
    holds = _own(session, actor, order_id, lock=False)
    if not holds:
        raise NotFound
    return _refuse_over(session, actor, holds)


def choose_people(session: Session, actor: Actor, hold_id: str, people: Sequence[str]) -> OrderRow:
    """Say for whom a kept time is; in a group visit the first one pays.

    Raises:
        NotFound, NotAllowed: the actor may not book for one of them.
        Invalid: too many or too few people for the service.
        HoldLost: the time has run out.
    """
    if not is_id(hold_id):
        raise NotFound
    kept = session.get(Hold, hold_id)
    if kept is None or kept.held_by != actor.name:
        raise NotFound
    if kept.used_at:  # booked meanwhile
        raise NotFound
    _refuse_over(session, actor, _own(session, actor, kept.order_id))
    wish = Wish(
        kept.service_id, kept.practitioner_id, kept.starts_at, gathering_id=kept.gathering_id
    )
    wanted = offered(
        session, actor, wish.service_id, wish.practitioner_id, wish.starts_at, kept=True
    )
    if kept.moves_id:
        raise NotFound
    kept.people = _people(session, actor, wanted, people, moves=False)
    session.add(kept)
    session.flush()
    return read_order(session, actor, kept.order_id)


def extend(session: Session, actor: Actor, order_id: str) -> OrderRow:
    """Keep the times of an order ten minutes longer, once.

    Raises:
        NotFound: not an order of the actor's.
        Invalid: it was done before.
        HoldLost: it has run out.
    """
    holds = _own(session, actor, order_id)
    if not holds:
        raise NotFound
    if not _refuse_over(session, actor, holds).can_extend:
        raise Invalid({"": _("We kept this longer once already. Book it now, please.")})
    until = clock.now() + HOLD_FOR
    for one in holds:
        one.expires_at, one.extended = max(one.expires_at, until), True
        session.add(one)
    ids = [one.id for one in holds]
    session.exec(
        update(ClaimedUnit)
        .where(col(ClaimedUnit.held_by).in_(ids))
        .values(until_at=until)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return read_order(session, actor, order_id)


def let_go(
    session: Session, actor: Actor, order_id: str, hold_id: str | None = None
) -> OrderRow | None:
    """Let go of one time of an order, or of all; return what is left, if anything.

    Raises:
        NotFound: not an order of the actor's.
    """
    holds = _own(session, actor, order_id)
    if not holds:
        raise NotFound
    going = [one for one in holds if hold_id in (None, one.id)]
    drop(session, going or _nothing())
    left = [one for one in holds if one not in going]
    return read_order(session, actor, order_id) if left else None


def _keep(session: Session, actor: Actor, order_id: str, wish: Wish, position: int) -> None:
    """Keep one time."""
    ids = (wish.service_id, wish.practitioner_id, wish.gathering_id, wish.moves_id)
    if not all(value is None or is_id(value) for value in ids):
        raise NotFound
    wanted = offered(
        session,
        actor,
        wish.service_id,
        wish.practitioner_id,
        wish.starts_at,
        gathering_id=wish.gathering_id,
    )
    price = wanted.service.price_cents
    if wish.shown_price_cents not in (None, price):
        raise Invalid({"": _("The price has changed. Look again, please.")})
    if wish.moves_id:
        people, price = _moved(session, actor, wanted, wish.moves_id)
    else:
        people = _people(session, actor, wanted, wish.people, moves=False) if wish.people else []
    now = clock.now()
    kept = Hold(
        id=new_id(),
        order_id=order_id,
        position=position,
        held_by=actor.name,
        session_id=actor.session_id,
        people=people,
        service_id=wish.service_id,
        practitioner_id=wish.practitioner_id,
        location_id=wanted.location_id,
        starts_at=wanted.starts_at,
        ends_at=wanted.ends_at,
        gathering_id=wanted.gathering.id if wanted.gathering else None,
        moves_id=wish.moves_id,
        price_cents=price,
        made_at=now,
        expires_at=now + HOLD_FOR,
    )
    session.add(kept)
    session.flush()
    if wanted.gathering:
        seats = max(1, len(people))
        where = wanted.gathering
        take_seats(session, where.id, where.capacity, seats, kept.id, kept.expires_at)
    else:
        take(session, wanted, kept.id, kept.expires_at)


def _people(
    session: Session, actor: Actor, wanted: Offered, people: Sequence[str], *, moves: bool
) -> list[str]:
    """Return for whom it is, if the actor may book for each and the service takes so many."""
    for one in people:
        require(session, actor, Action.VISIT_BOOK, one)
    if len(set(people)) != len(people):
        raise Invalid({"people": _("Choose each person once.")})
    service = wanted.service
    if service.kind == ServiceKind.GROUP:
        most = min(service.capacity, MOST_IN_GROUP)
        if not 2 <= len(people) <= most:
            words = _("This visit is for 2 to {most} people. Choose who comes.")
            raise Invalid({"people": words.format(most=most)})
    elif len(people) != 1:
        raise Invalid({"people": _("Choose one person. Use “Book more” for the others.")})
    if not moves:
        refuse_limits(session, actor, people)
    return list(people)


def _moved(session: Session, actor: Actor, wanted: Offered, visit_id: str) -> tuple[list[str], int]:
    """Return whose visit is to be moved, and its price, which moving does not change."""
    visit = require_row(session, actor, Action.VISIT_CANCEL, Visit, visit_id)
    require(session, actor, Action.VISIT_BOOK, visit.patient_id)
    if visit.service_id != wanted.service.id:
        raise NotFound
    gathering = session.get(Gathering, visit.gathering_id) if visit.gathering_id else None
    refuse_moving(session, actor, visit, gathering)
    return [visit.patient_id], visit.price_cents


def _own(session: Session, actor: Actor, order_id: str, *, lock: bool = True) -> list[Hold]:
    """Return the actor's holds of an order that have not become visits, in the order of time."""
    if not is_id(order_id):
        raise NotFound
    query = (
        select(Hold)
        .where(Hold.order_id == order_id, col(Hold.used_at).is_(None))
        .order_by(col(Hold.starts_at), col(Hold.position), col(Hold.id))
    )
    holds = list(session.exec(query.with_for_update() if lock else query).all())
    if any(one.held_by != actor.name for one in holds):
        raise NotFound
    return holds


def _refuse_over(session: Session, actor: Actor, holds: Sequence[Hold]) -> OrderRow:
    order = OrderRow(
        id=holds[0].order_id,
        items=read_items(session, actor, holds),
        expires_at=shortest(holds),
        can_extend=not any(one.extended for one in holds),
    )
    if order.expires_at <= clock.now():
        raise HoldLost(order)
    return order


def _refuse_many(session: Session, actor: Actor, more: int) -> None:
    live = session.exec(
        select(Hold.id)
        .where(
            Hold.held_by == actor.name,
            col(Hold.expires_at) > clock.now(),
            col(Hold.used_at).is_(None),
        )
        .limit(MOST_HELD + 1)
    ).all()
    if len(live) + more > MOST_HELD:
        words = _("You can keep {most} times at once. Book these first, or let some go.")
        raise Invalid({"": words.format(most=MOST_HELD)})


def _nothing() -> list[Hold]:
    raise NotFound
