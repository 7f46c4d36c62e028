"""What the last steps show: the times that are kept, and what became of those that were."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from portal.booking.hold import Wish, hold, let_go, read_order
from portal.booking.rows import HeldRow, OrderRow, Slot
from portal.booking.start import Party, read_party, still_kept
from portal.booking.terms import Terms, read_terms
from portal.booking.times import nearest
from portal.errors import Invalid, NotFound
from portal.permissions import Actor
from portal.visits.rows import VisitRow
from portal.visits.service import get_visit


@dataclass(frozen=True)
class Kept:
    """An order with all that is said about it before it is booked."""

    order: OrderRow
    party: Party
    terms: Terms
    moved: dict[str, VisitRow]  # by the id of the visit that is to be moved


@dataclass(frozen=True)
class Lost:
    """A time that was not kept any longer, and the free ones nearest to it."""

    item: HeldRow
    near: tuple[Slot, ...]


def keep(
    session: Session,
    actor: Actor,
    wishes: Sequence[Wish],
    order_id: str = "",
    instead: Sequence[str] = (),
) -> tuple[OrderRow, tuple[str, ...]]:
    """Keep times, beside what an order has already; ``instead`` are holds of it that make room.

    An order that has run out meanwhile is begun anew. Returns the order and the new holds in it.

    Raises:
        NotFound, NotAllowed, Invalid, SlotTaken: as `hold` says; then nothing has changed.
    """
    there = still_kept(session, actor, order_id)
    before = {one.id for one in there.items} if there else set()
    # The order itself lives as long as one of its times.
    first, *others = sorted(before.intersection(instead)) or [None]
    for one in others:
        let_go(session, actor, order_id, one)
    order = hold(session, actor, wishes, order_id=order_id if there else None, instead_of=first)
    return order, tuple(one.id for one in order.items if one.id not in before)


def take_off(session: Session, actor: Actor, order_id: str, hold_id: str) -> OrderRow | None:
    """Let go of one time of an order, if it is still in it; return what is left, if anything."""
    there = still_kept(session, actor, order_id)
    if there and any(one.id == hold_id for one in there.items):
        return let_go(session, actor, order_id, hold_id)
    return there


def read_kept(session: Session, actor: Actor, order_id: str) -> Kept:
    """Return what is kept for the actor.

    Raises:
        NotFound: no such order, it is not theirs, or it was booked already.
        HoldLost: it has run out.
    """
    order, party = read_order(session, actor, order_id), read_party(session, actor)
    moves = {one.moves_id for one in order.items if one.moves_id}
    return Kept(
        replace(order, items=_by_time(order.items, party)),
        party,
        read_terms(session, actor),
        {visit_id: get_visit(session, actor, visit_id) for visit_id in moves},
    )


def read_lost(session: Session, actor: Actor, items: Sequence[HeldRow]) -> tuple[Lost, ...]:
    """Return the free times nearest to each that was lost; itself, where it is still free."""
    return tuple(Lost(one, _nearest(session, actor, one)) for one in items)


def keep_again(
    session: Session, actor: Actor, items: Sequence[HeldRow], slots: Sequence[Slot]
) -> OrderRow:
    """Keep a time for each that was lost, all or none of them.

    Raises:
        NotFound, NotAllowed, Invalid, SlotTaken: as `hold` says.
    """
    if len(items) != len(slots):
        raise NotFound
    return hold(session, actor, [_wish(one, to) for one, to in zip(items, slots, strict=True)])


def _by_time(items: Sequence[HeldRow], party: Party) -> tuple[HeldRow, ...]:
    """Return what is kept in the order of time, at one time in the order of the family."""
    place = {one.id: at for at, one in enumerate(party.people)}

    def key(one: HeldRow) -> tuple[datetime, int]:
        return one.starts_at, min((place.get(who.id, 0) for who in one.people), default=0)

    return tuple(sorted(items, key=key))


def _nearest(session: Session, actor: Actor, one: HeldRow) -> tuple[Slot, ...]:
    try:
        return nearest(session, actor, one.service.id, one.practitioner_id, one.starts_at)
    except (NotFound, Invalid):  # the clinic has stopped offering it meanwhile
        return ()


def _wish(one: HeldRow, to: Slot) -> Wish:
    return Wish(
        service_id=one.service.id,
        practitioner_id=to.practitioner_id,
        starts_at=to.starts_at,
        people=tuple(person.id for person in one.people),
        gathering_id=to.gathering_id,
        moves_id=one.moves_id,
    )
