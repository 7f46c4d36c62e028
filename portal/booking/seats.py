"""Classes: times that the clinic has set, with the seats that are left."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.free import Question, held_by_order
from portal.booking.hours import bookable_days
from portal.booking.units import instant_of
from portal.models import ClaimedUnit, Gathering

MOST_CLASSES = 2_000
ONE_DAY = timedelta(days=1)


def open_classes(
    session: Session, question: Question, first_day: date, last_day: date
) -> Iterator[tuple[Gathering, int, date]]:
    """Yield each class that has a seat left, how many, and its day at the place, in order of time.

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
