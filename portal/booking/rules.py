"""When somebody can come: pure arithmetic over working times and what is taken, without a clock.

What is free is a bit mask of starts: bit ``i`` is the start ``i`` units after the mask's first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.booking.shifts import OwnHours as OwnHours
from portal.booking.shifts import WeeklyShift as WeeklyShift
from portal.booking.shifts import expand_shifts as expand_shifts
from portal.booking.shifts import take_off as take_off
from portal.booking.shifts import wall_clock_instant as wall_clock_instant
from portal.booking.units import NOTHING_TAKEN as NOTHING_TAKEN
from portal.booking.units import UNIT_MINUTES as UNIT_MINUTES
from portal.booking.units import UNIT_SECONDS as UNIT_SECONDS
from portal.booking.units import Span as Span
from portal.booking.units import TakenUnits as TakenUnits
from portal.booking.units import bits as bits
from portal.booking.units import first_unit_from as first_unit_from
from portal.booking.units import instant_of as instant_of
from portal.booking.units import unit_of as unit_of

# Starts shown lie this far apart, or as far as a shorter visit is long: a list of every ten
# minutes is too long to read on a phone.
APART = 30 // UNIT_MINUTES
ANY_START = -1  # the mask in which every bit is set


@dataclass(frozen=True)
class Length:
    """How many units a visit takes, and how many its practitioner and room have free around it."""

    visit: int
    before: int = 0
    after: int = 0


@dataclass(frozen=True)
class Besides:
    """What has to be free besides the practitioner; each entry is what is taken of one of them."""

    rooms: Sequence[Sequence[TakenUnits]] = ()  # for each kind of room that is needed, all of it
    people: Sequence[TakenUnits] = ()  # whose visit it is; nothing is kept free around them


NOTHING_BESIDES = Besides()


def fitting(taken: TakenUnits, start: int, end: int, length: Length) -> int:
    """Return the starts, from ``start``, at which a visit that ends by ``end`` finds it all free.

    What is kept free around the visit may lie before ``start`` and after ``end``: nobody has to be
    at work while a room is being aired, but nobody else can have it.
    """
    if length.visit > end - start:
        return 0
    first, last = start - length.before, end + length.after
    free = ~taken.within(first, last) & ((1 << (last - first)) - 1)
    # After this, a bit is set where so many free units follow one another.
    have, wanted = 1, length.before + length.visit + length.after
    while have < wanted:
        shift = min(have, wanted - have)
        free &= free >> shift
        have += shift
    return free


def open_starts(besides: Besides, start: int, end: int, length: Length) -> int:
    """Return the starts, from ``start``, at which everything but the practitioner is free."""
    mask = ANY_START
    for rooms in besides.rooms:
        some = 0
        for taken in rooms:
            some |= fitting(taken, start, end, length)
        mask &= some
    for taken in besides.people:
        mask &= fitting(taken, start, end, Length(length.visit))
    return mask


def free_starts(span: Span, taken: TakenUnits, length: Length, not_before: int) -> int:
    """Return the free starts of one working time as a mask with bit 0 at ``span.start``.

    Starts lie on the step of the span, not before unit ``not_before``.
    """
    free = fitting(taken, span.start, span.end, length)
    if span.step > 1:
        free &= grid(span.end - span.start, span.step)
    early = not_before - span.start
    return free >> early << early if early > 0 else free


def grid(length: int, step: int) -> int:
    """Return a mask in which every ``step``-th of ``length`` bits is set, beginning with bit 0."""
    return ((1 << (-(-length // step) * step)) - 1) // ((1 << step) - 1)


def free_slots(
    spans: Iterable[Span],
    taken: TakenUnits,
    length: Length,
    not_before: int,
    besides: Besides = NOTHING_BESIDES,
) -> list[int]:
    """Return the units at which a visit can begin, in order; ``spans`` belong to one person."""
    found: set[int] = set()
    for span in spans:
        free = free_starts(span, taken, length, not_before)
        free &= open_starts(besides, span.start, span.end, length)
        found.update(span.start + bit for bit in bits(free))
    return sorted(found)


def share_out(
    spans: Sequence[Span],
    taken: dict[str, TakenUnits],
    order: dict[str, int],
    length: Length,
    not_before: int,
    besides: Besides = NOTHING_BESIDES,
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
    end = max((span.end for span in spans), default=0)
    left = open_starts(besides, origin, end, length)
    found: list[tuple[int, Span]] = []
    ranked = sorted(
        spans,
        key=lambda span: (booked[span.practitioner_id], order[span.practitioner_id], span.start),
    )
    for span in ranked:
        busy = taken.get(span.practitioner_id, NOTHING_TAKEN)
        mask = free_starts(span, busy, length, not_before) << (span.start - origin)
        found.extend((origin + bit, span) for bit in bits(mask & left))
        left &= ~mask
    found.sort(key=lambda pair: pair[0])
    return found


def spread(starts: Sequence[tuple[int, Span]], duration: int) -> list[tuple[int, Span]]:
    """Leave out starts so close to the one before that nobody needs both.

    The first after each gap stays, so that a time that fits between two visits is always offered.
    """
    kept: list[tuple[int, Span]] = []
    for unit, span in starts:
        apart = min(APART, max(duration, 2 * span.step))
        if not kept or unit - kept[-1][0] >= apart:
            kept.append((unit, span))
    return kept
