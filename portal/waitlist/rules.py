"""Whom a time that became free suits, and until when it is kept for them: pure, without a clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.booking.rules import wall_clock_instant

EVERY_DAY = 0b1111111
SHORTEST = timedelta(minutes=10)
"""Nobody can answer in less; a time so near is offered to nobody."""


@dataclass(frozen=True)
class Window:
    """When somebody can come, on the wall clock of the place."""

    weekdays: int  # bit 0 is Monday
    from_time: time
    until_time: time  # the visit ends by then
    from_on: date
    until_on: date  # the last day
    before: datetime | None = None  # a visit that is to be earlier than it is


@dataclass(frozen=True)
class Night:
    """When nobody is told anything, on the wall clock of the place; may span midnight."""

    begins: time
    ends: time

    def covers(self, at: time) -> bool:
        """Tell whether a wall clock that shows ``at`` says it is night."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends


@dataclass(frozen=True)
class Keeping:
    """When somebody is told of an offer, and when it goes to the next one."""

    tell_at: datetime
    expires_at: datetime


def days_to_mask(days: Iterable[int]) -> int:
    """Return days of the week (Monday is 0) as bits."""
    mask = 0
    for day in days:
        mask |= 1 << day
    return mask


def mask_to_days(mask: int) -> tuple[int, ...]:
    """Return the days of the week in a mask, Monday first."""
    return tuple(day for day in range(7) if mask >> day & 1)


def suits(window: Window, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
    """Tell whether a visit from ``starts_at`` to ``ends_at`` is one that was asked for."""
    starts, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    on = starts.date()
    return (
        window.from_on <= on <= window.until_on
        and bool(window.weekdays >> on.weekday() & 1)
        and starts.time() >= window.from_time
        and ends.date() == on
        and ends.time() <= window.until_time
        and (window.before is None or starts_at < window.before)
    )


def next_telling(now: datetime, night: Night, zone: ZoneInfo) -> datetime:
    """Return when somebody may be told: now, or at the end of the night that it is."""
    local = now.astimezone(zone)
    if not night.covers(local.time()):
        return now
    morning = wall_clock_instant(local.date(), night.ends, zone)
    if morning <= now:
        morning = wall_clock_instant(local.date() + timedelta(days=1), night.ends, zone)
    return morning


def keep_until(
    now: datetime,
    starts_at: datetime,
    *,
    lead: timedelta,
    usual: timedelta,
    night: Night,
    zone: ZoneInfo,
) -> Keeping | None:
    """Return how long a time is kept for one person; ``None`` where it is too near to offer it.

    It is kept for the ``usual`` time, but for half of what is left until it can no longer be booked
    at most, so that the next one has a chance too. The time counts from when they are told.
    """
    tell_at = next_telling(now, night, zone)
    kept = min(usual, (starts_at - lead - tell_at) // 2)
    if kept < SHORTEST:
        return None
    return Keeping(tell_at, tell_at + kept)
