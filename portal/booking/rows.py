"""What booking hands to screens: values, ready to show."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class ServiceRow:
    """A service that can be booked."""

    id: str
    name: str
    minutes: int
    price_cents: int
    currency: str


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

    @property
    def starts_local(self) -> datetime:
        """Return the start on the wall clock of the place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))


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
