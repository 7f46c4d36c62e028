"""What can be done with a visit now: undo, cancel and move it, or call the clinic; pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class How(StrEnum):
    """How something is done, if at all."""

    HERE = "here"
    BY_CALLING = "by_calling"  # "Contact to Cancel", with the clinic's number
    NOT = "not"


@dataclass(frozen=True)
class Times:
    """What the rules ask of a visit; all instants, so that no change of clocks matters."""

    starts_at: datetime
    ends_at: datetime
    booked_at: datetime
    first_starts_at: datetime | None = None  # before it was moved
    is_cancelled: bool = False


@dataclass(frozen=True)
class Customs:
    """What the clinic has settled."""

    late_cancel: timedelta
    patients_cancel: bool
    patients_reschedule: bool
    undo_for: timedelta


@dataclass(frozen=True)
class May:
    """What somebody may do with a visit now."""

    cancel: How = How.NOT
    move: How = How.NOT
    undo_until: datetime | None = None  # taken back as if it had not been; nobody is told
    until: datetime | None = None  # cancelling and moving are possible here up to then


NOTHING = May()
JOIN_BEFORE = timedelta(minutes=10)  # a video room opens so long before the visit


def what_may(now: datetime, times: Times, customs: Customs, *, is_staff: bool = False) -> May:
    """Return what somebody who may cancel for the patient can do with the visit at ``now``.

    In the first minutes after booking anything can be undone, whatever the clinic's rules. Then the
    late-cancel period counts from the first time that the visit had, so that moving it away does
    not get around it. Staff are bound by none of it, and nobody changes what has begun.
    """
    if times.is_cancelled or times.starts_at <= now:
        return NOTHING
    undo_until = times.booked_at + customs.undo_for
    undo = undo_until if now < undo_until else None
    if is_staff:
        return May(How.HERE, How.HERE, undo)
    first = min(times.first_starts_at or times.starts_at, times.starts_at)
    until = first - customs.late_cancel
    in_time = now <= until
    cancel = How.HERE if undo or (customs.patients_cancel and in_time) else How.BY_CALLING
    move = How.HERE if customs.patients_reschedule and in_time else How.BY_CALLING
    by_here = customs.patients_cancel or customs.patients_reschedule
    return May(cancel, move, undo, until if in_time and by_here else None)


def can_join(now: datetime, times: Times) -> bool:
    """Tell whether the video room of a visit is open."""
    opens_at = times.starts_at - JOIN_BEFORE
    return not times.is_cancelled and opens_at <= now < times.ends_at
