"""What the schedule hands to its page: values, ready to show."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Kind(StrEnum):
    """What a stretch of somebody's day is."""

    VISIT = "visit"
    GROUP = "group"
    CLASS = "class"
    HELD = "held"  # kept for somebody who is choosing, or who was offered it
    AWAY = "away"
    FREE = "free"


@dataclass(frozen=True)
class Booked:
    """Somebody who comes, as far as the one who looks may know of them."""

    visit_id: str
    patient_id: str
    name: str
    arrived: bool
    no_show: bool
    flag: str  # why somebody should look at the visit
    unconfirmed: bool  # has a log-in whose address nobody confirmed


@dataclass(frozen=True)
class Block:
    """A stretch of one practitioner's day."""

    kind: Kind
    id: str  # of the visit, gathering, hold or time off; empty for free time
    starts_at: datetime  # UTC
    ends_at: datetime  # UTC
    zone: str  # of its place: it is read on that clock
    place: str = ""
    place_id: str = ""
    service: str = ""
    people: tuple[Booked, ...] = ()
    others: int = 0  # people whom the one who looks may not know
    capacity: int = 0
    note: str = ""  # why somebody is away


@dataclass(frozen=True)
class Work:
    """A stretch in which somebody works at a place."""

    starts_at: datetime  # UTC
    ends_at: datetime  # UTC
    zone: str
    place_id: str
    place: str


@dataclass(frozen=True)
class Column:
    """One practitioner's day."""

    practitioner_id: str
    name: str
    on: date
    work: tuple[Work, ...]
    blocks: tuple[Block, ...]  # in the order of time

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to show."""
        return not (self.work or self.blocks)


@dataclass(frozen=True)
class Schedule:
    """The days that were asked for, and what else could be."""

    today: date  # at the clinic
    first_on: date
    last_on: date
    columns: tuple[Column, ...]
    idle: tuple[str, ...]  # who has nothing at all on the one day shown
    practitioners: tuple[tuple[str, str], ...]  # id and name
    places: tuple[tuple[str, str], ...]  # id and name
    practitioner_id: str  # whose week it is; empty for a day of everybody
    place_id: str  # the one place shown; empty for all
    may_edit: bool  # time off, classes
    closed: dict[date, str]  # why the clinic, or a place of it, is closed
