"""What a search for several people hands to its page: values, ready to show."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from portal.booking.hold import Wish
from portal.booking.rows import ServiceRow, Window
from portal.booking.start import Party
from portal.booking.terms import Terms
from portal.visits.rows import PersonRow


@dataclass(frozen=True)
class Asked:
    """What one person needs; each person is asked for once."""

    patient_id: str
    service_id: str


@dataclass(frozen=True)
class TurnRow:
    """One person's visit in an offer."""

    patient_id: str
    service_id: str
    practitioner_id: str
    practitioner_name: str
    starts_at: datetime  # UTC
    ends_at: datetime  # UTC
    price_cents: int


@dataclass(frozen=True)
class TogetherRow:
    """Times for everyone on one day at one place, in the order of time."""

    location_id: str
    location_name: str
    zone: str
    shown_zone: str | None  # the viewer's preferred zone
    turns: tuple[TurnRow, ...]

    @property
    def starts_at(self) -> datetime:
        """Return when the first visit begins, in UTC."""
        return self.turns[0].starts_at

    @property
    def ends_at(self) -> datetime:
        """Return when the last visit ends, in UTC."""
        return max(turn.ends_at for turn in self.turns)

    @property
    def on(self) -> date:
        """Return the day on the clock that the viewer reads."""
        return self.shown(self.starts_at).date()

    def shown(self, at: datetime) -> datetime:
        """Return an instant on the clock that the viewer reads."""
        return at.astimezone(ZoneInfo(self.shown_zone or self.zone))

    @property
    def wishes(self) -> tuple[Wish, ...]:
        """Return what has to be kept for it, in the order in which the rooms suffice."""
        return tuple(
            Wish(
                turn.service_id,
                turn.practitioner_id,
                turn.starts_at,
                (turn.patient_id,),
                shown_price_cents=turn.price_cents,
            )
            for turn in self.turns
        )


@dataclass(frozen=True)
class Setting:
    """What the page of a search begins with."""

    people: tuple[PersonRow, ...]  # who comes, in the order chosen
    party: Party
    services: tuple[ServiceRow, ...]  # those that one person can come for
    window: Window
    zone: str | None  # the viewer's own
    terms: Terms
