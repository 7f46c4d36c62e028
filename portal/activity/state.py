"""The Activity page: who did what, a page at a time, of everybody or of one."""

from datetime import datetime, timedelta
from itertools import groupby
from typing import Annotated, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx
from pydantic import Field

from portal import clock, db, routes, say
from portal.activity import service
from portal.activity.people import Known
from portal.activity.rows import EntryRow
from portal.activity.trail import CLINIC, ME, Place
from portal.family.faces import family_faces
from portal.ids import Id
from portal.permissions import Actor
from portal.sharing.relate import OWN_COLOUR
from portal.shell.guard import PageState, guarded
from portal.shell.live import put, refreshes
from portal.shell.state import fill_frame
from portal.words import _

# Permissions that were given or taken within this time, one after the other, are one change.
TOGETHER = timedelta(seconds=5)


class EntryView(TypedDict):
    """One thing that was done or refused."""

    id: str
    time: str
    text: str
    detail: str
    initials: str
    colour: int


class DayView(TypedDict):
    """What happened on one day."""

    day: str
    entries: list[EntryView]


class PersonChoice(TypedDict):
    """Somebody whose doings can be shown alone."""

    id: str
    name: str


class Activity(PageState, rx.State):
    """The list, its filter and its pages."""

    loaded: bool = False
    days: list[DayView] = []
    people: list[PersonChoice] = []
    only: str = ""
    page: int = 1
    has_more: bool = False
    download: str = routes.ACTIVITY_CSV
    # Where each page begins that was reached so far; the first begins with the newest entry.
    _starts: list[Place | None] = [None]

    @guarded
    async def load(self, *, actor: Actor) -> None:
        """List the newest of everybody."""
        await fill_frame(self, actor)
        self.only, self.page, self._starts = "", 1, [None]
        await self._reload(actor)

    @guarded(quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """Read the page again; an older one stays where it is."""
        await self._reload(actor)

    @guarded
    async def show_only(
        self, who: Id | Annotated[str, Field(max_length=0)], *, actor: Actor
    ) -> None:
        """Show what one person did, or (empty) everybody."""
        await db.read(service.list_activity, actor, who, None, 1)
        self.only, self.page, self._starts = who, 1, [None]
        await self._reload(actor)

    @guarded
    async def turn(self, page: Annotated[int, Field(ge=1, le=10_000)], *, actor: Actor) -> None:
        """Show a page that was shown before, or the next one."""
        self.page = min(page, len(self._starts))
        await self._reload(actor)

    async def _reload(self, actor: Actor) -> None:
        start = self._starts[self.page - 1]
        found = await db.read(service.list_activity, actor, self.only, start)
        people = await db.read(service.list_people, actor)
        faces = {
            **{f"patient:{one.id}": (one.initials, one.colour) for one in people},
            **await self._family(actor, people),
        }
        self._starts = [*self._starts[: self.page], *([found.after] if found.after else [])]
        put(
            self,
            days=_days(found, faces),
            people=[*_ALWAYS, *(PersonChoice(id=p.id, name=p.first_name) for p in people)],
            has_more=found.after is not None,
            download=routes.with_query(routes.ACTIVITY_CSV, who=self.only),
            loaded=True,
        )

    async def _family(self, actor: Actor, people: list[Known]) -> dict[str, tuple[str, int]]:
        """Return the faces of the reader and of the family, as they are on every screen."""
        letters = await db.read(family_faces, actor)
        colours = {one.id: one.colour for one in people if one.related}
        colours[actor.me] = OWN_COLOUR
        return {f"patient:{id_}": (letters[id_], c) for id_, c in colours.items() if id_ in letters}


refreshes(routes.ACCOUNT_ACTIVITY, Activity.refresh)

_ALWAYS = (
    PersonChoice(id=ME, name=_("Only me")),
    PersonChoice(id=CLINIC, name=_("The clinic")),
)


def _days(found: service.ActivityPage, faces: dict[str, tuple[str, int]]) -> list[DayView]:
    zone = ZoneInfo(found.zone)
    days = groupby(_merged(found.entries), lambda row: row.at.astimezone(zone).date())
    this_year = clock.today(zone).year
    return [
        DayView(
            day=say.day(on) if on.year == this_year else f"{say.weekday(on)} {say.day_year(on)}",
            entries=[_view(row, row.at.astimezone(zone), faces) for row in rows],
        )
        for on, rows in days
    ]


def _merged(rows: tuple[EntryRow, ...]) -> list[EntryRow]:
    """Put together what is said once of several permissions, in the order in which it was done."""
    merged: list[EntryRow] = []
    for row in rows:
        last = merged[-1] if merged else None
        same = last and row.is_part and last.is_part and (row.text, row.by) == (last.text, last.by)
        if last and same and last.refused == row.refused and last.at - row.at < TOGETHER:
            both = f"{row.detail}, {last.detail[:1].lower()}{last.detail[1:]}"
            merged[-1] = EntryRow(**{**vars(last), "detail": both})
        else:
            merged.append(row)
    return merged


def _view(row: EntryRow, at: datetime, faces: dict[str, tuple[str, int]]) -> EntryView:
    initials, colour = faces.get(row.by, ("", 0))
    return EntryView(
        id=row.id,
        time=say.clock_time(at),
        text=row.text,
        detail=row.detail,
        initials=initials,
        colour=colour,
    )
