"""When somebody works: shifts, other hours of single days, holidays and time off, as rows say."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import null
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from portal import clock
from portal.booking.shifts import OwnHours, WeeklyShift, expand_shifts, take_off
from portal.booking.units import UNIT_MINUTES, Span
from portal.models import (
    BookingPolicy,
    DayHours,
    Holiday,
    Location,
    Offer,
    Practitioner,
    Shift,
    TimeOff,
)

# What a clinic has of each; they bound the answers.
MOST_SHIFTS = 5_000
MOST_LOCATIONS = 50
ONE_DAY = timedelta(days=1)


class Works(NamedTuple):
    """What is the same for all of somebody's working times."""

    step: int  # units between starts
    only_at: str | None = None  # the place where they give the service; ``None``: wherever they are

    def counts_at(self, location_id: str | None) -> bool:
        """Say whether working times at a place count."""
        return self.only_at in (None, location_id)


def list_places(session: Session) -> Sequence[Location]:
    """Return the places of the clinic where it sees people now."""
    return session.exec(
        select(Location)
        .where(col(Location.ended).is_(False))
        .order_by(col(Location.id))
        .limit(MOST_LOCATIONS)
    ).all()


def working_spans(
    session: Session,
    practitioner_ids: Sequence[str],
    places: Sequence[Location],
    first_day: date,
    last_day: date,
    policy: BookingPolicy,
    *,
    service_id: str | None = None,
    staff: bool = False,
) -> list[Span]:
    """Return the working times of practitioners, in order of time.

    With ``service_id`` only where each of them gives that service. Patients have only the days that
    can be booked: today, if the clinic takes bookings for today, to the horizon, both by the
    calendar of each place. ``staff`` have every day, and may begin at any unit.
    """
    who = _who(session, practitioner_ids, policy, service_id, staff=staff)
    if not who:
        return []
    shifts = _shifts(session, who)
    instead = _own_hours(session, who, first_day, last_day)
    closed = _holidays(session, first_day, last_day)
    spans: list[Span] = []
    for place in places:
        zone = ZoneInfo(place.zone)
        first, last = (first_day, last_day) if staff else bookable_days(policy, zone)
        spans += expand_shifts(
            shifts[place.id],
            max(first, first_day),
            min(last, last_day),
            zone,
            instead=[_here(one, place.id, who[one.practitioner_id]) for one in instead],
            closed=closed[place.id] | closed[None],
        )
    return take_off(spans, _time_off(session, who, first_day, last_day))


def bookable_days(policy: BookingPolicy, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last day that patients may book at a place."""
    today = clock.today(zone)
    first = today if policy.same_day else today + ONE_DAY
    return first, today + timedelta(days=policy.horizon_days)


def _who(
    session: Session,
    practitioner_ids: Sequence[str],
    policy: BookingPolicy,
    service_id: str | None,
    *,
    staff: bool,
) -> dict[str, Works]:
    """Return the practitioners, only those who give the service if there is one."""
    columns = (col(Practitioner.id), col(Practitioner.step_minutes))
    if service_id is None:
        query = select_columns(*columns, null())
    else:
        query = select_columns(*columns, col(Offer.location_id)).join(
            Offer,
            (col(Offer.practitioner_id) == col(Practitioner.id))
            & (col(Offer.service_id) == service_id),
        )
    rows = session.execute(query.where(col(Practitioner.id).in_(practitioner_ids)))
    usual = policy.step_minutes
    return {
        id_: Works(1 if staff else (own or usual) // UNIT_MINUTES, only_at)
        for id_, own, only_at in rows
    }


def _shifts(session: Session, who: dict[str, Works]) -> dict[str, list[WeeklyShift]]:
    """Return the weekly shifts by place."""
    rows = session.execute(
        select_columns(
            col(Shift.practitioner_id),
            col(Shift.location_id),
            col(Shift.weekday),
            col(Shift.starts),
            col(Shift.ends),
            col(Shift.from_on),
            col(Shift.until_on),
        )
        .where(col(Shift.practitioner_id).in_(who))
        .limit(MOST_SHIFTS)
    )
    found: dict[str, list[WeeklyShift]] = defaultdict(list)
    for row in rows:
        works = who[row[0]]
        if works.counts_at(row[1]):
            found[row[1]].append(WeeklyShift(*row, step=works.step))
    return found


def _own_hours(
    session: Session, who: dict[str, Works], first_day: date, last_day: date
) -> list[OwnHours]:
    """Return what takes the place of weekly shifts on these days."""
    rows = session.execute(
        select_columns(
            col(DayHours.practitioner_id),
            col(DayHours.on_date),
            col(DayHours.location_id),
            col(DayHours.starts),
            col(DayHours.ends),
        )
        .where(
            col(DayHours.practitioner_id).in_(who),
            col(DayHours.on_date).between(first_day, last_day),
        )
        .limit(MOST_SHIFTS)
    )
    return [OwnHours(*row, step=who[row[0]].step) for row in rows]


def _here(hours: OwnHours, location_id: str, works: Works) -> OwnHours:
    """Return hours as one place sees them: those elsewhere are none."""
    if hours.location_id == location_id and works.counts_at(location_id):
        return hours
    return OwnHours(hours.practitioner_id, hours.on)


def _holidays(session: Session, first_day: date, last_day: date) -> dict[str | None, set[date]]:
    """Return the days on which a place, or everything (``None``), is closed."""
    rows = session.execute(
        select_columns(col(Holiday.location_id), col(Holiday.on_date))
        .where(col(Holiday.on_date).between(first_day, last_day))
        .limit(MOST_SHIFTS)
    )
    closed: dict[str | None, set[date]] = defaultdict(set)
    for location_id, on in rows:
        closed[location_id].add(on)
    return closed


def _time_off(
    session: Session, who: dict[str, Works], first_day: date, last_day: date
) -> dict[str, list[tuple[datetime, datetime]]]:
    """Return when practitioners are away."""
    rows = session.execute(
        select_columns(col(TimeOff.practitioner_id), col(TimeOff.starts_at), col(TimeOff.ends_at))
        .where(
            col(TimeOff.practitioner_id).in_(who),
            # The calendar of a place may be a day ahead of or behind UTC.
            col(TimeOff.ends_at) > datetime.combine(first_day, time(), UTC) - ONE_DAY,
            col(TimeOff.starts_at) < datetime.combine(last_day, time(), UTC) + 2 * ONE_DAY,
        )
        .limit(MOST_SHIFTS)
    )
    away: dict[str, list[tuple[datetime, datetime]]] = defaultdict(list)
    for practitioner_id, starts_at, ends_at in rows:
        away[practitioner_id].append((starts_at, ends_at))
    return away
