"""How a day is laid out: free stretches between what is taken, and rows of five minutes. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from portal.booking.units import UNIT_MINUTES

PIECE = 30 // UNIT_MINUTES  # free time is offered in pieces, so that a press says when
MINUTES_A_DAY = 24 * 60


def free_pieces(spans: Iterable[range], taken: Iterable[int], not_before: int) -> Iterator[range]:
    """Yield what is free of some spans of units, cut at every half hour, in order."""
    gone = set(taken)
    for span in spans:
        begin: int | None = None
        for unit in range(max(span.start, not_before), span.stop + 1):
            free = unit < span.stop and unit not in gone
            if begin is not None and (not free or unit % PIECE == 0):
                yield range(begin, unit)
                begin = None
            if free and begin is None:
                begin = unit


def minute_of(at: datetime, zone: str, on: date) -> int:
    """Return the minute of the day ``on`` that the clocks of a place show, from 0 to 1440."""
    local = at.astimezone(ZoneInfo(zone))
    if local.date() != on:
        return 0 if local.date() < on else MINUTES_A_DAY
    return local.hour * 60 + local.minute


def hours_shown(minutes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the first and the last minute that a page has to show, at whole hours."""
    if not minutes:
        return 9 * 60, 17 * 60
    first = min(start for start, _end in minutes) // 60 * 60
    last = -(-max(end for _start, end in minutes) // 60) * 60
    return first, max(last, first + 60)


def week_of(on: date) -> date:
    """Return the Monday of a day's week."""
    return on - timedelta(days=on.weekday())
