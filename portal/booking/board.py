"""What the page of times shows beside the times: the service, who gives it, for whom, and when."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from portal.booking.choice import Offered, look_up_service
from portal.booking.choices import Choices
from portal.booking.rows import Day, HeldRow, OrderRow, Slot, Window
from portal.booking.start import Party, read_party, still_kept
from portal.booking.terms import Terms, read_terms
from portal.booking.times import booking_window, find_soonest, find_times, month
from portal.booking.zones import viewer_zone
from portal.permissions import Actor
from portal.visits.rows import PersonRow, VisitRow
from portal.visits.service import get_visit

WEEK = 7


@dataclass(frozen=True)
class Board:
    """Everything that the page of times begins with."""

    offered: Offered
    soonest: dict[str, Slot]  # practitioner id -> their first free start
    window: Window
    zone: str | None  # the viewer's own
    party: Party
    people: tuple[PersonRow, ...]  # chosen so far
    terms: Terms
    order: OrderRow | None
    changed: HeldRow | None  # the kept time that another is chosen for
    moved: VisitRow | None  # the visit that another time is chosen for


def read_board(session: Session, actor: Actor, chosen: Choices) -> Board:
    """Return what belongs to the choices of an address.

    Raises:
        NotFound: the service is not offered, or a person or visit is not the actor's to book for.
    """
    moved = get_visit(session, actor, chosen.move) if chosen.move else None
    order = still_kept(session, actor, chosen.order)
    items = order.items if order else ()
    party = read_party(session, actor)
    ids = (moved.person.id,) if moved else chosen.people
    return Board(
        offered=look_up_service(session, actor, chosen.service),
        soonest=find_soonest(session, actor, chosen.service),
        window=booking_window(session, actor),
        zone=viewer_zone(session, actor),
        party=party,
        people=party.chosen(ids),
        terms=read_terms(session, actor),
        order=order,
        changed=next((one for one in items if one.id == chosen.instead), None),
        moved=moved,
    )


@dataclass(frozen=True)
class Look:
    """Which times are looked at."""

    service_id: str
    practitioner_id: str | None  # None: anyone
    first_on: date
    view: str = "week"
    part: str = ""
    people: tuple[str, ...] = ()  # their own visits are in the way
    mine: str | None = None  # what this order keeps counts as free


@dataclass(frozen=True)
class Period:
    """The times of a week, or how many each day of a month has."""

    first_on: date
    last_on: date
    days: tuple[Day, ...]
    counts: tuple[tuple[date, int], ...]
    window: Window


def read_period(session: Session, actor: Actor, look: Look) -> Period:
    """Return the week or month that ``look`` begins in, moved to where one can book.

    Raises:
        NotFound, NotAllowed: as `find_times` says.
    """
    window = booking_window(session, actor)
    first = max(window.first_on, min(look.first_on, window.last_on))
    who, about = look.practitioner_id, {"part": look.part, "people": look.people}
    if look.view == "month":
        counts = month(session, actor, look.service_id, who, first, **about)
        return Period(counts[0][0], counts[-1][0], (), counts, window)
    days = find_times(session, actor, look.service_id, who, first, WEEK, mine=look.mine, **about)
    return Period(first, first + timedelta(days=WEEK - 1), days, (), window)
