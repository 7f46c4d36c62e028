"""The hours of the practitioner whose page is open, and the dialog about some of them."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, say
from portal.clinic import read_typed
from portal.forms import Form
from portal.ids import Id, IdOrNone
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put
from portal.shell.notice import notice
from portal.staff.affected.state import AffectedList, AffectedView, change, forget_affected, view_of
from portal.staff.practitioners.hours import away, week
from portal.staff.practitioners.hours.forms import WEEK, DayForm, ShiftForm, TimeOffForm
from portal.staff.practitioners.hours.service import (
    DayLine,
    HoursFile,
    ShiftLine,
    TimeOffLine,
    read_hours,
)
from portal.staff.wording import absence_words
from portal.web.limits import take
from portal.words import _

DAYS = [(day, say.weekday_name(int(day))) for day in WEEK]
"""The days of the week as the form names them."""


class HoursView(TypedDict):
    """One row of a list: weekly hours, other hours on a day, or time off."""

    id: str
    when: str
    detail: str


class ShiftView(HoursView):
    """Weekly hours, with what their form shows."""

    weekday: str
    starts: str
    ends: str
    place_id: str
    from_on: str
    until_on: str


NO_SHIFT = ShiftView(
    id="",
    when="",
    detail="",
    weekday="",
    starts="09:00",
    ends="17:00",
    place_id="",
    from_on="",
    until_on="",
)
NO_HOURS = HoursView(id="", when="", detail="")


class RemoveForm(Form):
    """Which hours go, and which list of visits was shown."""

    id: Id
    confirmed: IdOrNone = ""


class WorkingHours(PageState, AffectedList, rx.State):
    """When the practitioner works, and what a dialog is about."""

    practitioner_id: str = ""
    shifts: list[ShiftView] = []
    days: list[HoursView] = []
    time_off: list[HoursView] = []
    zone: str = ""
    lacking: list[AffectedView] = []  # visits to come without a working time, place or room
    places: list[tuple[str, str]] = []
    dialog: str = ""  # "", "shift", "day", "time off", "remove shift" or "remove day"
    shift: ShiftView = NO_SHIFT
    removing: HoursView = NO_HOURS

    @guarded(staff=True)
    def new_shift(self) -> None:
        """Open the form for weekly hours."""
        self._open("shift")
        if len(self.places) == 1:
            self.shift = ShiftView(**{**NO_SHIFT, "place_id": self.places[0][0]})

    @guarded(staff=True)
    def edit_shift(self, shift_id: Id) -> None:
        """Open the form of weekly hours."""
        self._open("shift")
        self.shift = next((one for one in self.shifts if one["id"] == shift_id), NO_SHIFT)

    @guarded(staff=True)
    def new_day(self) -> None:
        """Open the form for other hours on one day."""
        self._open("day")

    @guarded(staff=True)
    def new_time_off(self) -> None:
        """Open the form for time off."""
        self._open("time off")

    @guarded(staff=True)
    def ask_remove_shift(self, shift_id: Id) -> None:
        """Ask before weekly hours go."""
        self._open("remove shift", next((o for o in self.shifts if o["id"] == shift_id), NO_HOURS))

    @guarded(staff=True)
    def ask_remove_day(self, day_id: Id) -> None:
        """Ask before other hours go."""
        self._open("remove day", next((o for o in self.days if o["id"] == day_id), NO_HOURS))

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    @guarded(staff=True)
    async def save_shift(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Save weekly hours."""
        form = await read_typed(ShiftForm, data)
        await self._change(_("Saved."), week.save_shift, actor, form)

    @guarded(staff=True)
    async def remove_shift(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Take weekly hours away."""
        form = await read_typed(RemoveForm, data)
        await self._change(_("Removed."), week.remove_shift, actor, form.id, form.confirmed)

    @guarded(staff=True)
    async def add_day(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Give a day other hours."""
        form = await read_typed(DayForm, data)
        await self._change(_("Saved."), week.add_day, actor, form)

    @guarded(staff=True)
    async def remove_day(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Go back to the weekly hours on a day."""
        form = await read_typed(RemoveForm, data)
        await self._change(_("Removed."), week.remove_day, actor, form.id, form.confirmed)

    @guarded(staff=True)
    async def add_time_off(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Let them be away."""
        form = await read_typed(TimeOffForm, data)
        await self._change(_("Saved. Nobody can book then."), away.add_time_off, actor, form)

    @guarded(staff=True)
    async def remove_time_off(self, time_off_id: Id, *, actor: Actor) -> None:
        """Take time off back."""
        words = _("Removed. That time can be booked again.")
        await self._change(words, away.remove_time_off, actor, time_off_id)

    def _open(self, dialog: str, removing: HoursView = NO_HOURS) -> None:
        forget_affected(self)
        self.dialog, self.shift = dialog, NO_SHIFT
        self.removing = HoursView(
            id=removing["id"], when=removing["when"], detail=removing["detail"]
        )

    async def _change(self, words: str, use_case: Any, actor: Actor, *given: Any) -> None:
        await take("desk", actor.staff_id or "")
        if await change(self, use_case, actor, *given):
            self.dialog = ""
            if self.practitioner_id:
                show_hours(self, await db.read(read_hours, actor, self.practitioner_id))
            await announce(self, notice("success", words))


async def fill_hours(state: rx.State, actor: Actor, practitioner_id: str) -> None:
    """Show the hours of a practitioner on the page of ``state``; none of a new one.

    Raises:
        NotAllowed: the actor is not at the front desk.
    """
    hours = await state.get_state(WorkingHours)
    if hours.practitioner_id != practitioner_id:
        hours.dialog = ""
        forget_affected(hours)
    hours.practitioner_id = practitioner_id
    if practitioner_id:
        show_hours(hours, await db.read(read_hours, actor, practitioner_id))


def show_hours(state: WorkingHours, hours: HoursFile) -> None:
    """Put hours into words."""
    put(
        state,
        shifts=[_shift(line) for line in hours.shifts],
        days=[_day(line) for line in hours.days],
        time_off=[_time_off(line) for line in hours.time_off],
        zone=say.zone(hours.zone),
        lacking=[view_of(visit) for visit in hours.lacking],
        places=list(hours.places),
    )


def _shift(line: ShiftLine) -> ShiftView:
    parts = [line.place_name]
    if line.from_on:
        parts.append(_("from {day}").format(day=say.day_year(line.from_on)))
    if line.until_on:
        parts.append(_("until {day}").format(day=say.day_year(line.until_on)))
    times = _times(line.starts, line.ends)
    return ShiftView(
        id=line.id,
        when=f"{say.weekday_name(line.weekday)}, {times}",
        detail=", ".join(parts),
        weekday=str(line.weekday),
        starts=line.starts.strftime("%H:%M"),
        ends=line.ends.strftime("%H:%M"),
        place_id=line.place_id,
        from_on=line.from_on.isoformat() if line.from_on else "",
        until_on=line.until_on.isoformat() if line.until_on else "",
    )


def _day(line: DayLine) -> HoursView:
    day = f"{say.weekday(line.on_date)} {say.day_year(line.on_date)}"
    if line.starts is None or line.ends is None:
        return HoursView(id=line.id, when=day, detail=_("Does not work"))
    detail = f"{_times(line.starts, line.ends)}, {line.place_name}"
    return HoursView(id=line.id, when=day, detail=detail)


def _time_off(line: TimeOffLine) -> HoursView:
    when = absence_words(line.starts_at, line.ends_at)
    return HoursView(id=line.id, when=when, detail=line.reason)


def _times(starts: Any, ends: Any) -> str:
    return _("{start} to {end}").format(start=say.clock_time(starts), end=say.clock_time(ends))
