"""The same visit again every few weeks: look at each date first, then keep all of them at once."""

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

from sqlmodel import Session

from portal.booking.catalogue import is_bound
from portal.booking.hold import Wish, hold, let_go, read_order
from portal.booking.hours import bookable_days
from portal.booking.policy import read_policy
from portal.booking.repeat.dates import look_at
from portal.booking.repeat.rows import Chosen, Series, SeriesStart
from portal.booking.repeat.rules import FEWEST, MOST, MOST_WEEKS, plan, plan_dates
from portal.booking.rows import HeldRow, OrderRow, ServiceKind
from portal.booking.start import read_party
from portal.errors import Invalid, NotAllowed
from portal.permissions import Actor
from portal.words import _


def read_start(session: Session, actor: Actor, order_id: str) -> SeriesStart:
    """Return the visit that is to be repeated: the first one that the order keeps.

    Raises:
        NotAllowed: the clinic does not offer it.
        NotFound: no such order, or it is not the actor's.
        HoldLost: it was kept too long.
        Invalid: it is not one visit of one person that is kept.
    """
    _refuse_switched_off(session, actor)
    order = read_order(session, actor, order_id)
    item = _first(order)
    last_on = bookable_days(read_policy(session), ZoneInfo(item.zone))[1]
    return SeriesStart(order, item, read_party(session, actor), last_on)


def preview(
    session: Session,
    actor: Actor,
    order_id: str,
    every: int,
    *,
    times: int | None = None,
    until: date | None = None,
) -> Series:
    """Return each date ``every`` so many weeks, free or not, with other times near it.

    Raises:
        NotAllowed, NotFound, HoldLost, Invalid: as `read_start`, or the numbers make no series.
    """
    start = read_start(session, actor, order_id)
    zone = ZoneInfo(start.item.zone)
    first = start.item.starts_at.astimezone(zone)
    try:
        dates = plan_dates(first.date(), every, times=times, until=until)
    except ValueError:
        words = _("Choose every 1 to {weeks} weeks, and {fewest} to {most} visits.")
        words = words.format(weeks=MOST_WEEKS, fewest=FEWEST, most=MOST)
        raise Invalid({"": words}) from None
    if len(dates) < FEWEST:
        raise Invalid({"until": _("Choose a later date: there would be only one visit.")})
    step = dates[1] - dates[0]
    is_cut = until is not None and dates[-1] + step <= until
    return Series(look_at(session, actor, start, plan(dates, first.time(), zone)), is_cut)


def hold_all(session: Session, actor: Actor, order_id: str, chosen: Sequence[Chosen]) -> OrderRow:
    """Keep the times chosen beside the first one, all or none; earlier choices make room.

    Raises:
        NotAllowed, NotFound, HoldLost, Invalid: as `read_start` and `hold`.
        SlotTaken: one of the times is gone; nothing has changed.
    """
    start = read_start(session, actor, order_id)
    if not FEWEST <= len(chosen) + 1 <= MOST:
        words = _("Choose one date more at least, and {most} visits in all at most.")
        raise Invalid({"": words.format(most=MOST)})
    for one in start.order.items:
        if one.id != start.item.id:
            let_go(session, actor, order_id, one.id)
    wishes = [_wish(start.item, one) for one in chosen]
    return hold(session, actor, wishes, order_id=order_id)


def _wish(item: HeldRow, one: Chosen) -> Wish:
    return Wish(
        item.service.id,
        one.practitioner_id,
        one.starts_at,
        tuple(person.id for person in item.people),
        shown_price_cents=item.price_cents,
    )


def _first(order: OrderRow) -> HeldRow:
    """Return the first visit of an order that is one visit, or one visit again and again."""
    first = order.items[0]
    whom = [person.id for person in first.people]
    for one in order.items:
        alike = one.service.id == first.service.id and [p.id for p in one.people] == whom
        plain = one.service.kind == ServiceKind.INDIVIDUAL and not one.moves_id
        if not (alike and plain and len(whom) == 1):
            words = _("Only one visit of one person can be repeated. Book the others first.")
            raise Invalid({"": words})
    return first


def _refuse_switched_off(session: Session, actor: Actor) -> None:
    if is_bound(actor) and not read_policy(session).recurring:
        words = _("Here you book each visit by itself. Use “Book more” for the next one.")
        raise NotAllowed(words)
