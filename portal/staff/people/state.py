"""The clinic's people: the list, inviting, roles, ending access."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes
from portal.clinic import read_typed
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.shell.tabs import close_tabs
from portal.staff.people import service
from portal.staff.state import fill_desk, read_desk
from portal.staff.wording import role_words
from portal.web.limits import take
from portal.words import _


class Person(TypedDict):
    """A colleague."""

    id: str
    name: str
    role: str
    role_words: str
    practitioner_id: str
    detail: str
    log_in: str
    log_in_words: str
    is_me: bool


NOBODY = Person(
    id="",
    name="",
    role="",
    role_words="",
    practitioner_id="",
    detail="",
    log_in="",
    log_in_words="",
    is_me=False,
)


class Colleagues(PageState, rx.State):
    """Who works here, and the dialog about one of them."""

    loaded: bool = False
    people: list[Person] = []
    practitioners: list[tuple[str, str]] = []
    chosen: Person = NOBODY
    dialog: str = ""  # "", "invite", "edit" or "end"

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List the clinic's people to whoever looks after them."""
        await fill_desk(self, actor)
        self.loaded, self.dialog, self.people = False, "", []
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List them again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    def ask_new(self) -> None:
        """Open the form for a new colleague."""
        self.dialog, self.chosen = "invite", NOBODY

    @guarded(staff=True)
    def edit(self, staff_id: Id) -> None:
        """Open the form with a colleague's role."""
        self._choose("edit", staff_id)

    @guarded(staff=True)
    def ask_end(self, staff_id: Id) -> None:
        """Ask before a colleague's access ends."""
        self._choose("end", staff_id)

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    @guarded(staff=True)
    async def invite(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Add a colleague and send the invitation."""
        form = await read_typed(service.StaffForm, data)
        await take("colleague", actor.staff_id or "")
        await db.write(service.add_staff, actor, form)
        await self._done(_("Invited. The link in the mail works for 7 days."), actor)

    @guarded(staff=True)
    async def invite_again(self, staff_id: Id, *, actor: Actor) -> None:
        """Send a new invitation; the one before ends."""
        await take("colleague", actor.staff_id or "")
        await db.write(service.invite_again, actor, staff_id)
        await self._done(_("Sent. The invitation before does not work any more."), actor)

    @guarded(staff=True)
    async def save(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Change what a colleague may do."""
        form = await read_typed(service.RoleForm, data)
        await db.write(service.change_role, actor, form)
        await self._done(_("Saved. It holds from their next click on."), actor)

    @guarded(staff=True)
    async def new_app(self, staff_id: Id, *, actor: Actor) -> None:
        """Let a colleague who lost the app for codes set up another."""
        await take("colleague", actor.staff_id or "")
        await close_tabs(await db.write(service.new_app, actor, staff_id))
        await self._done(_("The next sign-in with the password sets up a new app."), actor)

    @guarded(staff=True)
    async def end(self, staff_id: Id, *, actor: Actor) -> None:
        """End a colleague's access, and close every page they have open."""
        await close_tabs(await db.write(service.end_access, actor, staff_id))
        await self._done(_("Ended. They are signed out everywhere."), actor)

    def _choose(self, dialog: str, staff_id: str) -> None:
        found = [person for person in self.people if person["id"] == staff_id]
        self.chosen, self.dialog = (found[0], dialog) if found else (NOBODY, "")

    async def _done(self, words: str, actor: Actor) -> None:
        self.dialog = ""
        await self._read(actor)
        await announce(self, notice("success", words))

    async def _read(self, actor: Actor) -> None:
        rows = await db.read(service.list_staff, actor)
        names = await db.read(service.list_practitioners, actor)
        put(
            self,
            people=[_person(row) for row in rows],
            practitioners=[(id_, name) for id_, name in names],
            loaded=True,
        )


def _person(row: service.StaffRow) -> Person:
    parts = [row.email, row.practitioner_name]
    return Person(
        id=row.id,
        name=row.name,
        role=row.role,
        role_words=role_words(row.role),
        practitioner_id=row.practitioner_id,
        detail=". ".join(part for part in parts if part),
        log_in=row.log_in,
        log_in_words={
            "none": _("No log-in"),
            "invited": _("Invited, has not signed in yet"),
            "ready": _("Has a password, no app for codes yet"),
            "open": "",
            "ended": _("Does not work here any more"),
        }[row.log_in],
        is_me=row.is_me,
    )


refreshes(routes.STAFF_PEOPLE, Colleagues.refresh)
