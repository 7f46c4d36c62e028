"""What a series hands to its page: each date, and what can be had on it or near it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from portal.booking.rows import HeldRow, OrderRow, Slot
from portal.booking.start import Party


class Date(StrEnum):
    """How it stands with one date of a series."""

    KEPT = "kept"  # the first one: it is held already
    FREE = "free"
    TAKEN = "taken"  # by somebody else
    BUSY = "busy"  # the person has another visit then
    AWAY = "away"  # the practitioner does not work then
    CLOSED = "closed"  # a holiday
    SKIPPED = "skipped"  # the clocks skip that time of day
    TOO_FAR = "too far"


@dataclass(frozen=True)
class Occurrence:
    """One date of a series."""

    number: int  # from 1
    on: date  # by the calendar of the place
    starts_at: datetime | None  # UTC
    state: Date
    slot: Slot | None  # what would be kept, where it is free
    others: tuple[Slot, ...] = ()  # free times near it, in the order of time
    holiday: str = ""


@dataclass(frozen=True)
class Chosen:
    """A time that is to be kept for one of the dates."""

    practitioner_id: str
    starts_at: datetime  # UTC


@dataclass(frozen=True)
class SeriesStart:
    """What is to be repeated."""

    order: OrderRow
    item: HeldRow  # the first visit
    party: Party
    last_on: date  # the last day that can be booked at that place


@dataclass(frozen=True)
class Series:
    """Every date of a series, before anything is booked."""

    dates: tuple[Occurrence, ...]
    is_cut: bool  # there would be more dates than can be kept at once
