"""Working times: weekly shifts, hours of single days, closed days, time off; pure, no clock.

9:00 stays 9:00 when the clocks change: every time is worked out on the wall clock of its place.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.booking.units import UNIT_SECONDS, Span, first_unit_from, unit_of


@dataclass(frozen=True)
class WeeklyShift:
    """A weekly working time on the wall clock of its place; ``until_on`` is its last day."""

    practitioner_id: str
    location_id: str
    weekday: int  # Monday is 0
    starts: time
    ends: time
    from_on: date | None = None
    until_on: date | None = None
    step: int = 2  # units between starts


@dataclass(frozen=True)
class OwnHours:
    """What takes the place of somebody's weekly shifts on one day; without times, nothing does."""

    practitioner_id: str
    on: date
    location_id: str | None = None
    starts: time | None = None
    ends: time | None = None
    step: int = 2


def wall_clock_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return when the clocks of ``zone`` show a time, in UTC.

    A time that they show twice means the first; one that they skip means the moment of the jump.
    """
    local = datetime.combine(day, at.replace(fold=0, tzinfo=None), zone)
    late = local.astimezone(UTC)
    if late.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return late
    # Skipped. Read with the clock after the jump it is too early, with the one before it too late,
    # and the jump lies between.
    early = local.replace(fold=1).astimezone(UTC)
    after = late.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(zone).utcoffset() == after:
            late = middle
        else:
            early = middle
    return late.replace(microsecond=0)


def expand_shifts(
    shifts: Iterable[WeeklyShift],
    first_day: date,
    last_day: date,
    zone: ZoneInfo,
    *,
    instead: Sequence[OwnHours] = (),
    closed: Collection[date] = (),
) -> list[Span]:
    """Return the working times from ``first_day`` to ``last_day`` at one place, in order of time.

    On the days of ``instead`` these hours count and not the weekly shifts, for those whom they are
    about; nobody works on a ``closed`` day. A unit that a shift covers only in part is left out.
    """
    by_weekday: dict[int, list[WeeklyShift]] = defaultdict(list)
    by_day: dict[date, list[OwnHours]] = defaultdict(list)
    for shift in shifts:
        by_weekday[shift.weekday].append(shift)
    for hours in instead:
        by_day[hours.on].append(hours)
    seconds: dict[tuple[date, time], int] = {}
    spans: list[Span] = []
    for ordinal in range(first_day.toordinal(), last_day.toordinal() + 1):
        day = date.fromordinal(ordinal)
        if day in closed:
            continue
        for shift in _on_day(day, by_weekday.get(day.weekday(), ()), by_day.get(day, ())):
            # Most shifts of a clinic share their times, so each time is worked out once.
            for at in (shift.starts, shift.ends):
                if (day, at) not in seconds:
                    seconds[day, at] = int(wall_clock_instant(day, at, zone).timestamp())
            # Rounded inwards.
            start = -(-seconds[day, shift.starts] // UNIT_SECONDS)
            end = seconds[day, shift.ends] // UNIT_SECONDS
            if start < end:
                spans.append(
                    Span(shift.practitioner_id, shift.location_id, day, start, end, shift.step)
                )
    return in_order(spans)


def _on_day(
    day: date, weekly: Iterable[WeeklyShift], instead: Sequence[OwnHours]
) -> Iterator[WeeklyShift]:
    """Yield the shifts of one day."""
    replaced = {hours.practitioner_id for hours in instead}
    for shift in weekly:
        begun = shift.from_on is None or shift.from_on <= day
        over = shift.until_on is not None and shift.until_on < day
        if begun and not over and shift.practitioner_id not in replaced:
            yield shift
    for one in instead:
        if one.location_id and one.starts is not None and one.ends is not None:
            yield WeeklyShift(
                one.practitioner_id,
                one.location_id,
                day.weekday(),
                one.starts,
                one.ends,
                step=one.step,
            )


def take_off(
    spans: Iterable[Span], away: Mapping[str, Sequence[tuple[datetime, datetime]]]
) -> list[Span]:
    """Return what is left of working times without those in which their practitioner is away.

    A unit that time off covers in part is off. What comes after it begins on the step of the shift,
    so that a day with a gap in it is offered at the same minutes as one without.
    """
    units = {
        who: [(unit_of(start), first_unit_from(end)) for start, end in times]
        for who, times in away.items()
    }
    left: list[Span] = []
    for span in spans:
        pieces = [span]
        for start, end in units.get(span.practitioner_id, ()):
            pieces = [rest for piece in pieces for rest in _around(piece, start, end)]
        left += pieces
    return in_order(left)


def _around(span: Span, start: int, end: int) -> list[Span]:
    """Return what is left of a span without the units from ``start`` up to but not ``end``."""
    if end <= span.start or span.end <= start:
        return [span]
    before = replace(span, end=start)
    after = replace(span, start=span.start + -(-(end - span.start) // span.step) * span.step)
    return [one for one in (before, after) if one.start < one.end]


def in_order(spans: Iterable[Span]) -> list[Span]:
    """Return spans in the order of time, and the same order each time."""
    return sorted(spans, key=lambda one: (one.start, one.end, one.practitioner_id, one.location_id))
