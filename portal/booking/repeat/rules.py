"""The dates of a visit that comes again, on the wall clock of its place; pure, no clock."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.booking.shifts import wall_clock_instant

MOST_WEEKS = 12  # between two visits
FEWEST, MOST = 2, 12  # visits in a series: one person keeps no more at a time
NEAR = timedelta(days=3)  # how far from its date another time may lie
MOST_OTHERS = 3  # other times for one date


@dataclass(frozen=True)
class Planned:
    """One date of a series."""

    on: date
    starts_at: datetime | None  # UTC; None where the clocks skip that time of day


def plan_dates(
    first: date, every: int, *, times: int | None = None, until: date | None = None
) -> list[date]:
    """Return the dates ``every`` so many weeks: so many ``times``, or up to and with ``until``.

    The first one counts. There are no more than `MOST`, which is for the caller to say.

    Raises:
        ValueError: not exactly one end was given, or a number is out of its range.
    """
    one_end = (times is None) != (until is None)
    enough = times is None or FEWEST <= times <= MOST
    if not (one_end and enough and 1 <= every <= MOST_WEEKS):
        raise ValueError("not a series")
    return list(_dates(first, every, times or MOST, until or date.max))


def _dates(first: date, every: int, times: int, until: date) -> Iterator[date]:
    for number in range(times):
        on = first + timedelta(weeks=number * every)
        if on > until:
            return
        yield on


def plan(dates: Sequence[date], at: time, zone: ZoneInfo) -> list[Planned]:
    """Return when the clocks of the place show ``at`` on each date.

    A time that they show twice means the first; one that they skip is nobody's to have.
    """
    return [Planned(on, _instant(on, at, zone)) for on in dates]


def _instant(on: date, at: time, zone: ZoneInfo) -> datetime | None:
    found = wall_clock_instant(on, at, zone)
    there = found.astimezone(zone)
    is_shown = (there.hour, there.minute) == (at.hour, at.minute)
    return found if is_shown else None
