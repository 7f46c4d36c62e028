"""Time as whole units of five minutes: ``unit = epoch seconds // 300``; pure, without a clock.

Sets of units are integers used as bit masks, because a fortnight of fifty practitioners is asked
for on every press of an arrow.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

UNIT_SECONDS = 300
UNIT_MINUTES = UNIT_SECONDS // 60


@dataclass(frozen=True, slots=True)
class Span:
    """One practitioner's working time on one day, from unit ``start`` up to but not ``end``.

    Visits begin at its start, or a whole number of ``step`` units later.
    """

    practitioner_id: str
    location_id: str
    on: date
    start: int
    end: int
    step: int = 2


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


def bits(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
