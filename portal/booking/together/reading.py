"""What the rules need to know about each day: who works, what is taken, and which rooms there are.

A search usually asks for one service; whatever is read once for a service is read once for each.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select as select_columns
from sqlmodel import Session, col

from portal.booking.free import MOST_ROOMS, Question, ask, taken_between
from portal.booking.hours import working_spans
from portal.booking.rows import ServiceKind
from portal.booking.rules import Besides, Length, free_starts, open_starts
from portal.booking.start import still_kept
from portal.booking.together.day import Need, Opening, PlaceDay, RoomDay
from portal.booking.together.rows import Asked
from portal.booking.units import NOTHING_TAKEN, Span, TakenUnits, unit_of
from portal.errors import Invalid
from portal.models import Location, Practitioner, Room, ServiceNeed
from portal.permissions import Actor
from portal.words import _


@dataclass(frozen=True)
class Plan:
    """What is looked for, and what it needs."""

    needs: tuple[Need, ...]
    questions: Mapping[str, Question]  # by service
    rooms: Sequence[Room]  # of the kinds that are needed, as the engine takes them
    places: Mapping[str, Location]
    practitioners: Mapping[str, Practitioner]
    prices: Mapping[str, int]  # of a service, in cents
    lengths: Mapping[str, Length]  # of a service
    not_before: int  # unit
    busy: Mapping[str, int]  # patient id -> units of what is kept for them in the same order

    @property
    def before(self) -> int:
        """Return the most units that are kept free before a visit."""
        return max(need.before for need in self.needs)

    @property
    def after(self) -> int:
        """Return the most units that are kept free after a visit."""
        return max(need.after for need in self.needs)


def make_plan(
    session: Session,
    actor: Actor,
    asked: Sequence[Asked],
    practitioner_id: str | None,
    mine: str | None,
    beside: str | None,
) -> Plan:
    """Return what is looked for.

    Raises:
        NotFound, NotAllowed: it is not offered, or the actor may not book for one of the people.
        Invalid: one of the services is not for one person at a time.
    """
    people: dict[str, list[str]] = defaultdict(list)
    for one in asked:
        people[one.service_id].append(one.patient_id)
    questions = {
        service_id: ask(session, actor, service_id, practitioner_id, mine=mine, people=who)
        for service_id, who in people.items()
    }
    for question in questions.values():
        if question.service.kind != ServiceKind.INDIVIDUAL:
            raise Invalid({"service": _("This is not for one person at a time. Choose another.")})
    kinds, rooms = _rooms(session, list(questions))
    first = next(iter(questions.values()))
    return Plan(
        needs=tuple(_need(one, questions[one.service_id], kinds) for one in asked),
        questions=questions,
        rooms=rooms,
        places={place.id: place for place in first.places},
        practitioners={one.id: one for q in questions.values() for one in q.practitioners},
        prices={id_: q.service.price_cents for id_, q in questions.items()},
        lengths={id_: question.length for id_, question in questions.items()},
        not_before=first.not_before,
        busy=_kept_units(session, actor, beside),
    )


def _kept_units(session: Session, actor: Actor, order_id: str | None) -> dict[str, int]:
    """Return what an order keeps of each patient's time: a hold claims nothing of it yet."""
    order = still_kept(session, actor, order_id or "")
    busy: dict[str, int] = defaultdict(int)
    for one in order.items if order else ():
        units = range(unit_of(one.starts_at), unit_of(one.ends_at))
        for person in one.people:
            busy[person.id] |= ((1 << len(units)) - 1) << units.start
    return busy


def _need(one: Asked, question: Question, kinds: Mapping[str, tuple[str, ...]]) -> Need:
    length = question.length
    rooms = kinds.get(one.service_id, ())
    return Need(one.patient_id, one.service_id, length.visit, length.before, length.after, rooms)


def _rooms(
    session: Session, service_ids: Sequence[str]
) -> tuple[dict[str, tuple[str, ...]], Sequence[Room]]:
    """Return the kinds of room that each service needs, and all rooms of these kinds."""
    kinds: dict[str, list[str]] = defaultdict(list)
    rooms: dict[str, Room] = {}
    rows = session.execute(
        select_columns(col(ServiceNeed.service_id), col(ServiceNeed.kind), Room)
        .join(Room, (col(Room.kind) == col(ServiceNeed.kind)) & ~col(Room.ended), isouter=True)
        .where(col(ServiceNeed.service_id).in_(service_ids))
        .order_by(col(ServiceNeed.kind), col(Room.id))
        .limit(MOST_ROOMS)
    )
    for service_id, kind, room in rows:
        if kind not in kinds[service_id]:
            kinds[service_id].append(kind)
        if room is not None:
            rooms[room.id] = room
    return {id_: tuple(found) for id_, found in kinds.items()}, list(rooms.values())


