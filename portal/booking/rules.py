"""When somebody can come: pure arithmetic over shifts and taken units, without a clock.

A unit is five minutes: ``unit = epoch seconds // 300``. Sets of units are integers used as bit
masks, because a fortnight of fifty practitioners is asked for on every press of an arrow.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

UNIT_SECONDS = 300
UNIT_MINUTES = UNIT_SECONDS // 60

# The clinic's booking policy, for all services; a setting once a clinic asks for another.
STEP = 10 // UNIT_MINUTES  # starts lie this far apart, counted from the beginning of a shift
# Starts shown lie this far apart, or as far as a shorter visit is long: a list of every ten
# minutes is too long to read on a phone.
APART = 30 // UNIT_MINUTES
NOTICE = timedelta(minutes=60)  # nobody can book something that begins sooner than this
HORIZON_DAYS = 56  # nor something on a day further away than eight weeks


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


@dataclass(frozen=True)
class Span:
    """One practitioner's working time on one day, from unit ``start`` up to but not ``end``."""

    practitioner_id: str
    location_id: str
    on: date
    start: int
    end: int


@dataclass(frozen=True)
class TakenUnits:
    """Units that are not free: bit ``i`` of ``mask`` is unit ``origin + i``."""

    origin: int
    mask: int

    @classmethod
    def of(cls, units: Iterable[int], origin: int, end: int) -> "TakenUnits":
        """Collect the units from ``origin`` up to but not ``end``; others are ignored.

        Writing digits and reading them as one binary number takes half the time of as many shifts.
        """
        length = end - origin
        digits = bytearray(b"0" * length) or bytearray(b"0")
        for unit in units:
            if origin <= unit < end:
                digits[end - 1 - unit] = 49  # "1"
        return cls(origin, int(digits, 2))

    def within(self, start: int, end: int) -> int:
        """Return the part from ``start`` up to but not ``end``, with bit 0 at ``start``."""
        shift = start - self.origin
        moved = self.mask >> shift if shift >= 0 else self.mask << -shift
        return moved & ((1 << (end - start)) - 1)


NOTHING_TAKEN = TakenUnits(0, 0)


def unit_of(instant: datetime) -> int:
    """Return the unit that contains an aware instant."""
    return int(instant.timestamp()) // UNIT_SECONDS


def first_unit_from(instant: datetime) -> int:
    """Return the first unit that does not begin before an aware instant."""
    return -(-math.ceil(instant.timestamp()) // UNIT_SECONDS)


def instant_of(unit: int) -> datetime:
    """Return the instant, in UTC, at which a unit begins."""
    return datetime.fromtimestamp(unit * UNIT_SECONDS, UTC)


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
    shifts: Iterable[WeeklyShift], first_day: date, last_day: date, zone: ZoneInfo
) -> list[Span]:
    """Return the working times from ``first_day`` to ``last_day`` as units, in order of time.

    9:00 stays 9:00 when the clocks change. A unit that a shift covers only in part is left out.
    """
    by_weekday: dict[int, list[WeeklyShift]] = {}
    for shift in shifts:
        by_weekday.setdefault(shift.weekday, []).append(shift)
    seconds: dict[tuple[date, time], int] = {}
    spans: list[Span] = []
    for ordinal in range(first_day.toordinal(), last_day.toordinal() + 1):
        day = date.fromordinal(ordinal)
        for shift in by_weekday.get(day.weekday(), ()):
            if (shift.from_on and day < shift.from_on) or (shift.until_on and day > shift.until_on):
                continue
            # Most shifts of a clinic share their times, so each time is worked out once.
            for at in (shift.starts, shift.ends):
                if (day, at) not in seconds:
                    seconds[day, at] = int(wall_clock_instant(day, at, zone).timestamp())
            # Rounded inwards.
            start = -(-seconds[day, shift.starts] // UNIT_SECONDS)
            end = seconds[day, shift.ends] // UNIT_SECONDS
            if start < end:
                spans.append(Span(shift.practitioner_id, shift.location_id, day, start, end))
    spans.sort(key=lambda span: (span.start, span.end, span.practitioner_id, span.location_id))
    return spans


def free_starts(span: Span, taken: TakenUnits, duration: int, step: int, not_before: int) -> int:
    """Return the free starts of one span as a mask with bit 0 at ``span.start``."""
    length = span.end - span.start
    if duration > length:
        return 0
    free = ~taken.within(span.start, span.end) & ((1 << length) - 1)
    # After this, a bit is set where `duration` free units follow one another.
    have = 1
    while have < duration:
        shift = min(have, duration - have)
        free &= free >> shift
        have += shift
    free &= grid(length, step)
    early = not_before - span.start
    return free >> early << early if early > 0 else free


def grid(length: int, step: int) -> int:
    """Return a mask in which every ``step``-th of ``length`` bits is set, beginning with bit 0."""
    return ((1 << (-(-length // step) * step)) - 1) // ((1 << step) - 1)


def free_slots(
    spans: Iterable[Span], taken: TakenUnits, duration: int, step: int, not_before: int
) -> list[int]:
    """Return the units at which a visit of ``duration`` units can begin, in order.

    ``spans`` belong to one practitioner. Starts lie on a grid of ``step`` units that begins with
    each span, not before unit ``not_before``.
    """
    found = {
        span.start + bit
        for span in spans
        for bit in bits(free_starts(span, taken, duration, step, not_before))
    }
    return sorted(found)


def share_out(
    spans: Sequence[Span],
    taken: dict[str, TakenUnits],
    order: dict[str, int],
    duration: int,
    not_before: int,
    step: int = STEP,
) -> list[tuple[int, Span]]:
    """Return each free start of one day at one place once, with the span that would take it.

    Where several practitioners are free, the one with the least booked time in the day's shifts
    gets it, then the one who comes first in ``order``: fair, and the same answer to everybody.
    """
    booked: dict[str, int] = {}
    for span in spans:
        units = taken.get(span.practitioner_id, NOTHING_TAKEN).within(span.start, span.end)
        booked[span.practitioner_id] = booked.get(span.practitioner_id, 0) + units.bit_count()
    origin = min((span.start for span in spans), default=0)
    given = 0
    found: list[tuple[int, Span]] = []
    ranked = sorted(
        spans,
        key=lambda span: (booked[span.practitioner_id], order[span.practitioner_id], span.start),
    )
    for span in ranked:
        busy = taken.get(span.practitioner_id, NOTHING_TAKEN)
        mask = free_starts(span, busy, duration, step, not_before) << (span.start - origin)
        found.extend((origin + bit, span) for bit in bits(mask & ~given))
        given |= mask
    found.sort(key=lambda pair: pair[0])
    return found


def spread(starts: Sequence[tuple[int, Span]], duration: int) -> list[tuple[int, Span]]:
    """Leave out starts so close to the one before that nobody needs both.

    The first after each gap stays, so that a time that fits between two visits is always offered.
    """
    apart = min(APART, max(duration, 2 * STEP))
    kept: list[tuple[int, Span]] = []
    for start in starts:
        if not kept or start[0] - kept[-1][0] >= apart:
            kept.append(start)
    return kept


def bits(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
