"""What is typed about the hours of a practitioner, checked."""

from datetime import date, time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from portal.forms import Form, ShortText
from portal.ids import Id, IdOrNone
from portal.staff.typed import Day, DayOrNone, DayTime, DayTimeOrNone
from portal.words import _

WEEK = tuple(str(day) for day in range(7))


def _a_day(value: dict[str, bool]) -> dict[str, bool]:
    if not any(value.get(day) for day in WEEK):
        raise ValueError(_("Tick at least one day of the week."))
    return value


class ShiftForm(Form):
    """Weekly hours on one or more days of the week; with an id they take that one's place."""

    practitioner_id: Id
    shift_id: IdOrNone = ""
    confirmed: IdOrNone = ""
    days: Annotated[dict[Id, bool], AfterValidator(_a_day)] = Field(
        default_factory=dict, validate_default=True
    )  # "0", Monday, to "6"
    starts: DayTime
    ends: DayTime
    place_id: Id
    from_on: DayOrNone = None
    until_on: DayOrNone = None

    @property
    def weekdays(self) -> list[int]:
        """Return the days of the week that were ticked."""
        return [int(day) for day in WEEK if self.days.get(day)]

    def wrong(self) -> dict[str, str]:
        """Say what does not fit together."""
        found: dict[str, str] = {}
        if self.ends <= self.starts:
            found["ends"] = _("This must be later than the start.")
        if self.from_on and self.until_on and self.until_on < self.from_on:
            found["until_on"] = _("This must not be before the first day.")
        return found


class DayForm(Form):
    """Other hours on one day, or none at all."""

    practitioner_id: Id
    confirmed: IdOrNone = ""
    on_date: Day
    works: Literal["no", "yes"] = "no"
    starts: DayTimeOrNone = None
    ends: DayTimeOrNone = None
    place_id: IdOrNone = ""

    def wrong(self) -> dict[str, str]:
        """Say what does not fit together."""
        found: dict[str, str] = {}
        if self.works == "yes":
            if self.starts is None:
                found["starts"] = _("Choose a time.")
            if self.ends is None:
                found["ends"] = _("Choose a time.")
            elif self.starts and self.ends <= self.starts:
                found["ends"] = _("This must be later than the start.")
            if not self.place_id:
                found["place_id"] = _("Choose a place from the list.")
        return found


class TimeOffForm(Form):
    """A time in which a practitioner is away; without times of day, whole days."""

    practitioner_id: Id
    confirmed: IdOrNone = ""
    from_on: Day
    from_time: DayTimeOrNone = None
    until_on: DayOrNone = None
    until_time: DayTimeOrNone = None
    reason: ShortText = ""

    @model_validator(mode="after")
    def _one_day(self) -> Self:
        self.until_on = self.until_on or self.from_on
        return self

    @property
    def first(self) -> tuple[date, time]:
        """Return the day and time it begins."""
        return self.from_on, self.from_time or time()

    @property
    def last(self) -> tuple[date, time | None]:
        """Return the day and time it ends; without a time, with the end of that day."""
        return self.until_on or self.from_on, self.until_time
