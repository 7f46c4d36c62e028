"""Which days can be booked, in the calendar of whoever looks, and the parts of a day."""

from collections.abc import Sequence
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from portal import clock
from portal.booking.hours import bookable_days
from portal.booking.rows import Window
from portal.booking.shifts import wall_clock_instant
from portal.models import BookingPolicy, Location

STAFF_DAYS = 366  # how far ahead staff look
# Parts of a day, from one hour up to but not another, on the clock that the viewer reads.
PARTS = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24)}


def is_in_part(hour: int, part: str) -> bool:
    """Say whether an hour lies in a part of the day; an unknown part is the whole day."""
    first, end = PARTS.get(part, (0, 24))
    return first <= hour < end


def window_of(
    places: Sequence[Location], policy: BookingPolicy, zone: str | None, *, staff: bool
) -> Window:
    """Return the days that can be booked somewhere; ``zone`` is whose calendar counts."""
    firsts, lasts = [clock.now().date()], [clock.now().date()]
    if places:
        bounds = [(one, bookable_days(policy, ZoneInfo(one.zone))) for one in places]
        firsts = [_seen(first, time.min, one.zone, zone) for one, (first, _last) in bounds]
        lasts = [_seen(last, time.max, one.zone, zone) for one, (_first, last) in bounds]
    if not staff:
        return Window(min(firsts), max(lasts))
    today = min(clock.today(ZoneInfo(zone or one.zone)) for one in places) if places else firsts[0]
    return Window(today, today + timedelta(days=STAFF_DAYS))


def _seen(day: date, at: time, place_zone: str, zone: str | None) -> date:
    """Return the day that a viewer in ``zone`` has at some time of a day at a place."""
    if zone is None:
        return day
    return wall_clock_instant(day, at, ZoneInfo(place_zone)).astimezone(ZoneInfo(zone)).date()
