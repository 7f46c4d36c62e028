"""My visits and my family's: upcoming and past, one on its own page, with cancelling and undo."""

from typing import Annotated, Literal, TypedDict

import reflex as rx
from pydantic import Field

from portal import db, routes, say
from portal.clinic import clinic_info
from portal.errors import NotFound
from portal.family.faces import family_faces
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.state import fill_frame
from portal.visits import cancel, service
from portal.visits.detail import read_detail
from portal.visits.rows import VisitRow
from portal.visits.views import (
    NO_VISIT,
    DayView,
    FactView,
    VisitView,
    days_of,
    facts_of,
    map_of,
    visit_view,
)
from portal.words import _, ngettext


class PersonChoice(TypedDict):
    """Somebody whose visits can be shown alone."""

    id: str
    name: str


class Visits(PageState, rx.State):
    """The list of visits, one of them on its own page, and the question before it is cancelled."""

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
    # The page of one visit.
    one: VisitView = NO_VISIT
    facts: list[FactView] = []
    map_url: str = ""
    ics_url: str = ""
    video: str = ""  # when the video room opens

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List the visits of the page that is open."""
        await fill_frame(self, actor)
        self.shown_for = here(self)
        self.past = self.router.url.path.rstrip("/") == routes.APPOINTMENTS_PAST
        self.only, self.page, self.asking = "", 1, False
        await self._reload(actor)

    @guarded
    async def load_one(self, *, actor: Actor) -> None:
        """Show the visit that the address names."""
        await fill_frame(self, actor)
        self.shown_for, self.asking = here(self), False
        self.one, self.facts = NO_VISIT, []
        await self._read_one(actor)

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

    @guarded(quiet=True)
    async def refresh_one(self, *, actor: Actor) -> None:
        """Read the visit again, and whether it can still be cancelled."""
        await self._read_one(actor)
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
        self.chosen = await self._view(actor, row)
        self.asking = True

    @guarded
    def close(self) -> None:
        """Close the question and cancel nothing."""
        self.asking = False

    @guarded
    async def cancel(self, visit_id: Id, all_of: cancel.AllOf, *, actor: Actor) -> None:
        """Cancel a visit, or all it belongs to; cancelling it twice is fine."""
        self.asking = False
        before = await db.read(service.get_visit, actor, visit_id)
        row = await db.write(cancel.cancel_visit, actor, visit_id, all_of=all_of)
        await self._read_again(actor)
        count = before.together.count if all_of else 1
        words = ngettext(
            "Cancelled for {name}: {when}. Nobody is charged.",
            "{n} visits are cancelled. Nobody is charged.",
            count,
        )
        await announce(self, notice("success", _about(words, row, count)))

    @guarded
    async def undo(self, visit_id: Id, *, actor: Actor) -> None:
        """Take back what was booked a moment ago, with all that was booked with it."""
        self.asking = False
        before = await db.read(service.get_visit, actor, visit_id)
        row = await db.write(cancel.undo, actor, visit_id)
        await self._read_again(actor)
        count = before.together.count
        words = ngettext(
            "Undone for {name}: {when} is not booked any more.",
            "Undone: {n} visits are not booked any more.",
            count,
        )
        await announce(self, notice("success", _about(words, row, count)))

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

    async def _read_again(self, actor: Actor) -> None:
        if self.router.url.path.rstrip("/") == routes.VISIT:
            await self._read_one(actor)
        else:
            await self._reload(actor)

    async def _reload(self, actor: Actor) -> None:
        when = "past" if self.past else "upcoming"
        found = await db.read(service.list_visits, actor, when, self.only or None, self.page)
        people = await db.read(service.list_people, actor)
        letters = await db.read(family_faces, actor)
        clinic = await db.read(clinic_info)
        choices = [
            PersonChoice(id=one.id, name=_("Only me") if one.is_me else one.first_name)
            for one in people
        ]
        days = days_of(found.visits, letters, clinic.phone)
        put(self, days=days, people=choices, page=found.page, has_more=found.has_more, loaded=True)

    async def _read_one(self, actor: Actor) -> None:
        visit_id = self.router.url.query_parameters.get("id", "")
        try:
            found = await db.read(read_detail, actor, visit_id)
        except NotFound:
            put(self, one=NO_VISIT, facts=[], loaded=True)
            raise
        row = found.visit
        opens = ""
        if found.has_video and not row.join_url and not row.is_cancelled:
            opens = _("A button to join appears here 10 minutes before the visit begins.")
        put(
            self,
            one=await self._view(actor, row),
            facts=facts_of(found),
            map_url=map_of(row),
            ics_url=routes.with_query(routes.VISIT_ICS, id=row.id),
            video=opens,
            loaded=True,
        )

    async def _view(self, actor: Actor, row: VisitRow) -> VisitView:
        letters = await db.read(family_faces, actor)
        clinic = await db.read(clinic_info)
        return visit_view(row, letters.get(row.person.id, ""), clinic.phone)


for _page in (routes.APPOINTMENTS, routes.APPOINTMENTS_PAST):
    refreshes(_page, Visits.refresh)
refreshes(routes.VISIT, Visits.refresh_one)


def _about(words: str, row: VisitRow, count: int) -> str:
    name = _("you") if row.person.is_me else row.person.first_name
    return words.format(name=name, when=say.day_time(row.starts_shown), n=count)
