"""The schedule that is open: what it shows, and the addresses of its neighbours."""

from datetime import date

import reflex as rx

from portal import db, routes
from portal.ids import is_id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, guarded
from portal.shell.live import put, refreshes, watch
from portal.staff.schedule.service import Asked, read_schedule
from portal.staff.schedule.views import Page, address, page_view, step_to
from portal.staff.state import fill_desk, read_desk

NO_PAGE = Page(title="", note="", lanes=[], hours=[], rows=1, idle="")
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)


class Diary(PageState, rx.State):
    """A day of everybody, or a practitioner's week."""

    shown_for: str = ""
    loaded: bool = False
    page: Page = NO_PAGE
    on: str = ""  # the day, or the Monday of the week
    week: bool = False
    whose: str = ""
    place: str = ""
    practitioners: list[tuple[str, str]] = []
    places: list[tuple[str, str]] = []
    before: str = ""
    after: str = ""
    today: str = ""
    by_day: str = ""
    by_week: str = ""

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Show the days that the address asks for."""
        await fill_desk(self, actor)
        self.shown_for, self.loaded, self.page = here(self), False, NO_PAGE
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read them again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    def go(self, on: str) -> object:
        """Turn to a day."""
        return rx.redirect(self._address(on=on))

    @guarded(staff=True)
    def go_to_place(self, place_id: str) -> object:
        """Show one place, or all of them."""
        return rx.redirect(self._address(at=place_id))

    @guarded(staff=True)
    def go_to_week(self, practitioner_id: str) -> object:
        """Show one practitioner's week, or the day of everybody."""
        view = "week" if practitioner_id else ""
        return rx.redirect(self._address(view=view, **{"with": practitioner_id}))

    def _address(self, **changed: str) -> str:
        """Return the address of a schedule like this one; what is no id of ours is left out."""
        asked = self._asked()
        values = {
            "on": asked.on.isoformat() if asked.on else "",
            "view": "week" if asked.week else "",
            "at": asked.place_id,
            "with": asked.practitioner_id,
        } | changed
        known = {name: value for name, value in values.items() if is_id(value)}
        return routes.with_query(routes.STAFF_SCHEDULE, **known)

    def _asked(self) -> Asked:
        """Read what the address asks for; nonsense in it means what it would without."""
        query = self.router.url.query_parameters
        texts = {name: query.get(name, "") for name in ("at", "with")}
        place, whose = (text if is_id(text) else "" for text in texts.values())
        week = query.get("view") == "week"
        return Asked(_day(query.get("on", "")), week, whose if week else "", place)

    async def _read(self, actor: Actor) -> None:
        schedule = await db.read(read_schedule, actor, self._asked())
        watch(self, *(id_ for id_, _name in schedule.practitioners))
        monday = schedule.first_on
        inside = monday <= schedule.today <= schedule.last_on
        put(
            self,
            page=page_view(schedule),
            on=schedule.first_on.isoformat(),
            week=bool(schedule.practitioner_id),
            whose=schedule.practitioner_id,
            place=schedule.place_id,
            practitioners=list(schedule.practitioners),
            places=list(schedule.places),
            before=step_to(schedule, -1),
            after=step_to(schedule, 1),
            today=address(schedule, schedule.today),
            by_day=address(schedule, schedule.today if inside else monday, week=False),
            by_week=address(schedule, schedule.first_on, week=True),
            loaded=True,
        )


def _day(text: str) -> date | None:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return on if EARLIEST <= on <= LATEST else None


refreshes(routes.STAFF_SCHEDULE, Diary.refresh)
