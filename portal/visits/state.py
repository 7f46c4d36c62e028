"""My visits and my family's: upcoming and past, with cancelling."""

from itertools import groupby
from typing import Annotated, Any, Literal, TypedDict

import reflex as rx
from pydantic import Field

from portal import clock, db, routes, say
from portal.errors import NotFound
from portal.family.faces import family_faces
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.visits import service
from portal.visits.rows import VisitRow
from portal.words import _


class VisitView(TypedDict):
    """One visit on screen."""

    id: str
    name: str
    initials: str
    colour: int
    time: str
    what: str
    place: str
    about: str
    is_cancelled: bool
    can_cancel: bool


class DayView(TypedDict):
    """The visits of one day."""

    day: str
    visits: list[VisitView]


class PersonChoice(TypedDict):
    """Somebody whose visits can be shown alone."""

    id: str
    name: str


NO_VISIT = VisitView(
    id="",
    name="",
    initials="",
    colour=1,
    time="",
    what="",
    place="",
    about="",
    is_cancelled=False,
    can_cancel=False,
)


class Visits(PageState, rx.State):
    """The list of visits and the question before one is cancelled."""

    shown_for: str = ""
    loaded: bool = False
    past: bool = False
    days: list[DayView] = []
    people: list[PersonChoice] = []
    only: str = ""
    page: int = 1
    has_more: bool = False
    chosen: VisitView = NO_VISIT
    asking: bool = False

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List the visits of the page that is open."""
        await fill_frame(self, actor)
        self.shown_for = here(self)
        self.past = self.router.url.path.rstrip("/") == routes.APPOINTMENTS_PAST
        self.only, self.page, self.asking = "", 1, False
        await self._reload(actor)

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read the list again, and whether the visit asked about can still be cancelled."""
        people = await db.read(service.list_people, actor)
        if self.only not in ("", *(one.id for one in people)):
            self.only, self.page = "", 1
        await self._reload(actor)
        if not self.days and self.page > 1:
            self.page = 1
            await self._reload(actor)
        if self.asking:
            await self._ask_again(actor)

    @guarded
    async def show_only(self, patient_id: Id | Literal[""], *, actor: Actor) -> None:
        """Show the visits of one person, or (empty) of everyone."""
        self.only, self.page = patient_id, 1
        await self._reload(actor)

    @guarded
    async def turn(self, page: Annotated[int, Field(ge=1, le=10_000)], *, actor: Actor) -> None:
        """Show another page of a long list."""
        self.page = page
        await self._reload(actor)

    @guarded
    async def ask_cancel(self, visit_id: Id, *, actor: Actor) -> None:
        """Open the question before a visit is cancelled."""
        row = await db.read(service.get_visit, actor, visit_id)
        letters = await db.read(family_faces, actor)
        self.chosen = _view(row, letters.get(row.person.id, ""))
        self.asking = True

    @guarded
    def close(self) -> None:
        """Close the question and cancel nothing."""
        self.asking = False

    @guarded
    async def cancel(self, visit_id: Id, *, actor: Actor) -> None:
        """Cancel a visit; cancelling it twice is fine."""
        self.asking = False
        row = await db.write(service.cancel_visit, actor, visit_id)
        await self._reload(actor)
        words = _("Cancelled for {name}: {when}. Nobody is charged.").format(
            name=_("you") if row.person.is_me else row.person.first_name,
            when=say.day_time(row.starts_local),
        )
        await announce(self, notice("success", words))

    async def _ask_again(self, actor: Actor) -> None:
        """Take the question away where there is nothing left to cancel."""
        try:
            row = await db.read(service.get_visit, actor, self.chosen["id"])
        except NotFound:
            words = _("You can no longer see this visit.")
        else:
            if row.can_cancel:
                return
            words = _("This visit can no longer be cancelled here.")
            if row.is_cancelled:
                words = _("This visit is cancelled already.")
        self.asking = False
        await announce(self, notice("info", words))

    async def _reload(self, actor: Actor) -> None:
        when = "past" if self.past else "upcoming"
        found = await db.read(service.list_visits, actor, when, self.only or None, self.page)
        people = await db.read(service.list_people, actor)
        letters = await db.read(family_faces, actor)
        days = [
            DayView(
                day=_day_words(on),
                visits=[_view(row, letters.get(row.person.id, "")) for row in rows],
            )
            for on, rows in groupby(found.visits, lambda row: row.starts_local.date())
        ]
        choices = [
            PersonChoice(id=one.id, name=_("Only me") if one.is_me else one.first_name)
            for one in people
        ]
        put(self, days=days, people=choices, page=found.page, has_more=found.has_more, loaded=True)


for _page in (routes.APPOINTMENTS, routes.APPOINTMENTS_PAST):
    refreshes(_page, Visits.refresh)


def _day_words(on: Any) -> str:
    this_year = clock.now().year
    return say.day(on) if on.year == this_year else f"{say.weekday(on)} {say.day_year(on)}"


def _view(row: VisitRow, initials: str) -> VisitView:
    name = _("You") if row.person.is_me else row.person.full_name
    what = _("{service} with {name}").format(service=row.service_name, name=row.practitioner_name)
    return VisitView(
        id=row.id,
        name=name,
        initials=initials,
        colour=row.person.colour,
        time=say.clock_time(row.starts_local),
        what=what,
        place=row.location_name,
        about=f"{name}, {what}, {say.day_time(row.starts_local)}",
        is_cancelled=row.is_cancelled,
        can_cancel=row.can_cancel,
    )
