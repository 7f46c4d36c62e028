"""Somebody who looks for times."""

from dataclasses import dataclass
from datetime import date

from portal.booking.service import (
    Day,
    find_times,
)
from portal.db import reading
from portal.permissions import Actor
from tests.booking_family import TUESDAY, Family


@dataclass(frozen=True)
class Looking:
    """Somebody who looks for a check-up with Dr Calloway."""

    family: Family
    actor: Actor | None

    def days(self, first_day: date = TUESDAY, days: int = 1, **more: object) -> tuple[Day, ...]:
        with reading() as session:
            return find_times(
                session,
                self.actor,
                self.family.check_up,
                self.family.calloway,
                first_day,
                days,
                **more,  # pyright: ignore[reportArgumentType]
            )

    def shown(self, first_day: date = TUESDAY, **more: object) -> list[str]:
        (day,) = self.days(first_day, 1, **more)
        return [f"{slot.starts_shown:%d %H:%M}" for slot in day.slots]
