"""The form of one service."""

from typing import Any, TypedDict

import reflex as rx

from portal import db, routes
from portal.clinic import read_typed
from portal.errors import NotFound
from portal.ids import is_id
from portal.permissions import Actor
from portal.shell.fresh import here
from portal.shell.guard import PageState, announce, guarded
from portal.shell.live import put
from portal.shell.notice import notice
from portal.staff.affected.state import AffectedList, change, forget_affected
from portal.staff.services.edit.service import (
    ServiceFile,
    ServiceForm,
    read_service,
    save_service,
)
from portal.staff.state import fill_desk
from portal.web.limits import take
from portal.words import _


class Tick(TypedDict):
    """Something that the service needs, or somebody who gives it."""

    id: str
    name: str
    on: bool


class EditService(PageState, AffectedList, rx.State):
    """The service whose form is open."""

    shown_for: str = ""
    loaded: bool = False
    service_id: str = ""
    heading: str = ""
    # By the names of `ServiceForm`, as they are typed.
    saved: dict[str, str] = {}
    online: bool = True
    ended: bool = False
    currency: str = ""
    needs: list[Tick] = []
    given_by: list[Tick] = []

    @guarded(staff=True)
    async def load(self, *, actor: Actor) -> None:
        """Open a service, or the form for a new one."""
        await fill_desk(self, actor)
        self.shown_for, self.loaded = here(self), False
        forget_affected(self)
        service_id = self.router.url.query_parameters.get("id", "")
        if service_id and not is_id(service_id):
            raise NotFound
        self._show(await db.read(read_service, actor, service_id))

    @guarded(staff=True)
    async def save(self, data: dict[str, Any], *, actor: Actor) -> Any:
        """Save the service, unless it affects visits that nobody has looked at yet."""
        form = await read_typed(ServiceForm, data)
        await take("desk", actor.staff_id or "")
        if await change(self, save_service, actor, form) is None:
            return None
        await announce(self, notice("success", _("Saved.")), on_next_page=True)
        return rx.redirect(routes.STAFF_SERVICES)

    def _show(self, file: ServiceFile) -> None:
        put(
            self,
            service_id=file.id,
            heading=file.name or _("New service"),
            saved={
                "name": file.name,
                "category": file.category,
                "about": file.about,
                "minutes": str(file.minutes),
                "price": file.price,
                "buffer_before": str(file.buffer_before),
                "buffer_after": str(file.buffer_after),
                "kind": str(file.kind),
                "capacity": str(file.capacity),
            },
            online=file.online,
            ended=file.ended,
            currency=file.currency,
            needs=[Tick(id=key, name=kind, on=on) for key, kind, on in file.needs],
            given_by=[Tick(id=id_, name=name, on=on) for id_, name, on in file.given_by],
            loaded=True,
        )
