"""What booking hands to screens: values, ready to show."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.visits.rows import PersonRow


class ServiceKind(StrEnum):
    """How many people come to one time of a service, and whether they know each other."""

    INDIVIDUAL = "individual"
    GROUP = "group"  # people who know each other; a time once taken is closed to others
    CLASS = "class"  # anybody, as long as there are seats


@dataclass(frozen=True)
class ServiceRow:
    """A service that can be booked."""

    id: str
    name: str
    minutes: int
    price_cents: int
    currency: str
    kind: ServiceKind = ServiceKind.INDIVIDUAL
    capacity: int = 1  # people in a group visit, seats of a class
    about: str = ""


@dataclass(frozen=True)
class ServiceGroup:
    """The services of one category, in the clinic's order."""

    category: str
    services: tuple[ServiceRow, ...]


@dataclass(frozen=True)
class PractitionerRow:
    """Somebody who gives the chosen service."""

    id: str
    name: str
    short_name: str
    role: str


@dataclass(frozen=True)
class Slot:
    """A free start with the practitioner who would take it."""

    starts_at: datetime  # UTC
    practitioner_id: str
    practitioner_name: str
    practitioner_short_name: str
    location_id: str
    location_name: str
    zone: str
    gathering_id: str | None = None  # a class that is there already
    seats_left: int | None = None
    shown_zone: str | None = None  # the viewer's preferred zone

    @property
    def starts_local(self) -> datetime:
        """Return the start on the wall clock of the place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def starts_shown(self) -> datetime:
        """Return the start on the clock that the viewer reads."""
        return self.starts_at.astimezone(ZoneInfo(self.shown_zone or self.zone))


@dataclass(frozen=True)
class Day:
    """One calendar day, in the time of each place, and its free starts (maybe none)."""

    on: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Window:
    """The days that can be booked at the moment, both included."""

    first_on: date
    last_on: date


@dataclass(frozen=True)
class HeldRow:
    """A time that is kept for the person who is choosing."""

    id: str
    service: ServiceRow
    practitioner_id: str
    practitioner_name: str
    location_id: str
    location_name: str
    location_address: str
    zone: str
    starts_at: datetime  # UTC
    ends_at: datetime  # UTC
    people: tuple[PersonRow, ...]  # in a group visit the first one pays; empty: not chosen yet
    gathering_id: str | None
    moves_id: str | None  # the visit that would be moved here
    price_cents: int
    shown_zone: str | None = None

    @property
    def starts_shown(self) -> datetime:
        """Return the start on the clock that the viewer reads."""
        return self.starts_at.astimezone(ZoneInfo(self.shown_zone or self.zone))


@dataclass(frozen=True)
class OrderRow:
    """What will be booked together, or not at all."""

    id: str
    items: tuple[HeldRow, ...]  # in the order of time
    expires_at: datetime  # when the first of them is let go
    can_extend: bool
