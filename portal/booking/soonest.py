"""The next free time: of each practitioner, after some moment, or nearest to one that is gone."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session

from portal.booking.free import Question, ask, free_units
from portal.booking.rows import ServiceKind, Slot
from portal.booking.rules import APART
from portal.booking.slots import make_slot, slots
from portal.booking.units import UNIT_MINUTES
from portal.booking.window import is_in_part, window_of
from portal.booking.zones import viewer_zone
from portal.permissions import Actor

SOONEST_DAYS = 14
AT_ONCE = 14  # days that are looked through in one go
NEAR_DAYS = (2, 14)  # on either side of a time that is gone: near first, then further
ONE_DAY = timedelta(days=1)


def find_soonest(session: Session, actor: Actor | None, service_id: str) -> dict[str, Slot]:
    """Return each practitioner's first free start in the coming two weeks, by practitioner id.

    Raises:
        NotFound: no such service.
    """
    question = ask(session, actor, service_id)
    zone = viewer_zone(session, actor)
    first = _first_day(question)
    found: dict[str, Slot] = {}
    for slot in _soonest(session, question, first, first + timedelta(days=SOONEST_DAYS), zone):
        best = found.get(slot.practitioner_id)
        if best is None or slot.starts_at < best.starts_at:
            found[slot.practitioner_id] = slot
    return found


def _soonest(
    session: Session, question: Question, first_day: date, last_day: date, zone: str | None
) -> Iterator[Slot]:
    """Yield the first free start of each practitioner, day and place."""
    if question.service.kind == ServiceKind.CLASS:
        yield from slots(session, question, first_day, last_day, None)
        return
    who = {one.id: one for one in question.practitioners}
    where = {one.id: one for one in question.places}
    for starts in free_units(session, question, first_day, last_day, each=True):
        unit, span = starts[0]
        yield make_slot(unit, who[span.practitioner_id], where[span.location_id], zone)


def next_available(
    session: Session,
    actor: Actor | None,
    service_id: str,
    practitioner_id: str | None,
    after: datetime,
    *,
    part: str = "",
    mine: str | None = None,
    people: Sequence[str] = (),
) -> Slot | None:
    """Return the first free start that is not before ``after``, up to the last day there is.

    Raises:
        NotFound, NotAllowed: as `find_times`.
    """
    question = ask(session, actor, service_id, practitioner_id, mine=mine, people=people)
    zone = viewer_zone(session, actor)
    window = window_of(question.places, question.policy, None, staff=not question.is_bound)
    first_day = max(window.first_on, _day(after) - ONE_DAY)
    while first_day <= window.last_on:
        last_day = min(first_day + timedelta(days=AT_ONCE - 1), window.last_on)
        found = [
            slot
            for slot in _in_clinic_days(session, question, first_day, last_day, zone)
            if slot.starts_at >= after and is_in_part(slot.starts_shown.hour, part)
        ]
        if found:
            return min(found, key=_by_time)
        first_day = last_day + ONE_DAY
    return None


def nearest(
    session: Session,
    actor: Actor | None,
    service_id: str,
    practitioner_id: str | None,
    starts_at: datetime,
    count: int = 3,
    *,
    mine: str | None = None,
    people: Sequence[str] = (),
) -> tuple[Slot, ...]:
    """Return the free starts nearest to a time, that time itself if it is free, in order of time.

    They lie half an hour apart, or as far as a shorter visit is long; for "choose one of these".

    Raises:
        NotFound, NotAllowed: as `find_times`.
    """
    question = ask(session, actor, service_id, practitioner_id, mine=mine, people=people)
    zone = viewer_zone(session, actor)
    window = window_of(question.places, question.policy, None, staff=not question.is_bound)
    apart = timedelta(minutes=UNIT_MINUTES * min(APART, question.length.visit))
    kept: list[Slot] = []
    for days in NEAR_DAYS:
        around = timedelta(days=days)
        first_day = max(window.first_on, min(_day(starts_at) - around, window.last_on - around))
        last_day = min(window.last_on, max(_day(starts_at), window.first_on) + around)
        found = list(_in_clinic_days(session, question, first_day, last_day, zone))
        kept = _nearest(found, starts_at, apart, count)
        if len(kept) == count:
            break
    return tuple(sorted(kept, key=_by_time))


def _nearest(
    found: Sequence[Slot], starts_at: datetime, apart: timedelta, count: int
) -> list[Slot]:
    """Keep the nearest of some starts, none of them close to another that was kept."""
    kept: list[Slot] = []
    for slot in sorted(found, key=lambda one: (abs(one.starts_at - starts_at), *_by_time(one))):
        if all(abs(slot.starts_at - one.starts_at) >= apart for one in kept):
            kept.append(slot)
            if len(kept) == count:
                break
    return kept


def _in_clinic_days(
    session: Session, question: Question, first_day: date, last_day: date, zone: str | None
) -> Iterator[Slot]:
    """Yield every free start on some days of the places, whatever the viewer's calendar says."""
    for slot in slots(session, question, first_day, last_day, None, every_start=True):
        yield replace(slot, shown_zone=zone)


def _first_day(question: Question) -> date:
    staff = not question.is_bound
    return window_of(question.places, question.policy, None, staff=staff).first_on


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _by_time(slot: Slot) -> tuple[object, ...]:
    return slot.starts_at, slot.location_name, slot.practitioner_id
