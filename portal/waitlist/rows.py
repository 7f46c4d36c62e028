"""What the wait list hands to screens: values, ready to show."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from zoneinfo import ZoneInfo

from portal.visits.rows import PersonRow


class Ended(StrEnum):
    """Why a request is no longer open."""

    BOOKED = "booked"  # an offer was accepted
    WITHDRAWN = "withdrawn"
    OVER = "over"  # its last day has gone by


class Answer(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"  # the request it was for was


@dataclass(frozen=True)
class OfferRow:
    """A time that is kept, or was, for whoever asked."""

    id: str
    practitioner_name: str
    location_name: str
    zone: str  # of the place
    starts_at: datetime  # UTC
    ends_at: datetime  # UTC
    expires_at: datetime  # UTC; kept until then
    told_at: datetime  # UTC; not at night
    shown_zone: str | None = None  # the viewer's preferred zone
    answer: Answer | None = None

    @property
    def shown_in(self) -> ZoneInfo:
        """Return the clock that the viewer reads."""
        return ZoneInfo(self.shown_zone or self.zone)


@dataclass(frozen=True)
class RequestRow:
    """What somebody waits for."""

    id: str
    person: PersonRow
    service_id: str
    service_name: str
    practitioner_id: str | None
    practitioner_name: str  # empty: anyone
    weekdays: tuple[int, ...]  # Monday is 0
    from_time: time
    until_time: time
    from_on: date
    until_on: date
    note: str
    asked_at: datetime  # UTC
    asked_by_me: bool
    moves_at: datetime | None = None  # when the visit is that is to be earlier
    moves_zone: str = ""
    offer: OfferRow | None = None  # open, and told
    ended: Ended | None = None


@dataclass(frozen=True)
class RequestPage:
    """Some requests of a longer list."""

    requests: tuple[RequestRow, ...]
    page: int  # from 1
    has_more: bool
