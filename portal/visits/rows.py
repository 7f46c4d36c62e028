"""What services hand to screens about people and visits: values, ready to show."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class PersonRow:
    """Somebody a visit is for: the signed-in patient or a family member."""

    id: str
    first_name: str
    last_name: str
    is_me: bool
    colour: int  # 1 to 8, the class ``person-<n>``
    label: str | None = None  # what they are to me, a `portal.family.labels` key; None for me
    label_text: str | None = None  # the free text where the label is "other"

    @property
    def full_name(self) -> str:
        """Return first and last name."""
        return f"{self.first_name} {self.last_name}"


@dataclass(frozen=True)
class VisitRow:
    """One visit, as its patient and their bookers see it."""

    id: str
    person: PersonRow
    service_name: str
    practitioner_name: str
    practitioner_short_name: str
    location_name: str
    location_address: str
    zone: str  # IANA name; visits are shown in the time of their place
    starts_at: datetime  # UTC
    ends_at: datetime  # UTC
    price_cents: int
    currency: str
    is_cancelled: bool
    can_cancel: bool  # now, by who asks; the service decides again
    booked_by_me: bool

    @property
    def starts_local(self) -> datetime:
        """Return the start on the wall clock of the place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))


@dataclass(frozen=True)
class VisitPage:
    """Up to 50 visits of a longer list."""

    visits: tuple[VisitRow, ...]
    page: int  # from 1
    has_more: bool
