"""Who is away and when the clinic is closed: what working times leave out, a schedule says."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from portal.models import Holiday, Location, TimeOff
from portal.staff.schedule.rows import Block, Kind

MOST = 2000
ONE_DAY = timedelta(days=1)
# The calendars of places lie up to so far apart from UTC.
MARGIN = timedelta(hours=14)

Key = tuple[str, date]
"""A practitioner's day."""


def around(first_on: date, last_on: date) -> tuple[datetime, datetime]:
    """Return instants between which these days lie, wherever on earth a place is."""
    start = datetime.combine(first_on, time(), UTC) - MARGIN
    return start, datetime.combine(last_on + ONE_DAY, time(), UTC) + MARGIN


def read_closed(
    session: Session, where: dict[str, Location], first_on: date, last_on: date
) -> dict[date, str]:
    """Return why the clinic, or a place of it, is closed on some of the days."""
    rows = session.exec(
        select(Holiday)
        .where(col(Holiday.on_date).between(first_on, last_on))
        .order_by(col(Holiday.on_date), col(Holiday.location_id))
        .limit(MOST)
    ).all()
    names: dict[date, list[str]] = defaultdict(list)
    for row in rows:
        place = where.get(row.location_id or "")
        names[row.on_date].append(f"{row.name} ({place.name})" if place else row.name)
    return {on: ", ".join(one_day) for on, one_day in names.items()}


def read_away(
    session: Session, practitioner_ids: Sequence[str], first_on: date, last_on: date
) -> Sequence[TimeOff]:
    """Return the time off that touches these days."""
    start, end = around(first_on, last_on)
    return session.exec(
        select(TimeOff)
        .where(
            col(TimeOff.practitioner_id).in_(practitioner_ids),
            col(TimeOff.ends_at) > start,
            col(TimeOff.starts_at) < end,
        )
        .order_by(col(TimeOff.starts_at))
        .limit(MOST)
    ).all()


def away_on(rows: Sequence[TimeOff], key: Key, zone: str) -> list[Block]:
    """Return when somebody is away on one day, cut to that day on the clock of ``zone``."""
    who, on = key
    midnight = datetime(on.year, on.month, on.day, tzinfo=ZoneInfo(zone))
    found: list[Block] = []
    for off in rows:
        start = max(midnight, off.starts_at)
        end = min(midnight + ONE_DAY, off.ends_at)
        if off.practitioner_id == who and start < end:
            found.append(Block(Kind.AWAY, off.id, start, end, zone, note=off.reason))
    return found
