"""What must be true of a calendar, read from every row of it, whatever was done before."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from sqlmodel import Session, select

from portal.booking.units import UNIT_MINUTES, unit_of
from portal.models import (
    ClaimedUnit,
    Gathering,
    Hold,
    OutboxMessage,
    Room,
    Service,
    ServiceNeed,
    Visit,
)
from portal.outbox.kinds import Kind


@dataclass
class Calendar:
    """Everything of a database that has to do with time."""

    visits: Sequence[Visit]
    gatherings: Sequence[Gathering]
    holds: dict[str, Hold]
    units: dict[str, dict[str, set[int]]]  # holder -> resource -> units
    lasting: set[str]  # holders of which some unit has no end
    services: dict[str, Service]
    needs: dict[str, Counter[str]]  # service -> kinds of room
    rooms: dict[str, Room]
    messages: Sequence[OutboxMessage]

    @property
    def live(self) -> list[Visit]:
        """Return the visits that are not cancelled."""
        return [one for one in self.visits if one.cancelled_at is None]

    @property
    def meeting(self) -> dict[str, Gathering]:
        """Return the gatherings that are not cancelled, by id."""
        return {one.id: one for one in self.gatherings if one.cancelled_at is None}


def read_calendar(session: Session) -> Calendar:
    """Read all of it."""
    units: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    lasting: set[str] = set()
    for one in session.exec(select(ClaimedUnit)):
        units[one.held_by][one.resource_id].add(one.unit)
        if one.until_at is None:
            lasting.add(one.held_by)
    needs: dict[str, Counter[str]] = defaultdict(Counter)
    for need in session.exec(select(ServiceNeed)):
        needs[need.service_id][need.kind] += 1
    return Calendar(
        visits=session.exec(select(Visit)).all(),
        gatherings=session.exec(select(Gathering)).all(),
        holds={one.id: one for one in session.exec(select(Hold))},
        units=units,
        lasting=lasting,
        services={one.id: one for one in session.exec(select(Service))},
        needs=needs,
        rooms={one.id: one for one in session.exec(select(Room))},
        messages=session.exec(select(OutboxMessage)).all(),
    )


def overlaps(session: Session) -> int:
    """Count pairs that meet in time: of a practitioner, a patient or a room; and seats too many."""
    all_ = read_calendar(session)
    taken: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for one in (*all_.meeting.values(), *(v for v in all_.live if v.gathering_id is None)):
        taken[one.practitioner_id].append((one.starts_at, one.ends_at))
        for room_id in all_.units[one.id].keys() & all_.rooms.keys():
            taken[room_id].append((one.starts_at, one.ends_at))
    for visit in all_.live:
        taken[visit.patient_id].append((visit.starts_at, visit.ends_at))
    pairs = (pair for times in taken.values() for pair in combinations(sorted(times), 2))
    found = sum(later[0] < earlier[1] for earlier, later in pairs)
    guests = Counter(one.gathering_id for one in all_.live)
    return found + sum(
        max(0, guests[one.id] - one.capacity) for one in all_.gatherings if one.id in guests
    )


def faults(session: Session) -> list[str]:
    """Return a line for everything that contradicts something else."""
    all_ = read_calendar(session)
    return [*_claims(all_), *_strays(all_), *_groups(all_), *_mails(all_)]


def _claims(all_: Calendar) -> Iterator[str]:
    """Every live visit and gathering holds exactly its time, its rooms and its seat."""
    for one in all_.meeting.values():
        yield from _with_rooms(all_, f"{one.kind} {one.id}", one, {})
    for visit in all_.live:
        own = _units(visit, 0, 0)
        if visit.gathering_id is None:
            yield from _with_rooms(all_, f"visit {visit.id}", visit, {visit.patient_id: own})
            continue
        held = dict(all_.units[visit.id])
        seats = held.pop(visit.gathering_id, set())
        is_class = all_.services[visit.service_id].kind == "class"
        if held != {visit.patient_id: own} or len(seats) != is_class:
            yield f"visit {visit.id} in {visit.gathering_id} holds {held}, seats {seats}"


def _with_rooms(
    all_: Calendar, name: str, one: Visit | Gathering, besides: dict[str, set[int]]
) -> Iterator[str]:
    service = all_.services[one.service_id]
    blocked = _units(one, service.buffer_before, service.buffer_after)
    held = {id_: units for id_, units in all_.units[one.id].items() if id_ not in all_.rooms}
    rooms = {id_: units for id_, units in all_.units[one.id].items() if id_ in all_.rooms}
    kinds = Counter(all_.rooms[id_].kind for id_ in rooms)
    if held != {one.practitioner_id: blocked, **besides}:
        yield f"{name} ({service.name}) holds {held} in the place of {blocked} and {besides}"
    if kinds != all_.needs[service.id] or any(units != blocked for units in rooms.values()):
        yield f"{name} ({service.name}) has the rooms {rooms} and needs {all_.needs[service.id]}"


def _units(one: Visit | Gathering, before: int, after: int) -> set[int]:
    first, end = unit_of(one.starts_at), unit_of(one.ends_at)
    return set(range(first - before // UNIT_MINUTES, end + after // UNIT_MINUTES))


def _strays(all_: Calendar) -> Iterator[str]:
    """Nothing is held by what is over, nor for good by what is only kept."""
    standing = {one.id for one in all_.live} | all_.meeting.keys()
    for holder, held in all_.units.items():
        if not held or holder in standing:
            continue
        kept = all_.holds.get(holder)
        if kept is None or kept.used_at or holder in all_.lasting:
            yield f"{holder} holds {dict(held)} and is no visit, gathering or time that is kept"


def _groups(all_: Calendar) -> Iterator[str]:
    """A visit is at the time of its gathering; a group visit has the one who pays."""
    guests: dict[str, set[str]] = defaultdict(set)
    for visit in all_.live:
        if visit.gathering_id is None:
            continue
        guests[visit.gathering_id].add(visit.patient_id)
        there = all_.meeting.get(visit.gathering_id)
        if there is None or _when(there) != _when(visit):
            yield f"visit {visit.id} is not at the time of its gathering {visit.gathering_id}"
    for one in all_.meeting.values():
        if one.kind == "group" and one.primary_id not in guests[one.id]:
            yield f"group visit {one.id} goes on without the one who pays"


def _when(one: Visit | Gathering) -> tuple[object, ...]:
    return one.practitioner_id, one.location_id, one.starts_at, one.ends_at


def _mails(all_: Calendar) -> Iterator[str]:
    """No visit without the mail of its booking, and no mail without its visit."""
    there = {one.id for one in all_.visits}
    told: Counter[str] = Counter()
    for message in all_.messages:
        named = [id_ for id_, _sequence in message.payload.get("visits", ())]
        if message.kind == Kind.VISITS_BOOKED:
            told.update(named)
        yield from (f"mail {message.id} without visit {id_}" for id_ in named if id_ not in there)
    yield from _other_than_once(there, told)


def _other_than_once(ids: Iterable[str], told: Counter[str]) -> Iterator[str]:
    return (f"visit {id_} has {told[id_]} mails of its booking" for id_ in ids if told[id_] != 1)
