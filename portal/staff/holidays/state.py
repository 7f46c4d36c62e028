"""The holidays, and the form for another one."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes, say
from portal.clinic import read_typed
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.affected.state import AffectedList, change, forget_affected
from portal.staff.holidays import service
from portal.staff.state import fill_desk, read_desk
from portal.web.limits import take
from portal.words import _


class HolidayView(TypedDict):
    """One holiday."""

    id: str
    name: str
    when: str
    where: str


class Holidays(PageState, AffectedList, rx.State):
    """The days on which the clinic is closed."""

    loaded: bool = False
    holidays: list[HolidayView] = []
    places: list[tuple[str, str]] = []
    dialog: str = ""  # "" or "new"

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List the holidays to whoever may change them."""
        await fill_desk(self, actor)
        self.loaded, self.dialog = False, ""
        forget_affected(self)
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List them again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    def ask_new(self) -> None:
        """Open the form."""
        forget_affected(self)
        self.dialog = "new"

    @guarded(staff=True)
    def close(self) -> None:
        """Close the form and change nothing."""
        self.dialog = ""

    @guarded(staff=True)
    async def add(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Close a day, unless it affects visits that nobody has looked at yet."""
        form = await read_typed(service.HolidayForm, data)
        await take("desk", actor.staff_id or "")
        if await change(self, service.add_holiday, actor, form):
            self.dialog = ""
            await self._read(actor)
            await announce(self, notice("success", _("Saved. Nobody can book that day.")))

    @guarded(staff=True)
    async def remove(self, holiday_id: Id, *, actor: Actor) -> None:
        """Open a day again."""
        await take("desk", actor.staff_id or "")
        await db.write(service.remove_holiday, actor, holiday_id)
        await self._read(actor)
        await announce(self, notice("success", _("Removed. The day can be booked again.")))

    async def _read(self, actor: Actor) -> None:
        rows = await db.read(service.list_holidays, actor)
        places = await db.read(service.place_names, actor)
        put(
            self,
            holidays=[
                HolidayView(
                    id=row.id,
                    name=row.name,
                    when=f"{say.weekday(row.on_date)} {say.day_year(row.on_date)}",
                    where=row.place_name or _("The whole clinic"),
                )
                for row in rows
            ],
            places=[(id_, name) for id_, name in places],
            loaded=True,
        )


refreshes(routes.STAFF_HOLIDAYS, Holidays.refresh)
