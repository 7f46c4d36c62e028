"""Free starts of a service: read who works and what is taken, then ask the rules."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import String, cast, func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.catalogue import is_bound, offered_by
from portal.booking.hours import list_places, working_spans
from portal.booking.policy import read_policy
from portal.booking.rules import Besides, Length, share_out, spread
from portal.booking.units import (
    NOTHING_TAKEN,
    UNIT_MINUTES,
    Span,
    TakenUnits,
    first_unit_from,
    unit_of,
)
from portal.errors import NotFound
from portal.models import (
    BookingPolicy,
    ClaimedUnit,
    Hold,
    Location,
    Practitioner,
    Room,
    Service,
    ServiceNeed,
)
from portal.permissions import Action, Actor, require

MOST_ROOMS = 500


@dataclass(frozen=True)
class Question:
    """Who asks for free times of which service, with whom, and what counts as free for them."""

    actor: Actor | None
    policy: BookingPolicy
    places: Sequence[Location]
    service: Service
    practitioners: Sequence[Practitioner]
    mine: str | None = None  # an order of the actor: what it holds is free
    people: tuple[str, ...] = ()  # who is to come; they have to be free too

    @property
    def is_bound(self) -> bool:
        """Say whether the rules of online booking bind whoever asks."""
        return is_bound(self.actor)

    @property
    def length(self) -> Length:
        """Return how much time the service takes."""
        minutes = (self.service.minutes, self.service.buffer_before, self.service.buffer_after)
        return Length(*(number // UNIT_MINUTES for number in minutes))

    @property
    def not_before(self) -> int:
        """Return the first unit at which a visit may begin, by the clock alone."""
        now = clock.now()
        if not self.is_bound:
            return first_unit_from(now)
        notice = timedelta(minutes=self.policy.lead_minutes)
        return max(first_unit_from(now + notice), unit_of(now) + 1)


def ask(
    session: Session,
    actor: Actor | None,
    service_id: str,
    practitioner_id: str | None = None,
    *,
    mine: str | None = None,
    people: Sequence[str] = (),
) -> Question:
    """Return the question for times of a service, with one practitioner or with anyone.

    Raises:
        NotFound: no such service, or that practitioner does not give it.
        NotFound, NotAllowed: the actor may not book for one of the people.
    """
    policy = read_policy(session)
    practitioners = offered_by(session, actor, service_id, practitioner_id, policy=policy)
    if not practitioners:
        raise NotFound
    if actor is None:
        mine, people = None, ()
    else:
        for patient_id in people:
            require(session, actor, Action.VISIT_BOOK, patient_id)
    return Question(
        actor=actor,
        policy=policy,
        places=list_places(session),
        service=session.get_one(Service, service_id),
        practitioners=practitioners,
        mine=mine,
        people=tuple(people),
    )


def free_units(
    session: Session,
    question: Question,
    first_day: date,
    last_day: date,
    *,
    each: bool = False,
    spread_out: bool = False,
) -> Iterator[list[tuple[int, Span]]]:
    """Yield the free starts of each day at each place that has some, in the order of time.

    A start comes once for a place, with whom it would be; with ``each`` once for every practitioner
    who is free then, each of them in a list of their own. Days are those of the place.
    """
    order = {one.id: at for at, one in enumerate(question.practitioners)}
    spans = working_spans(
        session,
        list(order),
        question.places,
        first_day,
        last_day,
        question.policy,
        service_id=question.service.id,
        staff=not question.is_bound,
    )
    if not spans:
        return
    rooms = _rooms(session, question.service.id)
    taken = taken_units(session, question, spans, [id_ for kinds in rooms for id_, _at in kinds])
    length, not_before = question.length, question.not_before
    people = [taken.get(id_, NOTHING_TAKEN) for id_ in question.people]
    besides = {
        place.id: Besides(
            [
                [taken.get(id_, NOTHING_TAKEN) for id_, at in kind if at == place.id]
                for kind in rooms
            ],
            people,
        )
        for place in question.places
    }
    groups: dict[tuple[date, str, str], list[Span]] = defaultdict(list)
    for span in spans:
        groups[span.on, span.location_id, span.practitioner_id if each else ""].append(span)
    for (_on, location_id, _who), group in groups.items():
        starts = share_out(group, taken, order, length, not_before, besides[location_id])
        if spread_out:
            starts = spread(starts, length.visit)
        if starts:
            yield starts


def taken_units(
    session: Session, question: Question, spans: Sequence[Span], besides: Sequence[str] = ()
) -> dict[str, TakenUnits]:
    """Return what is taken around these spans, of their practitioners, the people and ``besides``.

    What a hold claims is free again when the hold is over. One walk along the primary key.
    """
    length = question.length
    start = min(span.start for span in spans) - length.before
    end = max(span.end for span in spans) + length.after
    resources = {span.practitioner_id for span in spans} | {*question.people, *besides}
    return taken_between(session, question, resources, start, end)


def taken_between(
    session: Session, question: Question, resources: Collection[str], start: int, end: int
) -> dict[str, TakenUnits]:
    """Return what is taken of some resources from unit ``start`` up to but not ``end``.

    One walk along the primary key, which knows nothing of holds that are over; those are few, and
    are taken out afterwards.
    """
    query = (
        select_columns(
            col(ClaimedUnit.resource_id),
            # One row for each of them instead of one for each unit: half the time in all.
            func.aggregate_strings(cast(col(ClaimedUnit.unit), String), ","),
        )
        .where(
            col(ClaimedUnit.resource_id).in_(resources),
            col(ClaimedUnit.unit) >= start,
            col(ClaimedUnit.unit) < end,
        )
        .group_by(col(ClaimedUnit.resource_id))
    )
    taken = {
        id_: TakenUnits.of(map(int, units.split(",")), start, end)
        for id_, units in session.execute(query)
    }
    for id_, units in _free_again(session, question).items():
        if id_ in taken:
            freed = TakenUnits.of(units, start, end)
            taken[id_] = TakenUnits(start, taken[id_].mask & ~freed.mask)
    return taken


def _free_again(session: Session, question: Question) -> dict[str, list[int]]:
    """Return the units of holds that are over, and of the actor's own order, by resource."""
    over = col(ClaimedUnit.until_at) <= clock.now()
    queries = [select(ClaimedUnit.resource_id, ClaimedUnit.unit).where(over)]
    if question.mine:
        mine = col(ClaimedUnit.held_by).in_(held_by_order(question))
        queries.append(select(ClaimedUnit.resource_id, ClaimedUnit.unit).where(mine))
    found: dict[str, list[int]] = defaultdict(list)
    for query in queries:
        for id_, unit in session.exec(query):
            found[id_].append(unit)
    return found


def held_by_order(question: Question):
    """Return the query for the holds of the actor's own order."""
    return select(Hold.id).where(
        col(Hold.order_id) == question.mine,
        col(Hold.held_by) == (question.actor.name if question.actor else ""),
    )


def _rooms(session: Session, service_id: str) -> list[list[tuple[str, str]]]:
    """Return, for each kind of room that a service needs, the rooms and where they are."""
    rows = session.execute(
        select_columns(col(ServiceNeed.kind), col(Room.id), col(Room.location_id))
        .join(
            Room,
            (col(Room.kind) == col(ServiceNeed.kind)) & col(Room.ended).is_(False),
            isouter=True,
        )
        .where(col(ServiceNeed.service_id) == service_id)
        .limit(MOST_ROOMS)
    )
    kinds: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, room_id, location_id in rows:
        kinds[kind].extend([(room_id, location_id)] if room_id else [])
    return list(kinds.values())
