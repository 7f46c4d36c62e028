"""The list of services."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes, say
from portal.booking.rows import ServiceKind
from portal.clinic import read_typed
from portal.forms import Form
from portal.ids import Id, IdOrNone
from portal.permissions import Actor
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put, refreshes
from portal.shell.notice import notice
from portal.staff.affected.state import AffectedList, change, forget_affected
from portal.staff.services import service
from portal.staff.state import fill_desk, read_desk
from portal.web.limits import take
from portal.words import _, ngettext


class Line(TypedDict):
    """One service."""

    id: str
    name: str
    detail: str
    note: str
    href: str
    ended: bool


class Category(TypedDict):
    """Services of one category, in their order."""

    name: str
    services: list[Line]


class EndForm(Form):
    """Which service ends, and which list of visits was shown."""

    service_id: Id
    confirmed: IdOrNone = ""


class Services(PageState, AffectedList, rx.State):
    """The services, by category, and the question before one ends."""

    loaded: bool = False
    categories: list[Category] = []
    ended: list[Line] = []
    ending: str = ""  # the id of the service that the question is about
    ending_name: str = ""

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """List the services to whoever may change them."""
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
    async def move(self, service_id: Id, up: bool, *, actor: Actor) -> None:
        """Move a service by one place."""
        await take("desk", actor.staff_id or "")
        await db.write(service.move_service, actor, service_id, up=up)
        await self._read(actor)

    @guarded(staff=True)
    def ask_end(self, service_id: Id) -> None:
        """Ask before a service ends."""
        forget_affected(self)
        for category in self.categories:
            for line in category["services"]:
                if line["id"] == service_id:
                    self.ending, self.ending_name = service_id, line["name"]

    @guarded(staff=True)
    def close(self) -> None:
        """Close the question and change nothing."""
        self.ending = ""

    @guarded(staff=True)
    async def end(self, data: dict[str, Any], *, actor: Actor) -> None:
        """Offer a service no longer."""
        form = await read_typed(EndForm, data)
        await take("desk", actor.staff_id or "")
        if await change(self, service.end_service, actor, form.service_id, form.confirmed):
            self.ending = ""
            await self._read(actor)
            await announce(self, notice("success", _("Ended. Nobody can book it any more.")))

    @guarded(staff=True)
    async def bring_back(self, service_id: Id, *, actor: Actor) -> None:
        """Offer a service again."""
        await take("desk", actor.staff_id or "")
        await db.write(service.bring_back_service, actor, service_id)
        await self._read(actor)
        await announce(self, notice("success", _("It can be booked again.")))

    async def _read(self, actor: Actor) -> None:
        rows = await db.read(service.list_all, actor)
        groups: dict[str, list[Line]] = {}
        for row in rows:
            if not row.ended:
                groups.setdefault(row.category, []).append(_line(row))
        put(
            self,
            categories=[Category(name=name, services=lines) for name, lines in groups.items()],
            ended=[_line(row) for row in rows if row.ended],
            loaded=True,
        )


def _line(row: service.ServiceLine) -> Line:
    parts = [say.minutes(row.minutes), say.money(row.price_cents, row.currency)]
    if row.kind is ServiceKind.GROUP:
        parts.append(_("group visit for up to {n}").format(n=row.capacity))
    if row.kind is ServiceKind.CLASS:
        parts.append(
            ngettext("class with {n} place", "class with {n} places", row.capacity).format(
                n=row.capacity
            )
        )
    note = "" if row.online else _("Not online: staff book it.")
    if not row.given_by:
        note = _("Nobody gives it, so nobody can book it.")
    return Line(
        id=row.id,
        name=row.name,
        detail=", ".join(parts),
        note=note,
        href=routes.with_query(routes.STAFF_SERVICE, id=row.id),
        ended=row.ended,
    )


refreshes(routes.STAFF_SERVICES, Services.refresh)
