"""Weekly hours of one practitioner: which of them get in each other's way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True)
class Hours:
    """A weekly working time, from a day on and until a day, both included, where they are given."""

    weekday: int  # Monday is 0
    starts: time
    ends: time
    from_on: date | None = None
    until_on: date | None = None


def overlapping(new: Hours, others: Iterable[Hours]) -> Hours | None:
    """Return the first that is on the same weekday at the same time in the same weeks."""
    return next((one for one in others if _overlap(new, one)), None)


def _overlap(one: Hours, other: Hours) -> bool:
    return (
        one.weekday == other.weekday
        and one.starts < other.ends
        and other.starts < one.ends
        and not _over_before(one, other)
        and not _over_before(other, one)
    )


def _over_before(one: Hours, other: Hours) -> bool:
    return bool(one.until_on and other.from_on and one.until_on < other.from_on)
