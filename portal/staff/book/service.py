"""Book for patients at the desk: who comes, what is offered when, and all of it in one go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from pydantic import Field
from sqlmodel import Session, col, select

from portal.booking.book import book_group, book_visit
from portal.booking.catalogue import list_practitioners, list_services
from portal.booking.hold import Wish, hold
from portal.booking.order import MOST_NOTE, book_order
from portal.booking.policy import MOST_IN_GROUP
from portal.booking.rows import ServiceKind, ServiceRow, Slot
from portal.booking.times import find_times
from portal.booking.units import UNIT_MINUTES
from portal.errors import Invalid, NotFound
from portal.forms import Form
from portal.ids import Id, is_id
from portal.models import Gathering, Service, Visit
from portal.once import first_time
from portal.permissions import Action, Actor, require
from portal.staff.book.rules import starts_of_run, thinned
from portal.staff.patients.service import FoundPatient, describe
from portal.staff.rights import require_staff
from portal.staff.typed import long_text
from portal.visits.rows import VisitRow
from portal.visits.service import get_visit
from portal.words import _

LATEST = 4_102_444_800  # epoch seconds: the year 2100


class BookForm(Form):
    """Who comes to what, with whom and when; the first of the people pays for a group visit."""

    people: Annotated[list[Id], Field(min_length=1, max_length=MOST_IN_GROUP)]
    service_id: Id
    practitioner_id: Id
    at: Annotated[int, Field(ge=0, le=LATEST)]
    price_cents: Annotated[int, Field(ge=0)]
    note: Annotated[str, long_text(MOST_NOTE)] = ""

    @property
    def starts_at(self) -> datetime:
        """Return the start, in UTC."""
        return datetime.fromtimestamp(self.at, UTC)


@dataclass(frozen=True)
class Wanted:
    """What somebody at the desk looks for."""

    service_id: str
    practitioner_id: str  # empty: anyone
    on: date
    people: tuple[str, ...] = ()
    keep: int | None = None  # a start, in epoch seconds, that is shown if it is free
    every: bool = False  # each start, also close to another


@dataclass(frozen=True)
class Times:
    """The starts of one day."""

    service: ServiceRow
    practitioners: tuple[tuple[str, str], ...]  # who gives it: id and name
    slots: tuple[Slot, ...]


def read_people(session: Session, actor: Actor, ids: Sequence[str]) -> tuple[FoundPatient, ...]:
    """Return the patients with these ids, in that order, as far as the actor may book for them.

    Raises:
        NotFound, NotAllowed: the actor may not book for one of them.
    """
    require_staff(actor)
    ids = list(dict.fromkeys(ids))[:MOST_IN_GROUP]
    for one in ids:
        if not is_id(one):
            raise NotFound
        require(session, actor, Action.VISIT_BOOK, one)
    found = {str(one.id): one for one in describe(session, ids)}
    return tuple(found[one] for one in ids)


def read_class(session: Session, actor: Actor, gathering_id: str) -> tuple[str, str, datetime]:
    """Return the service, the practitioner and the start of a class.

    Raises:
        NotFound: there is no such class any more.
    """
    one = session.get(Gathering, gathering_id) if is_id(gathering_id) else None
    if one is None or one.cancelled_at or one.kind != ServiceKind.CLASS or actor.kind != "staff":
        raise NotFound
    return one.service_id, one.practitioner_id, one.starts_at


def list_offered(session: Session, actor: Actor) -> tuple[ServiceRow, ...]:
    """List every service that staff can book."""
    return tuple(one for group in list_services(session, actor) for one in group.services)


def find_starts(session: Session, actor: Actor, wanted: Wanted) -> Times:
    """Return the free starts of a day; for several people those at which all fit.

    Raises:
        NotFound: no such service, or that practitioner does not give it.
        Invalid: that day is too far away.
        NotFound, NotAllowed: the actor may not book for one of the people.
    """
    services = {one.id: one for one in list_offered(session, actor)}
    service = services.get(wanted.service_id)
    if service is None:
        raise NotFound
    in_a_row = len(wanted.people) > 1 and service.kind is ServiceKind.INDIVIDUAL
    [day] = find_times(
        session,
        actor,
        service.id,
        wanted.practitioner_id or None,
        wanted.on,
        1,
        every_start=True,
        people=() if in_a_row else wanted.people,
    )
    slots: Sequence[Slot] = day.slots
    if in_a_row:
        each = _length(session, service.id) // UNIT_MINUTES
        slots = starts_of_run(slots, each, len(wanted.people))
    if service.kind is ServiceKind.CLASS:
        slots = [one for one in slots if (one.seats_left or 0) >= len(wanted.people)]
    elif not wanted.every:
        slots = thinned(slots, wanted.keep)
    who = list_practitioners(session, actor, service.id)
    return Times(service, tuple((one.id, one.name) for one in who), tuple(slots))


def book_for(session: Session, actor: Actor, form: BookForm) -> tuple[VisitRow, ...]:
    """Book for everybody on the form, or for nobody: one visit, a group visit, or seats of a class.

    Several people with a service for one come one after the other. Sent twice it books once.

    Raises:
        NotFound, NotAllowed: the actor may not book for one of them.
        Invalid: the time is not offered, somebody has another visit then, or the price has changed.
        SlotTaken: somebody else has just booked it.
    """
    if actor.kind != "staff":
        raise NotFound
    service = session.get(Service, form.service_id)
    if service is None:
        raise NotFound
    when = (form.service_id, form.practitioner_id, form.starts_at)
    if service.price_cents != form.price_cents:
        raise Invalid({"": _("The price has changed. Nothing was booked. Look again, please.")})
    key = form.request_key
    if service.kind == ServiceKind.GROUP:
        return book_group(session, actor, form.people, *when, key, note=form.note)
    if len(form.people) == 1:
        return (book_visit(session, actor, form.people[0], *when, key, note=form.note),)
    if not first_time(session, actor, key, form):
        return _booked_before(session, actor, key)
    each = timedelta(minutes=_length(session, service.id))
    step = timedelta() if service.kind == ServiceKind.CLASS else each
    wishes = [
        Wish(form.service_id, form.practitioner_id, form.starts_at + number * step, people=(one,))
        for number, one in enumerate(form.people)
    ]
    order = hold(session, actor, wishes)
    return book_order(session, actor, order.id, key, note=form.note)


def _length(session: Session, service_id: str) -> int:
    """Return how many minutes lie between the starts of two visits that follow one another."""
    one = session.get_one(Service, service_id)
    return one.minutes + max(one.buffer_before + one.buffer_after, 0)


def _booked_before(session: Session, actor: Actor, key: str) -> tuple[VisitRow, ...]:
    query = select(Visit.id).where(
        Visit.booked_by == actor.name, col(Visit.request_key).startswith(f"{key}.")
    )
    ids = session.exec(query.order_by(col(Visit.starts_at), col(Visit.id))).all()
    return tuple(get_visit(session, actor, id_) for id_ in ids)
