"""Classes to come, making new ones, and calling one off."""

from typing import Any, TypedDict
from zoneinfo import ZoneInfo

import reflex as rx

from portal import db, routes, say
from portal.clinic import read_typed
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes, watch
from portal.shell.notice import notice
from portal.staff.classes.make import ClassForm, make_classes
from portal.staff.classes.service import CallOffForm, ClassRow, Guest, call_off, list_classes
from portal.staff.state import fill_desk, read_desk
from portal.web.limits import take
from portal.words import _, ngettext


class GuestView(TypedDict):
    """Somebody who comes."""

    id: str
    name: str
    mark: str
    href: str


class ClassView(TypedDict):
    """One class to come."""

    id: str
    when: str
    name: str
    detail: str
    seats: str
    guests: list[GuestView]
    others: str
    full: bool
    begun: bool
    book_href: str
    open: bool


NO_CLASS = ClassView(
    id="",
    when="",
    name="",
    detail="",
    seats="",
    guests=[],
    others="",
    full=False,
    begun=False,
    book_href="",
    open=False,
)


class Courses(PageState, rx.State):
    """Every class to come, and the one that a dialog is about."""

    loaded: bool = False
    may_edit: bool = False
    classes: list[ClassView] = []
    services: list[tuple[str, str]] = []
    practitioners: list[tuple[str, str]] = []
    places: list[tuple[str, str]] = []
    one_place: str = ""
    chosen: ClassView = NO_CLASS
    dialog: str = ""  # "", "new" or "call off"

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List the classes."""
        await fill_desk(self, actor)
        self.loaded, self.classes, self.chosen, self.dialog = False, [], NO_CLASS, ""
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List them again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    def ask_new(self) -> None:
        """Open the form for new classes."""
        self.chosen, self.dialog = NO_CLASS, "new"

    @guarded(staff=True)
    def ask_call_off(self, gathering_id: Id) -> None:
        """Ask why a class does not take place."""
        found = [one for one in self.classes if one["id"] == gathering_id]
        self.chosen, self.dialog = (found[0], "call off") if found else (NO_CLASS, "")

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    @guarded(staff=True)
    async def make(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Make classes."""
        form = await read_typed(ClassForm, data)
        await take("desk", actor.staff_id or "")
        await db.write(make_classes, actor, form)
        words = ngettext("{n} class was made.", "{n} classes were made.", form.weeks)
        await self._done(words.format(n=form.weeks), actor)

    @guarded(staff=True)
    async def call_off(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Call a class off and tell everybody."""
        form = await read_typed(CallOffForm, data)
        await take("desk", actor.staff_id or "")
        told = await db.write(call_off, actor, form)
        words = ngettext(
            "Called off. {n} person gets an email.", "Called off. {n} people get an email.", told
        )
        await self._done(words.format(n=told), actor)

    async def _done(self, words: str, actor: Actor) -> None:
        self.dialog = ""
        await self._read(actor)
        await announce(self, notice("success", words))

    async def _read(self, actor: Actor) -> None:
        found = await db.read(list_classes, actor)
        who = {id_: name for one in found.services for id_, name in one.practitioners}
        watch(self, *who, *(one.practitioner_id for one in found.classes))
        asked = self.router.url.query_parameters.get("id", "")
        put(
            self,
            classes=[_view(one, asked) for one in found.classes],
            services=[(one.id, one.name) for one in found.services],
            practitioners=list(who.items()),
            places=list(found.places),
            one_place=found.places[0][0] if len(found.places) == 1 else "",
            may_edit=found.may_edit,
            loaded=True,
        )


def _view(row: ClassRow, asked: str) -> ClassView:
    start, end = (at.astimezone(ZoneInfo(row.zone)) for at in (row.starts_at, row.ends_at))
    others = row.taken - len(row.guests)
    return ClassView(
        id=row.id,
        when=_("{day}, {start} to {end}").format(
            day=say.day(start.date()), start=say.clock_time(start), end=say.clock_time(end)
        ),
        name=row.service_name,
        detail=", ".join((row.practitioner_name, row.place)),
        seats=_("{count} of {seats} places taken").format(count=row.taken, seats=row.capacity),
        guests=[_guest(one) for one in row.guests],
        others=ngettext("And {n} more.", "And {n} more.", others).format(n=others)
        if others
        else "",
        full=row.taken >= row.capacity,
        begun=row.has_begun,
        book_href=routes.with_query(routes.STAFF_BOOK, **{"class": row.id}),
        open=row.id == asked,
    )


def _guest(one: Guest) -> GuestView:
    mark = _("Arrived") if one.arrived else _("Did not come") if one.no_show else ""
    href = routes.with_query(routes.STAFF_VISIT, id=one.visit_id)
    return GuestView(id=one.visit_id, name=one.name, mark=mark, href=href)


refreshes(routes.STAFF_CLASSES, Courses.refresh)
