"""What services hand to screens about people and visits: values, ready to show."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from portal.visits.rules import NOTHING, How, May


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
class Together:
    """What else can be cancelled with a visit."""

    all_of: Literal["", "order", "gathering"] = ""
    count: int = 1  # visits, this one among them
    alone: bool = True  # it can also be cancelled on its own


@dataclass(frozen=True)
class VisitRow:
    """One visit, as its patient and their bookers see it."""

    id: str
    person: PersonRow
    service_id: str
    service_name: str
    practitioner_id: str
    practitioner_name: str
    practitioner_short_name: str
    location_name: str
    location_address: str
    zone: str  # IANA name of the place's
    starts_at: datetime  # UTC
    ends_at: datetime  # UTC
    price_cents: int
    currency: str
    is_cancelled: bool
    booked_by_me: bool
    by_clinic: bool = False  # it was the clinic that cancelled
    reason: str = ""  # the clinic's, for cancelling
    may: May = NOTHING  # now, for who asks; the service decides again
    together: Together = Together()
    join_url: str = ""  # a video room, while it is open
    shown_zone: str | None = None  # the viewer's preferred zone

    @property
    def can_cancel(self) -> bool:
        """Tell whether it can be cancelled here."""
        return self.may.cancel is How.HERE

    @property
    def starts_local(self) -> datetime:
        """Return the start on the wall clock of the place."""
        return self.starts_at.astimezone(ZoneInfo(self.zone))

    @property
    def starts_shown(self) -> datetime:
        """Return the start on the clock that the viewer reads."""
        return self.starts_at.astimezone(ZoneInfo(self.shown_zone or self.zone))

    @property
    def is_elsewhere(self) -> bool:
        """Tell whether the viewer's clock shows another time than that of the place."""
        return self.starts_shown.utcoffset() != self.starts_local.utcoffset()


@dataclass(frozen=True)
class VisitDetail:
    """Everything that a visit's own page tells."""

    visit: VisitRow
    directions: str
    note: str
    booked_by: str  # as it may be said to the viewer
    others: tuple[str, ...]  # whom the viewer knows among those who come along
    unnamed: int  # and how many more
    has_video: bool  # it is a video call, open or not yet
    moved_from: datetime | None  # UTC; its first time


@dataclass(frozen=True)
class VisitPage:
    """Up to 50 visits of a longer list."""

    visits: tuple[VisitRow, ...]
    page: int  # from 1
    has_more: bool