def place_days(session: Session, plan: Plan, first_day: date, last_day: date) -> Iterator[PlaceDay]:
    """Yield each day at each place on which somebody works."""
    spans = _spans(session, plan, first_day, last_day)
    every = [span for one in spans.values() for span in one]
    if not every:
        return
    start = min(span.start for span in every) - plan.before
    end = max(span.end for span in every) + plan.after
    first = next(iter(plan.questions.values()))
    people = {need.patient_id for need in plan.needs}
    resources = {*plan.practitioners, *people, *(room.id for room in plan.rooms)}
    taken = taken_between(session, first, resources, start, end)
    groups: dict[tuple[date, str], dict[Span, list[str]]] = defaultdict(dict)
    for service_id, theirs in spans.items():
        for span in theirs:
            groups[span.on, span.location_id].setdefault(span, []).append(service_id)
    for (on, location_id), group in groups.items():
        yield _place_day(plan, on, location_id, group, taken)


def _spans(session: Session, plan: Plan, first_day: date, last_day: date) -> dict[str, list[Span]]:
    return {
        service_id: working_spans(
            session,
            [one.id for one in question.practitioners],
            question.places,
            first_day,
            last_day,
            question.policy,
            service_id=service_id,
            staff=not question.is_bound,
        )
        for service_id, question in plan.questions.items()
    }


def _place_day(
    plan: Plan,
    on: date,
    location_id: str,
    group: Mapping[Span, Sequence[str]],
    taken: Mapping[str, TakenUnits],
) -> PlaceDay:
    """Return one day at one place; ``group`` says which services each working time is for."""
    origin = min(span.start for span in group) - plan.before
    last = max(span.end for span in group)
    end = last + plan.after
    whole = (1 << (end - origin)) - 1

    def is_free(id_: str) -> int:
        kept = TakenUnits(0, plan.busy.get(id_, 0)).within(origin, end)
        return whole & ~kept & ~taken.get(id_, NOTHING_TAKEN).within(origin, end)

    rooms = [room for room in plan.rooms if room.location_id == location_id]
    besides = {
        need.service_id: Besides(
            [
                [taken.get(room.id, NOTHING_TAKEN) for room in rooms if room.kind == kind]
                for kind in need.rooms
            ]
        )
        for need in plan.needs
    }
    has_room = {
        service_id: open_starts(besides[service_id], origin, last, length)
        for service_id, length in plan.lengths.items()
    }
    openings = [
        _opening(plan, span, service_ids, taken, origin, has_room)
        for span, service_ids in _least_busy_first(plan, group, taken)
    ]
    return PlaceDay(
        on=on,
        location_id=location_id,
        origin=origin,
        openings=tuple(one for one in openings if any(one.starts.values())),
        rooms=tuple(RoomDay(room.id, room.kind, is_free(room.id)) for room in rooms),
        free={need.patient_id: is_free(need.patient_id) for need in plan.needs},
    )


def _opening(
    plan: Plan,
    span: Span,
    service_ids: Sequence[str],
    taken: Mapping[str, TakenUnits],
    origin: int,
    has_room: Mapping[str, int],
) -> Opening:
    busy = taken.get(span.practitioner_id, NOTHING_TAKEN)
    starts: dict[str, int] = {}
    for service_id in service_ids:
        free = free_starts(span, busy, plan.lengths[service_id], plan.not_before)
        starts[service_id] = free << (span.start - origin) & has_room[service_id]
    return Opening(span.practitioner_id, span.step, starts)


def _least_busy_first(
    plan: Plan, group: Mapping[Span, Sequence[str]], taken: Mapping[str, TakenUnits]
) -> list[tuple[Span, Sequence[str]]]:
    """Return the working times of a day, whose practitioner has least booked in them first."""
    order = {id_: at for at, id_ in enumerate(plan.practitioners)}
    booked: dict[str, int] = defaultdict(int)
    for span in group:
        units = taken.get(span.practitioner_id, NOTHING_TAKEN).within(span.start, span.end)
        booked[span.practitioner_id] += units.bit_count()

    def rank(one: tuple[Span, Sequence[str]]) -> tuple[int, int, int]:
        who = one[0].practitioner_id
        return booked[who], order[who], one[0].start

    return sorted(group.items(), key=rank)
