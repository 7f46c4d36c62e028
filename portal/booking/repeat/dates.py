"""How it stands with each date of a series, read in a few questions for all of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, or_, select

from portal.booking.free import Question, ask
from portal.booking.hours import working_spans
from portal.booking.repeat.rows import Date, Occurrence, SeriesStart
from portal.booking.repeat.rules import MOST_OTHERS, NEAR, Planned
from portal.booking.rows import HeldRow, Slot
from portal.booking.slots import slots
from portal.booking.units import UNIT_MINUTES, Span, unit_of
from portal.booking.zones import viewer_zone
from portal.models import Holiday
from portal.permissions import Actor


@dataclass(frozen=True)
class _Free:
    """What is free on the days around a series."""

    theirs: dict[datetime, Slot]  # with the practitioner of the first visit, for that person
    anybody: Collection[datetime]  # the same, for somebody who has no other visits
    spans: Sequence[Span]  # when the practitioner works at that place
    holidays: dict[date, str]
    last_on: date


def look_at(
    session: Session, actor: Actor, start: SeriesStart, planned: Sequence[Planned]
) -> tuple[Occurrence, ...]:
    """Return how it stands with each date; the first one is kept already."""
    item, zone = start.item, viewer_zone(session, actor)
    question = ask(
        session,
        actor,
        item.service.id,
        item.practitioner_id,
        mine=start.order.id,
        people=[person.id for person in item.people],
    )
    first_day, last_day = planned[0].on, min(planned[-1].on, start.last_on)
    free = _read_free(session, question, start, first_day, last_day)
    found = [_occurrence(one, number, item, free) for number, one in enumerate(planned, 1)]
    missing = [one.on for one in found if not one.slot and one.state not in _NO_OTHERS]
    if missing:
        near = _near(session, actor, start, min(missing), max(missing))
        found = [_with_others(one, item, free, near) for one in found]
    return tuple(_as_seen(one, zone) for one in found)


_NO_OTHERS = (Date.KEPT, Date.TOO_FAR)


def _read_free(
    session: Session, question: Question, start: SeriesStart, first_day: date, last_day: date
) -> _Free:
    first, last = first_day - NEAR, last_day + NEAR
    place = start.item.location_id
    anyone = replace(question, people=())
    theirs = slots(session, question, first, last, None, every_start=True)
    spans = working_spans(
        session,
        [start.item.practitioner_id],
        question.places,
        first,
        last,
        question.policy,
        service_id=question.service.id,
        staff=not question.is_bound,
    )
    return _Free(
        theirs={one.starts_at: one for one in theirs if one.location_id == place},
        anybody={
            one.starts_at
            for one in slots(session, anyone, first, last, None, every_start=True)
            if one.location_id == place
        },
        spans=[span for span in spans if span.location_id == place],
        holidays=_holidays(session, place, first_day, last_day),
        last_on=start.last_on,
    )


def _holidays(session: Session, place: str, first_day: date, last_day: date) -> dict[date, str]:
    here = or_(col(Holiday.location_id).is_(None), col(Holiday.location_id) == place)
    rows = session.exec(
        select(Holiday).where(col(Holiday.on_date).between(first_day, last_day), here).limit(366)
    ).all()
    return {one.on_date: one.name for one in rows}


def _occurrence(one: Planned, number: int, item: HeldRow, free: _Free) -> Occurrence:
    """Say how it stands with a date, without looking for others."""
    at, slot = one.starts_at, None
    if number == 1:
        state = Date.KEPT
    elif one.on > free.last_on:
        state = Date.TOO_FAR
    elif one.on in free.holidays:
        state = Date.CLOSED
    elif at is None:
        state = Date.SKIPPED
    elif at in free.theirs:
        state, slot = Date.FREE, free.theirs[at]
    elif at in free.anybody:
        state = Date.BUSY
    else:
        state = Date.TAKEN if _works(free.spans, at, item) else Date.AWAY
    return Occurrence(number, one.on, at, state, slot, holiday=free.holidays.get(one.on, ""))


def _works(spans: Sequence[Span], at: datetime, item: HeldRow) -> bool:
    first = unit_of(at)
    end = first + item.service.minutes // UNIT_MINUTES
    return any(span.start <= first and end <= span.end for span in spans)


def _near(
    session: Session, actor: Actor, start: SeriesStart, first: date, last: date
) -> list[Slot]:
    """Return free times at that place with anybody who gives the service."""
    people = [person.id for person in start.item.people]
    question = ask(session, actor, start.item.service.id, mine=start.order.id, people=people)
    last = min(last + NEAR, start.last_on)
    found = slots(session, question, first - NEAR, last, None, every_start=True)
    return [one for one in found if one.location_id == start.item.location_id]


def _with_others(
    one: Occurrence, item: HeldRow, free: _Free, anybody: Sequence[Slot]
) -> Occurrence:
    """Add the times nearest to a date: that practitioner's first where two are as near."""
    if one.slot or one.state in _NO_OTHERS:
        return one
    zone = ZoneInfo(item.zone)
    wanted = one.starts_at or datetime.combine(one.on, item.starts_at.astimezone(zone).time(), zone)

    def distance(slot: Slot) -> tuple[timedelta, bool, datetime]:
        is_other = slot.practitioner_id != item.practitioner_id
        return abs(slot.starts_at - wanted.astimezone(UTC)), is_other, slot.starts_at

    near: dict[datetime, Slot] = {}
    for slot in sorted([*free.theirs.values(), *anybody], key=distance):
        on = slot.starts_local.date()
        if abs(on - one.on) <= NEAR and len(near) < MOST_OTHERS and _is_apart(near, slot):
            near[slot.starts_at] = slot
    return replace(one, others=tuple(near[at] for at in sorted(near)))


def _is_apart(near: Collection[datetime], slot: Slot) -> bool:
    """Tell whether a time differs enough from those that are offered already."""
    return all(abs(slot.starts_at - at) >= timedelta(minutes=30) for at in near)


def _as_seen(one: Occurrence, zone: str | None) -> Occurrence:
    return replace(
        one,
        slot=replace(one.slot, shown_zone=zone) if one.slot else None,
        others=tuple(replace(slot, shown_zone=zone) for slot in one.others),
    )
