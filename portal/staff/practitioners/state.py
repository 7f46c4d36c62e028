"""The list of practitioners."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes
from portal.clinic import read_typed
from portal.forms import Form
from portal.ids import Id, IdOrNone
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.affected.state import AffectedList, change, forget_affected
from portal.staff.practitioners import service
from portal.staff.state import fill_desk, read_desk
from portal.web.limits import take
from portal.words import _


class Line(TypedDict):
    """One practitioner."""

    id: str
    name: str
    role: str
    note: str
    href: str


class EndForm(Form):
    """Who leaves, and which list of visits was shown."""

    practitioner_id: Id
    confirmed: IdOrNone = ""


class Practitioners(PageState, AffectedList, rx.State):
    """Who sees patients, and the question before somebody leaves."""

    loaded: bool = False
    practitioners: list[Line] = []
    ended: list[Line] = []
    ending: str = ""
    ending_name: str = ""

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List the practitioners."""
        await fill_desk(self, actor)
        self.loaded, self.ending = False, ""
        forget_affected(self)
        await self._read(actor)

    @guarded(staff=True, quiet=True)
    async def refresh(self, *, actor: Actor) -> None:
        """List them again."""
        await read_desk(self, actor)
        await self._read(actor)

    @guarded(staff=True)
    async def move(self, practitioner_id: Id, up: bool, *, actor: Actor) -> None:
        """Move a practitioner by one place."""
        await take("desk", actor.staff_id or "")
        await db.write(service.move_practitioner, actor, practitioner_id, up=up)
        await self._read(actor)

    @guarded(staff=True)
    def ask_end(self, practitioner_id: Id) -> None:
        """Ask before a practitioner leaves."""
        forget_affected(self)
        for line in self.practitioners:
            if line["id"] == practitioner_id:
                self.ending, self.ending_name = practitioner_id, line["name"]

    @guarded(staff=True)
    def close(self) -> None:
        """Close the question and change nothing."""
        self.ending = ""

    @guarded(staff=True)
    async def end(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Let nobody book with them any more."""
        form = await read_typed(EndForm, data)
        await take("desk", actor.staff_id or "")
        end = service.end_practitioner
        if await change(self, end, actor, form.practitioner_id, form.confirmed):
            self.ending = ""
            await self._read(actor)
            await announce(self, notice("success", _("Nobody can book with them any more.")))

    @guarded(staff=True)
    async def bring_back(self, practitioner_id: Id, *, actor: Actor) -> None:
        """Let people book with them again."""
        await take("desk", actor.staff_id or "")
        await db.write(service.bring_back_practitioner, actor, practitioner_id)
        await self._read(actor)
        await announce(self, notice("success", _("People can book with them again.")))

    async def _read(self, actor: Actor) -> None:
        rows = await db.read(service.list_all, actor)
        put(
            self,
            practitioners=[_line(row) for row in rows if not row.ended],
            ended=[_line(row) for row in rows if row.ended],
            loaded=True,
        )


def _line(row: service.PractitionerLine) -> Line:
    return Line(
        id=row.id,
        name=row.name,
        role=row.role,
        note="" if row.online or row.ended else _("Not online: staff book with them."),
        href=routes.with_query(routes.STAFF_PRACTITIONER, id=row.id),
    )


refreshes(routes.STAFF_PRACTITIONERS, Practitioners.refresh)
