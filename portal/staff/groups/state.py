"""Groups: the lists, and the dialog about one of them."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes
from portal.clinic import read_typed
from portal.ids import Id
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes, watch
from portal.shell.notice import notice
from portal.staff.groups import service
from portal.staff.groups.service import Group, GroupForm
from portal.staff.patients.state import Patients
from portal.staff.state import fill_desk, read_desk
from portal.web.limits import take
from portal.words import _


class GroupView(TypedDict):
    """A list and who is on it."""

    id: str
    name: str
    members: list[tuple[str, str]]  # id and name
    book_href: str


NO_GROUP = GroupView(id="", name="", members=[], book_href="")


class Groups(PageState, rx.State):
    """Every list, and the one that a dialog is about."""

    loaded: bool = False
    groups: list[GroupView] = []
    chosen: GroupView = NO_GROUP
    dialog: str = ""  # "", "name", "add" or "end"

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List the groups."""
        await fill_desk(self, actor)
        self.loaded, self.groups, self.chosen, self.dialog = False, [], NO_GROUP, ""
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List them again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    def ask_new(self) -> None:
        """Open the form for a new list."""
        self.chosen, self.dialog = NO_GROUP, "name"

    @guarded(staff=True)
    def rename(self, group_id: Id) -> None:
        """Open the form for another name."""
        self._choose(group_id, "name")

    @guarded(staff=True)
    async def ask_add(self, group_id: Id, *, actor: Actor) -> None:
        """Open the search for somebody to put on a list."""
        patients = await self.get_state(Patients)
        put(patients, searched="", patients=[], said="")
        self._choose(group_id, "add")

    @guarded(staff=True)
    def ask_end(self, group_id: Id) -> None:
        """Ask before a list ends."""
        self._choose(group_id, "end")

    @guarded(staff=True)
    def close(self) -> None:
        """Close the dialog and change nothing."""
        self.dialog = ""

    @guarded(staff=True)
    async def save(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Make a list, or rename one."""
        form = await read_typed(GroupForm, data)
        await take("desk", actor.staff_id or "")
        await db.write(service.save_group, actor, form)
        await self._done(_("Saved."), actor)

    @guarded(staff=True)
    async def add(self, group_id: Id, patient_id: Id, *, actor: Actor) -> None:
        """Put somebody on a list."""
        await take("desk", actor.staff_id or "")
        await db.write(service.add_member, actor, group_id, patient_id)
        await self._done(_("Added. Nobody’s permissions have changed."), actor)

    @guarded(staff=True)
    async def remove(self, group_id: Id, patient_id: Id, *, actor: Actor) -> None:
        """Take somebody off a list."""
        await take("desk", actor.staff_id or "")
        await db.write(service.remove_member, actor, group_id, patient_id)
        await self._done(_("Taken off the list."), actor)

    @guarded(staff=True)
    async def end(self, group_id: Id, *, actor: Actor) -> None:
        """End a list."""
        await take("desk", actor.staff_id or "")
        await db.write(service.end_group, actor, group_id)
        await self._done(_("The group has ended. Its visits stay booked."), actor)

    def _choose(self, group_id: str, dialog: str) -> None:
        found = [group for group in self.groups if group["id"] == group_id]
        self.chosen, self.dialog = (found[0], dialog) if found else (NO_GROUP, "")

    async def _done(self, words: str, actor: Actor) -> None:
        self.dialog = ""
        await self._read(actor)
        await announce(self, notice("success", words))

    async def _read(self, actor: Actor) -> None:
        watch(self, service.WATCHED)
        groups = await db.read(service.list_groups, actor)
        put(self, groups=[_view(group) for group in groups], loaded=True)


def _view(group: Group) -> GroupView:
    return GroupView(
        id=group.id,
        name=group.name,
        members=[(member.id, member.name) for member in group.members],
        book_href=routes.with_query(routes.STAFF_BOOK, group=group.id),
    )


refreshes(routes.STAFF_GROUPS, Groups.refresh)
