"""Classes: times that the clinic has set, with the seats that are left."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.free import Question, held_by_order, taken_between
from portal.booking.hours import bookable_days, working_spans
from portal.booking.units import NOTHING_TAKEN, Span, instant_of, unit_of
from portal.models import BookingPolicy, ClaimedUnit, Gathering, Location

MOST_CLASSES = 2_000
ONE_DAY = timedelta(days=1)


def open_classes(
    session: Session, question: Question, first_day: date, last_day: date
) -> Iterator[tuple[Gathering, int, date]]:
    """Yield each class that has a seat left, how many, and its day at the place, in order of time.

    Not those of somebody who is away then, nor those at which one of the people has a visit.
    Patients see those on days that can be booked, and not too soon, as for any other visit.
    """
    found = session.exec(
        select(Gathering)
        .where(
            Gathering.service_id == question.service.id,
            col(Gathering.practitioner_id).in_([one.id for one in question.practitioners]),
            col(Gathering.location_id).in_([one.id for one in question.places]),
            col(Gathering.cancelled_at).is_(None),
            col(Gathering.starts_at) >= instant_of(question.not_before),
            # The calendar of a place may be a day ahead of or behind UTC.
            col(Gathering.starts_at) >= datetime.combine(first_day, time(), UTC) - ONE_DAY,
            col(Gathering.starts_at) < datetime.combine(last_day, time(), UTC) + 2 * ONE_DAY,
        )
        .order_by(col(Gathering.starts_at), col(Gathering.id))
        .limit(MOST_CLASSES)
    ).all()
    found = at_work(session, found, question.places, question.policy)
    found = _without_visits_of(session, question, found)
    taken = _seats_taken(session, question, [one.id for one in found])
    zones = {place.id: ZoneInfo(place.zone) for place in question.places}
    for one in found:
        zone = zones[one.location_id]
        on = one.starts_at.astimezone(zone).date()
        first, last = first_day, last_day
        if question.is_bound:
            bound_first, bound_last = bookable_days(question.policy, zone)
            first, last = max(first, bound_first), min(last, bound_last)
        left = one.capacity - taken.get(one.id, 0)
        if left > 0 and first <= on <= last:
            yield one, left, on


def at_work(
    session: Session,
    classes: Sequence[Gathering],
    places: Sequence[Location],
    policy: BookingPolicy,
) -> list[Gathering]:
    """Return those of classes, in order of time, in which their practitioner works there.

    Not in time off, on a closed day, or after a shift was changed.
    """
    if not classes:
        return []
    spans = working_spans(
        session,
        sorted({one.practitioner_id for one in classes}),
        places,
        classes[0].starts_at.date() - ONE_DAY,
        classes[-1].starts_at.date() + ONE_DAY,
        policy,
        staff=True,
    )
    hours: dict[tuple[str, str], list[Span]] = defaultdict(list)
    for span in spans:
        hours[span.practitioner_id, span.location_id].append(span)
    return [one for one in classes if _covers(hours[one.practitioner_id, one.location_id], one)]


def _covers(spans: Sequence[Span], one: Gathering) -> bool:
    """Say whether working times, which may touch, reach over all of a class."""
    reached, end = unit_of(one.starts_at), unit_of(one.ends_at)
    for span in spans:
        if span.start <= reached < span.end:
            reached = span.end
    return reached >= end


def _without_visits_of(
    session: Session, question: Question, classes: Sequence[Gathering]
) -> Sequence[Gathering]:
    """Leave out classes at which one of the people who are to come has a visit."""
    if not classes or not question.people:
        return classes
    start = min(unit_of(one.starts_at) for one in classes)
    end = max(unit_of(one.ends_at) for one in classes)
    taken = taken_between(session, question, question.people, start, end)
    busy = [taken.get(id_, NOTHING_TAKEN) for id_ in question.people]
    return [
        one
        for one in classes
        if not any(who.within(unit_of(one.starts_at), unit_of(one.ends_at)) for who in busy)
    ]


def _seats_taken(session: Session, question: Question, class_ids: list[str]) -> dict[str, int]:
    """Count the seats of each class that are booked or held."""
    if not class_ids:
        return {}
    query = (
        select_columns(col(ClaimedUnit.resource_id), func.count())
        .where(
            col(ClaimedUnit.resource_id).in_(class_ids),
            or_(col(ClaimedUnit.until_at).is_(None), col(ClaimedUnit.until_at) > clock.now()),
        )
        .group_by(col(ClaimedUnit.resource_id))
    )
    if question.mine:
        query = query.where(col(ClaimedUnit.held_by).not_in(held_by_order(question)))
    return dict(session.execute(query).all())
